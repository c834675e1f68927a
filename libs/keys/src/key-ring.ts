import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { KeyMissing, Keys, SealBroken, type SealedText } from '#core';
import { OpeningThread } from './opening-thread.ts';

/** AES-256. */
const KEY_BYTES = 32;
/** The nonce of GCM for which a random one is safe up to 2^32 texts under one key (NIST SP 800-38D §8.3). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The first byte of what is sealed names the generation. */
const GENERATION_MAX = 255;
const DIGEST_BYTES = 16;
const FINGERPRINT_BYTES = 8;
/** A generation that another process adds seals here after this long at the latest; until then the one before does, and both open. */
const REREAD_MS = 60_000;

/** From so many texts on a thread opens them: below, asking it takes longer than opening them. */
const THREAD_TEXTS_MIN = 50;

/** Secrets as they lie in the key file. */
export interface Secrets {
  /** Under what digests and tokens are made; it is never changed. */
  readonly root: Buffer;
  /** By number, ascending from 1. */
  readonly generations: ReadonlyMap<number, Buffer>;
}

/** Keys made anew, with one generation. */
export const freshSecrets = (): Secrets => ({ root: randomBytes(KEY_BYTES), generations: new Map([[1, randomBytes(KEY_BYTES)]]) });

/** The same with a new generation, which seals from now on. Throws when there are as many as one byte names. */
export function withNewGeneration({ root, generations }: Secrets): Secrets {
  const next = Math.max(...generations.keys()) + 1;
  if (next > GENERATION_MAX) throw new Error(`the key ring is full: it has ${GENERATION_MAX} generations`);
  return { root, generations: new Map([...generations, [next, randomBytes(KEY_BYTES)]]) };
}

/**
 * Keys over secrets in memory. Each purpose has a key of its own by HKDF (RFC 5869). `reread` gives the secrets anew: when something was
 * sealed by a generation that is not known yet, and before something is sealed when that is a minute ago, for another process may have added one.
 */
export class KeyRing extends Keys {
  readonly #reread: () => Secrets;
  readonly #thread = new OpeningThread();
  #secrets: Secrets;
  #derived = new Map<string, KeyObject>();
  #readAt = performance.now();

  constructor(secrets: Secrets, reread: () => Secrets = () => secrets) {
    super();
    this.#secrets = secrets;
    this.#reread = reread;
  }

  get generation(): number {
    return Math.max(...this.#secrets.generations.keys());
  }

  #refresh(): void {
    this.#secrets = this.#reread();
    this.#derived = new Map();
    this.#readAt = performance.now();
  }

  seal(purpose: string, text: string, bound: string): string {
    if (performance.now() - this.#readAt > REREAD_MS) this.#refresh();
    const { generation } = this;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(generation, purpose), nonce);
    cipher.setAAD(Buffer.from(bound));
    return Buffer.concat([Buffer.of(generation), nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64url',
    );
  }

  open(purpose: string, sealed: string, bound: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const key = this.#keyOf(bytes[0] ?? 0, purpose);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(bound));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      // As bytes: with an encoding the cipher makes a decoder for every text, which is a quarter of the whole (measured).
      const text = decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES));
      decipher.final();
      return text.toString();
    } catch (cause) {
      throw new SealBroken(`what is sealed for ${bound} was changed, or belongs to somebody else`, { cause });
    }
  }

  override async openMany(purpose: string, texts: readonly SealedText[]): Promise<readonly (string | null)[]> {
    if (texts.length < THREAD_TEXTS_MIN) return super.openMany(purpose, texts);
    const keys = new Map<number, KeyObject>();
    // The first byte is in the first two letters, of which there are few.
    for (const start of new Set(texts.map(({ sealed }) => sealed.slice(0, 2)))) {
      const generation = this.generationOf(start);
      if (!keys.has(generation)) keys.set(generation, this.#keyOf(generation, purpose));
    }
    return (await this.#thread.open(keys, texts)) ?? super.openMany(purpose, texts);
  }

  generationOf(sealed: string): number {
    return Buffer.from(sealed.slice(0, 4), 'base64url')[0] ?? 0;
  }

  digest(purpose: string, text: string): string {
    return createHmac('sha256', this.#keyOf(0, purpose)).update(text).digest().toString('base64url', 0, DIGEST_BYTES);
  }

  fingerprint(generation: number): string {
    return createHmac('sha256', this.#keyOf(generation, 'fingerprint')).update('').digest().toString('hex', 0, FINGERPRINT_BYTES);
  }

  /** Generation 0 is the root. */
  #keyOf(generation: number, purpose: string): KeyObject {
    const name = `${generation} ${purpose}`;
    const known = this.#derived.get(name);
    if (known) return known;
    const secretOf = () => (generation === 0 ? this.#secrets.root : this.#secrets.generations.get(generation));
    if (!secretOf()) this.#refresh();
    const secret = secretOf();
    if (!secret) throw new KeyMissing(`the key ring has no generation ${generation}`);
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `sonae/${purpose}`, KEY_BYTES)));
    this.#derived.set(name, key);
    return key;
  }
}
