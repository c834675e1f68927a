import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NextFunction, Request, Response } from 'express';
import {
  type AuditDraft,
  type Clock,
  closeDrill,
  confirmDrill,
  draftFault,
  type Drill,
  type DrillActor,
  type DrillDraft,
  type DrillEnding,
  type DrillId,
  type DrillScript,
  endDrill,
  endsDrill,
  forbidsDrill,
  noticeOfEnd,
  type RecipientNote,
  type Role,
  type RuleId,
  stepsOf,
} from '#core';
import { Refusal } from '#pipeline/desk';
import { type DrillTable, speakers } from '#pipeline/drill';
import { readReadings, ReadingsUnreadable } from '#readings-csv';
import type { Adapters } from './adapters.ts';
import { drillFolder } from './drill-adapters.ts';
import { DrillPlace } from './drill-place.ts';
import type { InForce } from './in-force.ts';
import type { Running } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import type { DrillNow } from './place.ts';
import type { Settings } from './settings.ts';

/** How soon a real event is noticed while a drill runs, and how exact its end is. */
const LOOK_MS = 500;
/** Wait after a look that failed. */
const RETRY_MS = 2_000;
/** Real transitions read at one look: a storm of all gauges is through in some looks, and the first that counts ends the drill. */
const TRANSITIONS_MAX = 500;
/** Open alerts looked at before a drill begins; as many as the desk shows. */
const ALERTS_MAX = 5_000;
/** When its audience cannot be reached for so long, the place is closed all the same: LINE or the relay is away, and others know that. */
const CLOSE_MS_MAX = 10 * 60_000;
const DAY_MS = 86_400_000;
/** Where staff puts past floods that are in no playbook. */
const FLOODS = 'floods';

export interface DrillHostOptions {
  readonly settings: Settings;
  /** Of real life. */
  readonly live: Adapters;
  readonly inForce: InForce;
  readonly wall: Clock;
  readonly needsSecondFactor: (role: Role) => boolean;
  readonly logger: Logger;
  /** Told in a sentence for the duty officer what is wrong with a drill, and null when nothing is. */
  readonly onTrouble: (why: string | null) => void;
}

/** A drill whose place is open. */
interface Hosted {
  readonly place: DrillPlace;
  /** Number of the newest real transition that was looked at. */
  seen: number;
  /** Number of the newest real order when it began. */
  readonly orders: number;
  /** Set once it is over: since when its audience is being told. */
  overSince: number | null;
}

/** Who asks for something, and when. */
type Asker = Omit<DrillActor, 'now'>;

/**
 * Real life's side of drills: keeps their record, opens a second place while one runs, and ends it at its time, at a person's word, or as soon
 * as something real begins. A drill never holds up what is real: real words go their own way, and this only looks at what was decided.
 *
 * A process that dies in a drill ends it, at its next start: what is lost with the process is the drill's clock and the past that played into it,
 * and after an interruption nobody is to ask whether the next word is real. Its audience is told, from what the drill's own folder holds.
 */
export class DrillHost implements Running {
  readonly #options: DrillHostOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #turns: Promise<unknown> = Promise.resolve();
  /** Those for which something is left to do, as of the last change. */
  #open: readonly Drill[] = [];
  #hosted: Hosted | null = null;
  /** The ended drill whose audience is being told, and since when, by the monotonic clock. */
  #finishing: { readonly id: DrillId; readonly since: number } | null = null;

  constructor(options: DrillHostOptions) {
    this.#options = options;
  }

  /** The place of the drill that runs or is being ended; null when there is none. */
  get place(): DrillPlace | null {
    return this.#hosted?.place ?? null;
  }

  /** The drill that runs, for the screens of both places. */
  readonly now: DrillNow = () => {
    const drill = this.#on();
    return drill && { id: drill.id, name: drill.name, endsAt: drill.endsAt, speed: drill.script?.speed ?? 1 };
  };

  async start(): Promise<void> {
    await this.#readOpen();
    // What the process before left behind is looked after beside the start: real life waits for no drill.
    this.#running = this.#run();
  }

  /** Closes the place, if one is open. Its drill ends at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#turns;
    await this.#hosted?.place.stop();
    this.#hosted = null;
  }

  /** Newest first. */
  drills(query: { readonly before?: number; readonly limit: number }): Promise<readonly Drill[]> {
    return this.#options.live.drills.drills(query);
  }

  async drill(id: DrillId): Promise<Drill> {
    const drill = await this.#options.live.drills.drill(id);
    if (!drill) throw new Refusal('notFound', `訓練 ${id} はありません`);
    return drill;
  }

