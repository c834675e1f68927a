import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';

/**
 * One file that holds several, as a tar archive (POSIX.1-2001, ustar): whoever has lost this program can still open it with any system's `tar`.
 * It knows plain files with short names and nothing else.
 */
const BLOCK = 512;
/** Bytes copied at once; other work of the process has its turn in between. */
const PIECE = 4 * 1024 * 1024;
/** Beyond this the size does not fit into eleven octal digits and is written in binary, as GNU tar and star do. */
const OCTAL_MAX = 8 ** 11 - 1;

/** The archive is none, or not all of it is there. */
export class ArchiveBroken extends Error {
  override readonly name = 'ArchiveBroken';
}

/** One file in an archive. */
export interface Member {
  readonly name: string;
  readonly bytes: number;
  /** Where its content begins in the archive. */
  readonly offset: number;
}

/** Writes an archive from its beginning; it is whole only after `end`. */
export class ArchiveWriter {
  readonly #descriptor: number;

  /** Begins the file anew. */
  constructor(file: string) {
    this.#descriptor = openSync(file, 'w', 0o600);
  }

  /** Adds a file under a name and tells its SHA-256, hex. */
  async addFile(name: string, file: string, at: number): Promise<string> {
    const { size } = statSync(file);
    writeSync(this.#descriptor, header(name, size, at));
    const hash = createHash('sha256');
    for await (const piece of pieces(file, 0, size)) {
      hash.update(piece);
      writeSync(this.#descriptor, piece);
    }
    this.#pad(size);
    return hash.digest('hex');
  }

  /** Adds a text under a name. */
  addText(name: string, text: string, at: number): void {
    const bytes = Buffer.from(text, 'utf8');
    writeSync(this.#descriptor, header(name, bytes.length, at));
    writeSync(this.#descriptor, bytes);
    this.#pad(bytes.length);
  }

  /** Writes the end and waits until all of it is on the disk. */
  end(): void {
    writeSync(this.#descriptor, new Uint8Array(2 * BLOCK));
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }

  /** Lets go of a file that will not be finished. */
  abandon(): void {
    closeSync(this.#descriptor);
  }

  #pad(size: number): void {
    writeSync(this.#descriptor, new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK));
  }
}

/** The members of an archive in their order. Throws `ArchiveBroken` when it does not reach its own end. */
export function membersOf(file: string): readonly Member[] {
  const { size } = statSync(file);
  const descriptor = openSync(file, 'r');
  try {
    const members: Member[] = [];
    for (let at = 0; ;) {
      const block = Buffer.alloc(BLOCK);
      if (readSync(descriptor, block, 0, BLOCK, at) < BLOCK) throw new ArchiveBroken(`${file} ends before its end: it is half a backup`);
      if (block.every((byte) => byte === 0)) return members;
      const member = memberOf(block, at + BLOCK);
      if (!member) throw new ArchiveBroken(`${file} is no backup of Sonae`);
      members.push(member);
      at = member.offset + Math.ceil(member.bytes / BLOCK) * BLOCK;
      if (at > size) throw new ArchiveBroken(`${file} ends in the middle of ${member.name}: it is half a backup`);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A member as text. */
export function readMember(file: string, { bytes, offset }: Member): string {
  const descriptor = openSync(file, 'r');
  try {
    const content = Buffer.alloc(bytes);
    readSync(descriptor, content, 0, bytes, offset);
    return content.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** Copies a member into a file of its own, on the disk when this resolves, and tells its SHA-256, hex. */
export async function extractMember(file: string, { bytes, offset }: Member, target: string): Promise<string> {
  const descriptor = openSync(target, 'w', 0o600);
  try {
    const hash = createHash('sha256');
    for await (const piece of pieces(file, offset, bytes)) {
      hash.update(piece);
      writeSync(descriptor, piece);
    }
    fsyncSync(descriptor);
    return hash.digest('hex');
  } finally {
    closeSync(descriptor);
  }
}

async function* pieces(file: string, offset: number, bytes: number): AsyncGenerator<Buffer> {
  const descriptor = openSync(file, 'r');
  try {
    for (let read = 0; read < bytes;) {
      const piece = Buffer.alloc(Math.min(PIECE, bytes - read));
      const got = readSync(descriptor, piece, 0, piece.length, offset + read);
      if (got === 0) throw new ArchiveBroken(`${file} became shorter while it was read`);
      read += got;
      yield piece.subarray(0, got);
      await new Promise((next) => setImmediate(next));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Places of the fields in a header, POSIX.1-2001 `pax`, "ustar Interchange Format". */
const NAME = { at: 0, length: 100 } as const;
const SIZE = { at: 124, length: 12 } as const;
const CHECKSUM = { at: 148, length: 8 } as const;

function header(name: string, size: number, at: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) >= NAME.length) throw new RangeError(`${name} is too long a name for an archive`);
  block.write(name, NAME.at);
  block.write('0000600\0' + '0000000\0'.repeat(2), 100);
  if (size <= OCTAL_MAX) block.write(`${size.toString(8).padStart(11, '0')}\0`, SIZE.at);
  else {
    block.writeUInt8(0x80, SIZE.at);
    block.writeBigUInt64BE(BigInt(size), SIZE.at + 4);
  }
  block.write(
    `${Math.floor(at / 1_000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  );
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, CHECKSUM.at);
  return block;
}

function memberOf(block: Buffer, offset: number): Member | null {
  if (block.toString('latin1', 257, 262) !== 'ustar') return null;
  if (Number.parseInt(block.toString('latin1', CHECKSUM.at, CHECKSUM.at + CHECKSUM.length), 8) !== checksumOf(block)) return null;
  const name = block.toString('utf8', NAME.at, NAME.length).replace(/\0.*$/s, '');
  const binary = (block[SIZE.at]! & 0x80) !== 0;
  const bytes = binary
    ? Number(block.readBigUInt64BE(SIZE.at + 4))
    : Number.parseInt(block.toString('latin1', SIZE.at, SIZE.at + SIZE.length), 8);
  return Number.isSafeInteger(bytes) ? { name, bytes, offset } : null;
}

/** The sum of all bytes of the header, those of the sum itself as blanks. */
const checksumOf = (block: Buffer): number =>
  block.reduce((sum, byte, at) => sum + (at >= CHECKSUM.at && at < CHECKSUM.at + CHECKSUM.length ? 0x20 : byte), 0);
