import { type HistoryPoint, type HistoryQuery, ReadingHistory } from '#core';
import { ManualClock } from '#memory';
import { aGauge, aPlaybook, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { Board } from './board.ts';
import { Recall } from './recall.ts';

/** A history that answers when a test lets it, after as long as a test says. */
class WaywardHistory extends ReadingHistory {
  away = false;
  slowMs = 0;
  asked = 0;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    super();
    this.#clock = clock;
  }

  async range({ from }: HistoryQuery): Promise<readonly HistoryPoint[]> {
    this.asked += 1;
    if (this.slowMs > 0) await this.#clock.sleep(this.slowMs);
    if (this.away) throw new Error('InfluxDB: no answer within 5000 ms');
    const at = Math.max(from, T0 - MINUTE);
    return [{ at, receivedAt: at, raw: 3, value: 3, quality: 'ok', why: '' }];
  }
  write(): Promise<void> {
    return Promise.resolve();
  }
  position(): Promise<number> {
    return Promise.resolve(0);
  }
  forget(): Promise<number> {
    return Promise.resolve(0);
  }
}

describe('F19 what the screen recalls of the last hours', () => {
  const gauges = ['a', 'b', 'c'].map((id) => aGauge({ id }));
  let clock: ManualClock;
  let history: WaywardHistory;
  let recall: Recall;
  let recalled: string[];
  let faults: string[];

  beforeEach(() => {
    clock = new ManualClock(T0);
    history = new WaywardHistory(clock);
    [recalled, faults] = [[], []];
    const board = new Board(aPlaybook({ gauges }));
    recall = new Recall({
      history,
      board,
      clock,
      gauges,
      onRecalled: ({ id }) => recalled.push(id),
      onFault: (why) => faults.push(why),
    });
  });
  afterEach(() => recall.stop());

  it('is there at the start when the history answers', async () => {
    await recall.start();
    expect([recalled, faults, clock.sleeping]).toEqual([['a', 'b', 'c'], [], 0]);
  });

  it('comes when a history that was away is back, after one question at the start and one every ten seconds', async () => {
    history.away = true;
    await recall.start();
    expect([recalled, history.asked]).toEqual([[], 1]);
    expect(faults).toEqual([expect.stringMatching(/^the last hours of 3 gauges .*no answer within 5000 ms$/)]);
    await clock.advance(25_000);
    expect([recalled, history.asked, faults.length]).toEqual([[], 3, 1]);
    history.away = false;
    await clock.advance(10_000);
    expect([recalled, clock.sleeping]).toEqual([['a', 'b', 'c'], 0]);
  });

  it('does not hold up the start for longer than five seconds in all when the history is slow', async () => {
    history.slowMs = 4_000;
    const starting = recall.start();
    await clock.advance(8_000);
    await starting;
    expect(recalled).toEqual(['a', 'b']);
    await clock.advance(14_000);
    expect(recalled).toEqual(['a', 'b', 'c']);
  });

  it('ends with the service', async () => {
    history.away = true;
    await recall.start();
    recall.stop();
    await clock.advance(60_000);
    expect(history.asked).toBe(1);
  });
});
