import type { AudienceQuery, Language, SubscriberState } from '#core';
import type { SqlDatabase } from './sql-database.ts';
import { read } from './write.ts';

// One page of one index; a city asks for about a hundred districts at once, so as many pages of numbers are held in memory.
const NUMBERS_PER_PAGE = 500;

/** Somebody of an audience, with those of the districts asked for that they chose; null where none were asked for. */
export interface Chosen {
  readonly no: number;
  readonly districts: readonly string[] | null;
}

/**
 * Ascending numbers, each once, of those who chose one of the districts, or who want the category when no district is asked for.
 *
 * Every district is a sorted line of its own in the index and is read page by page; the lines are merged here. One `select distinct`
 * over all of them would sort what is left of the whole audience again for every page.
 */
export async function* subscriberNumbers(
  database: SqlDatabase,
  query: AudienceQuery,
  language: Language,
): AsyncGenerator<readonly Chosen[]> {
  const lines =
    query.districts === null
      ? [new Line(null, (after) => wishingAfter(database, query, language, after))]
      : [...new Set(query.districts)].map(
          (district) => new Line(district, (after) => livingAfter(database, query, language, district, after)),
        );
  for (const line of lines) await line.fill();

  let page: Chosen[] = [];
  for (;;) {
    const first = lowest(lines);
    if (!first) break;
    const no = first.head;
    const districts: string[] = [];
    for (const line of lines) {
      if (line.head !== no) continue;
      line.take();
      if (line.district !== null) districts.push(line.district);
      if (line.isEmpty) await line.fill();
    }
    page.push({ no, districts: query.districts === null ? null : districts });
    if (page.length < NUMBERS_PER_PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** A sorted line of numbers, of which one page is in memory. */
class Line {
  /** Where these people live; null for a line of all who want a category. */
  readonly district: string | null;
  readonly #more: (after: number) => Promise<readonly number[]>;
  #page: readonly number[] = [];
  #next = 0;
  #last = -1;
  #ended = false;

  constructor(district: string | null, more: (after: number) => Promise<readonly number[]>) {
    this.district = district;
    this.#more = more;
  }

  get isEmpty(): boolean {
    return this.#next >= this.#page.length;
  }

  get head(): number {
    return this.#page[this.#next] ?? Infinity;
  }

  take(): number {
    this.#last = this.head;
    this.#next += 1;
    return this.#last;
  }

  async fill(): Promise<void> {
    if (this.#ended) return;
    this.#page = await this.#more(this.#last);
    this.#next = 0;
    this.#ended = this.#page.length < NUMBERS_PER_PAGE;
  }
}

function lowest(lines: readonly Line[]): Line | null {
  let found: Line | null = null;
  for (const line of lines) if (!line.isEmpty && (found === null || line.head < found.head)) found = line;
  return found;
}

/** How a state stands in the tables. */
export const blockedOf = (state: SubscriberState = 'active'): 0 | 1 => (state === 'blocked' ? 1 : 0);

const livingAfter = (
  database: SqlDatabase,
  { channel, state }: AudienceQuery,
  language: Language,
  district: string,
  after: number,
): Promise<readonly number[]> =>
  read(database, 'reading an audience', async (db) => {
    const rows = await db
      .selectFrom('choice')
      .select('no')
      .where('channel', '=', channel)
      .where('blocked', '=', blockedOf(state))
      .where('district', '=', district)
      .where('language', '=', language)
      .where('no', '>', after)
      .orderBy('no')
      .limit(NUMBERS_PER_PAGE)
      .execute();
    return rows.map(({ no }) => no);
  });

const wishingAfter = (
  database: SqlDatabase,
  { channel, category, state }: AudienceQuery,
  language: Language,
  after: number,
): Promise<readonly number[]> =>
  read(database, 'reading an audience', async (db) => {
    const rows = await db
      .selectFrom('wish')
      .select('no')
      .where('channel', '=', channel)
      .where('blocked', '=', blockedOf(state))
      .where('category', '=', category)
      .where('language', '=', language)
      .where('no', '>', after)
      .orderBy('no')
      .limit(NUMBERS_PER_PAGE)
      .execute();
    return rows.map(({ no }) => no);
  });
