import type { InboxMessage } from './history.ts';
import { PHONE_KEYS_SCRIPT, PHONE_KEYS_STYLE, phoneButtons, phoneKeys, type PhonePlace } from './phone-keys.ts';
import type { MenuButton } from './rich-menus.ts';
import { flexView } from './flex-view.ts';
import { Html, html, inline, pageHeaders } from '#html';
import type { LineUser } from './messaging-api.ts';

export interface PhonePageView {
  readonly accountName: string;
  readonly users: readonly LineUser[];
  /** Whose phone; null or an unknown id shows everybody's. */
  readonly chosen: string | null;
  /** Both sides of somebody's talk, oldest first. */
  readonly talkOf: (userId: string) => readonly InboxMessage[];
  readonly menu: { readonly buttons: readonly MenuButton[] } | null;
  readonly places: readonly PhonePlace[];
}

/** People in the list, in the order in which they were added: enough for a demonstration, and a load test with thousands stays quick. */
const CONTACTS_MAX = 200;
/** Phones side by side on the page of everybody; who hears something most recently comes first. */
const PHONES_MAX = 12;
/** Newest messages of one talk that are drawn. */
const BUBBLES_MAX = 50;

const LANGUAGE_NAMES: Readonly<Partial<Record<string, string>>> = {
  ja: '日本語',
  'ja-easy': 'やさしい日本語',
  en: 'English',
  'zh-Hans': '简体中文',
  'zh-Hant': '繁體中文',
  ko: '한국어',
  vi: 'Tiếng Việt',
  pt: 'Português',
};

/** What a phone's own language may be; an account reads it from the profile. */
const PROFILE_LANGUAGES: Readonly<Record<string, string>> = {
  ja: '日本語',
  en: 'English',
  'zh-Hans': '简体中文',
  'zh-Hant': '繁體中文',
  ko: '한국어',
  vi: 'Tiếng Việt',
  pt: 'Português',
  '': '（言わない）',
};

const DAY = new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', month: 'long', day: 'numeric', weekday: 'short' });
const TIME = new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit' });

const minuteOf = (inbox: readonly { readonly at: number }[]): number => Math.floor((inbox.at(-1)?.at ?? 0) / 60_000);

