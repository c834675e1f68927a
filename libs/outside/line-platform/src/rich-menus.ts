/** A menu that an account made. */
interface RichMenu {
  readonly body: Readonly<Record<string, unknown>>;
  image: Buffer | null;
}

/** What the platform says to a call about menus. */
export interface RichMenuAnswer {
  readonly status: number;
  readonly body: object;
}

/** A button area of a menu, as a phone draws it. */
export interface MenuButton {
  readonly label: string;
  readonly data: string;
}

/** Menus in one account. */
const MENUS_MAX = 1_000;
/** LINE's limit for a menu's picture. */
const IMAGE_BYTES_MAX = 1_000_000;
const AREAS_MAX = 20;
const BAR_CHARS_MAX = 14;

/** Menus of the account and the one that stands under every talk. */
export class RichMenus {
  readonly #menus = new Map<string, RichMenu>();
  #default: string | null = null;
  #serial = 0;

  /** The picture and the buttons under every talk; null without a menu. */
  get shown(): { readonly image: Buffer; readonly buttons: readonly MenuButton[] } | null {
    const menu = this.#menus.get(this.#default ?? '');
    if (!menu?.image) return null;
    const areas = menu.body['areas'] as readonly { readonly action?: { readonly label?: string; readonly data?: string } }[];
    return { image: menu.image, buttons: areas.map(({ action }) => ({ label: action?.label ?? '', data: action?.data ?? '' })) };
  }

  /** Answers a call about menus; null when it is about something else. */
  answer({
    method,
    path,
    contentType,
    body,
  }: {
    readonly method: string;
    readonly path: string;
    readonly contentType: string;
    readonly body: Buffer | 'tooLarge';
  }): RichMenuAnswer | null {
    const [, id = '', rest = ''] = /^\/v2\/bot\/richmenu\/?([^/]*)(\/content)?$/.exec(path) ?? [];
    const [isDefault, chosen = ''] = /^\/v2\/bot\/user\/all\/richmenu\/?([^/]*)$/.exec(path) ?? [];
    if (isDefault !== undefined) return this.#defaultOf(method, chosen);
    if (!/^\/v2\/bot\/richmenu(\/|$)/.test(path)) return null;
    if (method === 'GET' && id === 'list')
      return { status: 200, body: { richmenus: [...this.#menus].map(([richMenuId, menu]) => ({ richMenuId, ...menu.body })) } };
    if (method === 'POST' && id === '') return this.#create(body);
    const menu = this.#menus.get(id);
    if (!menu) return { status: 404, body: { message: 'Not found' } };
    if (method === 'POST' && rest !== '') return upload(menu, contentType, body);
    if (method === 'DELETE' && rest === '') {
      this.#menus.delete(id);
      if (this.#default === id) this.#default = null;
      return { status: 200, body: {} };
    }
    return { status: 405, body: { message: 'Method not allowed' } };
  }

  #defaultOf(method: string, chosen: string): RichMenuAnswer {
    if (method === 'GET')
      return this.#default === null
        ? { status: 404, body: { message: 'no default richmenu' } }
        : { status: 200, body: { richMenuId: this.#default } };
    if (method === 'DELETE') {
      this.#default = null;
      return { status: 200, body: {} };
    }
    const menu = this.#menus.get(chosen);
    if (!menu) return { status: 404, body: { message: 'richmenu not found' } };
    if (!menu.image) return { status: 400, body: { message: 'must upload richmenu image before applying it to user' } };
    this.#default = chosen;
    return { status: 200, body: {} };
  }

  #create(bytes: Buffer | 'tooLarge'): RichMenuAnswer {
    const invalid = { status: 400, body: { message: 'The request body has 1 error(s)' } };
    if (bytes === 'tooLarge' || this.#menus.size >= MENUS_MAX) return invalid;
    let body: Readonly<Record<string, unknown>>;
    try {
      body = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    } catch {
      return invalid;
    }
    const { name, chatBarText, areas, size } = body;
    const sound =
      typeof name === 'string' && typeof chatBarText === 'string' && chatBarText.length <= BAR_CHARS_MAX && Array.isArray(areas);
    if (!sound || areas.length > AREAS_MAX || typeof size !== 'object') return invalid;
    const richMenuId = `richmenu-${(this.#serial += 1).toString(16).padStart(32, '0')}`;
    this.#menus.set(richMenuId, { body, image: null });
    return { status: 200, body: { richMenuId } };
  }
}

function upload(menu: RichMenu, contentType: string, body: Buffer | 'tooLarge'): RichMenuAnswer {
  if (menu.image) return { status: 400, body: { message: 'An image has already been uploaded to the richmenu' } };
  if (!/^image\/(png|jpeg)$/.test(contentType)) return { status: 415, body: { message: 'Unsupported media type' } };
  if (body === 'tooLarge' || body.length > IMAGE_BYTES_MAX) return { status: 413, body: { message: 'Request entity too large' } };
  menu.image = body;
  return { status: 200, body: {} };
}
