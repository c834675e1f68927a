import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type AuditBreak,
  type AuditCheckpoint,
  type AuditHead,
  breakFault,
  breakFrom,
  checkpointFault,
  checkpointFrom,
  signedEnds,
  type SignedLine,
} from '#core';

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

  /** Resolves when what was signed would survive a power cut. A line that a crash tore is left behind as it is, and this one begins a new one. */
  async append(signed: AuditCheckpoint | AuditBreak): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, 'a+', 0o640);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      const isTorn = size > 0 && buffer[0] !== LINE_FEED;
      await file.appendFile(`${isTorn ? '\n' : ''}${JSON.stringify(signed)}\n`);
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
  /** Hashes by the number of their entry, without those of stretches whose loss was accepted. */
  readonly signed: ReadonlyMap<number, string>;
  /** What was signed, line by line, as `signed` has it. */
  readonly ends: readonly AuditHead[];
  /** Stretches that restores lost, and that a person accepted. */
  readonly breaks: readonly AuditBreak[];
  readonly newest: AuditCheckpoint | null;
  readonly faults: readonly { readonly line: number; readonly kind: 'unreadable' | 'signature' | 'key' | 'contradiction' | 'idleBreak' }[];
}

/** Lines with faults told one by one; a file that is no such file has thousands. */
const LINE_FAULTS_MAX = 100;

/**
 * Reads a whole file of checkpoints. Ten years of one an hour are 90,000 of them. Rejects when the file cannot be read. A last line without its end was
 * torn by a crash and says nothing.
 */
export async function readSignedRecord(path: string, trusted: readonly string[]): Promise<SignedRecord> {
  const lines: SignedLine[] = [];
  const faults: SignedRecord['faults'][number][] = [];
  const found = (line: number, kind: (typeof faults)[number]['kind']): void => {
    if (faults.length < LINE_FAULTS_MAX) faults.push({ line, kind });
  };
  const checkpoints = new Map<number, AuditCheckpoint>();
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === '') continue;
    const checkpoint = checkpointFrom(text);
    const broken = checkpoint ? null : breakFrom(text);
    const kind = checkpoint ? checkpointFault(checkpoint, trusted) : broken ? breakFault(broken, trusted) : 'unreadable';
    if (kind !== null) found(line, kind);
    else if (checkpoint) {
      checkpoints.set(line, checkpoint);
      lines.push({ line, end: { number: checkpoint.number, hash: checkpoint.hash } });
    } else lines.push({ line, broken: broken! });
  }
  const { ends, breaks, idle } = signedEnds(lines);
  for (const of of idle) found(of, 'idleBreak');
  const signed = new Map<number, string>();
  let newest: AuditCheckpoint | null = null;
  for (const { line: of, end } of ends) {
    if ((signed.get(end.number) ?? end.hash) !== end.hash) {
      found(of, 'contradiction');
      continue;
    }
    signed.set(end.number, end.hash);
    const checkpoint = checkpoints.get(of);
    if (checkpoint && (!newest || checkpoint.number >= newest.number)) newest = checkpoint;
  }
  return { signed, ends: ends.map(({ end }) => end), breaks, newest, faults: faults.toSorted((one, other) => one.line - other.line) };
}
