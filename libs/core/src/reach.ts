import type { ChannelName, DeliveryState, Language } from './delivery.ts';
import type { District } from './playbook.ts';
import { recipientStateOf, type RecipientNoteState, type RecipientState } from './recipient-state.ts';

/** Recipients of deliveries of one message that are alike in every way that counts. */
export interface ReachRow {
  readonly channel: ChannelName;
  readonly language: Language;
  readonly state: DeliveryState;
  readonly attempted: boolean;
  /** What is noted of these people; null for all of whom nothing is. Whoever is in a row with a note is in the one without it, too. */
  readonly note: RecipientNoteState | null;
  /** How the people stand on the delivery in whose place this one is; null for a delivery in nobody's place. */
  readonly original: { readonly state: DeliveryState; readonly attempted: boolean; readonly note: RecipientNoteState | null } | null;
  /** Districts of the frozen audience; null for people who were not chosen by district: staff, and holders of tickets. */
  readonly districts: readonly string[] | null;
  readonly recipients: number;
}

/**
 * People. `addressed` is always `accepted` + `waiting` + `unknown` + `failed`; `confirmed` are among the accepted, `bounced` and `blocked` among
 * the failed. `suppressed` were held back on purpose and not addressed.
 */
export interface ReachCounts {
  readonly addressed: number;
  readonly accepted: number;
  readonly waiting: number;
  readonly unknown: number;
  readonly failed: number;
  readonly confirmed: number;
  readonly bounced: number;
  readonly blocked: number;
  readonly suppressed: number;
}

/** Whom a message reached. */
export interface Reach {
  /**
   * Residents, each once for each channel that they chose themselves. Who is told another way because the first one failed counts once, and as
   * reached as soon as either way accepted.
   */
  readonly residents: ReachCounts;
  /** Whoever was chosen by group or ticket and not by district. */
  readonly others: ReachCounts;
  /** What each channel did, also in place of another one. */
  readonly channels: readonly ({ readonly channel: ChannelName } & ReachCounts)[];
  readonly languages: readonly ({ readonly language: Language } & ReachCounts)[];
  /** Who chose two of the districts is counted in both. In the order of the codes. */
  readonly districts: readonly ({
    readonly code: string;
    readonly channels: readonly ({ readonly channel: ChannelName } & ReachCounts)[];
  } & ReachCounts)[];
}

type Tally = { -readonly [key in keyof ReachCounts]: ReachCounts[key] };

const nothing = (): Tally => ({
  addressed: 0,
  accepted: 0,
  waiting: 0,
  unknown: 0,
  failed: 0,
  confirmed: 0,
  bounced: 0,
  blocked: 0,
  suppressed: 0,
});

/** Whom a message reached, from rows of its deliveries in any order. */
export function reachOfRows(rows: readonly ReachRow[]): Reach {
  const [residents, others] = [nothing(), nothing()];
  const channels = new Map<ChannelName, Tally>();
  const languages = new Map<Language, Tally>();
  const districts = new Map<string, { readonly all: Tally; readonly channels: Map<ChannelName, Tally> }>();
  for (const row of rows) {
    const { channel, language } = row;
    addOwn(of(channels, channel), row);
    addOnce(row.districts === null ? others : residents, row);
    addOnce(of(languages, language), row);
    for (const code of row.districts ?? []) {
      const district = districts.get(code) ?? { all: nothing(), channels: new Map<ChannelName, Tally>() };
      districts.set(code, district);
      addOnce(district.all, row);
      addOwn(of(district.channels, channel), row);
    }
  }
  const listed = <K extends string>(map: ReadonlyMap<K, Tally>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    residents,
    others,
    channels: listed(channels).map(([channel, counts]) => ({ channel, ...counts })),
    languages: listed(languages).map(([language, counts]) => ({ language, ...counts })),
    districts: [...districts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { all, channels: own }]) => ({
        code,
        ...all,
        channels: listed(own).map(([channel, counts]) => ({ channel, ...counts })),
      })),
  };
}

const of = <K>(map: Map<K, Tally>, key: K): Tally => {
  const known = map.get(key) ?? nothing();
  map.set(key, known);
  return known;
};

/** Counts what a channel did. A note moves people out of what is known of all of their delivery. */
function addOwn(tally: Tally, row: ReachRow): void {
  const state = stateOf(row);
  if (row.note === null) move(tally, null, state, row.recipients);
  else move(tally, state, row.note, row.recipients);
}

