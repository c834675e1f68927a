import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { recordLeftOut } from './left-out.ts';

const BESIDE_THE_PROJECT = '../shared/data';

/**
 * The folder with real floods and crowds, which is not part of the project: `../shared/data`, or what SONAE_SHARED names. Null when this
 * machine does not have it; then the closing lines of `npm test` say so.
 * `const data = sharedData(); (data ? describe : describe.skip)('…', …)`
 */
export function sharedData(): string | null {
  const named = process.env['SONAE_SHARED'];
  const folder = resolve(import.meta.dirname, '..', named ?? BESIDE_THE_PROJECT);
  if (existsSync(folder)) return folder;
  recordLeftOut('real data suites', `${named ?? BESIDE_THE_PROJECT} is not there`);
  return null;
}
