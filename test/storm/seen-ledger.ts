import type { Ledger, PlanCommit, WatchCommit } from '#core';

/** The ledger as the processes see it; what was committed is told to whoever compares it with what ought to be. */
export function seenLedger(
  ledger: Ledger,
  told: { readonly watched: (commit: WatchCommit) => void; readonly planned: (commit: PlanCommit) => Promise<void> },
): Ledger {
  return new Proxy(ledger, {
    get: (target, key) => {
      if (key === 'commitWatch') {
        return async (commit: WatchCommit) => {
          const hold = await target.commitWatch(commit);
          told.watched(commit);
          return hold;
        };
      }
      if (key === 'commitPlan') {
        return async (commit: PlanCommit) => {
          const hold = await target.commitPlan(commit);
          await told.planned(commit);
          return hold;
        };
      }
      const member: unknown = Reflect.get(target, key, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
