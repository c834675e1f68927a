import type { CaughtMail, ReadMail } from './caught-mail.ts';
import { Html, html, inline, pageHeaders } from '#html';

/** Newest mails in the list. */
const ROWS_MAX = 100;

const TIME = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** Mails as a page: the list, and one of them to read. It looks again by itself every second and a half. */
export async function mailPage({
  mails,
  chosen,
  entry = null,
  said = null,
}: {
  readonly mails: readonly CaughtMail[];
  /** Id of the mail to read; the newest when there is none of this id. */
  readonly chosen: number;
  /** Where an empty mail begins a sign-up; null when nothing hears it. */
  readonly entry?: string | null;
  /** What the server said to the empty mail that was just sent. */
  readonly said?: string | null;
}): Promise<Html> {
  const rows = await Promise.all(
    mails
      .slice(-ROWS_MAX)
      .toReversed()
      .map(async (mail) => ({ mail, content: await mail.read() })),
  );
  const open = rows.find(({ mail }) => mail.id === chosen) ?? rows[0];

  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>届いたメール（模擬メールサーバー）</title>
        ${STYLE.element}
      </head>
      <body>
        <header>
          <h1>届いたメール <small>模擬メールサーバー・外部には送信されません</small></h1>
          ${entry === null ? '' : blankMailForm(entry, said)}
        </header>
        <div class="columns">
          <nav aria-label="メール一覧">
            <p class="count">${mails.length}通${mails.length > ROWS_MAX ? `（新しい${ROWS_MAX}通を表示）` : ''}</p>
            ${rows.map(({ mail, content }) => row(mail, content, mail === open?.mail))}
          </nav>
          <main>${open === undefined ? html`<p class="empty">まだメールは届いていません。</p>` : letter(open.mail, open.content)}</main>
        </div>
        ${SCRIPT.element}
      </body>
    </html>`;
}

function row(mail: CaughtMail, { subject }: ReadMail, isOpen: boolean): Html {
  return html`<a href="/?mail=${mail.id}" ${new Html(isOpen ? 'aria-current="page"' : '')}>
    <b>${subject === '' ? '（件名なし）' : subject}</b>
    <span>${mail.to.join(', ')}</span>
    <time>${TIME.format(mail.at)}</time>
  </a>`;
}

function letter(mail: CaughtMail, { subject, text, html: rich, headers }: ReadMail): Html {
  return html`<article>
    <h2>${subject === '' ? '（件名なし）' : subject}</h2>
    <dl class="envelope">
      <dt>差出人</dt>
      <dd>${headers.find(({ key }) => key === 'from')?.value ?? ''}</dd>
      <dt>宛先</dt>
      <dd>${mail.to.join(', ')}</dd>
      <dt>受信</dt>
      <dd>${TIME.format(mail.at)}・${mail.secure ? 'TLSで受信' : '平文で受信'}・${mail.raw.length.toLocaleString('ja-JP')}バイト</dd>
    </dl>
    <div class="text">${linked(text.trimEnd())}</div>
    ${rich === '' ? '' : html`<p><a href="/rich?mail=${mail.id}">図入りの本文を開く</a></p>`}
    <details>
      <summary>ヘッダー（${headers.length}）</summary>
      <dl class="headers">
        <dt>envelope-from</dt>
        <dd>${mail.from === '' ? '<>' : mail.from}</dd>
        ${headers.map(
          ({ key, value }) =>
            html`<dt>${key}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
    </details>
  </article>`;
}

/** As a resident begins: an address of one's own, and an empty mail to the city. */
const blankMailForm = (entry: string, said: string | null): Html =>
  html`<form method="post" action="/send">
    <label for="from">空メールを送る人</label>
    <input id="from" name="from" type="email" required placeholder="hana@example.jp" />
    <button>${entry} へ空メールを送る</button>
    ${said === null ? '' : html`<output>${said.startsWith('250') ? '送りました。返信を待っています。' : `受け付けられませんでした（${said}）`}</output>`}
  </form>`;

/** Text whose web addresses can be followed. */
const linked = (text: string): readonly Html[] =>
  text.split(/(https?:\/\/[^\s<>"']+)/).map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));

/** The page of a mail with its pictures, as a mail program shows it: nothing of it runs, and nothing is fetched. */
export function richPage(mail: ReadMail | undefined): { readonly markup: string; readonly headers: Readonly<Record<string, string>> } {
  const pictures = new Map((mail?.pictures ?? []).map(({ cid, type, bytes }) => [cid, `data:${type};base64,${bytes.toString('base64')}`]));
  const markup = (mail?.html ?? '').replaceAll(/cid:([^"'\s>]+)/g, (whole, cid: string) => pictures.get(cid) ?? whole);
  return {
    markup,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox allow-popups allow-top-navigation-by-user-activation",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  };
}

export const mailPageHeaders = (): Readonly<Record<string, string>> => pageHeaders(STYLE, SCRIPT, { forms: true });

const STYLE = inline(
  'style',
  `
  * { box-sizing: border-box; margin: 0; }
  body { font-family: 'Noto Sans JP', 'Noto Sans CJK JP', 'BIZ UDPGothic', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif; line-height: 1.7; color: #1a1a1c; background: #f2f2f2; }
  header { padding: 12px 24px; background: #fff; border-bottom: 1px solid #d8d8db; }
  h1 { font-size: 18px; }
  form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-top: 8px; font-size: 14px; }
  input, button { min-height: 36px; padding: 4px 12px; font: inherit; border: 1px solid #767676; border-radius: 6px; }
  button { color: #fff; background: #0017c1; border-color: #0017c1; cursor: pointer; }
  output { font-weight: 700; }
  h1 small { margin-left: 12px; font-size: 13px; font-weight: 400; color: #626264; }
  .columns { display: grid; grid-template-columns: 360px minmax(0, 1fr); min-height: calc(100vh - 56px); }
  nav { background: #fff; border-right: 1px solid #d8d8db; max-height: calc(100vh - 56px); overflow-y: auto; }
  .count { padding: 8px 16px; font-size: 13px; color: #626264; border-bottom: 1px solid #eee; }
  nav a { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 8px; padding: 10px 16px; color: inherit; text-decoration: none; border-bottom: 1px solid #eee; border-left: 4px solid transparent; }
  nav a:hover { background: #f5f8ff; }
  nav a[aria-current] { background: #e8f1fe; border-left-color: #0017c1; }
  nav b { grid-column: 1 / -1; font-size: 14px; line-height: 1.5; }
  nav span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  nav span, nav time { font-size: 13px; color: #626264; }
  a:focus-visible, summary:focus-visible, input:focus-visible, button:focus-visible { outline: 4px solid #000; outline-offset: -4px; }
  main { padding: 24px; }
  article { max-width: 800px; padding: 24px 32px; background: #fff; border: 1px solid #d8d8db; border-radius: 8px; }
  h2 { font-size: 20px; line-height: 1.5; margin-bottom: 12px; }
  dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 16px; font-size: 14px; }
  dt { color: #626264; }
  dd { overflow-wrap: anywhere; }
  .envelope { padding-bottom: 16px; border-bottom: 1px solid #d8d8db; }
  .text { padding: 20px 0; font-size: 16px; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
  summary { padding: 4px; font-size: 14px; color: #0017c1; cursor: pointer; }
  .headers { padding: 8px 4px; font-family: 'Noto Sans Mono', ui-monospace, monospace; font-size: 13px; }
  .empty { padding: 48px; text-align: center; color: #626264; }
  @media (max-width: 800px) { .columns { grid-template-columns: 1fr; } nav { max-height: 40vh; border-right: 0; } main { padding: 12px; } article { padding: 16px; } h1 small { display: block; margin: 0; } }
`,
);

// Keeps the headers open for a reader who opened them.
const SCRIPT = inline(
  'script',
  `
  setInterval(async () => {
    const response = await fetch(location.href).catch(() => null);
    if (!response || !response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const name of ['nav', 'main']) {
      const old = document.querySelector(name);
      const fresh = next.querySelector(name);
      const wasOpen = old.querySelector('details')?.open ?? false;
      old.querySelector('details')?.removeAttribute('open');
      if (old.innerHTML !== fresh.innerHTML) {
        const at = old.scrollTop;
        old.replaceChildren(...fresh.childNodes);
        old.scrollTop = at;
      }
      if (wasOpen) old.querySelector('details')?.setAttribute('open', '');
    }
  }, 1500);
`,
);