/** Residents' phones as a page. It looks again by itself every second and a half; without script it stays as it was opened. */
export function phonePage({ accountName, users, chosen, talkOf, menu, places }: PhonePageView): Html {
  const talks = users
    .filter((user, index) => index < CONTACTS_MAX || user.userId === chosen)
    .map((user) => ({ user, inbox: talkOf(user.userId) }))
    // By the minute: whom the same words reached stay in the order in which they were added, those with a name first.
    .toSorted((a, b) => minuteOf(b.inbox) - minuteOf(a.inbox));
  const one = talks.find(({ user }) => user.userId === chosen);
  const shown = one === undefined ? talks.slice(0, PHONES_MAX) : [one];

  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>住民のスマートフォン（模擬LINE）</title>
        ${STYLE.element}
      </head>
      <body>
        <header>
          <h1>住民のスマートフォン <small>模擬LINE・実在の利用者には届きません</small></h1>
        </header>
        <div class="columns">
          <nav aria-label="利用者">
            <form class="join" data-do="join">
              <input name="value" aria-label="名前" placeholder="新しい人の名前" autocomplete="off" />
              <select name="language" aria-label="スマートフォンの言語">
                ${Object.entries(PROFILE_LANGUAGES).map(([tag, name]) => html`<option value="${tag}">${name}</option>`)}
              </select>
              <button>友だちに追加する</button>
            </form>
            <a href="/" ${current(one === undefined)}
              ><b>全員</b><span>${users.length}人${users.length > CONTACTS_MAX ? `（先頭の${CONTACTS_MAX}人を表示）` : ''}</span></a
            >
            ${talks.map(({ user, inbox }) => contact(user, inbox, user.userId === one?.user.userId))}
          </nav>
          <main class="${one === undefined ? 'many' : 'one'}" aria-live="polite">
            ${shown.length === 0 ? html`<p class="empty">まだ利用者がいません。</p>` : shown.map((talk) => phone(accountName, talk))}
          </main>
          ${
            one === undefined
              ? ''
              : html`<aside class="keys" aria-label="操作" data-user="${one.user.userId}">
                  <div id="buttons">${phoneButtons({ user: one.user, newest: one.inbox.at(-1), menu, places })}</div>
                  ${phoneKeys({ user: one.user, places })}
                </aside>`
          }
        </div>
        ${SCRIPT.element}
      </body>
    </html>`;
}

const current = (is: boolean): Html => new Html(is ? 'aria-current="page"' : '');

function contact(user: LineUser, inbox: readonly InboxMessage[], isChosen: boolean): Html {
  const last = inbox.at(-1);
  return html`<a href="/?user=${encodeURIComponent(user.userId)}" ${current(isChosen)}>
    <b>${user.displayName}</b>
    <time>${last === undefined ? '' : TIME.format(last.at)}</time>
    <span>${user.blocked === true ? 'アカウントをブロック中' : (last?.text.split('\n', 1)[0] ?? 'メッセージはありません')}</span>
  </a>`;
}

function phone(accountName: string, { user, inbox }: { readonly user: LineUser; readonly inbox: readonly InboxMessage[] }): Html {
  const newest = inbox.slice(-BUBBLES_MAX);
  return html`<section class="phone" aria-label="${user.displayName}さんのトーク">
    <h2>
      ${accountName}<small
        >${user.displayName}の画面${user.language === undefined ? '' : `・${LANGUAGE_NAMES[user.language] ?? user.language}`}</small
      >
    </h2>
    <div class="talk" tabindex="0" data-user="${user.userId}">
      ${newest.length === 0 ? html`<p class="empty">${user.blocked === true ? 'ブロック中のため届きません。' : 'まだメッセージはありません。'}</p>` : ''}
      ${newest.map((message, index) => bubble(accountName, message, newest[index - 1]))}
    </div>
  </section>`;
}

function bubble(accountName: string, { at, text, message, own }: InboxMessage, before: InboxMessage | undefined): Html {
  const day = DAY.format(at);
  const newDay = before === undefined || DAY.format(before.at) !== day;
  if (own === true)
    return html`<article class="own">
      <p class="text">${text}</p>
      <time datetime="${new Date(at).toISOString()}">${TIME.format(at)}</time>
    </article>`;
  return html`${newDay ? html`<p class="day">${day}</p>` : ''}
    <article>
      <span class="face" aria-hidden="true">${Array.from(accountName)[0] ?? ''}</span>
      ${message['type'] === 'flex' ? flexView(message['contents']) : html`<p class="text">${text}</p>`}
      <time datetime="${new Date(at).toISOString()}">${TIME.format(at)}</time>
    </article>`;
}

/** Colours of a Flex message stand in attributes, which a policy with hashes alone would strip. */
export function phonePageHeaders(): Readonly<Record<string, string>> {
  const headers = pageHeaders(STYLE, SCRIPT);
  return { ...headers, 'content-security-policy': `${headers['content-security-policy']}; style-src-attr 'unsafe-inline'` };
}

const STYLE = inline(
  'style',
  `
  * { box-sizing: border-box; margin: 0; }
  body { font-family: 'Noto Sans JP', 'Noto Sans CJK JP', 'BIZ UDPGothic', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif; line-height: 1.6; color: #1a1a1c; background: #f2f2f2; }
  header { padding: 12px 24px; background: #fff; border-bottom: 1px solid #d8d8db; }
  h1 { font-size: 18px; }
  h1 small { margin-left: 12px; font-size: 13px; font-weight: 400; color: #626264; }
  aside.keys { width: 340px; padding: 24px 16px; border-left: 1px solid #d8d8db; }
  .columns { display: grid; grid-template-columns: 280px 1fr minmax(0, auto); min-height: calc(100vh - 55px); }
  nav { background: #fff; border-right: 1px solid #d8d8db; max-height: calc(100vh - 55px); overflow-y: auto; }
  nav a { display: grid; grid-template-columns: 1fr auto; padding: 10px 16px; color: inherit; text-decoration: none; border-bottom: 1px solid #eee; border-left: 4px solid transparent; }
  nav a:hover { background: #f5f8ff; }
  nav a[aria-current] { background: #e8f1fe; border-left-color: #0017c1; }
  nav a span { grid-column: 1 / -1; font-size: 13px; color: #626264; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  nav time { font-size: 12px; color: #626264; }
  a:focus-visible, .talk:focus-visible { outline: 4px solid #000; outline-offset: -4px; }
  main { padding: 24px; display: grid; gap: 24px; align-content: start; }
  main.many { grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); }
  main.one { justify-items: center; }
  .phone { display: flex; flex-direction: column; width: 100%; overflow: hidden; background: #a9c0dc; border: 8px solid #1a1a1c; border-radius: 28px; }
  .many .phone { height: 440px; }
  .one .phone { width: min(400px, 100%); height: min(760px, calc(100vh - 104px)); }
  h2 { padding: 10px 16px; font-size: 15px; line-height: 1.4; background: #fff; }
  h2 small { display: block; font-size: 12px; font-weight: 400; color: #626264; }
  .talk { position: relative; flex: 1; overflow-y: auto; padding: 12px; }
  .day { width: fit-content; margin: 8px auto; padding: 2px 12px; font-size: 12px; color: #fff; background: #4a5a70; border-radius: 12px; }
  article { display: grid; grid-template-columns: 36px minmax(0, auto) auto; gap: 8px; justify-content: start; margin: 10px 0; }
  .face { display: grid; place-items: center; width: 36px; height: 36px; font-weight: 700; color: #fff; background: #0017c1; border-radius: 50%; }
  .text { padding: 8px 12px; font-size: 14px; white-space: pre-wrap; overflow-wrap: anywhere; background: #fff; border-radius: 4px 16px 16px 16px; unicode-bidi: isolate; }
  .bubble { width: 280px; overflow: hidden; background: #fff; border-radius: 12px; font-size: 16px; overflow-wrap: anywhere; unicode-bidi: isolate; }
  .carousel { display: flex; gap: 8px; overflow-x: auto; }
  .box { display: flex; border: 0 solid transparent; }
  .box > p, .box > .box { min-width: 0; }
  .bubble hr { width: 100%; border: 0; border-top: 1px solid #d8d8db; }
  .button { display: block; width: 100%; padding: 10px; text-align: center; font: inherit; color: #42659a; text-decoration: none; background: none; border: 0; }
  button.button { cursor: pointer; }
  ${PHONE_KEYS_STYLE}
  article time { align-self: end; font-size: 11px; color: #26374d; }
  .empty { padding: 24px 8px; text-align: center; color: #26374d; }
  @media (max-width: 700px) { aside.keys { width: 100%; border-left: 0; } .columns { grid-template-columns: 1fr; } nav { max-height: 30vh; border-right: 0; } main { padding: 12px; } h1 small { display: block; margin: 0; } }
`,
);

// Shows the newest bubble from its first line, except where somebody is reading further up.
const SCRIPT = inline(
  'script',
  `
  ${PHONE_KEYS_SCRIPT}
  const toNewest = (talk) => {
    const newest = [...talk.querySelectorAll('article')].at(-1);
    if (newest) talk.scrollTop = newest.offsetTop - 12;
    talk.dataset.at = talk.scrollTop;
  };
  const talks = () => [...document.querySelectorAll('.talk')];
  talks().forEach(toNewest);
  setInterval(async () => {
    const response = await fetch(location.href).catch(() => null);
    if (!response || !response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const name of ['nav', 'main', '#buttons']) {
      const old = document.querySelector(name);
      const fresh = next.querySelector(name);
      if (!old || !fresh || old.contains(document.activeElement)) continue;
      if (old.innerHTML === fresh.innerHTML) continue;
      const reading = new Map(talks().filter((talk) => talk.scrollTop < Number(talk.dataset.at) - 40).map((talk) => [talk.dataset.user, talk.scrollTop]));
      const navAt = old.scrollTop;
      old.replaceChildren(...fresh.childNodes);
      old.scrollTop = navAt;
      if (name === 'main') talks().forEach((talk) => { const at = reading.get(talk.dataset.user); toNewest(talk); if (at !== undefined) talk.scrollTop = at; });
    }
  }, 1500);
`,
);
