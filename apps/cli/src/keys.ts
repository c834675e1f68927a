import { parseArgs } from 'node:util';
import { addGeneration, generationsIn } from '#keys';
import { reseal, sealedByGeneration } from '#sql';
import { type Command, complain, print, progress, UsageError } from './command.ts';
import { atTheConsole, type OpenPeople, openPeople } from './data-option.ts';

export const keys: Command = {
  name: 'keys',
  summary: 'list, rotate, reseal: the keys by which addresses of residents, and what else is secret, are sealed',
  help: `Usage: npm run sonae -- keys list [--data <folder>] [--json]
       npm run sonae -- keys rotate       a new generation, and everything sealed anew by it
       npm run sonae -- keys reseal       the second half alone, when a rotation broke off

The key file is SONAE_KEYS or keys in the data folder (--data, SONAE_DATA or ./data). The service may be running: it opens
what either generation sealed, and seals by the new one within a minute. Older generations stay in the file, for copies of the
data from before need them. Keep a copy of the key file apart from the copies of the data, and make a new one after a rotation.

Example:
  npm run sonae -- keys rotate`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [action, ...rest] = positionals;
    if (rest.length > 0) throw new UsageError(`${rest.join(' ')} is too much: say list, rotate or reseal.`);
    if (action !== 'list' && action !== 'rotate' && action !== 'reseal')
      throw new UsageError(`say list, rotate or reseal${action === undefined ? '' : `, not ${action}`}.`);
    const people = await openPeople(values.data, { make: false });
    try {
      if (action !== 'list') return await renew(people, { rotates: action === 'rotate', json: values.json ?? false });
      return await list(people, values.json ?? false);
    } finally {
      await people.close();
    }
  },
};

async function list({ database, keyFile }: OpenPeople, json: boolean): Promise<number> {
  const sealed = await sealedByGeneration(database);
  const rows = generationsIn(keyFile).map((generation) => ({ generation, addresses: sealed.get(generation) ?? 0 }));
  const newest = rows.at(-1)?.generation;
  if (json) print(JSON.stringify({ file: keyFile, generations: rows }));
  else {
    print(keyFile);
    for (const { generation, addresses } of rows)
      print(`generation ${generation}  ${addresses} addresses${generation === newest ? '  seals now' : ''}`);
  }
  return 0;
}

async function renew(people: OpenPeople, { rotates, json }: { readonly rotates: boolean; readonly json: boolean }): Promise<number> {
  const { database, audit, keyFile } = people;
  const ring = rotates ? addGeneration(keyFile) : people.keys;
  // Written down first: the new generation seals from now on, also when this ends in the middle.
  if (rotates) await audit.append([{ ...atTheConsole(), act: 'keys-rotated', subject: `generation/${ring.generation}` }]);
  const sealed = await sealedByGeneration(database);
  const old = [...sealed].reduce((sum, [generation, addresses]) => sum + (generation === ring.generation ? 0 : addresses), 0);
  const bar = progress('sealing anew');
  const done = await reseal({ database, keys: ring, onProgress: (resealed) => bar.show(old === 0 ? 1 : resealed / old) });
  bar.end();
  if (json) print(JSON.stringify({ generation: ring.generation, ...done }));
  else
    print(
      `generation ${ring.generation} seals now; ${done.resealed} addresses and ${done.rest.resealed} other texts were sealed anew by it. Copy ${keyFile} to where its backup is.`,
    );
  if (done.rest.damaged > 0) complain(`${done.rest.damaged} other texts do not open: somebody changed them in the database.`);
  if (done.damaged > 0)
    complain(`${done.damaged} addresses do not open: somebody changed them in the database. Those people are not told anything.`);
  if (done.damaged + done.rest.damaged === 0) return 0;
  return 1;
}
