import { type Addressee, type AudiencePage, type AudienceQuery, isAlwaysOn, type Language, LANGUAGES } from '#core';
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

/** Those among the numbers who are still there and want the category or hear it always, in the order of the numbers. */
function addressees(
  database: SqlDatabase,
  {
    query: { channel, category, districts, state },
    language,
    chosen,
  }: { readonly query: AudienceQuery; readonly language: Language; readonly chosen: readonly Chosen[] },
): Promise<readonly Addressee[]> {
  return read(database, 'reading an audience', async (db) => {
    const among = chosen.map(({ no }) => no);
    const people = db.selectFrom('subscriber').select(['subscriber.no', 'subscriber.endpoint']);
    const meant = isAlwaysOn({ category, districts })
      ? people.where('subscriber.no', 'in', among)
      : people
          .innerJoin('wish', 'wish.no', 'subscriber.no')
          .where('wish.channel', '=', channel)
          .where('wish.blocked', '=', blockedOf(state))
          .where('wish.category', '=', category)
          .where('wish.language', '=', language)
          .where('wish.no', 'in', among);
    const rows = await meant.orderBy('subscriber.no').execute();
    const homes = new Map(chosen.map(({ no, districts }) => [no, districts]));
    return rows.map((row) => ({ ...addressee(row), ...districtsOf(homes.get(row.no)) }));
  });
}

const districtsOf = (districts: readonly string[] | null | undefined): Pick<Addressee, 'districts'> => (districts ? { districts } : {});
