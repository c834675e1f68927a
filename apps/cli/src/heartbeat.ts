import { parseArgs } from 'node:util';
import { type AuditDraft, HEARTBEAT_CATEGORY, HEARTBEAT_CHANNELS, type HeartbeatChannel, isMailAddress, type Recipient } from '#core';
import { type Command, print, UsageError } from './command.ts';
import { atTheConsole, isLineId, type OpenPeople, openPeople } from './data-option.ts';

const PAGE = 50;

export const heartbeat: Command = {
  name: 'heartbeat',
  summary: 'add, list, remove: test users, to whom the way from a gauge to a phone is proven every hour',
  help: `Usage: npm run sonae -- heartbeat add <channel> <address> [--data <folder>]
       npm run sonae -- heartbeat list [--json]
       npm run sonae -- heartbeat remove <channel> <address>

Channels: ${HEARTBEAT_CHANNELS.join(', ')}; an address on LINE is a user id such as U4af4980629…. A test user gets a message marked 【試験】 at every
beat of the playbook's heartbeat, and keeps whatever else they hear. Choose a phone and mailboxes that belong to the office. While a
channel has no test user it is not proven, and the page says so. The addresses are sealed like all others, and the list shows numbers
only. The data folder is --data, SONAE_DATA or ./data; the service may be running.

Example:
  npm run sonae -- heartbeat add disaster-mail heartbeat@city.example.jp`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [action, ...rest] = positionals;
    if (action === undefined || !['add', 'list', 'remove'].includes(action)) throw new UsageError('say add, list or remove.');
    const who = action === 'list' ? null : whoOf(rest);
    const people = await openPeople(values.data, { make: action === 'add' });
    try {
      if (who === null) return await list(people, values.json ?? false);
      return await (action === 'add' ? add : remove)(people, who, values.json ?? false);
    } finally {
      await people.close();
    }
  },
};

interface Who {
  readonly channel: HeartbeatChannel;
  readonly address: string;
}

function whoOf([name, address, ...more]: readonly string[]): Who {
  const channel = HEARTBEAT_CHANNELS.find((known) => known === name);
  if (!channel || address === undefined || more.length > 0)
    throw new UsageError(`name a channel (${HEARTBEAT_CHANNELS.join(', ')}) and an address.`);
  if (channel === 'line' ? !isLineId(address) : !isMailAddress(address))
    throw new UsageError(channel === 'line' ? 'a LINE user id is U and 32 digits and letters a to f.' : 'this is not a mail address.');
  return { channel, address };
}

/** Whoever is known keeps what they chose: a member of staff may be a test user too. */
async function add({ directory }: OpenPeople, { channel, address }: Who, json: boolean): Promise<number> {
  const known = await directory.subscriber(channel, address);
  const { language = 'ja', districts = [], categories = [] } = known ?? {};
  const chosen = [...new Set([...categories, HEARTBEAT_CATEGORY])];
  await directory.subscribe([{ channel, address, language, districts, categories: chosen }], (recipient) => ({
    ...atTheConsole(),
    act: 'subscribed',
    subject: `subscriber/${recipient}`,
    after: { channel, heartbeat: true },
  }));
  const subscriber = await directory.recipientOf(channel, address);
  print(
    json ? JSON.stringify({ channel, subscriber }) : `subscriber ${subscriber} is a test user of ${channel}; the next beat goes there too.`,
  );
  return 0;
}

async function remove({ directory }: OpenPeople, { channel, address }: Who, json: boolean): Promise<number> {
  const known = await directory.subscriber(channel, address);
  if (!known?.categories.includes(HEARTBEAT_CATEGORY)) throw new UsageError('there is no such test user.');
  const categories = known.categories.filter((category) => category !== HEARTBEAT_CATEGORY);
  const said = (recipient: Recipient): AuditDraft => ({
    ...atTheConsole(),
    act: 'unsubscribed',
    subject: `subscriber/${recipient}`,
    before: { channel, heartbeat: true },
  });
  if (categories.length + known.districts.length === 0) await directory.leave(channel, address, said);
  else await directory.subscribe([{ channel, address, language: known.language, districts: known.districts, categories }], said);
  print(json ? JSON.stringify({ channel, subscriber: known.recipient }) : `subscriber ${known.recipient} is no test user any more.`);
  return 0;
}

async function list({ directory }: OpenPeople, json: boolean): Promise<number> {
  const found: { readonly channel: HeartbeatChannel; readonly subscriber: string }[] = [];
  for (const channel of HEARTBEAT_CHANNELS) {
    const query = { channel, category: HEARTBEAT_CATEGORY, districts: null };
    for await (const { people } of directory.audience(query, PAGE))
      found.push(...people.map(({ recipient }) => ({ channel, subscriber: recipient })));
  }
  if (json) print(JSON.stringify(found));
  else if (found.length === 0) print('nobody yet; sonae heartbeat add <channel> <address> adds a test user.');
  else for (const { channel, subscriber } of found) print(`${channel}  subscriber ${subscriber}`);
  return 0;
}
