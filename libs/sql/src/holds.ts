import assert from 'node:assert/strict';
import type { Transaction } from 'kysely';
import { LedgerFenced, type Hold, type Stage } from '#core';
import type { Flavour } from './flavour.ts';
import type { Tables } from './tables.ts';

/** Moves the position of the stage by compare-and-set, or rejects with `LedgerFenced`. */
export async function advance(t: Transaction<Tables>, hold: Hold, to: number): Promise<Hold> {
  assert(to >= hold.position, `${hold.stage} wants to go back from ${hold.position} to ${to}`);
  const { numUpdatedRows } = await t
    .updateTable('stage')
    .set({ position: to })
    .where('stage', '=', hold.stage)
    .where('position', '=', hold.position)
    .where('fence', '=', hold.fence)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw fenced(hold);
  return { ...hold, position: to };
}

/**
 * Rejects with `LedgerFenced` when another process took the stage over, and keeps it from being taken over until the transaction ends.
 * The weak lock lets claims and plans of one holder run side by side; only `takeOver` waits for it.
 */
export async function stillHeld(t: Transaction<Tables>, hold: Hold, flavour: Flavour): Promise<void> {
  const query = t.selectFrom('stage').select('fence').where('stage', '=', hold.stage);
  const row = await (flavour === 'postgres' ? query.forKeyShare() : query).executeTakeFirstOrThrow();
  if (row.fence !== hold.fence) throw fenced(hold);
}

/** Voids every earlier hold of the stage, once the transactions that run under it have ended. */
export async function takeOver(t: Transaction<Tables>, stage: Stage, flavour: Flavour): Promise<Hold> {
  const query = t.selectFrom('stage').select('fence').where('stage', '=', stage);
  await (flavour === 'postgres' ? query.forUpdate() : query).executeTakeFirstOrThrow();
  return await t
    .updateTable('stage')
    .set((e) => ({ fence: e('fence', '+', 1) }))
    .where('stage', '=', stage)
    .returning(['stage', 'fence', 'position'])
    .executeTakeFirstOrThrow();
}

const fenced = ({ stage, position, fence }: Hold): LedgerFenced =>
  new LedgerFenced(`${stage} at position ${position} under fence ${fence} was taken over`);
