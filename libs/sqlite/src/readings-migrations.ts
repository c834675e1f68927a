import { DICTIONARY_TABLE } from './dictionary.ts';

/** Schema of `readings.db`, version by version. Steps are only added; see `migrate`. */
export const READINGS_MIGRATIONS: readonly string[] = [
  `${DICTIONARY_TABLE}
  create table reading (
    position integer primary key,
    gauge integer not null,
    quantity integer not null,
    seq integer,
    observed_at integer not null,
    received_at integer not null,
    raw real not null,
    value real not null,
    quality integer not null,
    why text not null,
    status integer not null,
    mode integer,
    interval_ms real,
    battery_v real,
    rssi_dbm real
  ) strict;
  create table mark (gauge integer primary key, body text not null) strict;`,
];
