import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MENU_AREAS, MENU_BAR, MENU_SIZE } from '#core';
import { LinePlatform } from '#outside/line-platform';
import { LineApi } from './line-api.ts';
import { LineMenu } from './line-menu.ts';

const TOKEN = 'token';
const PICTURE = readFileSync('infra/line/rich-menu.png');

describe('LineMenu', () => {
  let platform: LinePlatform;
  let menu: LineMenu;
  beforeEach(async () => {
    platform = await LinePlatform.start({ port: 0, token: TOKEN, secret: 's' });
    menu = new LineMenu({ token: TOKEN, apiBase: platform.url });
  });
  afterEach(async () => {
    await menu.close();
    await platform.stop();
  });

  it('is made, gets its picture and is shown to everybody, step by step', async () => {
    const steps: string[] = [];
    const { id, kept } = await menu.install(PICTURE, (step) => steps.push(step));
    expect([kept, steps]).toEqual([false, ['created', 'uploaded', 'shown']]);
    expect(await menu.show()).toEqual([{ id, name: expect.stringMatching(/^sonae [0-9a-f]{12}$/), isDefault: true, isOwn: true }]);
    expect(platform.menu?.buttons.map(({ data }) => data)).toEqual([
      'topic=levels',
      'topic=shelters',
      'topic=crowding',
      'topic=windows',
      'topic=safety',
      'topic=settings',
    ]);
  });

  it('stays when it is installed again, and gives way to another version', async () => {
    const first = await menu.install(PICTURE);
    expect(await menu.install(PICTURE)).toEqual({ id: first.id, kept: true });
    const second = await menu.install(Buffer.concat([PICTURE, Buffer.from([0])]));
    expect(second.kept).toBe(false);
    expect((await menu.show()).map(({ id }) => id)).toEqual([second.id]);
  });

  it('is made anew when an earlier installation broke off, and leaves menus of others alone', async () => {
    const api = new LineApi({ token: TOKEN, apiBase: platform.url });
    const foreign = { size: MENU_SIZE, selected: false, name: 'campaign', chatBarText: 'x', areas: [] };
    await api.call((client) => client.createRichMenu(foreign));
    const { id } = await menu.install(PICTURE);
    const [, own] = await menu.show();
    await menu.remove();
    await api.call((client) => client.createRichMenu({ ...foreign, name: own!.name }));
    const again = await menu.install(PICTURE);
    expect(again).toMatchObject({ kept: false });
    expect(again.id).not.toBe(id);
    expect((await menu.show()).map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['campaign', false],
      [own!.name, true],
    ]);
    expect(await menu.remove()).toBe(1);
    expect(platform.menu).toBeNull();
  });

  it('says what to do about a token that LINE does not know, and about a picture that is too large', async () => {
    const stranger = new LineMenu({ token: 'stolen', apiBase: platform.url });
    await expect(stranger.install(PICTURE)).rejects.toThrow('SONAE_LINE_TOKEN is not a valid channel access token');
    await expect(menu.install(Buffer.alloc(1_000_001))).rejects.toThrow('make it smaller');
  });

  it('covers the whole picture without a gap, within LINE’s limits', () => {
    const { width, height } = MENU_SIZE;
    expect(MENU_AREAS.reduce((sum, area) => sum + area.width * area.height, 0)).toBe(width * height);
    expect([PICTURE.readUInt32BE(16), PICTURE.readUInt32BE(20), PICTURE.length < 1_000_000]).toEqual([width, height, true]);
    expect(MENU_BAR.length).toBeLessThanOrEqual(14);
    for (const { label } of MENU_AREAS) expect(label.length).toBeLessThanOrEqual(20);
  });
});
