import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How far a running service is with the one order of a run, as its file tells from beside. */
export interface LedgerLook {
  /** When the order took effect; null before. */
  readonly givenAt: number | null;
  /** Whether everybody who is to hear it stands in a delivery. */
  readonly planned: boolean;
  /** Whether a delivery waits or is under way. */
  readonly open: boolean;
}

const BUSY_MS_MAX = 1_000;

/** Looks into the ledger of a data folder as another process may, also while the service is killed. */
export function lookIntoLedger(data: string): LedgerLook {
  const ledger = new DatabaseSync(join(data, 'ledger.db'), { readOnly: true, timeout: BUSY_MS_MAX });
  try {
    const given = ledger.prepare(
      `select number, json_extract(body, '$.at') as at from order_transition where json_extract(body, '$.kind') = 'given'`,
    );
    const row = given.get() as { readonly number: number; readonly at: number } | undefined;
    if (!row) return { givenAt: null, planned: false, open: false };
    const { position } = ledger.prepare(`select position from stage where stage = 'orders'`).get() as { readonly position: number };
    const waiting = `exists (select 1 from delivery where state = 'queued') or exists (select 1 from delivery where state = 'sending')`;
    const { open } = ledger.prepare(`select ${waiting} as open`).get() as { readonly open: number };
    return { givenAt: row.at, planned: position >= row.number, open: open === 1 };
  } finally {
    ledger.close();
  }
}
