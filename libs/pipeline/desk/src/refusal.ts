/** What a person asked for and cannot have, with a code that programs can read. Turned into HTTP in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: 'notFound' | 'conflict' | 'invalid' | 'forbidden' | 'signedOut' | 'unenrolled' | 'stale';

  constructor(code: Refusal['code'], message: string) {
    super(message);
    this.code = code;
  }
}
