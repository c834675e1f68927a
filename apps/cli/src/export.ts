import { resolve } from 'node:path';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { AUDIT_CSV_HEAD, auditCsvLine, auditEntry } from '#core';
import { openAudit } from './audit.ts';
import { type Command, UsageError } from './command.ts';
import { atTheConsole, openPeople } from './data-option.ts';

/** Entries read at once. */
const PAGE = 1_000;

export const exportCommand: Command = {
  name: 'export',
  summary: 'audit: what the service keeps, as CSV',
  help: `Usage: npm run sonae -- export audit [--from <time>] [--to <time>] [--data <folder>]

Writes CSV to standard output, oldest first; times are ISO 8601 in Japan's time unless they say otherwise
(2026-07-01, 2026-07-01T08:00, 2026-06-30T23:00Z); --to is exclusive.
The service may be running. Taking the list is written down in it.

Example:
  npm run sonae -- export audit --from 2026-07-01 --to 2026-08-01 > july.csv`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
    });
    if (positionals.join(' ') !== 'audit') throw new UsageError('say what: audit.');
    const [since, until] = [instant(values.from, -Infinity), instant(values.to, Infinity)];
    const data = resolve(values.data ?? process.env['SONAE_DATA'] ?? 'data');
    const { audit, close } = await openAudit(undefined, data);
    try {
      const people = await openPeople(data, { make: false });
      const after = { ...(values.from !== undefined && { from: values.from }), ...(values.to !== undefined && { to: values.to }) };
      const [own] = await people.audit.append([{ ...atTheConsole(), act: 'exported', subject: 'audit', after }]);
      await people.close();
      await write(AUDIT_CSV_HEAD);
      for (let number = 0; ;) {
        const rows = (await audit.rows(number, PAGE)).filter((row) => row.number < own!.number);
        const lines = rows
          .filter(({ at }) => at >= since && at < until)
          .map(({ text, previous, hash }) => auditCsvLine(auditEntry({ text, previous, hash })));
        await write(lines.join(''));
        if (rows.length < PAGE) return 0;
        number = rows.at(-1)!.number;
      }
    } finally {
      await close();
    }
  },
};

/** Waits for whoever reads the pipe, so that a million entries are never in memory. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** A date is its first moment in the city, and a time without an offset is the city's: https://tc39.es/ecma262/ would take the one for UTC and the other for the machine's. */
function instant(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text;
  const at = Date.parse(/(?:Z|[+-]\d{2}:\d{2})$/.test(whole) ? whole : `${whole}+09:00`);
  if (Number.isNaN(at)) throw new UsageError(`${text} is no time; write 2026-07-01 or 2026-07-01T08:00+09:00.`);
  return at;
}
