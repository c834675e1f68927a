import { HEARTBEAT_ID, type Stage, type Transition } from '#core';
import type { SqlDatabase } from './sql-database.ts';
import { write } from './write.ts';

/** Transitions looked at in one transaction: claims wait at most for one of them. */
const LOOKED_AT_MAX = 500;
/** Who follows transitions by their number. What one of them has not seen yet stays. */
const FOLLOWERS: readonly Stage[] = ['dispatch', 'propose'];

/**
 * Deletes beats that were decided before the instant, each with its messages, its deliveries and what became of its recipients in one transaction.
 * Resolves with how many transitions went. A death in between leaves whole beats, and the next run takes them.
 */
export async function forgetBeatsIn(database: SqlDatabase, decidedBefore: number): Promise<number> {
  let forgotten = 0;
  for (let after = 0; ;) {
    const part = await write(database, 'forgetting beats', async (t) => {
      const stages = await t.selectFrom('stage').select('position').where('stage', 'in', FOLLOWERS).execute();
      const rows = await t
        .selectFrom('transition')
        .select(['number', 'id', 'body'])
        .where('gauge', '=', HEARTBEAT_ID)
        .where('number', '>', after)
        .where('number', '<=', Math.min(...stages.map(({ position }) => position)))
        .orderBy('number')
        .limit(LOOKED_AT_MAX)
        .execute();
      const old = rows.filter(({ body }) => isOldBeat(JSON.parse(body) as Transition, decidedBefore)).map(({ id }) => id);
      const underWay = new Set<string>();
      if (old.length > 0) {
        const found = t.selectFrom('delivery').select('transition_id').where('transition_id', 'in', old);
        for (const { transition_id } of await found.where('state', 'in', ['queued', 'sending']).execute()) underWay.add(transition_id);
      }
      const gone = old.filter((id) => !underWay.has(id));
      if (gone.length > 0) {
        await t.deleteFrom('recipient_note').where('transition_id', 'in', gone).execute();
        await t.deleteFrom('delivery').where('transition_id', 'in', gone).execute();
        await t.deleteFrom('message').where('transition_id', 'in', gone).execute();
        await t.deleteFrom('transition').where('id', 'in', gone).execute();
      }
      return { looked: rows.length, last: rows.at(-1)?.number ?? after, gone: gone.length };
    });
    forgotten += part.gone;
    after = part.last;
    if (part.looked < LOOKED_AT_MAX) return forgotten;
  }
}

/** Its alarms are no beats: staff were told of them, and what staff were told stays as long as everything else that they were told. */
const isOldBeat = ({ ruleId, status, decidedAt }: Transition, decidedBefore: number): boolean =>
  ruleId === HEARTBEAT_ID && status === 'test' && decidedAt < decidedBefore;
