import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Playbook, SystemClock } from '#core';
import { openKeyFile } from '#keys';
import { chainOf } from '#pipeline/desk';
import { loadPlaybook, playbookFrom, ruleTextOf } from '#playbook';
import { isSealed, openSqliteToRead, type SqlDatabase, SqlDirectory, SqlLedger, SqlOrderBook, SqlPlaybookVersions } from '#sql';
import { openReadingFiles } from '#sqlite';
import { chainDto, type LineageDto, type OrderLineageDto, type PeakDto } from '#wire';
import { type Command, print, UsageError } from './command.ts';
import { keyFileOf, noLedgerIn } from './data-option.ts';
import { type Branch, drawTree } from './tree.ts';

/** A service that answers later than this is not one to ask at night; its files are. */
const ANSWER_MS_MAX = 30_000;

export const explain: Command = {
  name: 'explain',
  summary: 'why something was told: from an alert, an order or a received message back to the readings',
  help: `Usage: npm run sonae -- explain <alert|order|transition|message|delivery> [--data <folder>] [--addresses] [--json]
       npm run sonae -- explain <…> --url <service> [--json]

Prints the chain behind something that was told: deliveries and their states, the words, the episode and who acted, the rule with
the version of the playbook, and each reading with raw value, flag and time of receipt; of an order who decided it, why, and on which
grounds. Instead of an id, give what a resident has:
the retry key of a LINE message, or the Message-ID of a mail.

Reads the data folder (--data, SONAE_DATA or ./data) without writing to it; the service may be running. Names come from --playbook
or SONAE_PLAYBOOK, else from the version that is in force. Addresses are masked unless --addresses is given.
With --url a running service is asked; SONAE_USER and SONAE_PASSWORD sign in, and the role decides who sees addresses.

Example:
  npm run sonae -- explain 'river-level@ose-seguchi#1'`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        url: { type: 'string' },
        playbook: { type: 'string' },
        addresses: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    const [of] = positionals;
    if (of === undefined || positionals.length > 1) throw new UsageError('name one alert, order, transition, message or delivery.');
    if (values.url !== undefined && (values.data !== undefined || values.addresses))
      throw new UsageError('--url asks the service; --data and --addresses belong to the files of a folder.');
    const chain =
      values.url === undefined
        ? await fromFolder(of, values.data, values.playbook, values.addresses ? 'whole' : 'masked')
        : await fromService(of, values.url);
    print(values.json ? JSON.stringify(chain) : drawTree(treeOf(chain)));
    return 0;
  },
};

async function fromFolder(
  of: string,
  folder: string | undefined,
  playbookFolder: string | undefined,
  addresses: LineageDto['addresses'],
): Promise<Chain> {
  const data = resolve(folder ?? process.env['SONAE_DATA'] ?? 'data');
  const file = join(data, 'ledger.db');
  if (!existsSync(file)) throw new UsageError(noLedgerIn(data));
  if (!existsSync(join(data, 'readings.db'))) throw new UsageError(`the service never ran in ${data}: there is nothing to explain yet.`);
  const database = await openSqliteToRead(file);
  try {
    const readings = openReadingFiles(data);
    try {
      const versions = new SqlPlaybookVersions(database);
      return await chainOf(of, addresses, {
        ledger: new SqlLedger(database),
        orders: new SqlOrderBook(database),
        log: readings.log,
        directory: await directoryOf(database, data),
        history: readings.history,
        clock: new SystemClock(),
        playbook: await playbookOf(playbookFolder ?? process.env['SONAE_PLAYBOOK'], versions),
        ruleText: async (version, ruleId) => {
          const files = await versions.files(version);
          return files && ruleTextOf(files, ruleId);
        },
      });
    } finally {
      readings.close();
    }
  } finally {
    await database.close();
  }
}

/** For names and units only: what a decision rested on stands in its record. */
async function playbookOf(folder: string | undefined, versions: SqlPlaybookVersions): Promise<Playbook | null> {
  if (folder !== undefined) {
    const { playbook } = await loadPlaybook(folder);
    if (!playbook) throw new UsageError(`${folder} is not a playbook that checks clean; see sonae check ${folder}.`);
    return playbook;
  }
  const [inForce] = await versions.uses({ limit: 1 });
  const files = inForce && (await versions.files(inForce.version));
  return files ? await playbookFrom(files) : null;
}

