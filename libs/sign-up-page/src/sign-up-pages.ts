import { type Charset, type Language, languageTag, LANGUAGES, TALK_WORDS } from '#core';
import { formHeaders, Html, html, inline, languageLinks } from '#html';
import { PAGE_WORDS, type PageWords } from './page-words.ts';

/** What the pages name of a city. */
export interface PageCity {
  readonly name: string;
  /** Where an empty mail begins a sign-up. */
  readonly entryAddress: string;
  readonly districts: readonly { readonly code: string; readonly name: string }[];
  /** What can be chosen beside evacuation. */
  readonly categories: readonly string[];
  /** How a language writes a name of the playbook. */
  readonly nameIn: (language: Language, name: string) => string;
}

/** A form as it is filled in. */
export interface SignUpForm {
  readonly address: string;
  readonly isSubscribed: boolean;
  /** Null before anything was chosen: then it is the language of the page. */
  readonly language: Language | null;
  readonly charset: Charset;
  readonly districts: readonly string[];
  readonly categories: readonly string[];
  readonly agreed: boolean;
  readonly problems: readonly FormProblem[];
}

/** What is wrong with a form. */
export type FormProblem = 'districts' | 'agree';

/** The form behind a link. It is sent to its own address; leaving to `{address}/leave`. */
export function formPage({
  path,
  form,
  city,
  language,
}: {
  readonly path: string;
  readonly form: SignUpForm;
  readonly city: PageCity;
  readonly language: Language;
}): Html {
  const words = PAGE_WORDS[language];
  const talk = TALK_WORDS[language];
  const bad = (problem: FormProblem): boolean => form.problems.includes(problem);
  return page({
    language,
    city,
    content: html`
      <p>${words.lead}</p>
      <p class="to">${words.to}: <bdi>${form.address}</bdi></p>
      ${linksTo(path, language)} ${form.problems.length === 0 ? '' : problemList(form.problems, words)}
      <form method="post" action="${path}?lang=${language}">
        <fieldset>
          <legend><label for="language">${words.language}</label></legend>
          <select id="language" name="language">
            ${LANGUAGES.map((one) => html`<option value="${one}" lang="${languageTag(one)}" ${flag('selected', one === (form.language ?? language))}>${TALK_WORDS[one].name}</option>`)}
          </select>
        </fieldset>
        <fieldset
          id="districts"
          ${bad('districts') ? new Html('aria-describedby="districts-hint districts-problem" class="bad"') : new Html('aria-describedby="districts-hint"')}
        >
          <legend>${words.districts}</legend>
          <p class="hint" id="districts-hint">${words.districtsHint}</p>
          ${bad('districts') ? html`<p class="problem" id="districts-problem">${words.problems.districts}</p>` : ''}
          <div class="boxes">
            ${city.districts.map(({ code, name }) => box({ name: 'district', value: code, text: city.nameIn(language, name), on: form.districts.includes(code) }))}
          </div>
        </fieldset>
        <fieldset aria-describedby="evacuation-hint">
          <legend>${words.topics}</legend>
          <p class="hint" id="evacuation-hint">${words.evacuationHint}</p>
          <div class="boxes">
            ${box({ name: 'category', value: 'evacuation', text: talk.categories.evacuation, on: true, fixed: true })}
            ${city.categories.map((category) =>
              box({ name: 'category', value: category, text: categoryName(language, category), on: form.categories.includes(category) }),
            )}
          </div>
        </fieldset>
        <fieldset>
          <legend>${words.handset}</legend>
          ${radio({ name: 'charset', value: 'utf-8', text: words.handsetNew, on: form.charset === 'utf-8' })}
          ${radio({ name: 'charset', value: 'iso-2022-jp', text: words.handsetOld, on: form.charset === 'iso-2022-jp' })}
        </fieldset>
        <fieldset
          id="agree"
          ${bad('agree') ? new Html('aria-describedby="purpose agree-problem" class="bad"') : new Html('aria-describedby="purpose"')}
        >
          <legend>${words.terms}</legend>
          <p id="purpose">${words.purpose(city.nameIn(language, city.name))}</p>
          ${bad('agree') ? html`<p class="problem" id="agree-problem">${words.problems.agree}</p>` : ''}
          ${box({ name: 'agree', value: 'yes', text: words.agree, on: form.agreed })}
        </fieldset>
        <button>${form.isSubscribed ? words.change : words.register}</button>
      </form>
      ${form.isSubscribed ? leaveForm(`${path}/leave?lang=${language}`, words, html``) : ''}
    `,
  });
}