/** Counts people: a delivery in place of another moves its people from how they stood to how they stand, and only for the better. */
function addOnce(tally: Tally, row: ReachRow): void {
  if (!row.original) return addOwn(tally, row);
  const first = row.original.note ?? stateOf(row.original);
  // The row without the note has moved them once already.
  const before = row.note === null ? first : better(first, stateOf(row));
  move(tally, before, better(first, row.note ?? stateOf(row)), row.recipients);
}

const stateOf = ({ state, attempted }: Pick<ReachRow, 'state' | 'attempted'>): RecipientState =>
  recipientStateOf({ state, attempts: attempted ? 1 : 0 });

/** From the best to the worst for the one who ought to know. */
const RANKS: readonly RecipientState[] = ['confirmed', 'accepted', 'unknown', 'queued', 'blocked', 'bounced', 'failed', 'suppressed'];
const better = (a: RecipientState, b: RecipientState): RecipientState => (RANKS.indexOf(a) <= RANKS.indexOf(b) ? a : b);

function move(tally: Tally, from: RecipientState | null, to: RecipientState, people: number): void {
  if (from !== null) add(tally, from, -people);
  add(tally, to, people);
}

function add(tally: Tally, state: RecipientState, people: number): void {
  if (state !== 'suppressed') tally.addressed += people;
  switch (state) {
    case 'confirmed':
      tally.confirmed += people;
      tally.accepted += people;
      return;
    case 'bounced':
    case 'blocked':
      tally[state] += people;
      tally.failed += people;
      return;
    case 'queued':
      tally.waiting += people;
      return;
    case 'accepted':
    case 'unknown':
    case 'failed':
    case 'suppressed':
      tally[state] += people;
  }
}

/** A line of the sheet for the loudspeaker cars: where to drive first is where most people were not reached. */
export interface ReachLine {
  readonly code: string;
  readonly name: string;
  readonly population: number | null;
  readonly households: number | null;
  readonly addressed: number;
  readonly accepted: number;
  /** Addressed and not accepted: waiting, unknown and failed. */
  readonly notReached: number;
  /** Accepted by a hundred of the population, at most 100; null where the playbook does not know it. */
  readonly percent: number | null;
}

/**
 * The districts of a reach with what the playbook knows of them, those with the fewest reached of their people first. A district of which nobody
 * was addressed is in it when it is among `meant`: nobody was reached there, and somebody must drive there.
 */
export function reachLines(
  { districts }: Pick<Reach, 'districts'>,
  known: ReadonlyMap<string, Pick<District, 'name' | 'population'> & { readonly households?: number | null }>,
  meant: readonly string[],
): readonly ReachLine[] {
  const counts = new Map(districts.map((district) => [district.code, district]));
  return [...new Set([...meant, ...counts.keys()])]
    .map((code) => {
      const district = known.get(code);
      const population = district?.population ?? null;
      const { addressed = 0, accepted = 0 } = counts.get(code) ?? {};
      return {
        code,
        name: district?.name ?? code,
        population,
        households: district?.households ?? null,
        addressed,
        accepted,
        notReached: addressed - accepted,
        percent: population === null || population === 0 ? null : Math.min(100, Math.round((accepted / population) * 100)),
      };
    })
    .toSorted((a, b) => (a.percent ?? 0) - (b.percent ?? 0) || (a.code < b.code ? -1 : 1));
}

const HEADINGS = [
  '地区コード',
  '地区',
  '人口',
  '世帯',
  '宛先（人）',
  '受付済み（人）',
  '届いていない（人）',
  '人口に対する受付の割合（%）',
];

/**
 * The sheet as CSV (RFC 4180) with the mark by which spreadsheets recognise UTF-8. A cell that a spreadsheet would calculate is made text (F72).
 * Cells of few people stay as they are: the sheet is for staff who drive there, and S43 is about maps that the public sees.
 */
export function reachCsv(lines: readonly ReachLine[]): string {
  const rows = lines.map(({ code, name, population, households, addressed, accepted, notReached, percent }) =>
    [code, name, population, households, addressed, accepted, notReached, percent].map(csvCell).join(','),
  );
  return `\uFEFF${[HEADINGS.join(','), ...rows].join('\r\n')}\r\n`;
}

/** One cell, quoted; a text that begins like a formula gets an apostrophe before it (F72). */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r\0]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}