async function fromService(of: string, url: string): Promise<Chain> {
  const [user, password] = [process.env['SONAE_USER'], process.env['SONAE_PASSWORD']];
  if (!user || !password) throw new UsageError('--url needs SONAE_USER and SONAE_PASSWORD in the environment.');
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(ANSWER_MS_MAX) }).catch((cause: unknown) => {
      throw new Error(
        `${url} does not answer; is it the address of the service? (${cause instanceof Error ? cause.message : String(cause)})`,
      );
    });
    if (response.ok) return response;
    const { detail } = (await response.json().catch(() => ({}))) as { readonly detail?: string };
    throw new Error(detail ?? `${url} answered ${response.status}`);
  };
  const headers = { 'content-type': 'application/json' };
  const session = await ask('/api/v1/session', { method: 'POST', headers, body: JSON.stringify({ user, password }) });
  const cookie = session.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ');
  try {
    const answer = await ask(`/api/v1/lineage?${new URLSearchParams({ of }).toString()}`, { headers: { cookie } });
    return chainDto.parse(await answer.json());
  } finally {
    await ask('/api/v1/session', { method: 'DELETE', headers: { cookie } }).catch(() => undefined);
  }
}

type Chain = LineageDto | OrderLineageDto;

const treeOf = (chain: Chain): Branch => ('order' in chain ? orderTree(chain) : alertTree(chain));

function orderTree({ order, transitions, timeZone, forgotten, kind }: OrderLineageDto): Branch {
  const time = (at: number | null): string => (at === null ? '-' : local(at, timeZone));
  const { content, grounds } = order;
  return {
    text:
      `order ${order.id}  level ${content.municipalLevel} ${content.orderName}, ${content.districts.map(({ name }) => name).join(', ')}, ${order.state}` +
      `${order.status === 'actual' ? '' : `, ${order.status}`}, playbook ${order.playbookVersion}`,
    parts: [
      { text: `proposed by ${order.proposedBy ?? `rule ${order.ruleId}`} at ${time(order.openedAt)}` },
      {
        text: `grounds ${grounds.readings.length + grounds.reports.length}`,
        parts: [
          ...grounds.readings.map(({ transitionId, gaugeName, value, unit, at, quality, verdict, doubt }) => ({
            text: `${gaugeName}  ${value === null ? 'no value' : `${value} ${unit}`} at ${time(at)}, ${quality}, ${verdict}${doubt === null ? '' : `; doubtful: ${doubt}`}\nsee explain '${transitionId}'`,
          })),
          ...grounds.reports.map(({ text, by, at }) => ({ text: `report of ${by} at ${time(at)}: ${text}` })),
        ],
      },
      ...order.acts.map(({ kind: act, by, role, at, reason }) => ({
        text: `${act} by ${by}${role === null ? '' : ` (${role})`} at ${time(at)}${reason === '' ? '' : `: ${reason}`}`,
      })),
      ...(forgotten ? [{ text: `the ${kind} itself was forgotten after its retention time` }] : []),
      ...transitions.map((transition) => ({
        text: `transition ${transition.id}  ${transition.kind} at ${time(transition.at)}${transition.corrects === null ? '' : `, takes back ${transition.corrects}`}${transition.brokeGlass ? ', one person alone' : ''}`,
        parts: [
          ...transition.confirmations.map(({ by, role, at, how, reason }) => ({
            text: `yes of ${by}${role === null ? '' : ` (${role})`} at ${time(at)}, ${how}${reason === '' ? '' : `: ${reason}`}`,
          })),
          ...transition.messages.map((message) => messageBranch(message, time)),
          ...(transition.deliveriesLeftOut > 0 ? [{ text: `${transition.deliveriesLeftOut} more deliveries` }] : []),
        ],
      })),
    ],
  };
}

function alertTree(chain: LineageDto): Branch {
  const { alert, transitions, timeZone } = chain;
  const time = (at: number | null): string => (at === null ? '-' : local(at, timeZone));
  return {
    text: `alert ${alert.id}  ${alert.ruleName}, ${alert.gaugeName}, ${alert.state}`,
    parts: [
      { text: `gauge ${alert.gauge}, device ${alert.device ?? 'not in the playbook any more'}` },
      ...(alert.peak ? [{ text: peakLine(alert.peak, time) }] : []),
      ...alert.acts.map(({ kind, by, at, words }) => ({ text: `${kind} by ${by} at ${time(at)}${words === '' ? '' : `: ${words}`}` })),
      ...(alert.acts.length === 0 ? [{ text: 'nobody acted' }] : []),
      ...(chain.forgotten ? [{ text: `the ${chain.kind} itself was forgotten after its retention time` }] : []),
      ...transitions.map((transition) => transitionBranch(transition, chain, time)),
    ],
  };
}

