import { html, type Html } from '#html';
import type { InboxMessage } from './history.ts';
import type { LineUser } from './messaging-api.ts';
import type { MenuButton } from './rich-menus.ts';

/** A place that can be sent from the page with one tap, as the map of a phone would. */
export interface PhonePlace {
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
}

export interface PhoneKeysView {
  readonly user: LineUser;
  /** What the account and the person wrote, oldest first. */
  readonly newest: InboxMessage | undefined;
  readonly menu: { readonly buttons: readonly MenuButton[] } | null;
  readonly places: readonly PhonePlace[];
}

interface QuickReplyAction {
  readonly type?: unknown;
  readonly label?: unknown;
  readonly data?: unknown;
  readonly text?: unknown;
  readonly displayText?: unknown;
}

/** What a person can press: the buttons under the newest message, and the menu. Drawn again with every look. */
export function phoneButtons({ user, newest, menu }: PhoneKeysView): Html {
  const items =
    (newest?.message['quickReply'] as { readonly items?: readonly { readonly action?: QuickReplyAction }[] } | undefined)?.items ?? [];
  return html`<div class="quick">${items.map(({ action = {} }) => quickReply(action))}</div>
    ${menu && user.blocked !== true ? html`<div class="menu" aria-label="メニュー">${menu.buttons.map((one) => menuButton(one))}</div>` : ''}`;
}

function quickReply(action: QuickReplyAction): Html {
  const label = String(action.label);
  if (action.type === 'location') return html`<button type="button" data-do="openPlace">${label}</button>`;
  if (action.type === 'message') return html`<button type="button" data-do="text" data-value="${String(action.text)}">${label}</button>`;
  const shown = typeof action.displayText === 'string' ? action.displayText : '';
  return html`<button type="button" data-do="button" data-value="${String(action.data)}" data-shown="${shown}">${label}</button>`;
}

const menuButton = ({ label, data }: MenuButton): Html =>
  html`<button type="button" data-do="button" data-value="${data}" data-shown="${label}">${label}</button>`;

/** What a person can write and send. Not drawn again, so that nobody loses what they are typing. */
export function phoneKeys({ user, places }: Pick<PhoneKeysView, 'user' | 'places'>): Html {
  return html`<form class="write" data-do="text">
      <input name="value" aria-label="メッセージ" placeholder="メッセージを入力" maxlength="5000" autocomplete="off" /><button>送信</button>
    </form>
    <details class="place">
      <summary>位置を送る</summary>
      <form data-do="place">
        <select name="known" aria-label="場所">
          ${places.map(({ name, lat, lon }) => html`<option value="${lat},${lon}">${name}</option>`)}
        </select>
        <input name="value" aria-label="緯度,経度" placeholder="緯度,経度（空なら上の場所）" autocomplete="off" /><button>送信</button>
      </form>
    </details>
    <p class="door">
      ${
        user.blocked === true
          ? html`<button type="button" data-do="follow">ブロックを解除する</button>`
          : html`<button type="button" data-do="follow">友だちに追加する</button>
              <button type="button" data-do="unfollow">ブロックする</button>`
      }
    </p>`;
}

export const PHONE_KEYS_STYLE = `
  .keys { padding: 8px; background: #fff; font-size: 14px; }
  .keys button { min-height: 40px; padding: 6px 12px; font: inherit; color: #0017c1; background: #fff; border: 1px solid #0017c1; border-radius: 20px; cursor: pointer; }
  .keys button:hover { background: #e8f1fe; }
  .keys button:focus-visible, .keys input:focus-visible, .keys select:focus-visible, .keys summary:focus-visible { outline: 4px solid #000; outline-offset: 2px; }
  .quick { display: flex; gap: 6px; overflow-x: auto; padding-bottom: 6px; }
  .quick button { flex: none; }
  .menu { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4px; padding-bottom: 6px; }
  .menu button { border-color: #d8d8db; border-radius: 8px; background: #f5f8ff; }
  .write, .place form { display: flex; flex-wrap: wrap; gap: 6px; }
  .keys input, .keys select { flex: 1; min-width: 0; min-height: 40px; padding: 6px 10px; font: inherit; border: 1px solid #626264; border-radius: 8px; }
  .place { padding: 6px 0; }
  .door { display: flex; gap: 6px; }
  .door button { min-height: 32px; padding: 2px 10px; color: #414143; border-color: #949497; font-size: 13px; }
  article.own { grid-template-columns: auto minmax(0, auto); justify-content: end; }
  article.own .text { background: #c3f09a; border-radius: 16px 4px 16px 16px; order: 1; }
  .join { padding: 12px 16px; display: grid; gap: 6px; border-bottom: 1px solid #eee; font-size: 14px; }
  .join input, .join select, .join button { min-height: 36px; padding: 4px 8px; font: inherit; }
`;

/** Sends what was pressed or written; the account's answer comes with the next look. */
export const PHONE_KEYS_SCRIPT = `
  const act = async (body) => {
    const response = await fetch('/phone', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).catch(() => null);
    const told = response && (await response.json().catch(() => null));
    if (told && told.user) location.href = '/?user=' + encodeURIComponent(told.user);
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-do]');
    if (!button || button.tagName !== 'BUTTON') return;
    const keys = button.closest('.keys');
    if (button.dataset.do === 'openPlace') { keys.querySelector('.place').open = true; keys.querySelector('.place select').focus(); return; }
    act({ user: button.closest('[data-user]').dataset.user, do: button.dataset.do, value: button.dataset.value ?? '', shown: button.dataset.shown ?? '' });
  });
  document.addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.target;
    const fields = Object.fromEntries(new FormData(form));
    const keys = form.closest('.keys');
    const value = form.dataset.do === 'place' ? fields.value || fields.known : fields.value;
    act({ user: keys ? keys.dataset.user : '', do: form.dataset.do, value, shown: fields.language ?? '' });
    if (form.elements.value) form.elements.value.value = '';
    const place = form.closest('.place');
    if (place) place.open = false;
  });
`;
