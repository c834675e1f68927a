import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machine } from './figures.ts';
import { ServiceProcess } from './service-process.ts';
import { positive, print, printRows, status } from './terminal.ts';
import type { Work } from './work.ts';

/** Figures to reach (product §16). */
const REACH = { idleMb: 150, demoMb: 256 } as const;
/** The greatest of so many looks a second is told. */
const LOOK_MS = 1_000;
const IDLE_LOOKS = 10;

const DIST = join(import.meta.dirname, '..', '..', '..');
const ROOT = join(DIST, '..');

export const idle: Work = {
  summary: 'memory of the service with nothing to do, and with the devices of the sample city',
  help: `Usage: npm run bench -- idle [--seconds <n>] [--json]

Starts the service with the sample city, looks at its memory for ${IDLE_LOOKS} s, then lets the simulated devices of the demo
run against it for --seconds (60). The greatest values are told.

Example:
  npm run bench -- idle --seconds 60`,
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string' }, json: { type: 'boolean' } } });
    const seconds = Math.ceil(positive('seconds', values.seconds, 60));
    const from = machine();
    const service = await ServiceProcess.start({ playbook: join(ROOT, 'infra', 'playbooks', 'mihon') });
    try {
      status('the service has nothing to do');
      const idleMb = await greatest(service, IDLE_LOOKS);
      status(`the devices of the sample city run for ${seconds} s`);
      const stop = startFleet(service);
      const demoMb = await greatest(service, seconds);
      await stop();
      status('');
      if (values.json) {
        const figures = { perSecond: null, p50Ms: null, p99Ms: null, rssMb: idleMb, demoRssMb: demoMb, seconds, ratio: {} };
        print(JSON.stringify({ work: 'idle', ...figures, machine: from }));
        return 0;
      }
      print(from);
      printRows([
        { work: 'idle', measured: `${idleMb} MB`, reach: `< ${REACH.idleMb} MB`, reached: idleMb < REACH.idleMb },
        { work: 'sample city', measured: `${demoMb} MB`, reach: `< ${REACH.demoMb} MB`, reached: demoMb < REACH.demoMb },
      ]);
      return 0;
    } finally {
      await service.stop();
    }
  },
};

async function greatest(service: ServiceProcess, looks: number): Promise<number> {
  let greatestMb = 0;
  for (let look = 0; look < looks; look += 1) {
    await sleep(LOOK_MS);
    greatestMb = Math.max(greatestMb, await service.rssMb());
  }
  return Math.round(greatestMb);
}

/** The devices of the demo, in a process of their own. Returns how to end it. */
function startFleet(service: ServiceProcess): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sonae-bench-fleet-'));
  const keys = join(folder, 'keys.json');
  writeFileSync(keys, JSON.stringify(service.keys), { mode: 0o600 });
  const program = join(DIST, 'firmware-sim', 'src', 'main.js');
  const scenario = join(ROOT, 'firmware-sim', 'scenarios', 'demo.yaml');
  const args = [program, 'run', scenario, '--broker', `mqtt://127.0.0.1:${service.mqttPort}`, '--keys', keys];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const orphan = (): void => void child.kill('SIGKILL');
  process.once('exit', orphan);
  return async () => {
    process.off('exit', orphan);
    const ended = child.exitCode ?? child.signalCode;
    rmSync(folder, { recursive: true, force: true });
    if (ended !== null) throw new Error(`the simulated devices ended with ${ended}`);
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
}
