import type { Language, Playbook } from '#core';

/** How a language writes a name of the playbook. */
export const nameIn =
  ({ wordings }: Pick<Playbook, 'wordings'>, language: Language) =>
  (name: string): string =>
    wordings.get(language)?.names?.[name] ?? name;

/** An instant with its day, as a language writes it in the city's time (D§8: times in text with date). */
export function dayTimeIn(timeZone: string, language: Language): (at: number) => string {
  const tag = { 'ja-easy': 'ja', en: 'en-GB', pt: 'pt-BR' }[language as string] ?? language;
  const format = new Intl.DateTimeFormat(tag, {
    timeZone,
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => format.format(at);
}
