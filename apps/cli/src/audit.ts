import { existsSync, readFileSync } from 'node:fs';
import { createPublicKey } from 'node:crypto';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type AuditBreak, type AuditCheckpoint, type AuditFault, type AuditFindings, auditKeyName } from '#core';
import { readAuditKey, readSignedRecord, type SignedRecord, verifyAudit } from '#runtime';
import { openPostgres, openSqliteToRead, SqlAudit } from '#sql';
import { acceptRestore } from './accept-restore.ts';
import { type Command, print, progress, UsageError } from './command.ts';
import { noLedgerIn } from './data-option.ts';

export const audit: Command = {
  name: 'audit',
  summary: 'verify, accept, key: whether anything was changed in what was done by whom',
  help: `Usage: npm run sonae -- audit verify [--data <folder>] [--checkpoints <file>…] [--key <file or key>…] [--json]
       npm run sonae -- audit verify --url postgres://…   the chain of a service on PostgreSQL
       npm run sonae -- audit accept [--data <folder>] [--checkpoints <file>]   after a restore that a person released
       npm run sonae -- audit key [--data <folder>]       the public key that checkpoints are signed with

Walks along the whole chain and names what was changed, removed, swapped or cut off; the service may be running. What was
written anew as a whole is found by the checkpoints alone, so give the copies that lie on another disk or host (the lines
"audit checkpoint {…}" of the log are copies as well). Without --checkpoints it is SONAE_AUDIT_CHECKPOINTS or
audit-checkpoints.jsonl in the data folder; without --key the public half of SONAE_AUDIT_KEY or audit-key.pem there. --key
takes the public key in the form that audit key prints, or a PEM file; give it again for a key that signed before.
A restore loses what was signed after the copy was taken, and verify says so until you accept it: accept names that very end in a line
that it signs with SONAE_AUDIT_KEY or audit-key.pem and puts behind the checkpoints. It accepts nothing else, and verify goes on
telling of the restore.
Exit status 1 when anything is wrong, also when there is no checkpoint to compare with.

Example:
  npm run sonae -- audit verify --checkpoints /mnt/other-host/audit-checkpoints.jsonl`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        url: { type: 'string' },
        checkpoints: { type: 'string', multiple: true },
        key: { type: 'string', multiple: true },
        json: { type: 'boolean' },
      },
    });
    const [action, ...rest] = positionals;
    if (rest.length > 0 || (action !== 'verify' && action !== 'key' && action !== 'accept'))
      throw new UsageError('say verify, accept or key.');
    const data = resolve(values.data ?? process.env['SONAE_DATA'] ?? 'data');
    const ownKey = process.env['SONAE_AUDIT_KEY'] || join(data, 'audit-key.pem');
    if (values.url === undefined && values.key === undefined) refuseWithoutService(data, ownKey);
    const trusted = (values.key ?? [ownKey]).map(keyNameFrom);
    if (action === 'key') {
      print(trusted.join('\n'));
      return 0;
    }
    const files = values.checkpoints ?? [process.env['SONAE_AUDIT_CHECKPOINTS'] || join(data, 'audit-checkpoints.jsonl')];
    const { audit: chain, close } = await openAudit(values.url, data);
    try {
      if (action === 'accept') return await accept(chain, { files, keyFile: ownKey, trusted });
      const records = await Promise.all(files.map(async (file) => ({ file, ...(await recordFrom(file, trusted)) })));
      const bar = progress('verifying the audit');
      const findings = await verifyAudit(chain, allSigned(records), bar.show);
      bar.end();
      return values.json ? tellAsJson(findings, records) : tell(findings, records);
    } finally {
      await close();
    }
  },
};

async function accept(
  chain: SqlAudit,
  { files, keyFile, trusted }: { readonly files: readonly string[]; readonly keyFile: string; readonly trusted: readonly string[] },
): Promise<number> {
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) throw new UsageError('accept writes behind one file of checkpoints; name that one.');
  await recordFrom(file, trusted);
  const accepted = await acceptRestore(chain, { file, keyFile, trusted });
  for (const broken of accepted) print(breakText(broken));
  if (accepted.length === 0) print('nothing that was signed is missing: there is nothing to accept.');
  return 0;
}

/** The key is made at the service's first start: a folder without one was mistyped, or has nothing to verify yet. */
function refuseWithoutService(data: string, key: string): void {
  if (!existsSync(join(data, 'ledger.db'))) throw new UsageError(noLedgerIn(data));
  if (!existsSync(key))
    throw new UsageError(
      `the key that signs the audit, ${key}, is not there: the service makes it at its first start. Start it, or give the key with --key.`,
    );
}

/** The audit of a data folder, whose service may be running, or behind an address of PostgreSQL; nothing is changed in a folder. */
export async function openAudit(
  url: string | undefined,
  data: string,
): Promise<{ readonly audit: SqlAudit; readonly close: () => Promise<void> }> {
  const file = join(data, 'ledger.db');
  if (url === undefined && !existsSync(file)) throw new UsageError(noLedgerIn(data));
  const database = url === undefined ? await openSqliteToRead(file) : await openPostgres(url);
  return { audit: new SqlAudit(database), close: () => database.close() };
}

type SignedFile = SignedRecord & { readonly file: string };

async function recordFrom(file: string, trusted: readonly string[]): Promise<SignedRecord> {
  if (!existsSync(file)) throw new UsageError(`${file} is not there; name the file of checkpoints with --checkpoints.`);
  return readSignedRecord(file, trusted);
}

