import { type Addressee, type AudiencePage, type AudienceQuery, type Language, LANGUAGES } from '#core';
import type { SqlDatabase } from './sql-database.ts';
import { blockedOf, subscriberNumbers } from './subscriber-numbers.ts';
import type { SubscriberRow } from './tables.ts';
import { read } from './write.ts';

/**
 * An audience as `Directory.audience` gives it, for which no key is needed. Pages are read as they are asked for, so that somebody who leaves
 * meanwhile is left out of the later ones (F62). Somebody who changes the language meanwhile may be met once in each.
 */
export async function* audienceIn(database: SqlDatabase, query: AudienceQuery, pageMax: number): AsyncGenerator<AudiencePage> {
  for (const language of LANGUAGES) {
    let people: Addressee[] = [];
    for await (const numbers of subscriberNumbers(database, query, language)) {
      for (const one of await addressees(database, { query, language, numbers })) {
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

/** Those among the numbers who are still there and want the category, in the order of the numbers. */
function addressees(
  database: SqlDatabase,
  {
    query: { channel, category, state },
    language,
    numbers,
  }: { readonly query: AudienceQuery; readonly language: Language; readonly numbers: readonly number[] },
): Promise<readonly Addressee[]> {
  return read(database, 'reading an audience', async (db) => {
    const rows = await db
      .selectFrom('wish')
      .innerJoin('subscriber', 'subscriber.no', 'wish.no')
      .where('wish.channel', '=', channel)
      .where('wish.blocked', '=', blockedOf(state))
      .where('wish.category', '=', category)
      .where('wish.language', '=', language)
      .where('wish.no', 'in', numbers)
      .orderBy('wish.no')
      .select(['subscriber.no', 'subscriber.endpoint'])
      .execute();
    return rows.map(addressee);
  });
}
