import { type Language, languageTag, LANGUAGES, LEVEL_COLOURS, TALK_WORDS } from '#core';
import { formHeaders, Html, html, inline, languageLinks } from '#html';
import { DOOR_WORDS } from './door-words.ts';

export interface Frame {
  readonly language: Language;
  readonly title: string;
  /** Below the title, smaller: where this is. */
  readonly under: string;
  readonly isDrill: boolean;
  /** The address of the page, for the links to its other languages; null for a page that cannot be asked for again. */
  readonly path: string | null;
  readonly content: Html;
}

/** A page of the door: readable on an old phone in the rain, without script, in black and white. */
export function framed({ language, title, under, isDrill, path, content }: Frame): Html {
  return html`<!doctype html>
    <html lang="${languageTag(language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${isDrill ? '【訓練】' : ''}${title}</title>
        ${STYLE.element}
      </head>
      <body>
        ${isDrill ? html`<p class="drill">${DOOR_WORDS[language].drill}</p>` : ''}
        <header>
          <h1>${title}</h1>
          <p class="under">${under}</p>
        </header>
        <main>${content}</main>
        ${path === null ? '' : html`<footer>${linksTo(path, language)}</footer>`}
        ${isDrill ? html`<p class="drill">${DOOR_WORDS[language].drill}</p>` : ''}
      </body>
    </html>`;
}

const linksTo = (path: string, language: Language): Html =>
  languageLinks({
    path,
    current: language,
    languages: LANGUAGES.map((code) => ({ code, tag: languageTag(code), name: TALK_WORDS[code].name })),
    label: DOOR_WORDS[language].languages,
  });

/** Number, name and colour, always the three, with a border that a black-and-white print shows (D§2.1). */
const LEVEL_STYLE = Object.entries(LEVEL_COLOURS)
  .map(([level, { fill, text }]) => `.level${level} { color: ${text}; background: ${fill}; }`)
  .join('\n  ');

const STYLE = inline(
  'style',
  `
  :root { --text: #1a1a1c; --soft: #595959; --ground: #fff; --line: #767676; --key: #0017c1; --on-key: #fff; --bad: #ce0000; --pale: #f2f2f2; }
  @media (prefers-color-scheme: dark) { :root { --text: #f2f2f2; --soft: #c4c4c4; --ground: #1a1a1c; --line: #949494; --key: #9db7f9; --on-key: #1a1a1c; --bad: #ff9c9c; --pale: #2b2b2e; } }
  * { box-sizing: border-box; margin: 0; }
  body { font-family: 'Noto Sans JP', 'Noto Sans CJK JP', 'BIZ UDPGothic', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif; font-size: 18px; line-height: 1.6; color: var(--text); background: var(--ground); }
  :lang(zh-Hans) { font-family: 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; }
  :lang(zh-Hant) { font-family: 'Noto Sans TC', 'Noto Sans CJK TC', 'PingFang TC', 'Microsoft JhengHei', sans-serif; }
  :lang(ko) { font-family: 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif; }
  header, main, footer { max-width: 640px; margin: 0 auto; padding: 12px 16px; overflow-wrap: anywhere; }
  footer { padding-top: 24px; }
  .drill { padding: 8px 16px; font-weight: 700; text-align: center; color: #000; background: repeating-linear-gradient(45deg, #ffd43d 0 16px, #ffe680 16px 32px); }
  h1 { font-size: 26px; line-height: 1.35; }
  h2 { font-size: 24px; line-height: 1.4; }
  h3 { font-size: 20px; line-height: 1.4; }
  .under { font-size: 20px; font-weight: 700; }
  main > * + *, form > * + *, section > * + * { margin-top: 14px; }
  nav ul { display: flex; flex-wrap: wrap; gap: 0 4px; padding: 0; list-style: none; }
  nav a, nav b { display: inline-block; min-height: 44px; padding: 8px; }
  a { color: var(--key); }
  .big { display: inline-block; padding: 8px 0; font-size: 20px; }
  .note { padding: 10px 14px; background: var(--pale); border-left: 6px solid var(--line); }
  .warn { padding: 10px 14px; font-weight: 700; border: 3px solid var(--bad); }
  .soft { color: var(--soft); font-size: 16px; }
  .heads { display: grid; grid-template-columns: repeat(2, 1fr); gap: 10px; }
  .row { display: flex; gap: 10px; }
  .row select { flex: 1; }
  .row button { flex: 1; }
  button { width: 100%; min-height: 64px; padding: 8px; font: inherit; font-size: 22px; font-weight: 700; color: var(--on-key); background: var(--key); border: 2px solid var(--key); border-radius: 8px; cursor: pointer; }
  button.quiet { color: var(--key); background: var(--ground); }
  button.bad { color: var(--bad); background: var(--ground); border-color: var(--bad); }
  select, input[type='text'] { width: 100%; min-height: 64px; padding: 8px 12px; font: inherit; font-size: 22px; color: inherit; background: var(--ground); border: 2px solid var(--line); border-radius: 8px; }
  .choice { display: flex; gap: 12px; align-items: center; min-height: 52px; cursor: pointer; }
  input[type='checkbox'] { flex: none; width: 28px; height: 28px; accent-color: var(--key); }
  .done { padding: 14px 16px; border: 3px solid var(--key); border-radius: 8px; text-align: center; }
  .done strong { display: block; font-size: 24px; }
  .done .soft { display: block; }
  .figure { display: block; font-size: 64px; font-weight: 700; line-height: 1.1; font-variant-numeric: tabular-nums; }
  .code { display: block; font-size: 30px; font-weight: 700; letter-spacing: 1px; font-family: ui-monospace, 'DejaVu Sans Mono', monospace; white-space: nowrap; }
  section { padding-top: 20px; margin-top: 28px; border-top: 2px solid var(--line); }
  a:focus-visible, button:focus-visible, select:focus-visible, input:focus-visible { outline: 4px solid #000; outline-offset: 2px; box-shadow: 0 0 0 2px #ffd43d; }
  .level { display: inline-block; padding: 4px 12px; border: 2px solid var(--text); border-radius: 8px; }
  ${LEVEL_STYLE}
  .told { white-space: pre-wrap; }
  article { padding-top: 10px; }
  article > * + * { margin-top: 8px; }
  .links { padding: 0; list-style: none; }
  .sheet { text-align: center; }
  .sheet { font-size: 20px; }
  .sheet h2 { font-size: 30px; }
  .sheet svg { width: min(88%, 380px); height: auto; background: #fff; }
  .sheet ul { padding: 0; list-style: none; font-size: 15px; line-height: 1.45; text-align: left; columns: 2; column-gap: 32px; }
  .sheet li { padding: 4px 0; break-inside: avoid; }
  @media print { :root { --text: #000; --ground: #fff; --soft: #333; } body { font-size: 16px; } h1, .under { text-align: center; font-size: 34px; } main { padding-bottom: 0; } @page { size: A4; margin: 12mm; } }
`,
);

/** Headers of the pages: nothing but their own style, forms to their own server only, kept by no cache, and no trace of the link elsewhere. */
export const DOOR_HEADERS: Readonly<Record<string, string>> = formHeaders(STYLE);

export const flag = (name: 'checked' | 'required' | 'autofocus', on: boolean): Html => new Html(on ? name : '');
