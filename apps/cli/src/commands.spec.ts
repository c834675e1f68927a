import { existsSync } from 'node:fs';
import { jest } from '@jest/globals';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { audit } from './audit.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import type { Command } from './command.ts';
import { device } from './device.ts';
import { explain } from './explain.ts';
import { exportCommand } from './export.ts';
import { heartbeat } from './heartbeat.ts';
import { keys } from './keys.ts';
import { webhook } from './outlet.ts';
import { preview } from './preview.ts';
import { replayCommand } from './replay.ts';
import { subscriber } from './subscriber.ts';
import { testCommand } from './test.ts';
import { user } from './user.ts';

jest.setTimeout(120_000);

const MIHON = 'infra/playbooks/mihon';
const folder = temporaryFolder();
const data = (name: string): readonly string[] => ['--data', folder.file(name)];

/** What a command tells in a pipe, with the words of its refusal. */
async function told(command: Command, ...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const hears = (name: 'out' | 'err') => (text: string | Uint8Array) => {
    said[name] += String(text);
    return true;
  };
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation(hears('out')),
    jest.spyOn(process.stderr, 'write').mockImplementation(hears('err')),
  ];
  try {
    return { status: await command.run(args), ...said };
  } catch (cause) {
    return { status: 1, ...said, err: (cause as Error).message };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

afterAll(() => folder.remove());

const QUESTIONS: readonly (readonly [Command, string])[] = [
  [device, 'list'],
  [device, 'rotate ose-seguchi'],
  [user, 'list'],
  [user, 'disable sato'],
  [subscriber, 'count'],
  [subscriber, 'erase disaster-mail hana@example.jp'],
  [heartbeat, 'list'],
  [keys, 'list'],
  [keys, 'rotate'],
  [webhook, 'show https://a.example.jp'],
  [audit, 'verify'],
  [audit, 'key'],
  [exportCommand, 'audit'],
  [explain, 'river-level@ose-seguchi#1'],
  [preview, MIHON],
];

it.each(QUESTIONS)('makes no folder for a question, and says that no service worked there: %# %s', async (command, words) => {
  const mistyped = folder.file('dtaa');
  expect(await told(command, ...words.split(' '), ...data('dtaa'))).toEqual({
    status: 1,
    out: '',
    err: `there is no ledger.db in ${mistyped}; name the folder of the service with --data or SONAE_DATA.`,
  });
  expect(existsSync(mistyped)).toBe(false);
});

it.each([
  [device, 'lst'],
  [user, 'remove sato'],
  [subscriber, 'list'],
])('makes no folder for a word that it does not know: %# %s', async (command, words) => {
  expect(await told(command, ...words.split(' '), ...data('dtaa'))).toMatchObject({ status: 1, err: expect.stringContaining('say ') });
  expect(existsSync(folder.file('dtaa'))).toBe(false);
});

it('gives the devices that came into a playbook their keys, and leaves the others theirs', async () => {
  expect(await told(device, 'add', 'ose-seguchi', ...data('grown'))).toMatchObject({ status: 0 });
  const grown = await told(device, 'add', '--playbook', MIHON, '--json', ...data('grown'));
  expect(grown).toMatchObject({ status: 0, err: expect.stringContaining('1 of the ') });
  const named = Object.keys(JSON.parse(grown.out) as object);
  expect(named.length).toBeGreaterThan(10);
  expect(named).not.toContain('ose-seguchi');
  expect(await told(device, 'add', '--playbook', MIHON, '--json', ...data('grown'))).toMatchObject({ status: 0, out: '{}\n' });
  expect(await told(device, 'add', 'ose-seguchi', ...data('grown'))).toMatchObject({
    status: 1,
    err: expect.stringContaining('has a key already'),
  });
});

const addKato = (...more: readonly string[]) => told(user, 'add', 'kato', '--role', 'viewer', ...more, ...data('addressed'));
const addOutlet = (category: string) =>
  told(webhook, 'add', 'https://a.example.jp/in', '--playbook', MIHON, '--category', category, '--json', ...data('addressed'));

it('refuses an address that no message could reach, before it adds anybody', async () => {
  expect(await addKato('--mail', 'kato')).toMatchObject({ status: 1, out: '', err: expect.stringContaining('is not a mail address') });
  expect(await addKato('--line', 'kato')).toMatchObject({ status: 1, out: '', err: expect.stringContaining('a LINE user id is') });
  expect(await addKato('--mail', 'kato@city.example.jp')).toMatchObject({ status: 0 });
  expect(await addOutlet('floods')).toMatchObject({ status: 1, out: '', err: expect.stringContaining('no route of') });
  expect(JSON.parse((await addOutlet('flood')).out)).toEqual({
    address: 'https://a.example.jp/in',
    subscriber: expect.any(String),
    secret: expect.stringMatching(/^whsec_/),
  });
});

it('names the file that is not there, and what to do', async () => {
  const none = folder.file('none');
  await told(user, 'add', 'ueda', '--role', 'viewer', ...data('young'));
  const asked: readonly (readonly [Command, readonly string[], string])[] = [
    [testCommand, [none], `${none}:1 error the folder cannot be read (ENOENT)`],
    [replayCommand, [MIHON, '--readings', `${none}.csv`], `${none}.csv: cannot be read (ENOENT); give a CSV file`],
    [restoreCommand, [`${none}.tar`], `there is no backup ${none}.tar`],
    [backupCommand, [`${none}/a.tar`, ...data('young')], `there is no folder ${none} for the backup`],
    [subscriber, ['affected', '--out', `${none}/a.csv`, ...data('young')], `${none}/a.csv cannot be written (ENOENT)`],
    [subscriber, ['export', 'email', 'a@example.jp', ...data('young')], 'nobody is subscribed by email under this address'],
    [audit, ['verify', ...data('young')], 'the service makes it at its first start'],
    [explain, ['a#1', ...data('young')], 'the service never ran in'],
  ];
  for (const [command, words, answer] of asked)
    expect([answer, await told(command, ...words)]).toEqual([answer, { status: 1, out: '', err: expect.stringContaining(answer) }]);
});
