import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { FaultKind } from '#outside/line-platform';
import { MailCatcher } from '#outside/mail-catcher';
import { builtService } from '../support/built-service.ts';
import { randomOf } from '../support/random.ts';
import { lineId } from '../support/station.ts';
import { check, type History } from './history-checker.ts';
import { LINE_POINTS, type OddOutcome } from './line-deaths.ts';
import { OrderedTown, peopleOf } from './ordered-town.ts';

/**
 * Every odd answer of LINE meets kill -9 at every step of the sender. A run dies once at each point, each time amid another answer, so that any 18
 * runs in a row have met all pairs; then one checker reads the whole history. CI makes one run: `LINE_RUNS=50 npm test -- test/kill/line-answers`. A run
 * that fails names its seed, and is repeated alone by `LINE_SEED=<seed> LINE_RUNS=1`.
 */
const RUNS = Number(process.env['LINE_RUNS'] ?? 1);
const FIRST_SEED = Number(process.env['LINE_SEED'] ?? 0);
const SERVICE_WITH_DEATHS = join(import.meta.dirname, 'service-with-deaths.ts');
/** How long a silent LINE is waited for in these runs. */
const ANSWER_MS = '1000';

interface Odd {
  readonly name: string;
  readonly fault: string;
  /** How LINE answers, in turn; null is well. */
  readonly turns: readonly (FaultKind | null)[];
  /** What that is for the service. */
  readonly outcome: OddOutcome;
}

const again = (kind: FaultKind, fault = 'F54'): Odd => ({ name: kind, fault, turns: [kind, null], outcome: 'retry' });
const shut = (kind: FaultKind, fault = 'F55'): Odd => ({ name: kind, fault, turns: [null, kind], outcome: 'closed' });

const ODD: readonly Odd[] = [
  again('rateLimited', 'F53'),
  again('error500'),
  { name: '409 after an answer that was lost', fault: 'F4', turns: ['dropAfterAccept', null], outcome: 'duplicate' },
  shut('unauthorized'),
  again('error500AfterAccept'),
  again('resetAfterAccept'),
  { name: '400 for one id among many', fault: 'F56', turns: [], outcome: 'refused' },
  again('halfAnswer'),
  again('silence'),
  shut('quotaReached', 'F53'),
  again('error502'),
  again('resetBeforeAccept'),
  again('htmlAnswer'),
  { name: '409 after a silence', fault: 'F54', turns: ['silence', null], outcome: 'duplicate' },
  again('jsonAnswer'),
  shut('forbidden'),
  again('error503'),
  again('silenceBeforeAccept'),
];

/** Districts that are told to leave before each life: about twenty requests to LINE, a chunk of 500 among them. */
const DISTRICTS = ['honmachi', 'matsuba'] as const;
const PEOPLE = DISTRICTS.flatMap((district) => [
  ...peopleOf(district, 1_700, { channel: 'line', language: 'ja', addressOf: (index) => lineId(`${district} ${index}`) }),
  ...(['ja-easy', 'en', 'vi', 'pt'] as const).flatMap((language) =>
    peopleOf(district, 30, { channel: 'line', language, addressOf: (index) => lineId(`${district} ${language} ${index}`) }),
  ),
  ...peopleOf(district, 15, { channel: 'disaster-mail', language: 'ja', addressOf: (index) => `${district}-${index}@mail.example.jp` }),
]);

/** One of each kind of outcome; the one that shuts the door comes last, for behind it nothing else is met. */
const OUTAGES: readonly FaultKind[] = ['rateLimited', 'error503', 'silence', 'unauthorized'];

/** So many times at most a point is passed before it kills: an outage soon leaves one request at a time. */
const CALLS_MAX = 4;
/** LINE is asked within it, on however busy a machine. */
const WAIT_MS = 120_000;

jest.setTimeout(900_000);

const runs = Array.from({ length: RUNS }, (_, index) => {
  const seed = FIRST_SEED + index;
  const deaths = LINE_POINTS.map((point, number) => ({
    point,
    odd: ODD[(seed * LINE_POINTS.length + number + turnOf(seed)) % ODD.length]!,
  }));
  return { seed, deaths, name: deaths.map(({ odd: { fault, name } }) => `${fault} ${name}`).join(', ') };
});

/** Moves answers against points, once all answers were met. */
function turnOf(seed: number): number {
  return Math.floor((seed * LINE_POINTS.length) / ODD.length);
}

const figures = { runs: 0, kills: 0, orders: 0, seenOnLine: 0, lost: 0, twice: 0, violations: 0, mails: 0 };
const pairs = new Map<string, number>();
const answers = new Map<string, number>();

let program: string;
let town: OrderedTown;
let mail: MailCatcher;

beforeAll(async () => {
  program = await builtService();
});

beforeEach(async () => {
  mail = await MailCatcher.start({ smtpPort: 0, httpPort: 0 });
  town = await OrderedTown.start({
    subscribers: PEOPLE,
    settings: { SONAE_SMTP_URL: mail.smtpUrl, SONAE_MAIL_FROM: 'bosai@city.example.jp' },
  });
});