/** Somebody's own page for leaving, from a link in a mail: looking at it changes nothing (S18). */
export function leavePage({ path, city, language }: { readonly path: string; readonly city: PageCity; readonly language: Language }): Html {
  const words = PAGE_WORDS[language];
  const oneClick = html`<input type="hidden" name="List-Unsubscribe" value="One-Click" />`;
  return page({
    language,
    city,
    content: html`${linksTo(path, language)}
      <p>${words.askLeave}</p>
      ${leaveForm(`${path}?lang=${language}`, words, oneClick)}`,
  });
}

/** How something ended, or why it cannot begin. */
export function resultPage({
  result,
  city,
  language,
}: {
  readonly result: 'chosen' | 'left' | 'used' | 'unknown';
  readonly city: PageCity;
  readonly language: Language;
}): Html {
  const words = PAGE_WORDS[language];
  const done = result === 'chosen' || result === 'left';
  return page({
    language,
    city,
    content: html`
      ${done ? html`<p class="done" role="status"><strong>${words[result]}</strong></p>` : html`<p role="status">${words[result]}</p>`}
      ${done ? html`<p>${result === 'chosen' ? words.chosenHint : words.leftHint}</p>` : ''}
      <p>${words.begin(city.entryAddress)}</p>
    `,
  });
}

function page({ language, city, content }: { readonly language: Language; readonly city: PageCity; readonly content: Html }): Html {
  const title = PAGE_WORDS[language].title(city.nameIn(language, city.name));
  return html`<!doctype html>
    <html lang="${languageTag(language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${STYLE.element}
      </head>
      <body>
        <header><h1>${title}</h1></header>
        <main>${content}</main>
      </body>
    </html>`;
}

const linksTo = (path: string, language: Language): Html =>
  languageLinks({
    path,
    current: language,
    languages: LANGUAGES.map((code) => ({ code, tag: languageTag(code), name: TALK_WORDS[code].name })),
    label: PAGE_WORDS[language].languages,
  });

function problemList(problems: readonly FormProblem[], words: PageWords): Html {
  return html`<div class="problems" role="alert">
    <p>${words.problems.title}</p>
    <ul>
      ${problems.map((problem) => html`<li><a href="#${problem}">${words.problems[problem]}</a></li>`)}
    </ul>
  </div>`;
}

function leaveForm(action: string, words: PageWords, fields: Html): Html {
  return html`<form method="post" action="${action}" class="leave">
    <h2>${words.leaveTitle}</h2>
    <p>${words.leaveHint}</p>
    ${fields}
    <button class="quiet">${words.leave}</button>
  </form>`;
}

interface Choice {
  readonly name: string;
  readonly value: string;
  readonly text: string;
  readonly on: boolean;
  /** Shown, and not to be changed. */
  readonly fixed?: boolean;
}

const box = ({ name, value, text, on, fixed = false }: Choice): Html =>
  html`<label class="choice"
    ><input type="checkbox" name="${name}" value="${value}" ${flag('checked', on)} ${flag('disabled', fixed)} /> <span>${text}</span></label
  >`;

const radio = ({ name, value, text, on }: Choice): Html =>
  html`<label class="choice"><input type="radio" name="${name}" value="${value}" ${flag('checked', on)} /> <span>${text}</span></label>`;

