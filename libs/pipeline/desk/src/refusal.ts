/** What a person asked for and cannot have, with a code that programs can read. Turned into HTTP in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: 'notFound' | 'conflict' | 'invalid' | 'forbidden' | 'signedOut' | 'unenrolled' | 'stale';

  /** Tells refusals of one code apart for programs, as the type of the problem document; null where the code says it all. */
  readonly type: string | null;

  constructor(code: Refusal['code'], message: string, type: string | null = null) {
    super(message);
    this.code = code;
    this.type = type;
  }
}
