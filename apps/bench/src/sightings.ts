import { createHash } from 'node:crypto';
import { lineIndexOf, mailIndexOf, type Crowd } from './crowd.ts';

/** What people saw of one message, counted from outside. */
export interface Seen {
  readonly recipients: number;
  /** People who saw it, however often. */
  readonly reached: number;
  /** People who saw it more than once: by a second key on LINE, by another Message-ID in the mailbox. */
  readonly twice: number;
  /** Mails that came again under their Message-ID, as a cut connection may make them. None on LINE. */
  readonly repeats: number;
  /** Calls or mails to nobody of the crowd. */
  readonly strangers: number;
  /** Keys of LINE that came back with other people. */
  readonly changed: number;
}

/** A multicast as LINE took it. */
export interface LineSight {
  readonly retryKey: string | null;
  readonly to: readonly string[];
  /** `accepted`: people see it now; `duplicate`: LINE knew the key, and they saw it before. */
  readonly verdict: 'accepted' | 'duplicate' | 'refused' | 'untouched';
}

/** A mail that lies in a mailbox. */
export interface MailSight {
  readonly messageId: string;
  readonly to: string;
}

/**
 * The judge of a fan-out: who saw the one message of the run, and how often. It knows the crowd by numbers and holds a byte for each phone and a
 * Message-ID for each mailbox, so a million people cost a megabyte. What it counts did not come from the service.
 */
export class Sightings {
  readonly #crowd: Crowd;
  readonly #phones: Uint8Array;
  readonly #chunks = new Map<string, string>();
  readonly #boxes: (string | undefined)[];
  readonly #boxesTwice = new Set<number>();
  readonly #counts = { phones: 0, phonesTwice: 0, boxes: 0, repeats: 0, lineStrangers: 0, mailStrangers: 0, changed: 0 };

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
    this.#phones = new Uint8Array(crowd.line);
    this.#boxes = Array.from({ length: crowd.mails });
  }

  /** A call at LINE; only what LINE accepted is seen by anybody. */
  call({ retryKey, to, verdict }: LineSight): void {
    if (retryKey !== null && (verdict === 'accepted' || verdict === 'duplicate')) {
      const people = createHash('sha256').update(to.join()).digest('base64');
      const earlier = this.#chunks.get(retryKey) ?? people;
      if (earlier !== people) this.#counts.changed += 1;
      this.#chunks.set(retryKey, earlier);
    }
    if (verdict !== 'accepted') return;
    for (const id of to) {
      const index = lineIndexOf(id);
      const times = this.#phones[index];
      if (times === undefined) this.#counts.lineStrangers += 1;
      else {
        if (times === 0) this.#counts.phones += 1;
        if (times === 1) this.#counts.phonesTwice += 1;
        this.#phones[index] = Math.min(times + 1, 2);
      }
    }
  }

  /** A mail in a mailbox. */
  mail({ messageId, to }: MailSight): void {
    const index = mailIndexOf(to);
    if (index < 0 || index >= this.#boxes.length) {
      this.#counts.mailStrangers += 1;
      return;
    }
    const first = this.#boxes[index];
    if (first === undefined) {
      this.#boxes[index] = messageId;
      this.#counts.boxes += 1;
    } else if (first === messageId) this.#counts.repeats += 1;
    else this.#boxesTwice.add(index);
  }

  /** How often people on LINE were reached so far. */
  get line(): Seen {
    const { phones, phonesTwice, lineStrangers, changed } = this.#counts;
    return { recipients: this.#crowd.line, reached: phones, twice: phonesTwice, repeats: 0, strangers: lineStrangers, changed };
  }

  /** How often mailboxes were reached so far. */
  get mails(): Seen {
    const { boxes, repeats, mailStrangers } = this.#counts;
    const twice = this.#boxesTwice.size;
    return { recipients: this.#crowd.mails, reached: boxes, twice, repeats, strangers: mailStrangers, changed: 0 };
  }
}

/**
 * What must not be, a sentence each; none when everybody saw it once. A mail may come again, once for each connection that a kill cut off (promise 4);
 * on LINE nobody sees anything twice.
 */
export function violationsOf(
  name: 'LINE' | 'mail',
  seen: Seen,
  { kills, connections }: { readonly kills: number; readonly connections: number },
) {
  const repeatsMax = name === 'LINE' ? 0 : kills * connections;
  const missing = seen.recipients - seen.reached;
  return [
    ...(missing > 0 ? [`${name}: ${missing} of ${seen.recipients} people were not told`] : []),
    ...(seen.twice > 0 ? [`${name}: ${seen.twice} people were told twice`] : []),
    ...(seen.repeats > repeatsMax ? [`${name}: ${seen.repeats} repeats, and ${kills} kills allow ${repeatsMax}`] : []),
    ...(seen.strangers > 0 ? [`${name}: ${seen.strangers} times somebody was told whom nobody asked for`] : []),
    ...(seen.changed > 0 ? [`${name}: ${seen.changed} retry keys came back with other people`] : []),
  ];
}
