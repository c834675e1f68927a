/** What goes wrong with a connection or with a mail that was handed over. */
export const MAIL_FAULT_KINDS = [
  /** 421 instead of a greeting. */
  'greeting421',
  'data451',
  'data554',
  /** The connection ends after the mail was sent; the mail is lost. */
  'dropAfterData',
  /** The connection ends after the mail was sent; the mail is kept all the same. */
  'dropAfterAccept',
  /** The mail is kept; its answer never comes. */
  'silenceAfterAccept',
] as const;
export type MailFaultKind = (typeof MAIL_FAULT_KINDS)[number];

/** How a recipient domain answers. */
export interface DomainAnswer {
  readonly code: number;
  readonly text?: string;
}

/** First deliveries that are remembered for greylisting; the oldest go first. */
const GREYLIST_MAX = 10_000;

/** Which of the coming mails fail, and how. */
export class MailFaults {
  /** Every pair of sender and recipient hears 451 the first time. */
  greylisting = false;
  /** Waits this long before every answer to MAIL, RCPT and DATA. */
  tarpitMs = 0;
  private readonly domains = new Map<string, DomainAnswer>();
  private readonly seen = new Set<string>();
  private planned: MailFaultKind[] = [];

  failNext(count: number, kind: MailFaultKind): void {
    this.planned = [...this.planned, ...Array.from({ length: count }, () => kind)];
  }

  answerDomain(domain: string, answer: DomainAnswer | null): void {
    if (answer === null) this.domains.delete(domain);
    else this.domains.set(domain, answer);
  }

  /** The planned fault, if the next one in line is about the greeting. */
  takeGreeting(): boolean {
    if (this.planned[0] !== 'greeting421') return false;
    this.planned.shift();
    return true;
  }

  /** The planned fault, if the next one in line is about a mail. */
  takeData(): MailFaultKind | null {
    return this.planned[0] === 'greeting421' ? null : (this.planned.shift() ?? null);
  }

  /** What a recipient's domain says to one address; null when it takes mail. */
  recipientAnswer(from: string, to: string): DomainAnswer | null {
    const answer = this.domains.get(to.slice(to.lastIndexOf('@') + 1).toLowerCase());
    if (answer !== undefined) return answer;
    const pair = `${from} ${to}`;
    if (!this.greylisting || this.seen.has(pair)) return null;
    this.seen.add(pair);
    const [oldest] = this.seen;
    if (this.seen.size > GREYLIST_MAX && oldest !== undefined) this.seen.delete(oldest);
    return { code: 451, text: '4.7.1 Greylisted, please try again later' };
  }
}
