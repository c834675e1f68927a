/** One thing that is wrong with a condition, in Japanese, with what to do. */
export interface ConditionProblem {
  /** Where it begins, in characters of the text from 0. */
  readonly offset: number;
  readonly message: string;
  /** An unknown name and those that are known: whoever tells the problem may say which one was probably meant. */
  readonly slip?: { readonly name: string; readonly known: readonly string[] };
}
