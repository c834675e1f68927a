import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { type ChannelName, CHANNELS, type Language, LANGUAGES, type SubscriberCount } from '#core';
import type { SqlDatabase } from './sql-database.ts';
import { read } from './write.ts';

/**
 * How many there are, by channel, language and district. Each figure is a walk along one piece of an index, some milliseconds for a hundred thousand
 * people, with a turn for everybody else in between: SQLite answers in our own thread, and nobody waits for a figure as for an alert.
 */
export async function countSubscribers(database: SqlDatabase): Promise<readonly SubscriberCount[]> {
  const counts: SubscriberCount[] = [];
  for (const channel of CHANNELS.toSorted()) {
    const districts = await districtsOf(database, channel);
    for (const language of LANGUAGES.toSorted()) {
      for (const district of [null, ...districts]) {
        const [active, blocked] = [
          await countOne(database, { channel, language, district, blocked: 0 }),
          await countOne(database, { channel, language, district, blocked: 1 }),
        ];
        if (active + blocked > 0) counts.push({ channel, language, district, active, blocked });
        else if (district === null) break;
        await turn();
      }
    }
  }
  return counts;
}

interface Cell {
  readonly channel: ChannelName;
  readonly language: Language;
  readonly district: string | null;
  readonly blocked: 0 | 1;
}

const countOne = (database: SqlDatabase, { channel, language, district, blocked }: Cell): Promise<number> =>
  read(database, 'counting subscribers', async (db) => {
    const counted = await (district === null
      ? db
          .selectFrom('subscriber')
          .select((e) => e.fn.countAll<number>().as('people'))
          .where('channel', '=', channel)
          .where('blocked', '=', blocked)
          .where('language', '=', language)
          .executeTakeFirstOrThrow()
      : db
          .selectFrom('choice')
          .select((e) => e.fn.countAll<number>().as('people'))
          .where('channel', '=', channel)
          .where('blocked', '=', blocked)
          .where('district', '=', district)
          .where('language', '=', language)
          .executeTakeFirstOrThrow());
    return counted.people;
  });

/** Districts that somebody chose, each found with one step into the index. */
async function districtsOf(database: SqlDatabase, channel: ChannelName): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const blocked of [0, 1] as const) {
    for (let after = ''; ;) {
      const next = await read(database, 'looking for districts', (db) =>
        db
          .selectFrom('choice')
          .select((e) => e.fn.min<string | null>('district').as('district'))
          .where('channel', '=', channel)
          .where('blocked', '=', blocked)
          .where('district', '>', sql<string>`${after}`)
          .executeTakeFirst(),
      );
      if (next?.district === null || next === undefined) break;
      found.add(next.district);
      after = next.district;
    }
  }
  return [...found].toSorted();
}
