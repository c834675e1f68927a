import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { HistoryPoint, HistoryQuery, LogEntry, Quality, Quantity, ReadingHistory, ReadingLog } from '#core';
import { versionOf } from './migrate.ts';
import { READINGS_MIGRATIONS } from './readings-migrations.ts';
import { HISTORY_MIGRATIONS } from './sqlite-reading-history.ts';

/** A reader meets a lock only in the moment in which another process recovers the file. */
const BUSY_MS = 500;

/** Log and history of a data folder, only to look at. */
export interface ReadingFiles {
  readonly log: Pick<ReadingLog, 'after' | 'end'>;
  /** Null when the history is somewhere else. */
  readonly history: Pick<ReadingHistory, 'range'> | null;
  close(): void;
}

/**
 * Opens the readings of a data folder beside a service that may be running: nothing is written. Throws when there is no log, or when its
 * schema is not the one that this program knows.
 */
export function openReadingFiles(folder: string): ReadingFiles {
  const readings = openToRead(join(folder, 'readings.db'), READINGS_MIGRATIONS.length);
  const file = join(folder, 'history.db');
  let history: DatabaseSync | null;
  try {
    history = existsSync(file) ? openToRead(file, HISTORY_MIGRATIONS.length) : null;
  } catch (cause) {
    readings.close();
    throw cause;
  }
  return {
    log: logOf(readings),
    history: history && historyOf(history),
    close: () => {
      history?.close();
      readings.close();
    },
  };
}

function openToRead(file: string, version: number): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  const found = versionOf(db);
  if (found === version) return db;
  db.close();
  throw new Error(
    `${file} has schema version ${found}, and this program knows ${version}: ${found < version ? 'start the service of this version once' : 'use the newer program'}`,
  );
}

function logOf(db: DatabaseSync): ReadingFiles['log'] {
  const after = db.prepare(
    `select r.position, g.text as gauge, q.text as quantity, r.seq, r.observed_at as observedAt, r.received_at as receivedAt, r.raw, r.value,
       f.text as quality, r.why, s.text as status, m.text as mode, r.interval_ms as intervalMs, r.battery_v as batteryV, r.rssi_dbm as rssiDbm
     from reading r join word g on g.id = r.gauge join word q on q.id = r.quantity join word f on f.id = r.quality
       join word s on s.id = r.status left join word m on m.id = r.mode
     where r.position > ? order by r.position limit ?`,
  );
  const end = db.prepare('select max(position) as newest from reading');
  return {
    end: async () => (end.get() as { readonly newest: number | null }).newest ?? 0,
    after: async (position, limit) =>
      after.all(position, limit).map((row) => {
        const { position: place, ...reading } = row as unknown as LogEntry['reading'] & { readonly position: number };
        return { position: place, reading };
      }),
  };
}

function historyOf(db: DatabaseSync): Pick<ReadingHistory, 'range'> {
  const idOf = db.prepare('select id from word where text = ?');
  const range = db.prepare(
    `select p.observed_at as at, p.received_at as receivedAt, p.raw, p.value, f.text as quality, p.why
     from point p join word f on f.id = p.quality
     where p.gauge = ? and p.quantity = ? and p.observed_at >= ? and p.observed_at < ? order by p.observed_at desc limit ?`,
  );
  const known = (word: string): number | undefined => (idOf.get(word) as { readonly id: number } | undefined)?.id;
  return {
    range: async ({ gauge, quantity, from, to, limit }: HistoryQuery) => {
      const [g, q] = [known(gauge), known(quantity satisfies Quantity)];
      if (g === undefined || q === undefined) return [];
      const rows = range.all(g, q, from, to, limit) as unknown as readonly (HistoryPoint & { readonly quality: Quality })[];
      return rows.map((row) => ({ ...row })).toReversed();
    },
  };
}
