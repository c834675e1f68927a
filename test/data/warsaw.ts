import { join } from 'node:path';
import type { CrowdPlace } from './crowd-city.ts';
import { sharedTable } from './shared-table.ts';

/** One look at a queue of a district office. */
export interface Poll {
  readonly gauge: string;
  /** What the office's own clock said; on the last two days of 2019 most say 2020. */
  readonly claimedAt: number;
  /** When it was seen, a few seconds after the true minute. */
  readonly receivedAt: number;
  readonly waiting: number;
}

/** The collector asks every five minutes and has its answer within seconds; it wrote down the offices' clocks and not its own. */
const ANSWERED_AFTER_MS = 10_000;
const POLLED_EVERY_S = 300;

/** Every queue of the six offices as a window, and everything that was seen of them, in order of receipt. */
export function warsawQueues(data: string): { readonly places: readonly CrowdPlace[]; readonly polls: readonly Poll[] } {
  const names = new Map(
    sharedTable(join(data, 'crowd/warsaw_queues.csv')).map((row) => [gaugeOf(row), `${row['office']!} ${row['queue_letter']!}`]),
  );
  const polls = sharedTable(join(data, 'crowd/warsaw_office_queues_2019-12_2020-01.csv.gz'))
    .map((row): Poll => {
      const [day, minute] = [row['date_reported']!, row['time_reported']!];
      return {
        gauge: gaugeOf(row),
        claimedAt: warsawTime(`${day}T${minute}`),
        // The collection ran from 30 December 2019 to 22 January 2020, so a December can only be that of 2019.
        receivedAt: warsawTime(`${day.replace('2020-12-', '2019-12-')}T${minute}`) + ANSWERED_AFTER_MS,
        waiting: Number(row['waiting']),
      };
    })
    .toSorted((a, b) => a.receivedAt - b.receivedAt);
  const places = [...new Set(polls.map(({ gauge }) => gauge))].map((id): CrowdPlace => ({
    id,
    name: names.get(id) ?? id,
    kind: 'window',
    capacity: null,
    intervalS: POLLED_EVERY_S,
  }));
  return { places, polls };
}

const gaugeOf = (row: Readonly<Record<string, string>>): string =>
  `${row['office']!}-${row['queue_id']!}`.toLowerCase().replaceAll('_', '-');

/** The collection is of one winter: Warsaw is an hour ahead of UTC all through. */
const warsawTime = (wall: string): number => Date.parse(`${wall}:00+01:00`);