const flag = (name: 'checked' | 'disabled' | 'selected', on: boolean): Html => new Html(on ? name : '');

const categoryName = (language: Language, category: string): string =>
  (TALK_WORDS[language].categories as Readonly<Record<string, string>>)[category] ?? category;

const STYLE = inline(
  'style',
  `
  :root { --text: #1a1a1c; --soft: #595959; --ground: #fff; --line: #767676; --key: #0017c1; --on-key: #fff; --bad: #ce0000; --pale: #f2f2f2; }
  @media (prefers-color-scheme: dark) { :root { --text: #f2f2f2; --soft: #c4c4c4; --ground: #1a1a1c; --line: #949494; --key: #9db7f9; --on-key: #1a1a1c; --bad: #ff9c9c; --pale: #2b2b2e; } }
  * { box-sizing: border-box; margin: 0; }
  body { font-family: 'Noto Sans JP', 'Noto Sans CJK JP', 'BIZ UDPGothic', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif; font-size: 16px; line-height: 1.7; color: var(--text); background: var(--ground); }
  :lang(zh-Hans) { font-family: 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; }
  :lang(zh-Hant) { font-family: 'Noto Sans TC', 'Noto Sans CJK TC', 'PingFang TC', 'Microsoft JhengHei', sans-serif; }
  :lang(ko) { font-family: 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif; }
  header, main { max-width: 640px; margin: 0 auto; padding: 16px; }
  header { padding-bottom: 0; }
  h1 { font-size: 22px; line-height: 1.4; }
  h2 { font-size: 18px; }
  main > * + *, form > * + * { margin-top: 20px; }
  .to { padding: 8px 12px; background: var(--pale); border-radius: 8px; overflow-wrap: anywhere; }
  nav ul { display: flex; flex-wrap: wrap; gap: 4px; padding: 0; list-style: none; }
  nav a, nav b { display: inline-block; min-height: 36px; padding: 4px 8px; }
  a { color: var(--key); }
  fieldset { min-width: 0; padding: 12px 16px 16px; border: 1px solid var(--line); border-radius: 8px; }
  fieldset > * + * { margin-top: 8px; }
  fieldset.bad { border: 2px solid var(--bad); }
  legend { padding: 0 6px; font-weight: 700; }
  .hint { color: var(--soft); font-size: 15px; }
  .problem, .problems p { color: var(--bad); font-weight: 700; }
  .problems { padding: 12px 16px; border: 2px solid var(--bad); border-radius: 8px; }
  .problems a { color: var(--bad); }
  .boxes { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 0 16px; }
  .choice { display: flex; gap: 12px; align-items: center; min-height: 44px; cursor: pointer; }
  input[type='checkbox'], input[type='radio'] { flex: none; width: 24px; height: 24px; accent-color: var(--key); }
  select { width: 100%; min-height: 48px; padding: 8px; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; }
  button { width: 100%; min-height: 56px; padding: 8px 16px; font: inherit; font-size: 18px; font-weight: 700; color: var(--on-key); background: var(--key); border: 2px solid var(--key); border-radius: 8px; cursor: pointer; }
  button.quiet { color: var(--bad); background: var(--ground); border-color: var(--bad); }
  .leave { padding-top: 20px; border-top: 1px solid var(--line); }
  .leave > * + * { margin-top: 12px; }
  main > .leave { margin-top: 40px; }
  .done { padding: 16px; font-size: 20px; border: 2px solid var(--key); border-radius: 8px; }
  a:focus-visible, button:focus-visible, select:focus-visible, input:focus-visible { outline: 4px solid #000; outline-offset: 2px; box-shadow: 0 0 0 2px #ffd43d; }
`,
);

/** Headers of the pages: nothing but their own style, forms to their own server only, and no trace of the link elsewhere. */
export const SIGN_UP_HEADERS: Readonly<Record<string, string>> = formHeaders(STYLE);
