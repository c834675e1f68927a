import { type Language, LANGUAGES } from '#core';

/** The language asked for by name, else the first one of the browser's that there is, else the spare one. */
export function pageLanguage({
  asked,
  accept,
  spare = 'ja',
}: {
  /** `?lang=`. */
  readonly asked: string | null;
  /** The `Accept-Language` header. */
  readonly accept: string;
  readonly spare?: Language;
}): Language {
  const known = LANGUAGES.find((language) => language === asked);
  if (known !== undefined) return known;
  for (const range of accept.split(',')) {
    const language = languageOf(range.split(';')[0]!.trim().toLowerCase());
    if (language !== null) return language;
  }
  return spare;
}

/** Chinese is told apart by its letters, which a browser names by the place where they are written. */
function languageOf(tag: string): Language | null {
  if (/^zh-(?:hant|tw|hk|mo)/.test(tag)) return 'zh-Hant';
  const [primary = ''] = tag.split('-');
  if (primary === 'zh') return 'zh-Hans';
  return LANGUAGES.find((language) => language === primary) ?? null;
}
