import { type ExpressionBuilder, sql, type Transaction } from 'kysely';
import {
  ELSEWHERE_WHYS,
  homeAt,
  type Homes,
  type Language,
  type ReachRow,
  RECIPIENT_NOTES,
  type RecipientNote,
  SPLIT_REASON,
  type StandIn,
  type TransitionId,
  type Unreached,
} from '#core';
import { openSends } from './audit-sends.ts';
import { enqueue, messagesOf } from './delivery-queue.ts';
import { toldWith } from './delivery-reports.ts';
import { groupsOf } from './gatherings.ts';
import { deliveryFrom, storable } from './ledger-rows.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Flavour } from './flavour.ts';
import type { DeliveryRow, Tables } from './tables.ts';
import { inStatements } from './write.ts';

/** Writes a note beside every delivery that it is about. The stronger of two stays. */
export async function putNote(t: Transaction<Tables>, { of, state, at, why }: RecipientNote): Promise<number> {
  let query = t.selectFrom('delivery').selectAll();
  if ('deliveryId' in of) query = query.where('id', '=', of.deliveryId);
  if ('recipient' in of) {
    // Numbers of subscribers hold no wildcards; whatever else comes must not turn into one.
    const listed = `%${JSON.stringify(of.recipient).replaceAll(/[\\%_]/g, '\\$&')}%`;
    query = query.where(sql<boolean>`recipients like ${listed} escape '\\'`);
  }
  if ('channel' in of)
    query = query
      .where('channel', '=', of.channel)
      .where('state', '=', sql.lit('sent'))
      .where('settled_at', 'is not', null)
      .where('settled_at', '>=', of.acceptedSince);
  const rows = await query.execute();
  const notes = rows.flatMap((row) => {
    const delivery = deliveryFrom(row);
    const people = 'recipient' in of ? [of.recipient] : delivery.recipients;
    return people.map((recipient) => ({
      delivery_id: row.id,
      recipient,
      transition_id: row.transition_id,
      state,
      at,
      why: storable(why),
      districts: JSON.stringify(delivery.homes ? homeAt(delivery.homes, delivery.recipients.indexOf(recipient)) : null),
      stood_in: 0,
    }));
  });
  const weaker = RECIPIENT_NOTES.slice(RECIPIENT_NOTES.indexOf(state) + 1);
  await inStatements(notes, (part) =>
    t
      .insertInto('recipient_note')
      .values(part)
      .onConflict((c) => {
        const keys = c.columns(['delivery_id', 'recipient']);
        if (weaker.length === 0) return keys.doNothing();
        return keys
          .doUpdateSet((e) => ({ state: e.ref('excluded.state'), at: e.ref('excluded.at'), why: e.ref('excluded.why') }))
          .where('recipient_note.state', 'in', weaker);
      })
      .execute(),
  );
  return rows.length;
}

interface Counted {
  readonly messageId: string;
  readonly channel: DeliveryRow['channel'];
  readonly state: DeliveryRow['state'];
  readonly attempted: number;
  readonly originalState: DeliveryRow['state'] | null;
  readonly originalAttempted: number | null;
  readonly originalNote: ReachRow['note'];
}

/** Counts the recipients of a transition. The database groups what is alike, so a hundred thousand mails come as some dozens of rows. */
export async function countReach(db: SqlDatabase['reads'], transitionId: TransitionId): Promise<readonly ReachRow[]> {
  const groups = await groupsOf(db, [transitionId]);
  const mine = (e: ExpressionBuilder<Tables, 'delivery'>) =>
    e.or([e('delivery.transition_id', '=', transitionId), ...groups.map((group) => toldWith(e, group))]);
  const alike = await withOriginal(db)
    .where(mine)
    .where((e) => e.not(e.and([e('delivery.state', '=', sql.lit('refused')), e('delivery.last_reason', '=', SPLIT_REASON)])))
    .select((e) => [
      'delivery.homes',
      e.fn.countAll<number>().as('deliveries'),
      e.fn.sum<number>('delivery.recipient_count').as('recipients'),
    ])
    .groupBy('delivery.homes')
    .execute();
  const noted = await withOriginal(db)
    .innerJoin('recipient_note as note', 'note.delivery_id', 'delivery.id')
    .where(mine)
    .select((e) => ['note.state as note', 'note.districts', e.fn.countAll<number>().as('recipients')])
    .groupBy(['note.state', 'note.districts'])
    .execute();
  const sums = new Map<string, ReachRow>();
  for (const row of alike) {
    if (row.homes === null) {
      add(sums, row, { note: null, districts: null, recipients: row.recipients });
      continue;
    }
    const homes = JSON.parse(row.homes) as Homes;
    const people = homes.sets.map(() => 0);
    for (const index of homes.of) people[index]! += 1;
    for (const [index, districts] of homes.sets.entries())
      add(sums, row, { note: null, districts, recipients: people[index]! * row.deliveries });
  }
  for (const row of noted) {
    const districts = JSON.parse(row.districts) as readonly string[] | null;
    add(sums, row, { note: row.note, districts, recipients: row.recipients });
  }
  return [...sums.values()];
}