/** Where two copies contradict each other, the first one counts, and the other one shows as a fault of its own. */
function allSigned(records: readonly SignedFile[]): ReadonlyMap<number, string> {
  const signed = new Map<number, string>();
  for (const record of records) for (const [number, hash] of record.signed) if (!signed.has(number)) signed.set(number, hash);
  return signed;
}

/** A key as checkpoints name it: given so, or in a PEM file that holds the public or the private half. */
function keyNameFrom(text: string): string {
  if (/^[\w-]{43}$/.test(text)) return text;
  if (!existsSync(text)) throw new UsageError(`${text} is no key and no file; audit key prints the key of a data folder.`);
  const pem = readFileSync(text, 'utf8');
  return auditKeyName(pem.includes('PRIVATE KEY') ? readAuditKey(text) : createPublicKey(pem));
}

function contradictions(records: readonly SignedFile[]): readonly string[] {
  const signed = allSigned(records);
  return records.flatMap(({ file, signed: own }) =>
    [...own]
      .filter(([number, hash]) => signed.get(number) !== hash)
      .map(([number]) => `${file}: entry ${number} was signed with another hash than in another file`),
  );
}

const LINE_FAULTS: Readonly<{ [Kind in SignedRecord['faults'][number]['kind']]: string }> = {
  unreadable: 'is no checkpoint',
  signature: 'was changed: its signature does not fit',
  key: 'is signed by a key that is not trusted here; give its public half with --key if it is one of yours',
  contradiction: 'signs another hash than an earlier line for the same entry',
  idleBreak: 'accepts the loss of an end that was not the newest one signed before it',
};

const lineFaults = (records: readonly SignedFile[]): readonly string[] => [
  ...records.flatMap(({ file, faults }) => faults.map(({ line, kind }) => `${file} line ${line} ${LINE_FAULTS[kind]}`)),
  ...contradictions(records),
];

function tell(findings: AuditFindings, records: readonly SignedFile[]): number {
  const { entries, faults, faultsMore, signedTo } = findings;
  const lines = lineFaults(records);
  for (const fault of faults) print(faultText(fault));
  if (faultsMore > 0) print(`and ${faultsMore} more of the kind`);
  for (const line of lines) print(line);
  for (const broken of allBreaks(records)) print(breakText(broken));
  const newest = records.flatMap(({ newest: one }) => one ?? []).toSorted((a, b) => b.number - a.number)[0];
  const holds = faults.length + faultsMore + lines.length === 0;
  print(`${entries} entries, ${holds ? 'the chain holds' : 'THE CHAIN DOES NOT HOLD'}${coverText(signedTo, newest)}`);
  return isClean(findings, records) ? 0 : 1;
}

function coverText(signedTo: number, newest: AuditCheckpoint | undefined): string {
  if (!newest) return ', but no checkpoint covers anything of it: one that was written anew as a whole would look the same';
  return `; covered by checkpoints up to entry ${signedTo}, the newest of ${new Date(newest.at).toISOString()}`;
}

function tellAsJson(findings: AuditFindings, records: readonly SignedFile[]): number {
  const { entries, faults, faultsMore, signedTo } = findings;
  const isWhole = isClean(findings, records);
  const told = faults.map((fault) => ({ ...fault, text: faultText(fault) }));
  print(
    JSON.stringify({
      holds: isWhole,
      entries,
      signedTo,
      faults: told,
      faultsMore,
      breaks: allBreaks(records),
      checkpointFaults: lineFaults(records),
    }),
  );
  return isWhole ? 0 : 1;
}

const isClean = ({ entries, faults, faultsMore }: AuditFindings, records: readonly SignedFile[]): boolean =>
  faults.length + faultsMore === 0 && lineFaults(records).length === 0 && (entries === 0 || records.some(({ newest }) => newest !== null));

const allBreaks = (records: readonly SignedFile[]): readonly AuditBreak[] => [
  ...new Map(records.flatMap(({ breaks }) => breaks).map((broken) => [broken.signature, broken])).values(),
];

/** An acknowledged loss, in a sentence. */
function breakText({ kept, lost, released, by, at }: AuditBreak): string {
  const which = span(kept.number + 1, lost.number);
  return `a restore lost what was signed as ${which}: released by ${released.by} on ${instantText(released.at)}, accepted at the console by ${by} on ${instantText(at)}`;
}

const instantText = (at: number): string => new Date(at).toISOString();

/** What was done, in a sentence. */
function faultText(fault: AuditFault): string {
  const { from, to } = fault;
  const which = span(from, to);
  const were = from === to ? 'was' : 'were';
  switch (fault.kind) {
    case 'changed':
      return `${which} ${were} changed`;
    case 'removed':
      return `${which} ${were} removed: ${from === to ? 'the number is' : 'the numbers are'} missing`;
    case 'cut':
      return `the tail was cut: ${which} ${from === to ? 'is' : 'are'} missing from the end`;
    case 'swapped':
      return `${which} and ${span(fault.withFrom, fault.withTo)} were swapped`;
    case 'moved':
      return `${which} ${from === to ? 'holds' : 'hold'} what was written as ${span(from + fault.by, to + fault.by)}`;
    case 'unlinked':
      return `entry ${to} does not follow from entry ${from}: one of the two was changed and hashed anew`;
    case 'rewritten':
      return `${which} ${were} written anew: the hash of entry ${to} is not the one that was signed`;
    case 'added':
      return `${which} ${were} put in beside the service`;
  }
}

const span = (from: number, to: number): string => (from === to ? `entry ${from}` : `entries ${from} to ${to}`);
