import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { boundHttp, LineMenu, type LineMenuStep } from '#channels/line';
import { type Command, print, progress, UsageError } from './command.ts';

const STEPS: readonly LineMenuStep[] = ['created', 'uploaded', 'shown', 'removed'];

export const line: Command = {
  name: 'line',
  summary: 'menu install, menu show, menu remove: what stands under every talk of the LINE account',
  help: `Usage: npm run sonae -- line menu install [--image <file>] [--json]
       npm run sonae -- line menu show [--json]
       npm run sonae -- line menu remove [--json]

Installs the menu with its six areas (rivers, shelters, crowding, counters, safety, settings) and shows it to everybody.
Running it again changes nothing while menu and picture are the same; an earlier version goes when the new one is shown,
and menus that somebody made elsewhere are left alone. The picture is infra/line/rich-menu.png, drawn from
rich-menu.svg beside it; --image takes another PNG of 2500 × 1686 pixels and at most 1 MB.
SONAE_LINE_TOKEN is the channel access token; SONAE_LINE_API another base URL than LINE's own.

Example:
  SONAE_LINE_TOKEN=… npm run sonae -- line menu install`,
  async run(args) {
    const options = { image: { type: 'string' }, json: { type: 'boolean', default: false } } as const;
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [what, action] = positionals;
    if (what !== 'menu' || positionals.length > 2) throw new UsageError('say menu install, menu show or menu remove.');
    const { SONAE_LINE_TOKEN: token, SONAE_LINE_API: apiBase } = process.env;
    if (token === undefined || token === '')
      throw new UsageError('set SONAE_LINE_TOKEN to the channel access token of the account (LINE Developers console, Messaging API).');
    if (apiBase !== undefined && apiBase !== '' && !URL.canParse(apiBase))
      throw new UsageError(`SONAE_LINE_API=${apiBase} is no URL; write it like https://api.line.me, or leave it out.`);
    boundHttp({ answerMs: UPLOAD_MS });
    const menu = new LineMenu({ token, ...(apiBase === undefined || apiBase === '' ? {} : { apiBase }) });
    try {
      switch (action) {
        case 'install':
          return await install(menu, values.image ?? join(projectRoot(), 'infra', 'line', 'rich-menu.png'), values.json);
        case 'show':
          return await show(menu, values.json);
        case 'remove':
          return await remove(menu, values.json);
        case undefined:
        default:
          throw new UsageError(`say menu install, menu show or menu remove${action === undefined ? '' : `, not menu ${action}`}.`);
      }
    } finally {
      await menu.close();
    }
  },
};

/** A picture of a megabyte over a slow line. */
const UPLOAD_MS = 60_000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

async function install(menu: LineMenu, file: string, json: boolean): Promise<number> {
  if (!existsSync(file)) throw new UsageError(`there is no picture ${file}; name one with --image.`);
  const image = readFileSync(file);
  if (!image.subarray(0, PNG.length).equals(PNG))
    throw new UsageError(`${file} is no PNG; export the picture as PNG of 2500 × 1686 pixels.`);
  const bar = progress('installing the menu');
  try {
    const { id, kept } = await menu.install(image, (step) => bar.show((STEPS.indexOf(step) + 1) / STEPS.length));
    bar.end();
    print(
      json
        ? JSON.stringify({ id, kept })
        : kept
          ? `the menu ${id} stands there already; nothing was changed`
          : `the menu ${id} stands under every talk`,
    );
    return 0;
  } finally {
    bar.end();
  }
}

async function show(menu: LineMenu, json: boolean): Promise<number> {
  const menus = await menu.show();
  if (json) print(JSON.stringify(menus));
  else if (menus.length === 0) print('the account has no menu; sonae line menu install makes one');
  else
    for (const { id, name, isDefault, isOwn } of menus)
      print(`${isDefault ? '*' : ' '} ${id}  ${name}${isOwn ? '' : '  (made elsewhere)'}${isDefault ? '  shown to everybody' : ''}`);
  return 0;
}

async function remove(menu: LineMenu, json: boolean): Promise<number> {
  const removed = await menu.remove();
  print(json ? JSON.stringify({ removed }) : `${removed} ${removed === 1 ? 'menu' : 'menus'} removed`);
  return 0;
}

/** The folder with package.json, whether this runs from the sources or from dist. */
function projectRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
