import { type ChannelName, KeyMissing, type Keys, lookupForm } from '#core';
import type { SqlDatabase } from './sql-database.ts';
import { read, write } from './write.ts';

const PURPOSE = 'directory';

/** An address as the tables hold it. */
export interface Sealed {
  readonly lookup: string;
  readonly sealed: string;
  readonly sealed_by: number;
}

/** Bound to channel and number, so that no address can be put in another's place. */
const boundTo = (channel: ChannelName, no: number): string => `${channel} ${no}`;

/** By what an address is found again. */
export const lookupOf = (keys: Keys, channel: ChannelName, address: string): string =>
  keys.digest(PURPOSE, `${channel} ${lookupForm(channel, address)}`);

/** Seals somebody's address. */
export function seal(
  keys: Keys,
  { channel, no, address }: { readonly channel: ChannelName; readonly no: number; readonly address: string },
) {
  const sealed = keys.seal(PURPOSE, address, boundTo(channel, no));
  return { sealed, sealed_by: keys.generationOf(sealed) };
}

/** Opens somebody's address. Throws as `Keys.open` does. */
export const unseal = (
  keys: Keys,
  { channel, no, sealed }: { readonly channel: ChannelName; readonly no: number; readonly sealed: string },
) => keys.open(PURPOSE, sealed, boundTo(channel, no));

/** Opens the addresses of rows, in their order; null for a row that somebody changed. Rejects as `Keys.openMany` does. */
export const unsealAll = (
  keys: Keys,
  rows: readonly { readonly channel: ChannelName; readonly no: number; readonly sealed: string }[],
): Promise<readonly (string | null)[]> =>
  keys.openMany(
    PURPOSE,
    rows.map(({ channel, no, sealed }) => ({ sealed, bound: boundTo(channel, no) })),
  );

/** Whether anything in a database was sealed yet: then only its own keys will do, and new ones must not be made. */
export const isSealed = (database: SqlDatabase): Promise<boolean> =>
  read(
    database,
    'looking for keys in use',
    async (db) => (await db.selectFrom('key_use').select('generation').limit(1).execute()).length > 0,
  );

/** The keys at hand are not those by which the directory was sealed. The message says which, and what to do. */
export class KeysForeign extends Error {
  override readonly name = 'KeysForeign';
}

/**
 * Makes sure that the keys at hand open everything in the directory. Rejects with `KeysForeign` otherwise: by other keys people would be found by
 * no address and get no message. Resolves with the generations that are known to have sealed something, 0 for the root.
 */
export async function recogniseKeys(database: SqlDatabase, keys: Keys): Promise<ReadonlySet<number>> {
  const used = await read(database, 'looking for keys in use', (db) =>
    db.selectFrom('key_use').selectAll().orderBy('generation').execute(),
  );
  for (const { generation, fingerprint } of used) {
    const own = fingerprintOf(keys, generation);
    if (own === fingerprint) continue;
    const which = generation === 0 ? 'the root' : `generation ${generation}`;
    throw new KeysForeign(
      `addresses in the directory are sealed by ${which} with the fingerprint ${fingerprint}, and the key file ${own === null ? 'has none' : `has another one (${own})`}: ` +
        'put the key file of this data folder in place (SONAE_KEYS), from its own backup; without it no address can be opened',
    );
  }
  return new Set(used.map(({ generation }) => generation));
}

/** Writes down, before anything is sealed by it, that the newest generation is in use. */
export async function announceKeys(database: SqlDatabase, keys: Keys): Promise<void> {
  const known = await recogniseKeys(database, keys);
  const missing = [0, keys.generation].filter((generation) => !known.has(generation));
  if (missing.length === 0) return;
  const rows = missing.map((generation) => ({ generation, fingerprint: keys.fingerprint(generation) }));
  await write(database, 'writing down the keys in use', (t) =>
    t
      .insertInto('key_use')
      .values(rows)
      .onConflict((c) => c.column('generation').doNothing())
      .execute(),
  );
}

function fingerprintOf(keys: Keys, generation: number): string | null {
  try {
    return keys.fingerprint(generation);
  } catch (cause) {
    if (cause instanceof KeyMissing) return null;
    throw cause;
  }
}
