import assert from 'node:assert/strict';
import { sql } from 'kysely';
import {
  actId,
  HEARTBEAT_ID,
  isAfter,
  Ledger,
  type ActDraft,
  type Alert,
  type AlertAct,
  type AlertId,
  type Answer,
  type ChannelName,
  type DeadLetterAct,
  type DeadLetters,
  type Delivery,
  type DeliveryClue,
  type DeliveryCount,
  type DispatchHold,
  type DispatchRelease,
  type FaultCommit,
  type Gathered,
  type GaugeId,
  type GaugeWatch,
  type Hold,
  type Message,
  type NumberedTransition,
  type PlanCommit,
  PLANNING_STAGES,
  type QueueDepth,
  type ReachRow,
  type RecipientNote,
  type Settlement,
  type AlertSilence,
  type SilenceDraft,
  type Stage,
  type StandIn,
  type Transition,
  type TransitionId,
  type UnconfirmedCount,
  type Unreached,
  type VigilCommit,
  type Vigilant,
  type WatchCommit,
  type WatchState,
} from '#core';
import type { Transaction } from 'kysely';
import { addAct, listActs } from './alert-acts.ts';
import { auditPlanned } from './audit-sends.ts';
import { claimDue, enqueue, firstDueAt, giveBack, KeptMessages, settleAll, type Claim, type Claimed } from './delivery-queue.ts';
import {
  countDeliveries,
  countUnconfirmed,
  forgetSettled,
  listBeats,
  listDeliveries,
  queueDepths,
  type DeliveryQuery,
} from './delivery-reports.ts';
import { forgetBeatsIn } from './forget-beats.ts';
import { settleDeadLetters } from './dead-letters.ts';
import { endHold, newestHold, putHold } from './dispatch-holds.ts';
import { findDelivery } from './find-delivery.ts';
import { addGathered, closeGroups, groupsOf, listGathered } from './gatherings.ts';
import { advance, stillHeld, takeOver } from './holds.ts';
import { alertFrom, alertRow, messageFrom, messageRow, transitionFrom, transitionRow, watchFrom, watchRow } from './ledger-rows.ts';
import { reserve } from './numbering.ts';
import { countReach, listUnreached, putNote, putStandIns } from './proof.ts';
import { addSilence, closeSilences, endSilence, listSilences } from './silences.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { forgetEnded, listAnswers, listVigilants, putAnswer, putVigils, raisedAmong, unsaid } from './vigils.ts';
import { inStatements, read, write } from './write.ts';

/** The database forgot commits that it had confirmed, as after a fail-over to a standby that lagged. This process must not go on (F18). */
export class LedgerWentBack extends Error {
  override readonly name = 'LedgerWentBack';
}

/** The ledger on SQLite or PostgreSQL. Every write is one transaction and rejects with `LedgerFenced` or `LedgerUnavailable`. */
export class SqlLedger extends Ledger {
  readonly #database: SqlDatabase;
  readonly #reached = new Map<Stage, number>();
  readonly #messages = new KeptMessages();

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  async seize(stage: Stage): Promise<Hold> {
    const hold = await write(this.#database, `taking over ${stage}`, (t) => takeOver(t, stage, this.#database.flavour));
    const reached = this.#reached.get(stage) ?? 0;
    if (hold.position < reached) throw new LedgerWentBack(`${stage} had reached ${reached}, and the ledger knows only ${hold.position}`);
    return hold;
  }

  async commitWatch({ hold, to, watches, alerts, transitions, playbookVersion }: WatchCommit): Promise<Hold> {
    assert.equal(hold.stage, 'watch');
    const moved = await write(this.#database, `commit of watch at ${hold.position}`, async (t) => {
      const next = await advance(t, hold, to);
      await putWatches(t, watches);
      await putAlerts(t, alerts);
      await addTransitions(t, transitions);
      if (playbookVersion !== undefined)
        await t.updateTable('stage').set({ playbook_version: playbookVersion }).where('stage', '=', 'watch').execute();
      return next;
    });
    return this.#arrived(moved);
  }

  async pass(hold: Hold, to: number): Promise<Hold> {
    return this.#arrived(await write(this.#database, `moving ${hold.stage} from ${hold.position}`, (t) => advance(t, hold, to)));
  }

  countAttempt(hold: Hold): Promise<number> {
    const { stage, position } = hold;
    return write(this.#database, `counting an attempt of ${stage} at ${position}`, async (t) => {
      await stillHeld(t, hold, this.#database.flavour);
      const known = await t.selectFrom('attempt').selectAll().where('stage', '=', stage).executeTakeFirst();
      const lives = known?.position === position ? known.lives + 1 : 1;
      await t
        .insertInto('attempt')
        .values({ stage, position, lives })
        .onConflict((c) => c.column('stage').doUpdateSet({ position, lives }))
        .execute();
      return lives;
    });
  }

