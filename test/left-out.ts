import { appendFileSync } from 'node:fs';

/** Where suites write down that they did not run; set by `left-out-reporter.js` before the workers of Jest start. */
const LEFT_OUT_FILE = 'SONAE_TEST_LEFT_OUT_FILE';

/** Names something that did not run in the closing lines of `npm test`. */
export function recordLeftOut(suite: string, reason: string): void {
  const file = process.env[LEFT_OUT_FILE];
  // One short line per call: processes that append at the same time do not mix within a line.
  if (file) appendFileSync(file, `${JSON.stringify({ suite, reason })}\n`);
  else process.stderr.write(`left out: ${suite}, ${reason}\n`);
}
