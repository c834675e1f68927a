import { sql, type Transaction } from 'kysely';
import type { Gathered, TransitionId } from '#core';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { inStatements } from './write.ts';

/** Writes down who waits to be told together; what is there already stays as it is. */
export async function addGathered(t: Transaction<Tables>, gathered: readonly Gathered[]): Promise<void> {
  if (gathered.length === 0) return;
  const first = await reserve(t, 'gathered', gathered.length);
  const rows = gathered.map((one, index) => ({
    transition_id: one.transitionId,
    route_id: one.routeId,
    number: first + index,
    group_id: one.groupId,
    leader_id: one.leaderId,
    closes_at: one.closesAt,
    told: 0,
    body: JSON.stringify(one),
  }));
  await inStatements(rows, (part) =>
    t
      .insertInto('gathered')
      .values(part)
      .onConflict((c) => c.columns(['transition_id', 'route_id']).doNothing())
      .execute(),
  );
}

/** Nobody joins these groups any more. */
export async function closeGroups(t: Transaction<Tables>, groupIds: readonly string[]): Promise<void> {
  await inStatements(groupIds, (part) => t.updateTable('gathered').set({ told: 1 }).where('group_id', 'in', part).execute());
}

/** What waits, in the order of joining. */
export async function listGathered(db: SqlDatabase['reads']): Promise<readonly Gathered[]> {
  const rows = await db.selectFrom('gathered').select('body').where('told', '=', sql.lit(0)).orderBy('number').execute();
  return rows.map(({ body }) => JSON.parse(body) as Gathered);
}

/** The groups that another transition opened and that these were told with. */
export async function groupsOf(
  db: SqlDatabase['reads'],
  transitionIds: readonly TransitionId[],
): Promise<readonly { readonly member: TransitionId; readonly group: string; readonly leader: TransitionId }[]> {
  const groups: { member: TransitionId; group: string; leader: TransitionId }[] = [];
  await inStatements(transitionIds, async (ids) => {
    const rows = await db
      .selectFrom('gathered')
      .select(['transition_id as member', 'group_id as group', 'leader_id as leader'])
      .where('transition_id', 'in', ids)
      .whereRef('transition_id', '<>', 'leader_id')
      .execute();
    groups.push(...rows);
  });
  return groups;
}

/** Forgets who was told together before the instant. */
export async function forgetGathered(t: Transaction<Tables>, closedBefore: number): Promise<void> {
  await t.deleteFrom('gathered').where('closes_at', '<', closedBefore).where('told', '=', 1).execute();
}
