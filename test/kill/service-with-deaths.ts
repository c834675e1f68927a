import { parseArgs } from 'node:util';
import { loadPlaybook } from '#playbook';
import { readSettings, startService } from '#runtime';
import { type Point, withDeath, withFreshKeys, withLateStore } from './deaths.ts';

/**
 * The service as `apps/standalone` starts it, with a death planted at a point (`--point`, `--call`), or with a promise broken on purpose
 * (`--twin lateStore | freshKeys`). Runs on the built libraries, as they are shipped.
 */
const { point, call, twin } = parseArgs({
  options: { point: { type: 'string' }, call: { type: 'string', default: '1' }, twin: { type: 'string' } },
}).values;

const read = readSettings(process.env);
if ('problems' in read) throw new Error(read.problems.join('\n'));
const { playbook, problems } = await loadPlaybook(read.settings.playbook);
if (!playbook) throw new Error(JSON.stringify(problems));

await startService({
  settings: read.settings,
  playbook,
  wrapAdapters: (adapters) => {
    if (twin === 'lateStore') return withLateStore(adapters);
    if (twin === 'freshKeys') return withFreshKeys(adapters);
    return point === undefined ? adapters : withDeath(adapters, point as Point, Number(call));
  },
});
