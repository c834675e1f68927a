import type { Ledger, ReadingLog } from '#core';
import type { Service } from './service.ts';
import { SPEAKING } from './town.ts';

/** Whether everything that was handed in is decided, copied, planned and settled, and every gauge was found silent. */
export async function atRest(
  { watch, dispatch, history, intake }: Service,
  { log, ledger }: { readonly log: ReadingLog; readonly ledger: Ledger },
): Promise<boolean> {
  const end = await log.end();
  const transitions = (await ledger.transitionsAfter(0, 1_000_000)).length;
  if (intake.depth.pending > 0 || watch.position < end || history.position < end || dispatch.position < transitions) return false;
  const depths = await ledger.queueDepths();
  if (depths.some(({ state }) => state !== 'dead')) return false;
  const blind = await Promise.all(SPEAKING.map((gauge) => ledger.alert('blind', gauge)));
  return blind.every((alert) => alert?.step === 1);
}

/** Accepted = stored + duplicates + quarantined, and a stage that came to rest decided what was stored in its life; null when so. */
export function accounts({ intake }: Service): string | null {
  const { accepted, stored, duplicates, quarantined } = intake.counters;
  const known = stored + duplicates + quarantined;
  return accepted === known ? null : `accepted ${accepted} readings, ${known} accounted for`;
}
