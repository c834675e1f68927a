import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlaybookFiles, PlaybookUse } from '#core';
import { ManualClock, MemoryPlaybookVersions } from '#memory';
import { loadPlaybook } from '#playbook';
import { aPlaybook, T0 } from '../../../test/support/builders.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../test/support/temporary-folder.ts';
import { InForce, NoPlaybook } from './in-force.ts';
import { PlaybookFolder } from './playbook-folder.ts';

const SAMPLE = 'infra/playbooks/mihon';

class World {
  readonly place: TemporaryFolder = temporaryFolder();
  readonly path = this.place.file('playbook');
  readonly clock = new ManualClock(T0);
  readonly versions = new MemoryPlaybookVersions();
  readonly told: (string | null)[] = [];
  readonly taken: string[] = [];
  inForce!: InForce;
  folder!: PlaybookFolder;

  static async start(): Promise<World> {
    const world = new World();
    mkdirSync(world.path);
    cpSync(SAMPLE, world.path, { recursive: true });
    await world.restart();
    return world;
  }

  /** As the service begins: beside whatever the folder holds. */
  async restart(): Promise<void> {
    await this.folder?.stop();
    const { playbook, files, problems } = await loadPlaybook(this.path);
    const first = playbook ? { playbook, files } : await InForce.last(this.versions);
    this.inForce = await InForce.begin({ versions: this.versions, clock: this.clock, ...first });
    this.inForce.leads(({ version }) => void this.taken.push(`judge ${version}`));
    this.inForce.follows(({ version }) => void this.taken.push(`desk ${version}`));
    const { path, inForce, clock } = this;
    const onPending = (why: string | null): void => void this.told.push(why);
    this.folder = new PlaybookFolder({ path, inForce, clock, problems, onPending, log: () => undefined });
    await this.folder.start();
  }

  edit(file: string, from: string, to: string): void {
    const text = readFileSync(join(this.path, file), 'utf8');
    writeFileSync(join(this.path, file), text.replace(from, to));
  }

  /** Lets time pass, and files be read, until the condition holds; a wait in vain ends with the test. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.pass(100);
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    for (let turns = 0; turns < 10; turns += 1) await new Promise((next) => setImmediate(next));
  }

  async stop(): Promise<void> {
    await this.folder.stop();
    this.place.remove();
  }
}

describe('the folder of the playbook', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.stop());

  it('F51 is taken when it changed and checks clean: kept first, then by the judging stage, then by the others', async () => {
    const before = world.inForce.playbook();
    world.edit('thresholds.csv', 'ose-seguchi,flood,5.80', 'ose-seguchi,flood,5.50');
    await world.until(() => world.taken.length === 2);
    const now = world.inForce.playbook();
    expect(now.version).not.toBe(before.version);
    expect(world.taken).toEqual([`judge ${now.version}`, `desk ${now.version}`]);
    expect(world.inForce.use).toMatchObject({ number: 2, version: now.version, by: 'folder' });
    expect(world.inForce.playbook(before.version)).toBe(before);
    expect(await world.inForce.of(before.version)).toBe(before);
    expect(world.inForce.view.version).toBe(now.version);
    expect({ ...world.inForce.view }).toEqual(now);
  });

  it('F51 is not taken while somebody is saving, and then as a whole', async () => {
    const before = world.inForce.playbook().version;
    for (let i = 0; i < 30; i += 1) {
      world.edit(
        'thresholds.csv',
        /ose-seguchi,flood,[\d.]+/.exec(readFileSync(join(world.path, 'thresholds.csv'), 'utf8'))![0],
        `ose-seguchi,flood,5.${50 + i}`,
      );
      await world.pass(1_000);
    }
    expect(world.inForce.playbook().version).toBe(before);
    await world.until(() => world.taken.length === 2);
    expect(
      world.inForce
        .playbook()
        .gauges.get('ose-seguchi')!
        .thresholds.find(({ code }) => code === 'flood')?.value,
    ).toBe(5.79);
  });

  it('F51 stays as it was while it has errors, which are told with file and line, also after a restart, until it is put right', async () => {
    const before = world.inForce.playbook().version;
    world.edit('thresholds.csv', 'ose-seguchi,flood,5.80', 'ose-seguchi,flood,five');
    await world.until(() => world.folder.pending !== null);
    expect(world.told.at(-1)).toMatch(/thresholds\.csv 8行/);
    await world.restart();
    expect(world.inForce.playbook().version).toBe(before);
    expect(world.folder.pending?.problems).toContainEqual(expect.objectContaining({ file: 'thresholds.csv', line: 8 }));
    world.edit('thresholds.csv', 'ose-seguchi,flood,five', 'ose-seguchi,flood,5.80');
    await world.until(() => world.folder.pending === null);
    expect(world.told.at(-1)).toBeNull();
    expect(world.taken).toEqual([]);
  });

  it('F51 that is gone leaves the one in force', async () => {
    const before = world.inForce.playbook().version;
    renameSync(world.path, `${world.path}-away`);
    await world.until(() => world.folder.pending !== null);
    expect(world.inForce.playbook().version).toBe(before);
    renameSync(`${world.path}-away`, world.path);
    await world.until(() => world.folder.pending === null);
  });

  it('is tried again when the change could not be kept', async () => {
    const use = world.versions.use.bind(world.versions);
    let failures = 2;
    world.versions.use = (given) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new Error('disk')) : use(given);
    };
    world.edit('thresholds.csv', 'ose-seguchi,flood,5.80', 'ose-seguchi,flood,5.50');
    await world.until(() => world.taken.length === 2);
    expect(failures).toBe(-1);
  });
});

describe('a start', () => {
  it('without a playbook that checks clean and without an earlier one is refused', async () => {
    await expect(InForce.last(new MemoryPlaybookVersions())).rejects.toThrow(NoPlaybook);
  });

  it('with a playbook that is in no folder keeps nothing', async () => {
    const versions = new MemoryPlaybookVersions();
    const inForce = await InForce.begin({ versions, clock: new ManualClock(T0), playbook: aPlaybook(), files: null });
    expect(inForce.use).toMatchObject({ version: 'test-1', at: T0, by: 'start' });
    expect(await versions.uses({ limit: 1 })).toEqual([]);
    expect(await inForce.of('unknown')).toBeNull();
    expect(inForce.playbook('unknown').version).toBe('test-1');
  });

  it('knows the words of the version before, for what was decided by it', async () => {
    const versions = new MemoryPlaybookVersions();
    const { playbook, files } = await loadPlaybook(SAMPLE);
    if (!playbook) throw new Error('the sample city does not check clean');
    const older: PlaybookFiles = new Map([...files, ['shelters.csv', new Uint8Array()]]);
    const use: PlaybookUse = await versions.use({ version: 'older', files: older, at: 1, by: 'start' });
    const inForce = await InForce.begin({ versions, clock: new ManualClock(T0), playbook, files });
    expect(inForce.use.number).toBe(use.number + 1);
    expect((await inForce.of('older'))?.gauges.size).toBe(playbook.gauges.size);
  });
});
