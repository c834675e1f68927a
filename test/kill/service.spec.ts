import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { builtService } from '../support/built-service.ts';
import { randomOf } from '../support/random.ts';
import { POINTS } from './deaths.ts';
import { check, type History } from './history-checker.ts';
import { ServiceProcess } from './service-process.ts';
import { Town } from './town.ts';

/**
 * The running service is killed with SIGKILL, at named points and at random moments, and one checker reads the whole history afterwards. CI
 * runs 20; a release runs more: `KILL_RUNS=1000 npm test -- test/kill/service`. A run that fails names its seed, and is repeated alone by
 * `KILL_SEED=<seed> KILL_RUNS=1 npm test -- test/kill/service`.
 *
 * The twin with synchronous=NORMAL is in power-cut.spec.ts: what the kernel holds survives a kill, so it takes a power cut to lose it.
 */
const RUNS = Number(process.env['KILL_RUNS'] ?? 20);
const FIRST_SEED = Number(process.env['KILL_SEED'] ?? 0);
/** Of so many seeds in a row one is for each point, and the rest for random moments only. */
const CYCLE = 20;
const KILLED_AT_START_OR_LATER_MS = 2_500;
const SERVICE_WITH_DEATHS = join(import.meta.dirname, 'service-with-deaths.ts');

jest.setTimeout(900_000);

const runs = Array.from({ length: RUNS }, (_, index) => {
  const seed = FIRST_SEED + index;
  const planted = POINTS[seed % CYCLE] ?? null;
  return { seed, planted, name: planted ? `${planted.fault} twice ${planted.point} and once` : 'F1-F5 three times' };
});

const figures = { runs: 0, kills: 0, acked: 0, decided: 0, seenOnLine: 0, askedAgain: 0, mails: 0, mailsAgain: 0, violations: 0 };
const firstAckMs: number[] = [];
const firstAttemptMs: number[] = [];

let program: string;
let town: Town;

beforeAll(async () => {
  program = await builtService();
});

beforeEach(async () => {
  town = await Town.start(FIRST_SEED);
});

afterEach(async () => {
  firstAckMs.push(...town.firstAckMs);
  firstAttemptMs.push(...town.firstAttemptMs);
  await town.stop();
});

describe('the service under kill -9', () => {
  const beganAt = performance.now();
  afterAll(() => {
    const seconds = Math.round((performance.now() - beganAt) / 1_000);
    const restarts = { firstAckMs: spread(firstAckMs), firstAttemptMs: spread(firstAttemptMs) };
    process.stdout.write(`kill -9: ${JSON.stringify({ ...figures, ...restarts, seconds })}\n`);
  });

  it.each(runs)('$name at random: nothing lost, nothing twice (KILL_SEED=$seed)', async ({ seed, planted }) => {
    const random = randomOf(seed);
    town.trouble();
    if (planted) {
      const { point, callsMax } = planted;
      for (let death = 0; death < 2; death += 1) {
        town.begin(SERVICE_WITH_DEATHS, '--point', point, '--call', String(1 + random.below(callsMax)));
        await town.death('inside');
      }
    }
    for (let death = planted ? 2 : 0; death < 3; death += 1) {
      town.begin(program);
      await wait(random.below(KILLED_AT_START_OR_LATER_MS));
      await town.death('outside');
    }
    town.begin(program);
    await town.service.listening();
    await town.calm();
    expect(await town.service.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const history = await town.history();
    const violations = [...town.leftBehind, ...check(history)];
    count(history, violations);
    expect(violations).toEqual([]);
    // A run in which nothing happens proves nothing.
    expect(history.transitions.length).toBeGreaterThan(10);
    expect(history.deliveries.length).toBeGreaterThan(50);
  });
});

describe('a service that breaks a promise', () => {
  it('F1 twin: acknowledging before the store loses readings, and the checker finds them', async () => {
    for (let death = 0; death < 2; death += 1) {
      town.begin(SERVICE_WITH_DEATHS, '--twin', 'lateStore');
      await town.service.listening();
      await town.acknowledged(100);
      await town.death('outside');
    }
    expect(await violationsAfter(SERVICE_WITH_DEATHS, '--twin', 'lateStore')).toContainEqual(
      expect.stringMatching(/^acknowledged and lost/),
    );
  });

  it('F4 twin: without a retry key that outlives an attempt people see messages twice, and the checker finds them', async () => {
    town.trouble(['dropAfterAccept']);
    town.begin(SERVICE_WITH_DEATHS, '--twin', 'freshKeys');
    await town.stumbled();
    await town.death('outside');
    expect(await violationsAfter(SERVICE_WITH_DEATHS, '--twin', 'freshKeys')).toContainEqual(expect.stringMatching(/^seen twice on LINE/));
  });
});

describe('the end of a service', () => {
  it('F8 SIGTERM in mid-flood ends with status 0, returns every lease, loses nothing and repeats nothing', async () => {
    town.begin(program);
    await town.service.listening();
    await town.line.until(({ requests }) => requests.length > 20);
    expect(await town.service.end('SIGTERM')).toMatchObject({ code: 0, signal: null });
    const { deliveries } = await town.history();
    expect(deliveries.filter(({ state }) => state === 'sending').map(({ id }) => id)).toEqual([]);
    expect(await violationsAfter(program)).toEqual([]);
    expect(town.line.requests.filter(({ verdict }) => verdict === 'duplicate')).toEqual([]);
  });

  it('F8 SIGTERM ends with status 0 although LINE owes its answers, and people hear once', async () => {
    town.begin(program);
    await town.service.listening();
    town.line.failAll('silence');
    await town.line.until(({ requests }) => requests.length > 0);
    expect(await town.service.end('SIGTERM')).toEqual({ code: 0, signal: null });
    town.line.failAll(null);
    expect(await violationsAfter(program)).toEqual([]);
  });

  it('F11 a second instance on the same data folder refuses to start and says why', async () => {
    town.begin(program);
    await town.service.listening();

    const second = new ServiceProcess([program], town.settings);
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.words).toMatch(/Sonae cannot start: .* is in use by another Sonae \(process \d+ on .*\)\. Stop that one first/);
    // The first one goes on as if nothing had happened.
    await town.calm();
    expect(await town.service.end('SIGTERM')).toMatchObject({ code: 0 });
    expect(check(await town.history())).toEqual([]);
  });
});

/** Starts a service a last time, lets everything come to rest, and reads the history. */
async function violationsAfter(...command: readonly string[]): Promise<readonly string[]> {
  town.begin(...command);
  await town.service.listening();
  await town.calm();
  await town.service.end('SIGTERM');
  return check(await town.history());
}

function count({ kills, sent, transitions, line, mail }: History, violations: readonly string[]): void {
  const kept = mail.filter(({ verdict }) => verdict === 'kept');
  figures.runs += 1;
  figures.kills += kills;
  figures.acked += sent.filter(({ acked }) => acked).flatMap(({ reports }) => reports).length;
  figures.decided += transitions.length;
  figures.seenOnLine += line.filter(({ verdict }) => verdict === 'accepted').flatMap(({ to }) => to).length;
  figures.askedAgain += line.filter(({ verdict }) => verdict === 'duplicate').length;
  figures.mails += kept.length;
  figures.mailsAgain += kept.length - new Set(kept.map(({ messageId }) => messageId)).size;
  figures.violations += violations.length;
}

const spread = (ms: readonly number[]) => {
  const sorted = ms.toSorted((a, b) => a - b).map(Math.round);
  return { p50: sorted[sorted.length >> 1] ?? null, max: sorted.at(-1) ?? null };
};