  watchState(): Promise<WatchState> {
    return read(this.#database, 'reading the state of watch', async (db) => ({
      watches: (await db.selectFrom('gauge_watch').select('body').orderBy('gauge').execute()).map(watchFrom),
      alerts: (await db.selectFrom('alert').selectAll().orderBy('rule_id').orderBy('gauge').execute()).map(alertFrom),
      playbookVersion: (await db.selectFrom('stage').select('playbook_version').where('stage', '=', 'watch').executeTakeFirstOrThrow())
        .playbook_version,
    }));
  }

  transitionsAfter(number: number, limit: number): Promise<readonly NumberedTransition[]> {
    return read(this.#database, 'reading transitions', async (db) => {
      const rows = await db
        .selectFrom('transition')
        .select(['number', 'body'])
        .where('number', '>', number)
        .orderBy('number')
        .limit(limit)
        .execute();
      return rows.map(transitionFrom);
    });
  }

  async commitPlan({ hold, to, messages, deliveries, gathered = [], groupsTold = [], silencesTold = [] }: PlanCommit): Promise<Hold> {
    assert(PLANNING_STAGES.includes(hold.stage));
    const moved = await write(this.#database, `commit of dispatch at ${hold.position}`, async (t) => {
      const next = await advance(t, hold, to);
      const added = new Set<string>();
      await inStatements(messages.map(messageRow), async (part) => {
        const rows = await t
          .insertInto('message')
          .values(part)
          .onConflict((c) => c.column('id').doNothing())
          .returning('id')
          .execute();
        for (const { id } of rows) added.add(id);
      });
      await enqueue(t, deliveries);
      await addGathered(t, gathered);
      await closeGroups(t, groupsTold);
      await closeSilences(t, silencesTold);
      await auditPlanned(t, { by: hold.stage, added: messages.filter(({ id }) => added.has(id)), deliveries });
      return next;
    });
    return this.#arrived(moved);
  }

  unclaim(hold: Hold): Promise<number> {
    return this.#underHold(hold, 'giving deliveries back', giveBack);
  }

  claim({ hold, ...claim }: Claim & { readonly hold: Hold }): Promise<readonly Claimed[]> {
    return this.#underHold(hold, 'claiming deliveries', (t) =>
      claimDue(t, claim, { flavour: this.#database.flavour, messages: this.#messages }),
    );
  }

  settle(hold: Hold, settlements: readonly Settlement[]): Promise<void> {
    return this.#underHold(hold, 'settling deliveries', (t) => settleAll(t, settlements, this.#database.flavour));
  }

  nextDueAt(channel: ChannelName): Promise<number | null> {
    return read(this.#database, 'reading the next due time', (db) => firstDueAt(db, channel));
  }

  settleDead(which: DeadLetters, act: DeadLetterAct): Promise<number> {
    return write(this.#database, 'settling dead letters', (t) => settleDeadLetters(t, which, act));
  }

  noteRecipient(note: RecipientNote): Promise<number> {
    return write(this.#database, 'noting what became of a recipient', (t) => putNote(t, note));
  }

  reach(transitionId: TransitionId): Promise<readonly ReachRow[]> {
    return read(this.#database, 'counting whom a message reached', (db) => countReach(db, transitionId));
  }

  unreached(query: Parameters<Ledger['unreached']>[0]): Promise<readonly Unreached[]> {
    return read(this.#database, 'looking for the unreached', (db) => listUnreached(db, query));
  }

  standIn(hold: Hold, standIns: readonly StandIn[]): Promise<void> {
    return this.#underHold(hold, 'planning another way', (t) => putStandIns(t, standIns, this.#database.flavour));
  }

  unconfirmed(query: Parameters<Ledger['unconfirmed']>[0]): Promise<readonly UnconfirmedCount[]> {
    return read(this.#database, 'looking for what nobody accepted', (db) => countUnconfirmed(db, query));
  }

  dispatchHold(): Promise<DispatchHold | null> {
    return read(this.#database, 'asking whether dispatch is held', newestHold);
  }

  holdDispatch(hold: { readonly at: number; readonly why: string }): Promise<void> {
    return write(this.#database, 'holding dispatch', (t) => putHold(t, hold));
  }

  releaseDispatch(release: DispatchRelease): Promise<boolean> {
    return write(this.#database, 'releasing dispatch', (t) => endHold(t, release));
  }

  /** The first person stays; what a second one did is an act of their own. */
  acknowledge(id: AlertId, by: string, at: number, from?: string): Promise<boolean> {
    return write(this.#database, `acknowledging ${id}`, async (t) => {
      const alert = await t.selectFrom('alert').select('id').where('id', '=', id).where('state', '=', 'raised').executeTakeFirst();
      if (!alert) return false;
      await t
        .updateTable('alert')
        .set({ acknowledged_id: id, acknowledged_by: by, acknowledged_at: at })
        .where('id', '=', id)
        .where((e) => e.or([e('acknowledged_id', 'is', null), e('acknowledged_id', '<>', id)]))
        .execute();
      await addAct(t, {
        id: actId({ alertId: id, by, kind: 'acknowledge' }, ''),
        alertId: id,
        kind: 'acknowledge',
        by,
        at,
        text: '',
        ...(from !== undefined && { from }),
      });
      return true;
    });
  }

  act(draft: ActDraft): Promise<AlertAct | null> {
    return write(this.#database, `writing ${draft.id} down`, (t) => addAct(t, draft));
  }

  acts(id: AlertId): Promise<readonly AlertAct[]> {
    return read(this.#database, 'reading acts', (db) => listActs(db, id));
  }

  addSilence(draft: SilenceDraft): Promise<AlertSilence> {
    return write(this.#database, 'writing a silence down', (t) => addSilence(t, draft));
  }

  endSilence(id: string, by: string, at: number, from?: string): Promise<AlertSilence | null> {
    return write(this.#database, `ending ${id}`, (t) => endSilence(t, id, by, at, from));
  }

  silences(query: { readonly open?: boolean; readonly before?: number; readonly limit: number }): Promise<readonly AlertSilence[]> {
    return read(this.#database, 'reading silences', (db) => listSilences(db, query));
  }

  gathered(): Promise<readonly Gathered[]> {
    return read(this.#database, 'reading what waits to be told together', listGathered);
  }

  answer(id: AlertId, by: string, at: number, from?: string): Promise<boolean> {
    return write(this.#database, `the answer to ${id}`, (t) => putAnswer(t, { alertId: id, by, at }, from));
  }

  answers(id: AlertId): Promise<readonly Answer[]> {
    return read(this.#database, 'reading answers', (db) => listAnswers(db, id));
  }

  vigilants(limit: number): Promise<readonly Vigilant[]> {
    return read(this.#database, 'reading raised alerts', (db) => listVigilants(db, limit));
  }

  async commitVigil({ hold, vigils, transitions }: VigilCommit): Promise<Hold> {
    assert.equal(hold.stage, 'vigil');
    const moved = await write(this.#database, `commit of vigil at ${hold.position}`, async (t) => {
      const next = await advance(t, hold, hold.position + 1);
      const ids = new Set([...vigils, ...transitions].map(({ alertId }) => alertId));
      const raised = await raisedAmong(t, [...ids], this.#database.flavour);
      await putVigils(
        t,
        vigils.filter(({ alertId }) => raised.has(alertId)),
      );
      await forgetEnded(t);
      await addTransitions(
        t,
        await unsaid(
          t,
          transitions.filter(({ alertId }) => raised.has(alertId)),
        ),
      );
      return next;
    });
    return this.#arrived(moved);
  }

  async commitFaults({ hold, moves }: FaultCommit): Promise<Hold> {
    assert(hold.stage === 'fault' || hold.stage === 'heartbeat', `${hold.stage} finds nothing out`);
    const moved = await write(this.#database, `commit of ${hold.stage} at ${hold.position}`, async (t) => {
      const next = await advance(t, hold, hold.position + 1);
      for (const move of moves) {
        const { ruleId, gauge } = move.alert;
        const query = t.selectFrom('alert').selectAll().where('rule_id', '=', ruleId).where('gauge', '=', gauge);
        const row = await (this.#database.flavour === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
        if (!isAfter(move, row ? alertFrom(row) : null)) continue;
        await putAlerts(t, [move.alert]);
        await addTransitions(t, move.transitions);
      }
      return next;
    });
    return this.#arrived(moved);
  }

  openAlerts(limit: number): Promise<readonly Alert[]> {
    return read(this.#database, 'reading open alerts', async (db) => {
      const rows = await db
        .selectFrom('alert')
        .selectAll()
        .where('state', '<>', sql.lit('quiet'))
        .where('gauge', '<>', HEARTBEAT_ID)
        .orderBy('step', 'desc')
        .orderBy('changed_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(alertFrom);
    });
  }

  alert(ruleId: string, gauge: GaugeId): Promise<Alert | null> {
    return read(this.#database, 'reading an alert', async (db) => {
      const row = await db.selectFrom('alert').selectAll().where('rule_id', '=', ruleId).where('gauge', '=', gauge).executeTakeFirst();
      return row ? alertFrom(row) : null;
    });
  }

  transitions(query: {
    readonly gauge?: GaugeId;
    readonly alertId?: AlertId;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly NumberedTransition[]> {
    return read(this.#database, 'reading transitions', async (db) => {
      let select = db.selectFrom('transition').select(['number', 'body']);
      if (query.gauge !== undefined) select = select.where('gauge', '=', query.gauge);
      // Written out, or the index of those that are shown would not be taken.
      if (query.alertId === undefined) select = select.where('turn', '=', sql.lit(0));
      else select = select.where('alert_id', '=', query.alertId);
      if (query.before !== undefined) select = select.where('number', '<', query.before);
      return (await select.orderBy('number', 'desc').limit(query.limit).execute()).map(transitionFrom);
    });
  }

  transition(id: TransitionId): Promise<NumberedTransition | null> {
    return read(this.#database, 'reading a transition', async (db) => {
      const row = await db.selectFrom('transition').select(['number', 'body']).where('id', '=', id).executeTakeFirst();
      return row ? transitionFrom(row) : null;
    });
  }

  deliveries(query: DeliveryQuery): Promise<readonly { readonly number: number; readonly delivery: Delivery }[]> {
    return read(this.#database, 'reading deliveries', (db) => listDeliveries(db, query));
  }

  findDelivery(by: DeliveryClue): Promise<{ readonly number: number; readonly delivery: Delivery } | null> {
    return read(this.#database, 'finding a delivery', (db) => findDelivery(db, by));
  }

  messages(transitionId: TransitionId): Promise<readonly Message[]> {
    return read(this.#database, 'reading messages', async (db) => {
      const own = await messageBodies(db, transitionId);
      const groups = await groupsOf(db, [transitionId]);
      const shared = await Promise.all(
        groups.map(async ({ group, leader }) => (await messageBodies(db, leader)).filter(({ id }) => id.startsWith(`${group}/`))),
      );
      return [...own, ...shared.flat()].map(messageFrom);
    });
  }

  deliveryCounts(transitionIds: readonly TransitionId[]): Promise<readonly DeliveryCount[]> {
    return read(this.#database, 'counting deliveries', (db) => countDeliveries(db, transitionIds));
  }

  beats(channel: ChannelName, limit: number): Promise<readonly Delivery[]> {
    return read(this.#database, 'reading beats', (db) => listBeats(db, channel, limit));
  }

  queueDepths(): Promise<readonly QueueDepth[]> {
    return read(this.#database, 'counting the queues', queueDepths);
  }

  forgetDeliveries(settledBefore: number): Promise<number> {
    return forgetSettled(this.#database, settledBefore);
  }

  forgetBeats(decidedBefore: number): Promise<number> {
    return forgetBeatsIn(this.#database, decidedBefore);
  }

  #underHold<T>(hold: Hold, doing: string, work: (t: Transaction<Tables>) => Promise<T>): Promise<T> {
    assert.equal(hold.stage, 'dispatch');
    return write(this.#database, doing, async (t) => {
      await stillHeld(t, hold, this.#database.flavour);
      return work(t);
    });
  }

  #arrived(hold: Hold): Hold {
    this.#reached.set(hold.stage, hold.position);
    return hold;
  }
}

const messageBodies = (db: SqlDatabase['reads'], transitionId: TransitionId) =>
  db.selectFrom('message').select(['id', 'body']).where('transition_id', '=', transitionId).orderBy('id').execute();

/** One statement must not meet a key twice (PostgreSQL refuses it), so of two windows of a gauge the later one counts. */
async function putWatches(t: Transaction<Tables>, watches: readonly GaugeWatch[]): Promise<void> {
  const latest = new Map(watches.map((watch) => [watch.gauge, watch]));
  await inStatements([...latest.values()].map(watchRow), (rows) =>
    t
      .insertInto('gauge_watch')
      .values(rows)
      .onConflict((c) => c.column('gauge').doUpdateSet((e) => ({ body: e.ref('excluded.body') })))
      .execute(),
  );
}

/** The columns of the acknowledgement are left as they are: `watch` holds alerts in memory and knows it late or not at all. */
async function putAlerts(t: Transaction<Tables>, alerts: readonly Alert[]): Promise<void> {
  const latest = new Map(alerts.map((alert) => [JSON.stringify([alert.ruleId, alert.gauge]), alert]));
  await inStatements([...latest.values()].map(alertRow), (rows) =>
    t
      .insertInto('alert')
      .values(rows)
      .onConflict((c) =>
        c.columns(['rule_id', 'gauge']).doUpdateSet((e) => ({
          id: e.ref('excluded.id'),
          state: e.ref('excluded.state'),
          step: e.ref('excluded.step'),
          changed_at: e.ref('excluded.changed_at'),
          body: e.ref('excluded.body'),
        })),
      )
      .execute(),
  );
}

async function addTransitions(t: Transaction<Tables>, transitions: readonly Transition[]): Promise<void> {
  if (transitions.length === 0) return;
  const first = await reserve(t, 'transition', transitions.length);
  const rows = transitions.map((transition, index) => transitionRow(transition, first + index));
  await inStatements(rows, (part) => t.insertInto('transition').values(part).execute());
}
