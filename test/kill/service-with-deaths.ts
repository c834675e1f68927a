import { parseArgs } from 'node:util';
import { boundHttp } from '#channels/line';
import { loadPlaybook } from '#playbook';
import { readSettings, startService } from '#runtime';
import { type Point, withDeath, withFreshKeys, withLateStore } from './deaths.ts';
import { type LinePoint, type OddOutcome, withLineDeath, withSettledFirst } from './line-deaths.ts';

/**
 * The service as `apps/standalone` starts it, with a death planted at a point (`--point`, `--call`), or with a promise broken on purpose
 * (`--twin lateStore | freshKeys | settledFirst`). With `--odd` the point is one around an answer of LINE, and `--answer-ms` is how long that
 * answer may take. Runs on the built libraries, as they are shipped.
 */
const {
  point,
  call,
  odd,
  twin,
  'answer-ms': answerMs,
} = parseArgs({
  options: {
    point: { type: 'string' },
    call: { type: 'string', default: '1' },
    odd: { type: 'string' },
    twin: { type: 'string' },
    'answer-ms': { type: 'string' },
  },
}).values;

const read = readSettings(process.env);
if ('problems' in read) throw new Error(read.problems.join('\n'));
const { playbook, problems } = await loadPlaybook(read.settings.playbook);
if (!playbook) throw new Error(JSON.stringify(problems));

await startService({
  settings: read.settings,
  playbook,
  wrapAdapters: (adapters) => {
    // After the service set its own bound: here patience is short, so that a silent LINE does not hold up every run.
    if (answerMs !== undefined) boundHttp({ answerMs: Number(answerMs) });
    if (twin === 'lateStore') return withLateStore(adapters);
    if (twin === 'freshKeys') return withFreshKeys(adapters);
    if (twin === 'settledFirst') return withSettledFirst(adapters);
    if (odd !== undefined) return withLineDeath(adapters, { point: point as LinePoint, odd: odd as OddOutcome, call: Number(call) });
    return point === undefined ? adapters : withDeath(adapters, point as Point, Number(call));
  },
});
