import {
  type Bounce,
  BLOCKED_WITHIN_MS,
  bounceKindOf,
  type Bounces,
  type ChannelName,
  type Clock,
  type DeliveryReport,
  type Directory,
  GONE_DAYS,
  identityOfReturnToken,
  isGone,
  type Keys,
  type Ledger,
  type Playbook,
  type Recipient,
  slowUntil,
} from '#core';

export interface ReturnsOptions {
  readonly bounces: Bounces;
  readonly directory: Directory;
  /** By which a token of ours is told from one that somebody made up. */
  readonly keys: Keys;
  readonly ledger: Pick<Ledger, 'findDelivery' | 'noteRecipient'>;
  readonly clock: Clock;
  readonly playbook: Pick<Playbook, 'city'>;
  /** Told to write slowly to a domain that refuses us, until an instant. */
  readonly slowDown: (domain: string, until: number) => void;
  /** Told once a person's mail is not sent any more, or, for staff, does not arrive. */
  readonly onGone?: (gone: { readonly recipient: Recipient; readonly channel: ChannelName }) => void;
}

/** Bounces of a domain that are looked at: three of them decide. */
const OF_DOMAIN_MAX = 500;

/**
 * What comes back of mails (D§4.3). A bounce is written down with the person and the message it is about; whose mailbox is gone on two days gets no
 * more mail until they sign up again; a domain that refuses mail of several people is written to slowly, and a person hears of it.
 */
export class Returns {
  readonly #options: ReturnsOptions;
  /** Domains that are written to slowly, and until when. */
  #slow: ReadonlyMap<string, number> = new Map();
  /** Staff whose mailbox is gone. */
  #gone: ReadonlySet<Recipient> = new Set();

  constructor(options: ReturnsOptions) {
    this.#options = options;
  }

  /** Looks at all that came back, also before this process began: which domains refuse us, and which of the staff get no mail. */
  async review(): Promise<void> {
    const { bounces, directory, clock } = this.#options;
    for (const domain of await bounces.domains(clock.now() - BLOCKED_WITHIN_MS)) await this.#judgeDomain(domain);
    const gone = new Set<Recipient>();
    for (const recipient of await bounces.goneOn(GONE_DAYS)) {
      const known = await directory.subscriberOf(recipient);
      if (known?.channel === 'email' && isGone(await bounces.ofRecipient(recipient))) gone.add(recipient);
    }
    this.#gone = gone;
  }

  /** Takes a report that came back to a token of ours (`returnTokenOf`). What is no delivery, or arrived, changes nothing; a repeat neither. */
  async take(token: string, reports: readonly DeliveryReport[]): Promise<void> {
    const { ledger, clock, bounces, keys, playbook } = this.#options;
    const identity = identityOfReturnToken(keys, token);
    if (identity === null) return;
    // A bounce that nobody can read is one all the same: it came to an address that only this mail bore.
    const report = reports.find((one) => bounceKindOf(one) !== null) ?? (reports.length === 0 ? { action: 'failed', status: '' } : null);
    const kind = report && bounceKindOf(report);
    const found = await ledger.findDelivery({ mail: identity });
    const recipient = found?.delivery.recipients[0];
    if (!kind || !found || recipient === undefined) return;
    const { id: deliveryId, channel, endpoint: domain } = found.delivery;
    const at = clock.now();
    const bounce: Bounce = { deliveryId, recipient, domain, kind, status: report.status, at, day: dayOf(at, playbook.city.timeZone) };
    await bounces.keep(bounce);
    // Delayed is not returned yet: the other side goes on trying.
    if (report.action !== 'delayed')
      await ledger.noteRecipient({
        of: { deliveryId },
        state: 'bounced',
        at,
        why: `${WORDS[kind]}${report.status === '' ? '' : `（${report.status}）`}`,
      });
    if (kind === 'gone') await this.#judgeRecipient(recipient, channel);
    if (kind === 'blocked') await this.#judgeDomain(domain);
  }

  /** Of whom of the staff a person must look after the address, in words for the duty officer; null when nobody's. */
  staffTrouble(): string | null {
    if (this.#gone.size === 0) return null;
    return `職員のメールアドレス ${this.#gone.size} 件に届きません。名簿を直してください（番号 ${[...this.#gone].join('、')}）`;
  }

  /** What is wrong with mail to residents, in words for the duty officer; null when nothing is. */
  trouble(): string | null {
    const now = this.#options.clock.now();
    const domains = [...this.#slow].filter(([, until]) => until > now).map(([domain]) => domain);
    if (domains.length === 0) return null;
    const named =
      domains.length > NAMED_MAX ? `${domains.slice(0, NAMED_MAX).join('、')}ほか${domains.length - NAMED_MAX}件` : domains.join('、');
    return `${named} がこちらからのメールを拒んでいます。あて先へはゆっくり送り続けます。SPF・DKIM・DMARC と、迷惑メールの申告を確かめてください`;
  }

  async #judgeRecipient(recipient: Recipient, channel: ChannelName): Promise<void> {
    const { bounces, directory, onGone } = this.#options;
    if (!isGone(await bounces.ofRecipient(recipient))) return;
    // Staff must never drop out of the list by a machine's word: a person looks after them.
    if (channel === 'disaster-mail') await directory.setState(recipient, 'blocked');
    else this.#gone = new Set([...this.#gone, recipient]);
    onGone?.({ recipient, channel });
  }

  async #judgeDomain(domain: string): Promise<void> {
    const { bounces, clock, slowDown } = this.#options;
    const now = clock.now();
    const until = slowUntil(await bounces.ofDomain(domain, now - BLOCKED_WITHIN_MS, OF_DOMAIN_MAX), now);
    if (until === null) return;
    this.#slow = new Map([...[...this.#slow].filter(([, end]) => end > now), [domain, until]]);
    slowDown(domain, until);
  }
}

/** Domains that fit in a sentence. */
const NAMED_MAX = 3;

const WORDS: Readonly<Record<Bounce['kind'], string>> = {
  gone: 'あて先がありません',
  full: '受信箱がいっぱいか、止められています',
  later: '時間内に届きませんでした',
  blocked: '受信側が拒みました',
  unclear: '届きませんでした',
};

/** The day of an instant by the city's calendar, `2026-07-01`. */
const dayOf = (at: number, timeZone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);
