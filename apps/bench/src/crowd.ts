import { type Language, LANGUAGES, type Subscriber } from '#core';

/** How many people there are by channel. */
export interface Crowd {
  readonly line: number;
  readonly mails: number;
}

/** One in so many reads another language than Japanese, each of them in turn. */
const OTHER_LANGUAGE_EVERY = 8;
/** One in so many has a second district, for a parent's house. */
const SECOND_DISTRICT_EVERY = 4;
/** Half of the mailboxes of a Japanese city lie with a handful of providers, and the rest with many small ones. */
const LARGE_DOMAINS = 6;
const SMALL_DOMAINS = 200;

const PREFIX = `U${'0'.repeat(24)}`;

/** LINE id of somebody by number, in LINE's form, so that a phone is found again by its id. */
export const lineIdOf = (index: number): string => `${PREFIX}${index.toString(16).padStart(8, '0')}`;

/** The number behind a LINE id; -1 for a stranger's. */
export const lineIndexOf = (id: string): number => (id.startsWith(PREFIX) ? Number.parseInt(id.slice(PREFIX.length), 16) : -1);

/** Mail address of somebody by number. */
export const mailAddressOf = (index: number): string =>
  `r${index}@${index % 2 === 0 ? `large${(index / 2) % LARGE_DOMAINS}` : `small${((index - 1) / 2) % SMALL_DOMAINS}`}.example.jp`;

/** The number behind a mail address; -1 for a stranger's. */
export function mailIndexOf(address: string): number {
  const index = Number(/^r(\d+)@/.exec(address)?.[1] ?? -1);
  return index >= 0 && mailAddressOf(index) === address ? index : -1;
}

/** Everybody, spread over districts and languages; made as they are asked for, for a million of them need not be in memory. */
export function* people({ line, mails }: Crowd, districts: readonly string[]): Iterable<Subscriber> {
  for (let index = 0; index < line; index += 1) yield { channel: 'line', address: lineIdOf(index), ...choicesOf(index, districts) };
  for (let index = 0; index < mails; index += 1)
    yield { channel: 'disaster-mail', address: mailAddressOf(index), ...choicesOf(index, districts) };
}

function choicesOf(index: number, districts: readonly string[]): Pick<Subscriber, 'language' | 'districts' | 'categories'> {
  const first = index % districts.length;
  const second = index % SECOND_DISTRICT_EVERY === 0 ? [(first + 1) % districts.length] : [];
  return { language: languageOf(index), districts: [first, ...second].map((at) => districts[at]!), categories: ['flood'] };
}

const languageOf = (index: number): Language =>
  index % OTHER_LANGUAGE_EVERY === 0 ? LANGUAGES[(index / OTHER_LANGUAGE_EVERY) % LANGUAGES.length]! : 'ja';