const withOriginal = (db: SqlDatabase['reads']) =>
  db
    .selectFrom('delivery')
    .leftJoin('delivery as original', 'original.id', 'delivery.stands_for')
    .leftJoin('recipient_note as original_note', (join) =>
      join
        .onRef('original_note.delivery_id', '=', 'delivery.stands_for')
        .onRef('original_note.recipient', '=', 'delivery.stands_recipient'),
    )
    .select([
      'delivery.message_id as messageId',
      'delivery.channel',
      'delivery.state',
      sql<number>`case when delivery.attempts > 0 then 1 else 0 end`.as('attempted'),
      'original.state as originalState',
      sql<number | null>`case when original.attempts > 0 then 1 else 0 end`.as('originalAttempted'),
      'original_note.state as originalNote',
    ])
    .groupBy([
      'delivery.message_id',
      'delivery.channel',
      'delivery.state',
      sql`case when delivery.attempts > 0 then 1 else 0 end`,
      'original.state',
      sql`case when original.attempts > 0 then 1 else 0 end`,
      'original_note.state',
    ]);

function add(
  sums: Map<string, ReachRow>,
  { messageId, channel, state, attempted, originalState, originalAttempted, originalNote }: Counted,
  { note, districts, recipients }: Pick<ReachRow, 'note' | 'districts' | 'recipients'>,
): void {
  const alike = {
    channel,
    language: messageId.slice(messageId.lastIndexOf('/') + 1) as Language,
    state,
    attempted: attempted === 1,
    note,
    original: originalState === null ? null : { state: originalState, attempted: originalAttempted === 1, note: originalNote },
    districts,
  };
  const key = JSON.stringify(alike);
  sums.set(key, { ...alike, recipients: (sums.get(key)?.recipients ?? 0) + recipients });
}

/** Deliveries of LINE whose people may need another way, as `Ledger.unreached` promises. */
export async function listUnreached(
  db: SqlDatabase['reads'],
  {
    now,
    orderDueBefore,
    isClosed,
    limit,
  }: { readonly now: number; readonly orderDueBefore: number; readonly isClosed: boolean; readonly limit: number },
): Promise<readonly Unreached[]> {
  // The first three conditions are those of a partial index, word for word.
  const open = await db
    .selectFrom('delivery')
    .selectAll()
    .where('stood_in', '=', sql.lit(0))
    .where('channel', '=', sql.lit('line'))
    .where('state', '<>', sql.lit('sent'))
    .where('status', '<>', sql.lit('test'))
    .where('expires_at', '>', now)
    .where((e) =>
      e.or([
        e.and([e('state', '=', 'refused'), e('last_reason', '<>', SPLIT_REASON)]),
        e('state', '=', 'dead'),
        e.and([e('state', '=', 'suppressed'), e('last_reason', 'in', ELSEWHERE_WHYS)]),
        e.and([
          e('state', 'in', ['queued', 'sending']),
          isClosed ? e.lit(true) : e.and([e('lane', '=', 0), e(e.fn.coalesce('first_attempt_at', 'due_at'), '<=', orderDueBefore)]),
        ]),
      ]),
    )
    .orderBy('number')
    .limit(limit)
    .execute();
  const blocked = await db
    .selectFrom('recipient_note')
    .innerJoin('delivery', 'delivery.id', 'recipient_note.delivery_id')
    .selectAll('delivery')
    .select('recipient_note.recipient as who')
    .where('recipient_note.stood_in', '=', sql.lit(0))
    .where('recipient_note.state', '=', sql.lit('blocked'))
    .where('delivery.expires_at', '>', now)
    .where('delivery.status', '<>', sql.lit('test'))
    .where('delivery.channel', '=', sql.lit('line'))
    .where('delivery.state', '=', sql.lit('sent'))
    .orderBy('recipient_note.at')
    .limit(limit)
    .execute();
  const messages = await messagesOf(db, new Set([...open, ...blocked].map(({ message_id: id }) => id)));
  return [...open.map((row) => ({ row, who: null })), ...blocked.map(({ who, ...row }) => ({ row, who }))].flatMap(({ row, who }) => {
    const [delivery, message] = [deliveryFrom(row), messages.get(row.message_id)];
    return message ? [{ delivery, message, recipients: who === null ? delivery.recipients : [who] }] : [];
  });
}

/** Writes deliveries in place of others, unless LINE took the others meanwhile: of those only the people who blocked us go on needing it. */
export async function putStandIns(t: Transaction<Tables>, standIns: readonly StandIn[], flavour: Flavour): Promise<void> {
  for (const { deliveryId, recipients, deliveries } of standIns) {
    const query = t.selectFrom('delivery').select('state').where('id', '=', deliveryId);
    const row = await (flavour === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
    if (!row) continue;
    const blocked = await t
      .selectFrom('recipient_note')
      .select('recipient')
      .where('delivery_id', '=', deliveryId)
      .where('state', '=', sql.lit('blocked'))
      .where('recipient', 'in', recipients)
      .execute();
    const asking = new Set(blocked.map(({ recipient }) => recipient));
    const going = row.state === 'sent' ? deliveries.filter(({ standsFor }) => standsFor && asking.has(standsFor.recipient)) : deliveries;
    await enqueue(t, going);
    await openSends(
      t,
      going.map(({ transitionId }) => transitionId),
    );
    if (row.state !== 'sent') await t.updateTable('delivery').set({ stood_in: 1 }).where('id', '=', deliveryId).execute();
    if (asking.size > 0)
      await t
        .updateTable('recipient_note')
        .set({ stood_in: 1 })
        .where('delivery_id', '=', deliveryId)
        .where('recipient', 'in', [...asking])
        .execute();
  }
}
