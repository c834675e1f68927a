import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Accounts } from '#core';
import { loadPlaybook } from '#playbook';
import { type Command, complain, print, UsageError } from './command.ts';
import { atTheConsole, openPeople } from './data-option.ts';

/** What a device may be called: it is a topic level, a client id and a file name. */
const DEVICE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const ACTIONS: readonly string[] = ['add', 'list', 'rotate', 'revoke'];

export const device: Command = {
  name: 'device',
  summary: 'add, list, rotate, revoke: credentials of devices; keys are shown once',
  help: `Usage: npm run sonae -- device add <id…> [--data <folder>] [--json]
       npm run sonae -- device add --playbook <folder>      every device of the playbook that has no key yet
       npm run sonae -- device list
       npm run sonae -- device rotate <id>                  a second valid key; revoke the old one later
       npm run sonae -- device revoke <id> [--old]          all keys, or all but the newest

The data folder is SONAE_DATA or ./data; the service may be running and hears of changes within 5 s.
A key is shown once and stored hashed. With --json: {"<device>":"<key>"}, as firmware-sim reads it.

Example:
  npm run sonae -- device add ose-seguchi`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, playbook: { type: 'string' }, json: { type: 'boolean' }, old: { type: 'boolean' } },
    });
    const [action, ...ids] = positionals;
    if (action === undefined || !ACTIONS.includes(action))
      throw new UsageError(`say add, list, rotate or revoke${action === undefined ? '' : `, not ${action}`}.`);
    const people = await openPeople(values.data, { make: action === 'add' });
    try {
      switch (action) {
        case 'add':
          return values.playbook === undefined
            ? await add(people.accounts, ids, values.json ?? false)
            : await addMissing(people.accounts, await devicesOf(values.playbook), values.json ?? false);
        case 'rotate':
          return await rotate(people.accounts, ids, values.json ?? false);
        case 'list':
          return await list(people.accounts, values.json ?? false);
        default:
          return await revoke(people.accounts, ids, values.old ?? false);
      }
    } finally {
      await people.close();
    }
  },
};

async function devicesOf(folder: string): Promise<readonly string[]> {
  const { playbook } = await loadPlaybook(folder);
  if (!playbook) throw new UsageError(`${folder} is not a playbook that checks clean; see sonae check ${folder}.`);
  return [...new Set([...playbook.gauges.values()].map((gauge) => gauge.device))];
}

async function add(accounts: Accounts, ids: readonly string[], json: boolean): Promise<number> {
  const valid = await withValidKey(accounts, ids);
  const known = ids.filter((id) => valid.has(id));
  if (known.length > 0) throw new UsageError(`${known.join(', ')}: has a key already; rotate gives a second one.`);
  return show(await addDeviceKeys(accounts, ids), json);
}

/** Run again when the playbook has grown: whoever has a key keeps it, for the device out there knows no other. */
async function addMissing(accounts: Accounts, ids: readonly string[], json: boolean): Promise<number> {
  const valid = await withValidKey(accounts, ids);
  const missing = ids.filter((id) => !valid.has(id));
  const kept = ids.length - missing.length;
  show(await addDeviceKeys(accounts, missing), json);
  if (kept > 0) complain(`${kept} of the ${ids.length} devices of the playbook had a key already and keep it; rotate gives a second one.`);
  return 0;
}

async function rotate(accounts: Accounts, ids: readonly string[], json: boolean): Promise<number> {
  const valid = await withValidKey(accounts, ids);
  const unknown = ids.filter((id) => !valid.has(id));
  if (unknown.length > 0) throw new UsageError(`${unknown.join(', ')}: has no key yet; add gives the first one.`);
  return show(await addDeviceKeys(accounts, ids), json);
}

/** The devices that can sign in now. Throws `UsageError` when one of those that were named cannot be a device. */
async function withValidKey(accounts: Accounts, named: readonly string[]): Promise<ReadonlySet<string>> {
  if (named.length === 0) throw new UsageError('name at least one device.');
  const wrong = named.filter((id) => !DEVICE_ID.test(id));
  if (wrong.length > 0)
    throw new UsageError(
      `${wrong.join(', ')}: a device id is 1 to 64 letters, digits, dots, dashes or underscores and begins with a letter or digit.`,
    );
  return new Set((await accounts.deviceKeys()).filter(({ revokedAt }) => revokedAt === null).map((key) => key.device));
}

function show(keys: Readonly<Record<string, string>>, json: boolean): number {
  if (json) print(JSON.stringify(keys));
  else for (const [id, key] of Object.entries(keys)) print(`${id}  ${key}`);
  return 0;
}

async function list(accounts: Accounts, json: boolean): Promise<number> {
  const keys = (await accounts.deviceKeys()).map(({ device: id, createdAt, revokedAt }) => ({
    device: id,
    createdAt: new Date(createdAt).toISOString(),
    revokedAt: revokedAt === null ? null : new Date(revokedAt).toISOString(),
  }));
  if (json) print(JSON.stringify(keys));
  else if (keys.length === 0) print('no devices yet; sonae device add <id> gives one its key.');
  else for (const key of keys) print(`${key.device}  added ${key.createdAt}${key.revokedAt === null ? '' : `  revoked ${key.revokedAt}`}`);
  return 0;
}

async function revoke(accounts: Accounts, ids: readonly string[], onlyOld: boolean): Promise<number> {
  const [id] = ids;
  if (id === undefined || ids.length > 1) throw new UsageError('name one device.');
  const count = await accounts.revokeDeviceKeys(id, Date.now(), onlyOld, {
    ...atTheConsole(),
    act: 'device-keys-revoked',
    subject: `device/${id}`,
    after: { kept: onlyOld ? 'the newest' : 'none' },
  });
  if (count === 0) throw new UsageError(`${id} has no key to revoke.`);
  print(`${id}: ${count} key${count === 1 ? '' : 's'} revoked; a running service closes its connection within 5 s.`);
  return 0;
}

/** Gives each device a new key and returns them: the only time that they can be read. */
export async function addDeviceKeys(accounts: Accounts, ids: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const keys: Record<string, string> = {};
  for (const id of ids) {
    const key = randomBytes(32).toString('base64url');
    const keyHash = createHash('sha256').update(key).digest('hex');
    const said = { ...atTheConsole(), act: 'device-keys-added', subject: `device/${id}` } as const;
    await accounts.addDeviceKey({ device: id, keyHash, createdAt: said.at, revokedAt: null }, said);
    keys[id] = key;
  }
  return keys;
}
