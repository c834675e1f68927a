/** The value that kills the process in `poisoned-watch.ts`. */
export const POISON = 6.66;
