import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Crowd } from './crowd.ts';
import { instant } from './figures.ts';
import type { FilledDirectory } from './filled-directory.ts';
import { DECIDERS, Headquarters } from './headquarters.ts';
import { lookIntoLedger } from './ledger-look.ts';
import { OtherSide, type OtherSideLook } from './other-side.ts';
import { ServiceProcess } from './service-process.ts';
import { violationsOf } from './sightings.ts';

/** The sample city: its districts, its orders, its words in eight languages. */
export const CITY = join(import.meta.dirname, '..', '..', '..', '..', 'infra', 'playbooks', 'mihon');

/** Connections to the relay that the service opens, which is also how many mails a kill may make come again. */
export const MAIL_CONNECTIONS = 20;

const LOOK_MS = 50;
/** Nothing moved for so long: nothing will. */
const STILL_MS_MAX = 120_000;

/** One fan-out of an order to everybody who is meant. */
export interface FanoutAsk {
  readonly directory: FilledDirectory;
  /** Who is reached; a way for nobody is not set up in this run. */
  readonly crowd: Crowd;
  /** Shares of all people after which the service is killed, ascending. */
  readonly killsAt: readonly number[];
  readonly profile: string | undefined;
  readonly onProgress: (reached: number, of: number) => void;
}

export interface FanoutFigures {
  /** From the order taking effect until everybody stood in a delivery, and to the first and the last request. */
  readonly freezeSeconds: number;
  readonly firstSeconds: number;
  readonly seconds: number;
  readonly line: WayFigures & { readonly tooFast: number; readonly known: number };
  readonly mails: WayFigures & { readonly repeats: number; readonly bytes: number; readonly sample: string | null };
  readonly kills: number;
  /** From each kill to the next thing that somebody got. */
  readonly resumeSeconds: readonly number[];
  readonly rssBeforeMb: number;
  readonly rssMaxMb: number;
  /** Processor seconds of the service from the order to the end, of its last process only; and of the other side. */
  readonly cpuSeconds: number;
  readonly otherCpuSeconds: number;
  readonly violations: readonly string[];
}

export interface WayFigures {
  /** Requests that were taken, or mails. */
  readonly taken: number;
  readonly reached: number;
  readonly twice: number;
  /** From the first to the last. */
  readonly seconds: number;
  readonly perSecond: number;
}

/** Starts a service over a filled directory, lets two deciders give an order, and counts at the other side until nothing waits any more. */
export async function fanOut({ directory, crowd, killsAt, profile, onProgress }: FanoutAsk): Promise<FanoutFigures> {
  const token = randomBytes(16).toString('hex');
  const otherSide = await OtherSide.start({ crowd, token });
  try {
    const service = await ServiceProcess.start({
      playbook: CITY,
      staff: DECIDERS,
      prepare: (data) => directory.copyTo(data),
      settings: {
        ...(crowd.line > 0 && { SONAE_LINE_TOKEN: token, SONAE_LINE_API: otherSide.lineUrl }),
        ...(crowd.mails > 0 && { SONAE_SMTP_URL: `smtp://127.0.0.1:${otherSide.smtpPort}`, SONAE_MAIL_FROM: 'bosai@city.example.jp' }),
      },
      profile,
    });
    try {
      return await measure({ service, otherSide, crowd, killsAt, onProgress });
    } finally {
      await service.stop();
    }
  } finally {
    await otherSide.stop();
  }
}

async function measure({
  service,
  otherSide,
  crowd,
  killsAt,
  onProgress,
}: {
  readonly service: ServiceProcess;
  readonly otherSide: OtherSide;
} & Pick<FanoutAsk, 'crowd' | 'killsAt' | 'onProgress'>): Promise<FanoutFigures> {
  const headquarters = await Headquarters.signIn(service);
  const before = await service.metrics();
  await headquarters.orderAll();
  const all = crowd.line + crowd.mails;
  const due = killsAt.map((share) => Math.ceil(share * all));
  const killedAt: { readonly at: number; readonly taken: number }[] = [];
  const resumeSeconds: number[] = [];
  let plannedAt: number | null = null;
  let [reached, movedAt] = [0, instant()];
  for (;;) {
    const look = await otherSide.look();
    const now = look.line.seen.reached + look.mails.seen.reached;
    if (now > reached) [reached, movedAt] = [now, instant()];
    if (instant() - movedAt > STILL_MS_MAX) throw new Error(`nobody was reached for ${STILL_MS_MAX / 1000} s: ${reached} of ${all}`);
    onProgress(reached, all);
    const last = killedAt.at(-1);
    if (last && resumeSeconds.length < killedAt.length && takenIn(look) > last.taken) resumeSeconds.push((instant() - last.at) / 1000);
    if (reached >= (due[killedAt.length] ?? Infinity)) {
      const at = instant();
      await service.killAndRestart();
      killedAt.push({ at, taken: takenIn(await otherSide.look()) });
      continue;
    }
    const { planned, open } = lookIntoLedger(service.data);
    if (planned) plannedAt ??= instant();
    if (planned && !open) break;
    await sleep(LOOK_MS);
  }
  const after = await service.metrics();
  const { line, mails, cpuSeconds } = await otherSide.look();
  const { givenAt } = lookIntoLedger(service.data);
  const since = (at: number | null): number => ((at ?? Number.NaN) - givenAt!) / 1000;
  const firsts = [line.firstAt, mails.firstAt].filter((at) => at !== null);
  const lasts = [line.lastAt, mails.lastAt].filter((at) => at !== null);
  const kills = killedAt.length;
  return {
    freezeSeconds: since(plannedAt),
    firstSeconds: since(Math.min(...firsts)),
    seconds: since(Math.max(...lasts)),
    line: { ...wayOf(line), tooFast: line.tooFast, known: line.known },
    mails: { ...wayOf(mails), repeats: mails.seen.repeats, bytes: mails.bytes, sample: mails.sample },
    kills,
    resumeSeconds,
    rssBeforeMb: before['process_resident_memory_bytes']! / 2 ** 20,
    rssMaxMb: await service.rssMaxMb(),
    cpuSeconds: after['process_cpu_seconds_total']! - (kills > 0 ? 0 : before['process_cpu_seconds_total']!),
    otherCpuSeconds: cpuSeconds,
    violations: [
      ...violationsOf('LINE', line.seen, { kills, connections: 0 }),
      ...violationsOf('mail', mails.seen, { kills, connections: MAIL_CONNECTIONS }),
    ],
  };
}

const takenIn = ({ line, mails }: OtherSideLook): number => line.taken + mails.taken;

function wayOf({ taken, firstAt, lastAt, seen }: OtherSideLook['line'] | OtherSideLook['mails']): WayFigures {
  const seconds = firstAt === null || lastAt === null ? 0 : (lastAt - firstAt) / 1000;
  return { taken, reached: seen.reached, twice: seen.twice, seconds, perSecond: seconds > 0 ? (taken - 1) / seconds : 0 };
}
