import { sql } from 'kysely';
import { type Addressee, type AudiencePage, type AudienceQuery, endpointOf, isAlwaysOn, type Language, LANGUAGES } from '#core';
import { numbersIn } from './numbers-in.ts';
import type { SqlDatabase } from './sql-database.ts';
import { blockedOf, type Chosen, subscriberNumbers } from './subscriber-numbers.ts';
import type { SubscriberRow } from './tables.ts';
import { read } from './write.ts';

/**
 * An audience as `Directory.audience` gives it, for which no key is needed. Pages are read as they are asked for, so that somebody who leaves
 * meanwhile is left out of the later ones (F62). Somebody who changes the language meanwhile may be met once in each.
 */
export async function* audienceIn(database: SqlDatabase, query: AudienceQuery, pageMax: number): AsyncGenerator<AudiencePage> {
  for (const language of LANGUAGES) {
    let people: Addressee[] = [];
    for await (const chosen of subscriberNumbers(database, query, language)) {
      for (const one of await addressees(database, { query, language, chosen })) {
        people.push(one);
        if (people.length < pageMax) continue;
        yield { language, people };
        people = [];
      }
    }
    if (people.length > 0) yield { language, people };
  }
}

/** A row as one of an audience. */
export const addressee = ({ no, endpoint }: Pick<SubscriberRow, 'no' | 'endpoint'>): Addressee => ({ recipient: String(no), endpoint });

/** Those among the chosen who want the category or hear it always, in the order of the numbers. Who left meanwhile has no contact when it comes to it. */
async function addressees(
  database: SqlDatabase,
  { query, language, chosen }: { readonly query: AudienceQuery; readonly language: Language; readonly chosen: readonly Chosen[] },
): Promise<readonly Addressee[]> {
  const meant = isAlwaysOn(query) ? chosen : await wishing(database, { query, language, chosen });
  // Everybody on LINE is behind one door: a million rows need not be read for it.
  const endpoints = query.channel === 'line' ? null : await endpointsOf(database, meant);
  return meant.flatMap(({ no, districts }) => {
    const endpoint = endpoints ? endpoints.get(no) : ON_LINE;
    return endpoint === undefined ? [] : [{ ...addressee({ no, endpoint }), ...(districts && { districts }) }];
  });
}

const ON_LINE = endpointOf('line', '');

function wishing(
  database: SqlDatabase,
  {
    query: { channel, category, state },
    language,
    chosen,
  }: { readonly query: AudienceQuery; readonly language: Language; readonly chosen: readonly Chosen[] },
): Promise<readonly Chosen[]> {
  return read(database, 'reading an audience', async (db) => {
    const rows = await sql<{ readonly no: number }>`
      select wish.no from ${numbersIn(numbersOf(chosen), database.flavour)}
      cross join wish where wish.channel = ${channel} and wish.blocked = ${blockedOf(state)} and wish.category = ${category}
        and wish.language = ${language} and wish.no = asked.no`.execute(db);
    const found = new Set(rows.rows.map(({ no }) => no));
    return found.size === chosen.length ? chosen : chosen.filter(({ no }) => found.has(no));
  });
}

const endpointsOf = (database: SqlDatabase, chosen: readonly Chosen[]): Promise<ReadonlyMap<number, string>> =>
  read(database, 'reading an audience', async (db) => {
    const rows = await sql<Pick<SubscriberRow, 'no' | 'endpoint'>>`
      select subscriber.no, subscriber.endpoint from ${numbersIn(numbersOf(chosen), database.flavour)}
      cross join subscriber where subscriber.no = asked.no`.execute(db);
    return new Map(rows.rows.map(({ no, endpoint }) => [no, endpoint]));
  });

const numbersOf = (chosen: readonly Chosen[]): readonly number[] => chosen.map(({ no }) => no);