type Time = (at: number | null) => string;
type Transition = LineageDto['transitions'][number];

function peakLine({ live, now, revised, late, lateDoubtful, unit }: PeakDto, time: Time): string {
  if (!now) return 'peak unknown: the history has no believed observation of the episode';
  const told = ({ value, at }: { readonly value: number; readonly at: number }): string => `${value} ${unit} at ${time(at)}`;
  const doubt = lateDoubtful > 0 ? `, ${lateDoubtful} of them not believed` : '';
  const came = late > 0 ? `; ${late} observations came late${doubt}` : '';
  return revised
    ? `peak ${told(now)}, known only afterwards; live it was ${live ? told(live) : 'unknown'}${came}`
    : `peak ${told(now)}${came}`;
}

function transitionBranch(transition: Transition, { transitionId, alert }: LineageDto, time: Time): Branch {
  const { id, kind, from, to, toName, at, decidedAt, status, record, reach, messages, deliveriesLeftOut } = transition;
  const head = `transition ${id}  ${kind} ${from}→${to}${toName === '' ? '' : ` ${toName}`}, observed ${time(at)}, decided ${time(decidedAt)}${status === 'actual' ? '' : `, ${status}`}`;
  const why: Branch = { text: `because ${record.verdict}  (by ${record.by}, playbook ${record.playbookVersion})` };
  if (transitionId !== null && transitionId !== id) return { text: head, parts: [why] };
  const limits = record.limits.map(({ name, value }) => `${name} ${value}`).join(', ');
  return {
    text: head,
    parts: [
      why,
      {
        text:
          record.ruleText === null
            ? `rule ${record.ruleId}: the words of this version were not kept`
            : `rule ${record.ruleId}\n${record.ruleText}`,
      },
      ...(limits === '' ? [] : [{ text: `limits ${limits}` }]),
      {
        text: `readings ${record.readings.length}`,
        parts: record.readings.map((reading) => ({ text: readingLine(reading, alert, time) })),
      },
      {
        text:
          reach.length === 0
            ? 'told nobody'
            : `told ${reach.map(({ channel, accepted, planned }) => `${channel} ${accepted}/${planned} accepted`).join(', ')}`,
        parts: [
          ...messages.map((message) => messageBranch(message, time)),
          ...(deliveriesLeftOut > 0 ? [{ text: `${deliveriesLeftOut} more deliveries` }] : []),
        ],
      },
    ],
  };
}

function readingLine(
  { gauge, position, at, receivedAt, raw, quantity, value, quality, why, from }: Transition['record']['readings'][number],
  alert: LineageDto['alert'],
  time: Time,
): string {
  const measured = raw === null ? 'raw value not in the log any more' : `raw ${raw}${quantity === null ? '' : ` (${quantity})`}`;
  const whose = gauge === alert.gauge ? '' : `${gauge}  `;
  const source = from === 'log' ? `log ${position}` : `log ${position} forgotten, as the decision kept it`;
  return `${whose}${time(at)}  ${value} ${alert.unit}  ${quality}${why === '' ? '' : `: ${why}`}  ${measured}, received ${time(receivedAt)}, ${source}`;
}

/** Null where nobody subscribed yet: then there are no keys either. */
const directoryOf = async (database: SqlDatabase, data: string): Promise<SqlDirectory | null> =>
  (await isSealed(database)) ? SqlDirectory.openToRead({ database, keys: openKeyFile(keyFileOf(data), { make: false }) }) : null;

const messageBranch = (
  { id, audience, language, subject, body, translated, issuedAt, deliveries }: Transition['messages'][number],
  time: Time,
): Branch => ({
  text: `message ${id}  ${language}${audience === null ? '' : ` to ${audience}`}, issued ${time(issuedAt)}${translated ? '' : ', in Japanese for want of a translation'}\n  ${[subject, ...body.trimEnd().split('\n')].join('\n  ')}`,
  parts: deliveries.map((delivery) => ({
    text:
      `delivery ${delivery.id}  ${delivery.state}, ${delivery.attempts} tries, settled ${time(delivery.settledAt)}` +
      `${delivery.lastReason === '' ? '' : `, ${delivery.lastReason}`}\n` +
      `${delivery.channel === 'line' ? 'retry key' : 'Message-ID'} ${delivery.key}, ${delivery.recipients} recipients: ${delivery.addresses.join(', ')}${delivery.addresses.length < delivery.recipients ? ', …' : ''}`,
  })),
});

/** An instant as the city's clocks showed it, ISO 8601 with offset. */
const local = (at: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toString({ timeZoneName: 'never', smallestUnit: 'second' });
