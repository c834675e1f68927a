import { sql, type Transaction } from 'kysely';
import { type AlertAct, type Answer, HEARTBEAT_ID, type Transition, type Vigil, type Vigilant } from '#core';
import { appendAudit, roleOf } from './audit-entries.ts';
import type { Flavour } from './flavour.ts';
import { alertFrom } from './ledger-rows.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { inStatements } from './write.ts';

const RAISED = sql.lit('raised' as const);

/** Raised alerts with what is remembered of them, in the order of `openAlerts`. */
export async function listVigilants(db: SqlDatabase['reads'], limit: number): Promise<readonly Vigilant[]> {
  const rows = await db
    .selectFrom('alert')
    .leftJoin('vigil', 'vigil.alert_id', 'alert.id')
    .selectAll('alert')
    .select('vigil.body as vigil')
    .where('alert.state', '=', RAISED)
    .where('alert.gauge', '<>', HEARTBEAT_ID)
    .orderBy('alert.step', 'desc')
    .orderBy('alert.changed_at', 'desc')
    .orderBy('alert.id')
    .limit(limit)
    .execute();
  const answers = await db
    .selectFrom('answer')
    .innerJoin('alert', 'alert.id', 'answer.alert_id')
    .select(['answer.alert_id', 'answer.by_name', 'answer.at'])
    .where('alert.state', '=', RAISED)
    .orderBy('answer.at')
    .orderBy('answer.by_name')
    .execute();
  const mutes = await db
    .selectFrom('act')
    .innerJoin('alert', 'alert.id', 'act.alert_id')
    .select('act.body')
    .where('alert.state', '=', RAISED)
    // The kind stands in the id (`actId`), so that notes need not be read.
    .where('act.id', 'like', '%/mute/%')
    .orderBy('act.number')
    .execute();
  const mutesByAlert = Map.groupBy(
    mutes.map(({ body }) => JSON.parse(body) as AlertAct).filter(({ kind }) => kind === 'mute'),
    (act) => act.alertId,
  );
  const byAlert = Map.groupBy(answers.map(answerFrom), (answer) => answer.alertId);
  return rows.map(({ vigil, ...row }) => ({
    alert: alertFrom(row),
    vigil: vigil === null ? null : (JSON.parse(vigil) as Vigil),
    answers: byAlert.get(row.id) ?? [],
    mutedBy: [...new Set((mutesByAlert.get(row.id) ?? []).map(({ by }) => by))],
  }));
}

export async function listAnswers(db: SqlDatabase['reads'], alertId: string): Promise<readonly Answer[]> {
  const rows = await db.selectFrom('answer').selectAll().where('alert_id', '=', alertId).orderBy('at').orderBy('by_name').execute();
  return rows.map(answerFrom);
}

/** Writes an answer to a raised episode; the first one of a person stays. */
export async function putAnswer(t: Transaction<Tables>, { alertId, by, at }: Answer, from?: string): Promise<boolean> {
  const alert = await t.selectFrom('alert').select('id').where('id', '=', alertId).where('state', '=', RAISED).executeTakeFirst();
  if (!alert) return false;
  const { numInsertedOrUpdatedRows } = await t
    .insertInto('answer')
    .values({ alert_id: alertId, by_name: by, at })
    .onConflict((c) => c.columns(['alert_id', 'by_name']).doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows)
    await appendAudit(t, [
      { at, by, role: await roleOf(t, by), act: 'alert-answered', subject: alertId, ...(from !== undefined && { from }) },
    ]);
  return true;
}

/** The ids among these that are raised, and stay so until the transaction ends: `watch` writes its alerts before it numbers their all-clears. */
export async function raisedAmong(t: Transaction<Tables>, ids: readonly string[], flavour: Flavour): Promise<ReadonlySet<string>> {
  const raised = new Set<string>();
  await inStatements(ids, async (part) => {
    const query = t.selectFrom('alert').select('id').where('id', 'in', part).where('state', '=', RAISED);
    const rows = await (flavour === 'postgres' ? query.forShare() : query).execute();
    for (const { id } of rows) raised.add(id);
  });
  return raised;
}

export async function putVigils(t: Transaction<Tables>, vigils: readonly Vigil[]): Promise<void> {
  await inStatements(
    vigils.map((vigil) => ({ alert_id: vigil.alertId, body: JSON.stringify(vigil) })),
    (rows) =>
      t
        .insertInto('vigil')
        .values(rows)
        .onConflict((c) => c.column('alert_id').doUpdateSet((e) => ({ body: e.ref('excluded.body') })))
        .execute(),
  );
}

/** What is remembered of episodes that have ended says nothing any more. */
export async function forgetEnded(t: Transaction<Tables>): Promise<void> {
  await t
    .deleteFrom('vigil')
    .where('alert_id', 'not in', (e) => e.selectFrom('alert').select('id').where('state', '=', RAISED))
    .execute();
}

/** Those of the transitions that are not there yet. */
export async function unsaid(t: Transaction<Tables>, transitions: readonly Transition[]): Promise<readonly Transition[]> {
  const there = new Set<string>();
  await inStatements(
    transitions.map(({ id }) => id),
    async (part) => {
      for (const { id } of await t.selectFrom('transition').select('id').where('id', 'in', part).execute()) there.add(id);
    },
  );
  return transitions.filter(({ id }) => !there.has(id));
}

const answerFrom = ({ alert_id, by_name, at }: Tables['answer']): Answer => ({ alertId: alert_id, by: by_name, at });
