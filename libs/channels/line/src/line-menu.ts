import { createHash } from 'node:crypto';
import { HTTPFetchError } from '@line/bot-sdk';
import type { messagingApi } from '@line/bot-sdk';
import { MENU_AREAS, MENU_BAR, MENU_SIZE } from '#core';
import { LineApi, LineUnreached } from './line-api.ts';
import type { LineApiSettings } from './line-api.ts';

/** A menu of the account. */
export interface LineMenuEntry {
  readonly id: string;
  readonly name: string;
  /** Whether it stands under every talk. */
  readonly isDefault: boolean;
  /** Made by this product; others are left alone. */
  readonly isOwn: boolean;
}

/** A step of the installation, for whoever watches it. */
export type LineMenuStep = 'created' | 'uploaded' | 'shown' | 'removed';

/** LINE did not do what was asked; the message says what a person can do. */
export class LineMenuFailed extends Error {
  override readonly name = 'LineMenuFailed';
}

/** Menus of this product are known by the beginning of their name; what follows is their version. */
const OWN = 'sonae ';
const VERSION_DIGITS = 12;
/** LINE's limit for the picture (1 MB). */
const IMAGE_BYTES_MAX = 1_000_000;
/** A picture of a megabyte over a slow line. */
const UPLOAD_MS = 60_000;

/** The menu under every talk: made, shown, looked at and removed. */
export class LineMenu {
  readonly #api: LineApi;

  constructor(settings: LineApiSettings) {
    this.#api = new LineApi({ attemptMs: UPLOAD_MS, ...settings });
  }

  /**
   * Puts the menu under every talk. The same version that stands there already stays (`kept`); one that was left half made is made anew. Earlier
   * versions go when the new one is shown, so that no talk is ever without a menu. Rejects with `LineMenuFailed`.
   */
  async install(
    image: Uint8Array,
    onStep: (step: LineMenuStep) => void = () => undefined,
  ): Promise<{ readonly id: string; readonly kept: boolean }> {
    if (image.length > IMAGE_BYTES_MAX)
      throw new LineMenuFailed(`the picture has ${image.length} bytes, LINE takes ${IMAGE_BYTES_MAX}: make it smaller`);
    const menu = definition(image);
    const own = (await this.show()).filter(({ isOwn }) => isOwn);
    const same = own.find(({ name, isDefault }) => name === menu.name && isDefault);
    if (same) {
      await this.#removeAll(own.filter(({ id }) => id !== same.id));
      return { id: same.id, kept: true };
    }
    const { richMenuId: id } = await this.#ask((client) => client.createRichMenu(menu));
    onStep('created');
    await this.#ask((client) => client.setRichMenuImage(id, new Blob([Buffer.from(image)], { type: 'image/png' })));
    onStep('uploaded');
    await this.#ask((client) => client.setDefaultRichMenu(id));
    onStep('shown');
    await this.#removeAll(own);
    if (own.length > 0) onStep('removed');
    return { id, kept: false };
  }

  /** Every menu of the account. */
  async show(): Promise<readonly LineMenuEntry[]> {
    const { richmenus } = await this.#ask((client) => client.getRichMenuList());
    const shown = await this.#default();
    return richmenus.map(({ richMenuId: id, name }) => ({ id, name, isDefault: id === shown, isOwn: name.startsWith(OWN) }));
  }

  /** Takes this product's menus away, and says how many there were. */
  async remove(): Promise<number> {
    const own = (await this.show()).filter(({ isOwn }) => isOwn);
    if (own.some(({ isDefault }) => isDefault)) await this.#ask((client) => client.cancelDefaultRichMenu());
    await this.#removeAll(own);
    return own.length;
  }

  close(): Promise<void> {
    return this.#api.close();
  }

  async #removeAll(menus: readonly LineMenuEntry[]): Promise<void> {
    for (const { id } of menus) await this.#ask((client) => client.deleteRichMenu(id));
  }

  /** LINE answers 404 when there is none. */
  async #default(): Promise<string | null> {
    try {
      return (await this.#api.call((client) => client.getDefaultRichMenuId())).richMenuId;
    } catch (error) {
      if (error instanceof HTTPFetchError && error.status === 404) return null;
      throw failed(error);
    }
  }

  async #ask<T>(ask: (client: Parameters<Parameters<LineApi['call']>[0]>[0]) => Promise<T>): Promise<T> {
    try {
      return await this.#api.call(ask);
    } catch (error) {
      throw failed(error);
    }
  }
}

/** The name carries a digest of everything that makes the menu, so that the same menu has the same name. */
function definition(image: Uint8Array): messagingApi.RichMenuRequest {
  const menu = {
    size: MENU_SIZE,
    selected: true,
    chatBarText: MENU_BAR,
    areas: MENU_AREAS.map(({ label, data, x, y, width, height }) => ({
      bounds: { x, y, width, height },
      action: { type: 'postback' as const, label, data, displayText: label },
    })),
  };
  const digest = createHash('sha256').update(JSON.stringify(menu)).update(image).digest('hex').slice(0, VERSION_DIGITS);
  return { ...menu, name: `${OWN}${digest}` };
}

function failed(error: unknown): unknown {
  if (error instanceof LineUnreached)
    return new LineMenuFailed(`LINE was not reached (${error.message}): check the network and SONAE_LINE_API, then run the command again`, {
      cause: error,
    });
  if (!(error instanceof HTTPFetchError)) return error;
  const said = `${error.status} ${error.body.slice(0, 300)}`;
  const advice =
    error.status === 401
      ? 'SONAE_LINE_TOKEN is not a valid channel access token of this account; issue one in the LINE Developers console'
      : error.status === 403
        ? 'the plan of this account does not allow it'
        : error.status === 429
          ? 'LINE takes few changes of menus in an hour; wait and run the command again'
          : 'run the command again; nothing that was shown before is lost';
  return new LineMenuFailed(`LINE answered ${said}: ${advice}`, { cause: error });
}
