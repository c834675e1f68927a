import { parseArgs } from 'node:util';
import { type ChannelName, LANGUAGES } from '#core';
import { secretText } from '#channels/webhook';
import { loadPlaybook } from '#playbook';
import { webhookSecret } from '#runtime';
import { type Command, print, UsageError } from './command.ts';
import { atTheConsole, type OpenPeople, openPeople } from './data-option.ts';

const CATEGORIES_USUAL = ['flood', 'congestion'] as const;

interface Outlet {
  readonly channel: Extract<ChannelName, 'webhook' | 'relay'>;
  readonly what: string;
  readonly example: string;
  /** Why an address cannot be one; null when it can. */
  readonly objection: (address: string) => string | null;
  /** What the other side needs to know, shown once it is added: by name, and in a line for people. */
  readonly shown: (people: OpenPeople, recipient: string) => { readonly secret?: string; readonly line: string };
}

const WEBHOOK: Outlet = {
  channel: 'webhook',
  what: 'a neighbour system, which receives every message as a signed POST (standardwebhooks.com)',
  example: 'https://alerts.neighbour.example.jp/in',
  objection: (address) => {
    if (!URL.canParse(address)) return 'is not a URL';
    const { protocol, username, password, hostname } = new URL(address);
    if (username !== '' || password !== '') return 'holds a name or a password; the signature proves who we are';
    const inner = (process.env['SONAE_WEBHOOK_INNER_HOSTS'] ?? '').split(',').map((host) => host.trim().toLowerCase());
    if (protocol === 'https:' || (protocol === 'http:' && inner.includes(hostname))) return null;
    return 'must begin with https:// (http:// only for hosts in SONAE_WEBHOOK_INNER_HOSTS)';
  },
  shown: ({ keys }, recipient) => {
    const secret = secretText(webhookSecret(keys, recipient));
    return { secret, line: `secret  ${secret}` };
  },
};

const RELAY: Outlet = {
  channel: 'relay',
  what: 'a rotating light or siren, which is switched by a command over MQTT and acknowledges it',
  example: 'siren-honmachi',
  objection: (address) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(address) ? null : 'is not the id of a device; sonae device add gives one',
  shown: (_, recipient) => ({ line: `subscriber ${recipient}; give the device its key with sonae device add` }),
};

export const webhook: Command = commandOf(WEBHOOK);
export const relay: Command = commandOf(RELAY);

function commandOf(outlet: Outlet): Command {
  const { channel, what, example } = outlet;
  return {
    name: channel,
    summary: `add, show, remove: ${what.split(',', 1)[0]}`,
    help: `Usage: npm run sonae -- ${channel} add <address> --playbook <folder> [--district <code>]… [--category <name>]… [--language ja]
       npm run sonae -- ${channel} show <address> [--json]      what the other side needs to know, again
       npm run sonae -- ${channel} remove <address>

Adds ${what}. It hears orders for its districts (all of the playbook's
without --district), and the facts of its categories (${CATEGORIES_USUAL.join(', ')} without --category) that a route of the playbook
tells on the channel ${channel}. The data folder is SONAE_DATA or ./data; the service may be running.

Example:
  npm run sonae -- ${channel} add ${example} --playbook infra/playbooks/mihon`,
    async run(args) {
      const { positionals, values } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          data: { type: 'string' },
          playbook: { type: 'string' },
          district: { type: 'string', multiple: true },
          category: { type: 'string', multiple: true },
          language: { type: 'string', default: 'ja' },
          json: { type: 'boolean', default: false },
        },
      });
      const [action, address, ...more] = positionals;
      if (action === undefined || !['add', 'show', 'remove'].includes(action)) throw new UsageError('say add, show or remove.');
      if (address === undefined || more.length > 0) throw new UsageError('name one address.');
      const people = await openPeople(values.data, { make: action === 'add' });
      try {
        if (action === 'add') await add(outlet, people, { ...values, address });
        if (action === 'remove') return await remove(outlet, people, address, values.json);
        return await show(outlet, people, address, values.json);
      } finally {
        await people.close();
      }
    },
  };
}

interface Wanted {
  readonly address: string;
  readonly playbook?: string | undefined;
  readonly district?: readonly string[] | undefined;
  readonly category?: readonly string[] | undefined;
  readonly language: string;
}

async function add({ channel, objection }: Outlet, { directory }: OpenPeople, wanted: Wanted): Promise<void> {
  const { address, playbook: folder, district: chosen, category: categories = CATEGORIES_USUAL } = wanted;
  const why = objection(address);
  if (why !== null) throw new UsageError(`${address} ${why}.`);
  const language = LANGUAGES.find((one) => one === wanted.language);
  if (!language) throw new UsageError(`--language is one of ${LANGUAGES.join(', ')}.`);
  if (folder === undefined) throw new UsageError('name the playbook with --playbook; its districts are chosen from.');
  const { playbook } = await loadPlaybook(folder);
  if (!playbook) throw new UsageError(`${folder} is not a playbook that checks clean; see sonae check ${folder}.`);
  const unknown = (chosen ?? []).filter((code) => !playbook.districts.has(code));
  if (unknown.length > 0) throw new UsageError(`${unknown.join(', ')}: no district of ${folder} (areas.geojson).`);
  const told = new Set(playbook.routes.flatMap(({ audience }) => (audience.kind === 'residents' ? [audience.category] : [])));
  const untold = (wanted.category ?? []).filter((category) => !told.has(category));
  if (untold.length > 0)
    throw new UsageError(`${untold.join(', ')}: no route of ${folder} tells of that; --category is one of ${[...told].join(', ')}.`);
  const districts = chosen ?? [...playbook.districts.keys()];
  await directory.subscribe([{ channel, address, language, districts, categories: [...categories] }], (recipient) => ({
    ...atTheConsole(),
    act: 'subscribed',
    subject: `subscriber/${recipient}`,
    after: { channel },
  }));
}

async function show({ channel, shown }: Outlet, people: OpenPeople, address: string, json: boolean): Promise<number> {
  const recipient = await people.directory.recipientOf(channel, address);
  if (recipient === null) throw new UsageError(`${address} was not added; sonae ${channel} add ${address} does it.`);
  const { line, ...known } = shown(people, recipient);
  print(json ? JSON.stringify({ address, subscriber: recipient, ...known }) : `${address}\n${line}`);
  return 0;
}

async function remove({ channel }: Outlet, { directory }: OpenPeople, address: string, json: boolean): Promise<number> {
  const left = await directory.leave(channel, address, (recipient) => ({
    ...atTheConsole(),
    act: 'unsubscribed',
    subject: `subscriber/${recipient}`,
    before: { channel },
  }));
  if (!left) throw new UsageError(`${address} was not added.`);
  print(json ? JSON.stringify({ address }) : `${address} hears nothing any more.`);
  return 0;
}
