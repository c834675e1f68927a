import { dayTime } from '../figures.ts';

/** An instant between 2001 and 2096 in milliseconds: of facts that are numbers only these are times. */
const isInstant = (value: unknown): value is number => typeof value === 'number' && value > 1e12 && value < 4e12;

/** Facts told in one line: more of them are in the sheet. */
const PARTS_MAX = 12;

/** A fact as words: names with values, no braces. `name` puts a key in the reader's language. */
export function factText(fact: unknown, name: (key: string) => string): string {
  if (fact === null || fact === undefined) return '';
  if (isInstant(fact)) return dayTime(fact);
  if (Array.isArray(fact)) {
    const parts = fact.map((one) => factText(one, name)).filter((text) => text !== '');
    return parts.length > PARTS_MAX ? `${parts.slice(0, PARTS_MAX).join('、')} …` : parts.join('、');
  }
  if (typeof fact === 'object') {
    const parts = Object.entries(fact).flatMap(([key, value]) => {
      const text = factText(value, name);
      return text === '' ? [] : [`${name(key)} ${text}`];
    });
    return parts.slice(0, PARTS_MAX).join(' ・');
  }
  return typeof fact === 'string' ? fact : JSON.stringify(fact);
}

/** The name in a subject such as `user/sato`, without its kind, which the sentence says already. */
export function nameIn(subject: string): string {
  const match = /^(?:user|device|gauge|playbook)\/(.+)$/.exec(subject);
  return match?.[1] ?? subject;
}
