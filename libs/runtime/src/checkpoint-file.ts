import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { type AuditCheckpoint, checkpointFault, checkpointFrom } from '#core';

/** A line of a checkpoint has 260 characters; this holds the newest ones with room. */
const TAIL_BYTES = 16_384;
const LINE_FEED = 0x0a;

/**
 * Checkpoints of the audit in a file of lines, to which is only ever added. It belongs on another disk or host than the database: a chain that
 * somebody writes anew is found by what lies where they cannot write.
 */
export class CheckpointFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Resolves when the checkpoint would survive a power cut. A line that a crash tore is left behind as it is, and this one begins a new one. */
  async append(checkpoint: AuditCheckpoint): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, 'a+', 0o640);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      const isTorn = size > 0 && buffer[0] !== LINE_FEED;
      await file.appendFile(`${isTorn ? '\n' : ''}${JSON.stringify(checkpoint)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** The newest checkpoint that one of these keys signed; null when there is none near the end of the file. */
  async last(trusted: readonly string[]): Promise<AuditCheckpoint | null> {
    const file = await open(this.path, 'r').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null;
      throw cause;
    });
    if (!file) return null;
    try {
      const { size } = await file.stat();
      const from = Math.max(0, size - TAIL_BYTES);
      const { buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
      const lines = buffer.toString('utf8').split('\n');
      return lines.map(checkpointFrom).findLast((one) => one !== null && checkpointFault(one, trusted) === null) ?? null;
    } finally {
      await file.close();
    }
  }
}

/** What a file of checkpoints says: what was signed, and what is wrong with its lines. */
export interface SignedRecord {
  /** Hashes by the number of their entry. */
  readonly signed: ReadonlyMap<number, string>;
  readonly newest: AuditCheckpoint | null;
  readonly faults: readonly { readonly line: number; readonly kind: 'unreadable' | 'signature' | 'key' | 'contradiction' }[];
}

/** Lines with faults told one by one; a file that is no such file has thousands. */
const LINE_FAULTS_MAX = 100;

/**
 * Reads a whole file of checkpoints. Ten years of one an hour are 90,000 of them. Rejects when the file cannot be read. A last line without its end was
 * torn by a crash and says nothing.
 */
export async function readSignedRecord(path: string, trusted: readonly string[]): Promise<SignedRecord> {
  const signed = new Map<number, string>();
  const faults: SignedRecord['faults'][number][] = [];
  let newest: AuditCheckpoint | null = null;
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === '') continue;
    const checkpoint = checkpointFrom(text);
    const kind = checkpoint ? checkpointFault(checkpoint, trusted) : 'unreadable';
    const known = checkpoint && signed.get(checkpoint.number);
    if (checkpoint && kind === null && (known ?? checkpoint.hash) === checkpoint.hash) {
      signed.set(checkpoint.number, checkpoint.hash);
      if (!newest || checkpoint.number >= newest.number) newest = checkpoint;
    } else if (faults.length < LINE_FAULTS_MAX) faults.push({ line, kind: kind ?? 'contradiction' });
  }
  return { signed, newest, faults };
}
