/** Something that the person at the command line can put right; the message says what and how. */
export class SimProblem extends Error {
  override readonly name = 'SimProblem';
}
