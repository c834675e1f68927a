import { loadFilesAside, loadPlaybookAside, playbookFromAside } from './load-aside.ts';
import { loadPlaybook } from './load-playbook.ts';

const SAMPLE = 'infra/playbooks/mihon';
const CONDITION = `  - id: crest
    kind: cel
    name: 堤防まで
    selector: { gauges: [ose-seguchi] }
    condition: value > 6.0
    confirm: { readings: 2 }
    greatestAge: 30m
    steps: [{ code: near, name: 堤防まで60センチメートル }]
    clearHold: 30m
`;

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes!).toString('utf8');

describe('a playbook that is read in a process of its own', () => {
  it('is the playbook that is read in this one, with the same problems and files', async () => {
    const here = await loadPlaybook(SAMPLE);
    const { playbook, problems, files } = await loadPlaybookAside(SAMPLE);
    expect(problems).toEqual(here.problems);
    expect([...files].map(([name, bytes]) => [name, text(bytes)])).toEqual([...here.files].map(([name, bytes]) => [name, text(bytes)]));
    expect(JSON.parse(shown(playbook))).toEqual(JSON.parse(shown(here.playbook)));
    expect(shown(await playbookFromAside(here.files))).toBe(shown(here.playbook));
  });

  it('has its conditions again', async () => {
    const { files } = await loadPlaybook(SAMPLE);
    const plan = text(files.get('playbook.yaml')).replace(/^rules:\n/m, `rules:\n${CONDITION}`);
    const { playbook, problems } = await loadFilesAside(new Map([...files, ['playbook.yaml', Buffer.from(plan)]]));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const crest = playbook!.rules.find(({ id }) => id === 'crest');
    expect(crest?.kind === 'cel' && [crest.condition.text, crest.condition.windowMs]).toEqual(['value > 6.0', 0]);
  });

  it('tells what is wrong with it by file and line, and is none then', async () => {
    const { files } = await loadPlaybook(SAMPLE);
    const broken = new Map([...files, ['thresholds.csv', Buffer.from('gauge,code,valueM\nnobody,warn,5\n')]]);
    const { playbook, problems } = await loadFilesAside(broken);
    expect(playbook).toBeNull();
    expect(problems).toContainEqual(expect.objectContaining({ file: 'thresholds.csv', line: 2, severity: 'error' }));
    const nowhere = await loadPlaybookAside('infra/playbooks/nowhere');
    expect(nowhere.playbook).toBeNull();
    expect(nowhere.problems.length).toBeGreaterThan(0);
  });

  it.each([
    ['takes too long', { msMax: 1, heapMbMax: 1_024 }, 'it took longer than 0.001 s'],
    ['needs too much memory', { msMax: 60_000, heapMbMax: 8 }, 'the process that reads it ended too early'],
  ])('is refused with the reason when that process %s, and the next one is read', async (_, bounds, why) => {
    const { playbook, problems } = await loadPlaybookAside(SAMPLE, bounds);
    expect(playbook).toBeNull();
    const message = `the playbook could not be checked: ${why}; make it smaller, or save it again`;
    expect(problems).toEqual([{ file: 'playbook.yaml', line: 1, severity: 'error', message }]);
    expect((await loadPlaybookAside(SAMPLE)).playbook).not.toBeNull();
  });
});

/** Maps as their entries, conditions as their text. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    Object.prototype.toString.call(one) === '[object Map]' ? [...(one as ReadonlyMap<unknown, unknown>)] : one,
  );
