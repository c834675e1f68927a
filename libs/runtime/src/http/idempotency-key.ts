import { Refusal } from '#pipeline/desk';

/** A key is made by a program; longer ones are somebody's payload. */
const KEY_CHARS_MAX = 200;

/** The `Idempotency-Key` of a request; null without one. Throws `Refusal` for what is none. */
export function keyOf(header: string | undefined): string | null {
  if (header !== undefined && header.length > KEY_CHARS_MAX)
    throw new Refusal('invalid', `Idempotency-Key has at most ${KEY_CHARS_MAX} characters`);
  return header ?? null;
}
