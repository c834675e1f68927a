import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = async (program: string, env: Record<string, string> = {}) => {
  const args = ['--conditions=source', '--input-type=module', '--eval', program];
  const { SONAE_TEST_LEFT_OUT_FILE: _ours, ...rest } = process.env;
  return promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, env: { ...rest, ...env } });
};

const REPORTER = `import Reporter from './left-out-reporter.js'; new Reporter();`;

it('names at the very end what was left out, each suite once, whichever process said so', async () => {
  const { stderr } = await run(`${REPORTER}
    import { recordLeftOut } from './left-out.ts';
    import { execFileSync } from 'node:child_process';
    recordLeftOut('b suite', 'there is no mosquitto');
    recordLeftOut('b suite', 'there is no mosquitto');
    execFileSync(process.execPath, ['--input-type=module', '--eval',
      "import { recordLeftOut } from './left-out.ts'; recordLeftOut('a suite', 'no data')"]);
    process.stderr.write('summary of the run\\n');`);
  expect(stderr).toBe('summary of the run\nleft out: a suite, no data\nleft out: b suite, there is no mosquitto\n');
});

it('says nothing when everything ran', async () => {
  expect(await run(REPORTER)).toEqual({ stdout: '', stderr: '' });
});

it('says at once what is left out when no reporter listens', async () => {
  const { stderr } = await run(`import { recordLeftOut } from './left-out.ts'; recordLeftOut('a suite', 'no data');`);
  expect(stderr).toBe('left out: a suite, no data\n');
});

describe('a suite whose server is missing', () => {
  const ask = `import { leftOut } from './servers.ts'; console.log(await leftOut('mosquitto', 'MQTT source'));`;

  it('is left out by name on purpose, also in CI', async () => {
    const { stdout, stderr } = await run(ask, { CI: 'true', SONAE_TEST_WITHOUT: 'powercut,mosquitto' });
    expect({ stdout, stderr }).toEqual({ stdout: 'true\n', stderr: 'left out: MQTT source, SONAE_TEST_WITHOUT names mosquitto\n' });
  });

  it('runs when an address is given', async () => {
    expect((await run(ask, { SONAE_TEST_MOSQUITTO_URL: 'mqtt://broker.example' })).stdout).toBe('false\n');
  });
});

describe('real data', () => {
  const ask = `import { sharedData } from './shared-data.ts'; console.log(sharedData());`;

  it('is taken from where SONAE_SHARED says', async () => {
    expect((await run(ask, { SONAE_SHARED: import.meta.dirname })).stdout).toBe(`${import.meta.dirname}\n`);
  });

  it('is left out by name when it is not there, and that is no failure in CI', async () => {
    const { stdout, stderr } = await run(ask, { CI: 'true', SONAE_SHARED: join(import.meta.dirname, 'nowhere') });
    expect(stdout).toBe('null\n');
    expect(stderr).toMatch(/^left out: real data suites, .*nowhere is not there\n$/);
  });
});
