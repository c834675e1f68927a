import { type AuditDraft, closeDrill, confirmDrill, type Drill, type DrillDraft, type Drills, endDrill } from '#core';
import { MemoryDrills } from '#memory';
import { SqlAudit, SqlDrills } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { HOUR, T0 } from '../support/builders.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

const aDraft = (set: Partial<DrillDraft> = {}): DrillDraft => ({
  key: null,
  name: '秋の総合訓練',
  reason: '年に一度の確認 \0 \uD800',
  endsAt: T0 + HOUR,
  script: { source: 'playbook', name: 'taifu', speed: 60, map: [{ from: 'a', to: 'ose-seguchi', shift: -38.5 }] },
  preparedBy: 'suzuki',
  preparedAt: T0,
  ...set,
});
const entry = (drill: Drill, act: 'drill-prepared' | 'drill-started' | 'drill-ended'): AuditDraft => ({
  at: T0,
  by: 'suzuki',
  role: 'decider',
  act,
  subject: drill.id,
});
const prepared = (drill: Drill) => [entry(drill, 'drill-prepared')];
const confirmed = (drill: Drill): Drill => {
  const step = confirmDrill(drill, { by: 'mori', role: 'admin', now: T0 + 1 }, []);
  if ('refused' in step) throw new Error(step.why);
  return step.drill;
};
const over = (drill: Drill): Drill => {
  const step = endDrill(drill, { ending: 'endTime', by: null, why: '', now: T0 + HOUR });
  if ('refused' in step) throw new Error(step.why);
  return step.drill;
};

interface Opened {
  readonly drills: Drills;
  /** Acts in the audit, oldest first. */
  readonly acts: () => Promise<readonly string[]>;
}

const describeDrills = (name: string, open: () => Promise<Opened>, close: () => Promise<void>): void => {
  describe(`drills on ${name}`, () => {
    let drills: Drills;
    let acts: Opened['acts'];
    beforeEach(async () => {
      ({ drills, acts } = await open());
    });
    afterEach(close);

    it('keeps every word of a drill, with its entry in the audit', async () => {
      const drill = await drills.prepare(aDraft(), prepared);
      expect(drill).toMatchObject({ ...aDraft(), number: 1, version: 1, state: 'prepared', isClosed: false });
      expect(await drills.drill(drill.id)).toEqual(drill);
      expect(await drills.drill('drill-9')).toBeNull();
      expect(await acts()).toEqual(['drill-prepared']);
    });

    it('keeps the first of a key, also of many at once, and writes nothing down for a repeat', async () => {
      const made = await Promise.all(Array.from({ length: 10 }, (_, index) => drills.prepare(aDraft({ key: `k${index % 2}` }), prepared)));
      expect(new Set(made.map(({ id }) => id)).size).toBe(2);
      expect(await acts()).toEqual(['drill-prepared', 'drill-prepared']);
      const next = await drills.prepare(aDraft(), prepared);
      expect(next.number).toBe(3);
    });

    it('changes a drill from the version before it, and of 100 at once one has its way (F65)', async () => {
      const drill = await drills.prepare(aDraft(), prepared);
      const running = confirmed(drill);
      const tries = await Promise.all(Array.from({ length: 100 }, () => drills.replace(running, [entry(drill, 'drill-started')])));
      expect(tries.filter(Boolean)).toHaveLength(1);
      expect(await drills.drill(drill.id)).toEqual(running);
      expect(await acts()).toEqual(['drill-prepared', 'drill-started']);
      expect(await drills.replace({ ...running, id: 'drill-9' }, [])).toBe(false);
    });

    it('knows for which something is left to do, and all of them newest first', async () => {
      const made: Drill[] = [];
      for (let n = 0; n < 4; n += 1) made.push(await drills.prepare(aDraft({ name: `訓練 ${n}` }), prepared));
      const ended = over(confirmed(made[1]!));
      for (const step of [confirmed(made[1]!), ended, closeDrill(ended), confirmed(made[2]!)]) {
        expect(await drills.replace(step, [])).toBe(true);
      }
      expect((await drills.openDrills()).map(({ number, state }) => [number, state])).toEqual([
        [1, 'prepared'],
        [3, 'running'],
        [4, 'prepared'],
      ]);
      expect((await drills.drills({ limit: 3 })).map(({ number }) => number)).toEqual([4, 3, 2]);
      expect((await drills.drills({ before: 2, limit: 3 })).map(({ number }) => number)).toEqual([1]);
    });
  });
};

describeDrills(
  'memory',
  () => {
    const drills = new MemoryDrills();
    return Promise.resolve({ drills, acts: () => Promise.resolve(drills.audited.map(({ act }) => act)) });
  },
  () => Promise.resolve(),
);

describeDrills('sqlite', ...onPlace(sqlitePlace));

const withoutPostgres = await leftOut('postgres', 'drills on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());
  describeDrills('postgres', ...onPlace(() => postgresPlace(server)));
});

function onPlace(newPlace: () => Promise<SqlPlace>): [open: () => Promise<Opened>, close: () => Promise<void>] {
  let place: SqlPlace;
  return [
    async () => {
      place = await newPlace();
      const database = await place.open();
      const audit = new SqlAudit(database);
      const acts = async () => (await audit.entries({ limit: 100 })).map(({ act }) => act).toReversed();
      return { drills: new SqlDrills(database), acts };
    },
    () => place.clear(),
  ];
}
