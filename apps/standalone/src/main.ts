import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { nodeObjection } from '#core';

const objection = nodeObjection();
if (objection !== null) fail(objection);

/**
 * The heap is cleaned when it has grown by this much over what is in use. V8 on its own waits for a multiple of it, which for a service that hands
 * on tens of thousands of readings a second is a hundred megabytes of what nobody needs any more; cleaning earlier costs a reading about 1 µs.
 */
const HEAP_GROWING_PERCENT = 60;
setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
// A function of V8 that Node does not name.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as NodeJS.GCFunction;

// After the check of the version, for what follows does not even load on an older Node.
const { describeProblems, loadPlaybookAside } = await import('#playbook');
const { NoPlaybook, readSettings, startService, whyNotStarted } = await import('#runtime');

const read = readSettings(process.env);
if ('problems' in read) fail(`Sonae cannot start:\n${read.problems.map((problem) => `  ${problem}`).join('\n')}`);
const { settings } = read;

const { playbook, problems, files } = await loadPlaybookAside(settings.playbook);
if (problems.length > 0) process.stderr.write(`${describeProblems(problems, settings.playbook)}\n`);

try {
  // A folder that is being edited must not keep a service down at night: then it goes on by what was in force, and says so.
  await startService({ settings, playbook, folder: { files, problems } });
  // To start takes twice the memory that the service needs afterwards, and a process that then has little to do would never clean up.
  collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' });
} catch (cause) {
  if (cause instanceof NoPlaybook)
    fail(
      `Sonae cannot start: the playbook ${settings.playbook} does not check clean. Put the errors above right; npm run sonae -- check shows them again.`,
    );
  fail(`Sonae cannot start: ${whyNotStarted(cause, settings)}`);
}

function fail(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
