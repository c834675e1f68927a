/**
 * The secret keys of a service, behind what they are for. A purpose (`directory`, `leave`) has keys of its own: what was made for one means nothing
 * to another. What is sealed is sealed by the newest generation and opened by the one that sealed it; digests and tokens stay the same over all
 * generations, since nobody could find or recognise them again otherwise.
 */
export abstract class Keys {
  /** The generation that seals now, from 1. */
  abstract readonly generation: number;

  /** Seals a text (AES-256-GCM) as base64url, bound to a place such as `line 17`: moved elsewhere it does not open. */
  abstract seal(purpose: string, text: string, bound: string): string;

  /** Opens what `seal` made. Throws `KeyMissing` when its generation is not here, `SealBroken` when it was changed or moved. */
  abstract open(purpose: string, sealed: string, bound: string): string;

  /**
   * Opens many texts, in their order; null for one that was changed or moved. Rejects with `KeyMissing` as `open` throws it. Whoever has a thread
   * to spare opens them there: half a thousand addresses cost as much time as the request to LINE that they are for.
   */
  async openMany(purpose: string, texts: readonly SealedText[]): Promise<readonly (string | null)[]> {
    return texts.map(({ sealed, bound }) => {
      try {
        return this.open(purpose, sealed, bound);
      } catch (cause) {
        if (cause instanceof SealBroken) return null;
        throw cause;
      }
    });
  }

  /** The generation that sealed something. */
  abstract generationOf(sealed: string): number;

  /** 128 bits as base64url that follow from a text, and from which nobody without the key learns the text, not even by trying (HMAC-SHA-256). */
  abstract digest(purpose: string, text: string): string;

  /** What tells a generation's key from any other without telling the key; 0 stands for the key of digests. Throws `KeyMissing`. */
  abstract fingerprint(generation: number): string;

  /** A token of 128 bits that proves its parts, for one purpose and for ever: verified without being stored. For what may not be used again, store one. */
  tokenFor(purpose: string, ...parts: readonly string[]): string {
    return this.digest(`token/${purpose}`, JSON.stringify(parts));
  }

  /** Whether a token is the one for these parts; takes equally long for every wrong one of the same length. */
  isToken(token: string, purpose: string, ...parts: readonly string[]): boolean {
    const own = this.tokenFor(purpose, ...parts);
    if (token.length !== own.length) return false;
    let difference = 0;
    for (let i = 0; i < own.length; i += 1) difference |= own.charCodeAt(i) ^ token.charCodeAt(i);
    return difference === 0;
  }
}

/** What was sealed, and the place that it is bound to. */
export interface SealedText {
  readonly sealed: string;
  readonly bound: string;
}

/** Something was sealed by a key that is not here. */
export class KeyMissing extends Error {
  override readonly name = 'KeyMissing';
}

/** What was sealed was changed, or put in another's place. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}
