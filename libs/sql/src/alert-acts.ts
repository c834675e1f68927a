import { sql, type Transaction } from 'kysely';
import { ACTS_MAX, type ActDraft, type ActKind, type AlertAct, type AuditAct } from '#core';
import { appendAudit, roleOf } from './audit-entries.ts';
import { storable } from './ledger-rows.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';

/**
 * Number of the newest transition. The counter stays locked until this transaction ends: every transition with a higher number is committed
 * after what is written here, and whoever plans it finds this.
 */
export const newestTransition = async (t: Transaction<Tables>): Promise<number> => (await reserve(t, 'transition', 0)) - 1;

/** Adds an act; see the port for when it is none. */
export async function addAct(t: Transaction<Tables>, { from, ...draft }: ActDraft): Promise<AlertAct | null> {
  const after = await newestTransition(t);
  const known = await t.selectFrom('act').select('body').where('id', '=', draft.id).executeTakeFirst();
  if (known) return actFrom(known);
  const alert = await t.selectFrom('alert').select('step').where('id', '=', draft.alertId).where('state', '=', 'raised').executeTakeFirst();
  if (!alert && !(draft.kind === 'note' && (await wasThere(t, draft)))) return null;
  const { acts } = await t
    .selectFrom('act')
    .select((e) => e.fn.countAll<number>().as('acts'))
    .where('alert_id', '=', draft.alertId)
    .executeTakeFirstOrThrow();
  if (acts >= ACTS_MAX) return null;
  const act: AlertAct = { ...draft, text: storable(draft.text), step: alert?.step ?? 0, after };
  const number = await reserve(t, 'act', 1);
  await t
    .insertInto('act')
    .values({ number, id: act.id, alert_id: act.alertId, body: JSON.stringify(act) })
    .execute();
  const { at, by, alertId, text } = act;
  await appendAudit(t, [
    {
      at,
      by,
      role: await roleOf(t, by),
      act: AUDITED[act.kind],
      subject: alertId,
      ...(text !== '' && { after: { text } }),
      ...(from !== undefined && { from }),
    },
  ]);
  return act;
}

const AUDITED: Readonly<Record<ActKind, AuditAct>> = {
  acknowledge: 'alert-acknowledged',
  mute: 'alert-muted',
  unmute: 'alert-unmuted',
  assign: 'alert-assigned',
  note: 'alert-noted',
};

/** The acts of an episode in their order. */
export async function listActs(db: SqlDatabase['reads'], alertId: string): Promise<readonly AlertAct[]> {
  const rows = await db.selectFrom('act').select('body').where('alert_id', '=', alertId).orderBy('number').execute();
  return rows.map(actFrom);
}

const wasThere = async (t: Transaction<Tables>, { alertId }: ActDraft): Promise<boolean> =>
  (await t.selectFrom('transition').select(sql.lit(1).as('one')).where('alert_id', '=', alertId).limit(1).executeTakeFirst()) !== undefined;

const actFrom = ({ body }: { readonly body: string }): AlertAct => JSON.parse(body) as AlertAct;