afterEach(async () => {
  await town.stop();
  await mail.stop();
});

describe('LINE that answers oddly, and kill -9', () => {
  const beganAt = performance.now();
  afterAll(() => {
    const counts = [...pairs.values()];
    const met = { of: ODD.length * LINE_POINTS.length, met: counts.length, leastOften: Math.min(...counts) };
    const seconds = Math.round((performance.now() - beganAt) / 1_000);
    process.stdout.write(`LINE: ${JSON.stringify({ ...figures, pairs: met, answers: Object.fromEntries(answers), seconds })}\n`);
  });

  it.each(runs)('$name: nothing lost, nothing twice (LINE_SEED=$seed)', async ({ seed, deaths }) => {
    const random = randomOf(seed);
    for (const { point, odd } of deaths) {
      for (const district of DISTRICTS) await town.give(district);
      town.line.failInTurn(odd.turns);
      if (odd.outcome === 'refused') town.losesAnAccount(DISTRICTS[0]);
      // Beyond a closed door nobody asks again for half a minute.
      const call = String(1 + random.below(odd.outcome === 'closed' ? 1 : CALLS_MAX));
      town.begin(SERVICE_WITH_DEATHS, '--point', point, '--odd', odd.outcome, '--call', call, '--answer-ms', ANSWER_MS);
      await town.death('inside');
      pairs.set(`${odd.name} ${point}`, (pairs.get(`${odd.name} ${point}`) ?? 0) + 1);
    }
    town.line.failInTurn([]);
    const history = await restedHistory(program);
    const violations = check(history);
    count(history, violations);
    expect(violations).toEqual([]);
    // A run in which nothing odd happens proves nothing.
    expect(history.given).toHaveLength(deaths.length * DISTRICTS.length);
    expect(history.line.filter(({ answer, verdict }) => answer !== 200 || verdict !== 'accepted').length).toBeGreaterThan(deaths.length);
  });

  it('F53 F54 F55 no mail waits for LINE, whatever it answers, and nobody on LINE is forgotten meanwhile', async () => {
    town.begin(SERVICE_WITH_DEATHS, '--answer-ms', ANSWER_MS);
    for (const kind of OUTAGES) {
      town.line.failAll(kind);
      const [asked, mailed] = [town.line.requests.length, mail.events.length];
      for (const district of DISTRICTS) await town.give(district);
      await town.line.until(({ requests }) => requests.length > asked, WAIT_MS);
      const readers = town.subscribers.filter(({ channel }) => channel === 'disaster-mail').length;
      await mail.until(({ events }) => events.slice(mailed).filter(({ verdict }) => verdict === 'kept').length >= readers, WAIT_MS);
      expect(town.line.requests.slice(asked).filter(({ answer }) => answer === 200 || answer === 409)).toEqual([]);
    }
    town.line.failAll(null);
    await town.death('outside');
    const history = await restedHistory(program);
    expect(check(history)).toEqual([]);
  });
});

/** Starts a service a last time, lets everything come to rest, and reads the history. */
async function restedHistory(...command: readonly string[]): Promise<History> {
  town.begin(...command);
  await town.service.listening();
  await town.rested();
  await town.service.end('SIGTERM');
  return town.history(mail.events);
}

function count({ kills, given = [], line, mail: mails }: History, violations: readonly string[]): void {
  figures.runs += 1;
  figures.kills += kills;
  figures.orders += given.length;
  figures.seenOnLine += line.filter(({ verdict }) => verdict === 'accepted').flatMap(({ to }) => to).length;
  figures.lost += violations.filter((violation) => /^(sent on LINE and not seen|not told|never ended|not planned)/.test(violation)).length;
  figures.twice += violations.filter((violation) => violation.startsWith('seen twice')).length;
  figures.violations += violations.length;
  figures.mails += mails.filter(({ verdict }) => verdict === 'kept').length;
  for (const { answer } of line) answers.set(String(answer), (answers.get(String(answer)) ?? 0) + 1);
}

describe('a service that breaks a promise', () => {
  it('F54 twin: settling before the request loses messages, and the checker finds them', async () => {
    town.line.failInTurn(['error503', null]);
    await town.give(DISTRICTS[0]);
    expect(check(await restedHistory(SERVICE_WITH_DEATHS, '--twin', 'settledFirst'))).toContainEqual(
      expect.stringMatching(/^sent on LINE and not seen/),
    );
  });

  it('F54 twin: a key of its own for every attempt shows messages twice, and the checker finds them', async () => {
    town.line.failInTurn(['dropAfterAccept', null]);
    await town.give(DISTRICTS[0]);
    expect(check(await restedHistory(SERVICE_WITH_DEATHS, '--twin', 'freshKeys'))).toContainEqual(
      expect.stringMatching(/^seen twice on LINE/),
    );
  });
});
