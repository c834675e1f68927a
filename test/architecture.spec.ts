import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The floors of the house, executed: a folder may import what stands beside it here, its own files, and `node:`. Imports go down only; the
 * stages and the adapters do not know each other and meet in the ports of core.
 */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  'libs/core': [],
  'libs/wire': ['#core', 'zod'],
  'libs/cel': ['#core', '@marcbachmann/cel-js'],
  'libs/playbook': ['#core', '#cel', 'yaml', 'csv-parse/*', 'zod'],
  'libs/pipeline/intake': ['#core', '#wire'],
  'libs/pipeline/watch': ['#core'],
  'libs/pipeline/history': ['#core'],
  'libs/pipeline/dispatch': ['#core'],
  'libs/pipeline/drill': ['#core'],
  'libs/pipeline/heartbeat': ['#core'],
  'libs/pipeline/inspect': ['#core'],
  'libs/pipeline/letters': ['#core'],
  'libs/pipeline/propose': ['#core'],
  'libs/pipeline/replay': ['#core'],
  'libs/pipeline/tune': ['#core'],
  'libs/pipeline/vigil': ['#core'],
  'libs/pipeline/account': ['#core', '#wire'],
  'libs/pipeline/desk': ['#core', '#wire', 'rxjs'],
  'libs/memory': ['#core'],
  'libs/readings-csv': ['#core'],
  'libs/keys': ['#core'],
  'libs/sqlite': ['#core'],
  'libs/sql': ['#core', 'kysely', 'kysely/*', 'pg'],
  'libs/influx': ['#core', '@influxdata/influxdb-client'],
  'libs/mqtt': ['#core', '#wire', 'aedes', 'mqtt', 'mqtt-packet', 'ws'],
  'libs/channels/line': ['#core', '@line/bot-sdk', 'undici'],
  'libs/channels/webhook': ['#core', 'undici'],
  'libs/channels/mail': ['#core', 'encoding-japanese', 'nodemailer', 'nodemailer/*'],
  'libs/mail-in': ['#core', 'smtp-server', 'postal-mime'],
  'libs/evidence': ['#core', '#html'],
  'libs/html': [],
  'libs/sign-up-page': ['#core', '#html'],
  'libs/door-page': ['#core', '#html'],
  'libs/outside/line-platform': ['#html'],
  'libs/outside/mail-catcher': ['#html', 'smtp-server', 'postal-mime'],
  'firmware-sim': ['#core', '#wire', '#readings-csv', 'mqtt', 'yaml', 'csv-parse', 'csv-parse/*', 'zod'],
};

const IMPORT = /(?:^import |^(?:import|export|\})[^'\n]*\bfrom |\bimport\()'([^'.\n][^'\n]*)'/gm;

describe('the floors of the house', () => {
  it.each(Object.entries(FLOORS))('%s imports only what its floor allows', (folder, allowed) => {
    const ok = (name: string): boolean =>
      name.startsWith('node:') || allowed.some((entry) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry));
    const strangers = sources(folder)
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, name = '']) => ({ file, name })))
      .filter(({ name }) => !ok(name))
      .map(({ file, name }) => `${file} -> ${name}`);
    expect(strangers).toEqual([]);
  });

  it('knows every library', () => {
    const libraries = globSync('libs/{*,*/*}/src/index.ts').map((file) => file.replaceAll('\\', '/').replace('/src/index.ts', ''));
    expect(libraries.filter((library) => !(library in FLOORS) && library !== 'libs/runtime')).toEqual([]);
  });

  it('lets Nest stay at the edge: only the runtime and the programs know it', () => {
    const below = Object.keys(FLOORS).flatMap((folder) => sources(folder));
    expect(below.filter((file) => readFileSync(file, 'utf8').includes('@nestjs/'))).toEqual([]);
  });

  it('has no circle: whoever opens a file needs none that needs it', () => {
    const needs = new Map(['apps', 'libs', 'firmware-sim'].flatMap(sources).map((file) => [file, neighboursOf(file)]));
    const done = new Set<string>();
    const circleFrom = (file: string, above: readonly string[]): readonly string[] => {
      if (above.includes(file)) return [...above.slice(above.indexOf(file)), file];
      if (done.has(file)) return [];
      for (const needed of needs.get(file) ?? []) {
        const circle = circleFrom(needed, [...above, file]);
        if (circle.length > 0) return circle;
      }
      done.add(file);
      return [];
    };
    expect([...needs.keys()].map((file) => circleFrom(file, []).join(' -> ')).find((circle) => circle !== '')).toBeUndefined();
  });
});

const sources = (folder: string): readonly string[] => globSync(`${folder}/**/*.{ts,tsx}`).filter((file) => !file.endsWith('.spec.ts'));

const OWN = /^(?:import |export |\})[^'\n]*\bfrom '(\.[^'\n]+)'/gm;
const neighboursOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(OWN)].map(([, name = '']) => join(dirname(file), name));
