import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { jest } from '@jest/globals';
import { HEARTBEAT_CATEGORY, HEARTBEAT_ID, type Subscriber } from '#core';
import { builtService } from '../support/built-service.ts';
import { lineId } from '../support/station.ts';
import { readingsIn } from './kept.ts';
import { OrderedTown } from './ordered-town.ts';

/** The heartbeat of the sample city beats once an hour: whatever comes of one beat within this test is the same beat. */
const SERVICE_WITH_DEATHS = join(import.meta.dirname, 'service-with-deaths.ts');

// Three lives of a service, on a machine that may be busy.
jest.setTimeout(600_000);

const TEST_PHONE: Subscriber = {
  channel: 'line',
  address: lineId('test phone'),
  language: 'ja',
  districts: [],
  categories: [HEARTBEAT_CATEGORY],
};

describe('the heartbeat under kill -9', () => {
  let program: string;
  let town: OrderedTown;
  beforeAll(async () => {
    program = await builtService();
  });
  beforeEach(async () => {
    town = await OrderedTown.start({ subscribers: [TEST_PHONE], settings: {} });
  });
  afterEach(() => town.stop());

  const file = (name: string): string => join(town.settings['SONAE_DATA']!, name);
  function asked(sql: string): readonly Record<string, unknown>[] {
    const ledger = new DatabaseSync(file('ledger.db'), { readOnly: true, timeout: 10_000 });
    try {
      return ledger.prepare(sql).all();
    } finally {
      ledger.close();
    }
  }
  const provenAt = () => asked("select proven_at from heartbeat where channel = 'line'")[0]?.['proven_at'] ?? null;

  it('F1 F3 beats anew when it died before the beat was kept, and not when it died before the beat was sent; the phone hears once', async () => {
    // Published, and not in the log: nobody acknowledged it, so it never was.
    town.begin(SERVICE_WITH_DEATHS, '--point', 'before a commit of readings', '--call', '1');
    await town.death('inside');
    expect(await readingsIn(file('readings.db'))).toEqual([]);
    // Planned, and not sent.
    town.begin(SERVICE_WITH_DEATHS, '--point', 'between plan and first attempt', '--call', '1');
    await town.death('inside');
    expect(town.line.requests).toEqual([]);

    town.begin(program);
    await town.until('the beat is proven', () => provenAt() !== null);
    expect(await town.service.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(town.line.inboxOf(TEST_PHONE.address)).toHaveLength(1);
    const readings = await readingsIn(file('readings.db'));
    expect(readings.map(({ reading }) => reading.gauge)).toEqual([HEARTBEAT_ID, HEARTBEAT_ID]);
    expect(asked('select state, attempts from delivery')).toEqual([{ state: 'sent', attempts: 1 }]);
    // It counts from when the beat began, in the life before.
    const [raised] = asked('select body from transition order by number');
    expect(provenAt()).toBe((JSON.parse(String(raised!['body'])) as { readonly decidedAt: number }).decidedAt);
  });
});
