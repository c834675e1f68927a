/** Figures of a suite, for whoever reads the output: Jest's own console would put a stack beside every line. */
export const print = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
