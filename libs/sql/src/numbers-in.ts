import { type RawBuilder, sql } from 'kysely';
import type { Flavour } from './flavour.ts';

/**
 * Numbers as a table `asked (no)` behind one parameter: five hundred placeholders would take longer to compile than
 * their rows to read. Joined by `cross join … where`, which SQLite walks in the order that is written: the numbers first, and not the whole table.
 */
export const numbersIn = (numbers: readonly number[], flavour: Flavour): RawBuilder<unknown> =>
  flavour === 'postgres'
    ? sql`unnest(cast(${numbers} as bigint[])) as asked(no)`
    : sql`(select value as no from json_each(${JSON.stringify(numbers)})) as asked`;