  /** Keeps what somebody wants to hold, once its past can be read. The same key is the same drill. */
  prepare(draft: Omit<DrillDraft, 'preparedAt' | 'preparedBy'>, asker: Asker): Promise<Drill> {
    return this.#turn(async () => {
      const { live, wall } = this.#options;
      const asked = { ...draft, preparedBy: asker.by, preparedAt: wall.now() };
      const fault = draftFault(asked, asked.preparedAt);
      if (fault !== null) throw new Refusal('invalid', fault);
      if (asked.script) await this.#table(asked.script);
      const drill = await live.drills.prepare(asked, (kept) => [said('drill-prepared', kept, asker, asked.preparedAt)]);
      await this.#readOpen();
      return drill;
    });
  }

  /** The second person's yes: the place opens, its audience is told, and the past begins. */
  confirm(id: DrillId, asker: Asker): Promise<Drill> {
    return this.#turn(async () => {
      const { live, wall } = this.#options;
      const now = wall.now();
      const before = await this.drill(id);
      const step = confirmDrill(before, { ...asker, now }, await live.drills.openDrills());
      if ('refused' in step) {
        if (step.refused === 'forbidden') await live.audit.append([said('drill-refused', before, asker, now, step.why)]);
        throw new Refusal(step.refused, step.why);
      }
      // Read before what stands now, so that nothing real falls between the two.
      const [newest] = await live.ledger.transitions({ limit: 1 });
      const [order] = await live.orders.orders({ limit: 1 });
      const real = await this.#realNow();
      if (real !== null) throw new Refusal('conflict', `${real}。本物の警戒が終わるまで、訓練は始められません`);
      const table = step.drill.script && (await this.#table(step.drill.script));
      if (!(await live.drills.replace(step.drill, [said('drill-started', step.drill, asker, now)])))
        throw new Refusal('conflict', 'ほかの人が先にこの訓練を変えました。画面を読み直してください');
      await this.#readOpen();
      try {
        const place = await this.#openPlace(step.drill, table);
        this.#hosted = { place, seen: newest?.number ?? 0, orders: order?.number ?? 0, overSince: null };
        await place.begin();
      } catch (cause) {
        await this.#fail(step.drill, cause);
        throw cause;
      }
      return step.drill;
    });
  }

  /** One person is enough to end a drill, or to drop one that was not confirmed. */
  end(id: DrillId, asker: Asker, why: string): Promise<Drill> {
    return this.#turn(async () => this.#end(await this.drill(id), { ending: 'person', ...asker, why }));
  }

  /** Hands a request below `/drill` to the drill's own face; without a drill that runs there is no such place. */
  readonly handle = (request: Request, response: Response, next: NextFunction): void => {
    if (this.#on() && this.#hosted) void this.#hosted.place.handler(request, response, next);
    else next();
  };

  /** What is known of the drill beyond its record, while it runs. */
  progress(id: DrillId): { readonly drillTime: number; readonly played: number | null; readonly audience: number } | null {
    if (this.#on()?.id !== id || !this.#hosted) return null;
    const { clock, played, audience } = this.#hosted.place;
    return { drillTime: clock.now(), played, audience };
  }

  /** Somebody who takes part said what became of a message of the drill that runs; of one that is over nothing is written down any more. */
  async noteRecipient(note: RecipientNote): Promise<number> {
    return (await this.#hosted?.place.adapters.ledger.noteRecipient(note)) ?? 0;
  }

  /** The drill whose place is open to people. */
  #on(): Drill | null {
    if (!this.#hosted || this.#hosted.overSince !== null) return null;
    return this.#open.find(({ state }) => state === 'running') ?? null;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { wall, logger } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#turn(() => this.#look());
        await wall.sleep(LOOK_MS, signal);
      } catch (cause) {
        logger.error(cause instanceof Error ? cause.message : String(cause), undefined, 'drill');
        await wall.sleep(RETRY_MS, signal);
      }
    }
  }

  async #look(): Promise<void> {
    const now = this.#options.wall.now();
    for (const drill of this.#open) {
      if (drill.state === 'prepared' && drill.endsAt <= now)
        await this.#end(drill, { ending: 'unconfirmed', by: null, why: '終わりの時刻までに、別の人の確認がありませんでした' });
      else if (drill.state === 'running') await this.#watchOver(drill, now);
      else if (drill.state === 'ended') await this.#finish(drill);
    }
  }

  async #watchOver(drill: Drill, now: number): Promise<void> {
    // Another process held it: its clock and its past went with that process.
    if (!this.#hosted) {
      await this.#end(drill, { ending: 'restart', by: null, why: 'サービスが止まり、訓練を続けられなくなりました' });
      return;
    }
    const real = await this.#realSince();
    if (real !== null) await this.#end(drill, { ending: 'realEvent', by: null, why: real });
    else if (drill.endsAt <= now) await this.#end(drill, { ending: 'endTime', by: null, why: '予定の終わりの時刻になりました' });
  }

  /** The first real event since the drill began that it must give way to, in words; null when there is none. */
  async #realSince(): Promise<string | null> {
    const hosted = this.#hosted;
    if (!hosted) return null;
    const { live, inForce } = this.#options;
    const found = await live.ledger.transitionsAfter(hosted.seen, TRANSITIONS_MAX);
    const first = found.find(({ transition }) => endsDrill(inForce.playbook(transition.record.playbookVersion), transition));
    if (!first) {
      hosted.seen = found.at(-1)?.number ?? hosted.seen;
      const [newest] = await live.orders.orders({ limit: 1 });
      return newest && newest.number > hosted.orders ? `本物の発令または案が出ています（${newest.order.id}）` : null;
    }
    const { ruleId, gauge, to, id } = first.transition;
    return `${this.#standing(ruleId, gauge, to)}（${id}）`;
  }

  /** What stands now that forbids a drill, in words. */
  async #realNow(): Promise<string | null> {
    const { live, inForce } = this.#options;
    const alerts = await live.ledger.openAlerts(ALERTS_MAX);
    const alert = alerts.find((open) => forbidsDrill(inForce.playbook(), open));
    if (alert) return this.#standing(alert.ruleId, alert.gauge, alert.step);
    const [order] = await live.orders.orders({ open: true, limit: 1 });
    return order ? `本物の発令または案があります（${order.order.id}）` : null;
  }

  #standing(ruleId: RuleId, gaugeId: string, step: number): string {
    const { rules, gauges } = this.#options.inForce.playbook();
    const rule = rules.find(({ id }) => id === ruleId);
    const name = (rule && stepsOf(rule)[step - 1]?.name) ?? '';
    return `${gauges.get(gaugeId)?.name ?? gaugeId}で「${rule?.name ?? ruleId}」が「${name}」になっています`;
  }

  /** The record first: whatever happens then, the drill is over, and the next look or the next start tells its audience. */
  async #end(
    drill: Drill,
    { ending, by, role, why }: { readonly ending: DrillEnding; readonly by: string | null; readonly role?: Role; readonly why: string },
  ): Promise<Drill> {
    const { live, wall, logger } = this.#options;
    const now = wall.now();
    const step = endDrill(drill, { ending, by, why, now });
    if ('refused' in step) throw new Refusal(step.refused, step.why);
    const entry = said('drill-ended', step.drill, { by: by ?? 'drill', role: role ?? null }, now, { ending, why });
    if (!(await live.drills.replace(step.drill, [entry])))
      throw new Refusal('conflict', 'ほかの人が先にこの訓練を変えました。画面を読み直してください');
    logger.warn(`${drill.id} ${drill.name} ended: ${ending} ${why}`, 'drill');
    if (this.#hosted) this.#hosted.overSince = wall.monotonic();
    await this.#readOpen();
    if (!step.drill.isClosed) await this.#finish(step.drill);
    return step.drill;
  }

  /** Tells the audience of an ended drill, and closes its place once they were told. Whatever fails is tried again at the next look. */
  async #finish(drill: Drill): Promise<void> {
    const { wall, onTrouble } = this.#options;
    if (this.#finishing?.id !== drill.id) this.#finishing = { id: drill.id, since: wall.monotonic() };
    const isLate = wall.monotonic() - this.#finishing.since >= CLOSE_MS_MAX;
    try {
      this.#hosted ??= { place: await this.#openPlace(drill, null), seen: 0, orders: 0, overSince: wall.monotonic() };
      const { place } = this.#hosted;
      this.#hosted.overSince ??= wall.monotonic();
      await place.endWith(noticeOfEnd(drill.ending!));
      const isTold = await place.isTold();
      if (!isTold && !isLate) return;
      await this.#close(drill);
      onTrouble(isTold ? null : `訓練「${drill.name}」が終わったことを、参加者の一部に伝えられませんでした`);
    } catch (cause) {
      onTrouble(`訓練「${drill.name}」の終わりを参加者に伝えられません。本番の動きに影響はありません（${messageOf(cause)}）`);
      // A folder that cannot be opened any more keeps nobody from the next drill for ever; the sentence above stays on the screen.
      if (isLate) await this.#close(drill);
      throw cause;
    }
  }

  /** Lets go of the place and of the folders of drills that nobody asks about any more. */
  async #close(drill: Drill): Promise<void> {
    const { live } = this.#options;
    await this.#hosted?.place.stop();
    this.#hosted = null;
    this.#finishing = null;
    await live.drills.replace(closeDrill(drill), []);
    await this.#readOpen();
    await this.#forgetOld();
  }

  /** A drill's readings and messages go when real life's own readings of that day go; its record stays. */
  async #forgetOld(): Promise<void> {
    const { settings, live, inForce, wall, logger } = this.#options;
    const before = wall.now() - inForce.playbook().retention.logDays * DAY_MS;
    for (const id of await readdir(drillFolder(settings.data, '')).catch(() => [])) {
      const drill = await live.drills.drill(id);
      if (!drill?.isClosed || drill.endedAt === null || drill.endedAt >= before) continue;
      await rm(drillFolder(settings.data, id), { recursive: true, force: true });
      logger.log(`${id} ${drill.name}: its folder is old and was removed; its record stays`, 'drill');
    }
  }

  /** The place could not be opened: the drill is over before it began, and nobody was told of it unless it came so far. */
  async #fail(drill: Drill, cause: unknown): Promise<void> {
    this.#options.logger.error(`${drill.id} cannot run: ${messageOf(cause)}`, cause instanceof Error ? cause.stack : undefined, 'drill');
    await this.#end(drill, { ending: 'fault', by: null, why: messageOf(cause) });
  }

  #openPlace(drill: Drill, table: DrillTable | null): Promise<DrillPlace> {
    const { settings, live, inForce, wall, needsSecondFactor, logger, onTrouble } = this.#options;
    return DrillPlace.open({
      drill,
      table,
      settings,
      live,
      inForce,
      wall,
      needsSecondFactor,
      logger,
      drillNow: this.now,
      isOn: () => this.#on() !== null,
      onFault: (why) => {
        onTrouble(`訓練の記録に問題があり、訓練を終わります（${why}）`);
        void this.#turn(() => this.#end(drill, { ending: 'fault', by: null, why })).catch((cause: unknown) =>
          logger.error(messageOf(cause), undefined, 'drill'),
        );
      },
    });
  }

  /** The past that is to be played. Refuses what cannot be read, and what speaks for no gauge of the playbook. */
  async #table({ source, name, map }: DrillScript): Promise<DrillTable> {
    const { settings, inForce } = this.#options;
    const folder = join(source === 'playbook' ? settings.playbook : settings.data, FLOODS);
    const { gauges } = inForce.playbook();
    const stranger = map.find(({ to }) => !gauges.has(to));
    if (stranger) throw new Refusal('invalid', `観測所 ${stranger.to} は playbook にありません`);
    const table = await firstReadable([join(folder, `${name}.csv`), join(folder, `${name}.csv.gz`)]);
    const missing = map.find(({ from }) => !table.gauges.includes(from));
    if (missing) throw new Refusal('invalid', `${name} に観測所 ${missing.from} はありません`);
    if (speakers(table, map, gauges).every((speaker) => speaker === null))
      throw new Refusal('invalid', `${name} の観測所は、どれも playbook にありません。map で割り当ててください`);
    return table;
  }

  async #readOpen(): Promise<void> {
    this.#open = await this.#options.live.drills.openDrills();
  }

  /** One thing after the other: two persons at once, or a person and the end time, have one outcome (F65). */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turns.then(work);
    this.#turns = done.catch(() => undefined);
    return done;
  }
}

/** The first of the files that is there. */
async function firstReadable(files: readonly string[]): Promise<DrillTable> {
  const faults: string[] = [];
  for (const file of files) {
    try {
      return await readReadings([file]);
    } catch (cause) {
      if (!(cause instanceof ReadingsUnreadable)) throw cause;
      faults.push(cause.message);
    }
  }
  throw new Refusal('invalid', `過去の水位を読めません: ${faults.join('; ')}`);
}

/** What is written down in the chain of real life: who, when, what for, and until when. */
function said(
  act: 'drill-prepared' | 'drill-started' | 'drill-ended' | 'drill-refused',
  { id, name, reason, endsAt, script, preparedBy, confirmedBy }: Drill,
  { by, role }: { readonly by: string; readonly role: Role | null },
  at: number,
  grounds?: string | object,
): AuditDraft {
  const after = { name, reason, endsAt, script, preparedBy, confirmedBy };
  return { at, by, role: role ?? 'system', act, subject: id, after, ...(grounds !== undefined && { grounds }) };
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
