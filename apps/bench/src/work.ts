/** A work that is measured. It prints its figures and returns the exit status. */
export interface Work {
  readonly summary: string;
  readonly help: string;
  run(args: readonly string[]): Promise<number>;
}
