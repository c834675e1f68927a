import type { Refusal } from './judge-connect.ts';

/** Which refusal an error of aedes or of its parser stands for; null for a connection that merely broke. The texts are those of aedes 1.2. */
export function refusalOfError({ message, code }: Error & { readonly code?: unknown }): Refusal | null {
  if (typeof code === 'string' && BROKEN.has(code)) return null;
  for (const [text, refusal] of TEXTS) if (message.includes(text)) return refusal;
  return 'malformed';
}

const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNABORTED']);

/** Null for what was counted where it happened, or is no fault of the client. */
const TEXTS: readonly (readonly [string, Refusal | null])[] = [
  ['connect did not arrive in time', 'silent'],
  ['keep alive timeout', 'keepalive'],
  ['drain timeout', 'slowReader'],
  ['allowed in', 'badTopic'],
  ['empty topic', 'badTopic'],
  ['too many levels', 'badTopic'],
  ['connection closed', null],
  ['unacceptable protocol version', null],
  ['identifier rejected', 'badClientId'],
  ['Premature close', null],
  ['write after end', null],
];
