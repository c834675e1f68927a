import { recordLeftOut } from '../left-out.ts';

export interface Prerequisite {
  /** Its name in SONAE_TEST_WITHOUT. */
  readonly kind: string;
  readonly suite: string;
  /** What is missing, in words; `null` when everything is there. */
  readonly missing: string | null;
}

/**
 * `describe`, or `describe.skip` where a suite cannot run: left out on purpose by SONAE_TEST_WITHOUT, or because this machine lacks something.
 * The closing lines of `npm test` name it. With CI=true what is missing is a failure.
 */
export function describeWhere({ kind, suite, missing }: Prerequisite): typeof describe {
  if ((process.env['SONAE_TEST_WITHOUT'] ?? '').split(',').includes(kind)) {
    recordLeftOut(suite, `SONAE_TEST_WITHOUT names ${kind}`);
    return describe.skip;
  }
  if (missing === null) return describe;
  if (process.env['CI'] === 'true') throw new Error(`${suite}: ${missing}. Leave it out on purpose with SONAE_TEST_WITHOUT=${kind}`);
  recordLeftOut(suite, missing);
  return describe.skip;
}
