import { type DeviceRecord, emptyMark, type Finding, type Gauge, NEW_DEVICE } from '#core';
import { ManualClock, MemoryLogbook, MemoryReadingHistory } from '#memory';
import { aGauge, aPlaybook, aReading, HOUR, T0 } from '../../../../test/support/builders.ts';
import { Inspection } from './inspection.ts';

const DAY = 24 * HOUR;
const UP = aGauge({ id: 'up', name: '上流' });
const OWN = aGauge({ id: 'own', name: '中流', upstream: 'up' });
const DOWN = aGauge({ id: 'down', name: '下流', upstream: 'own' });

class World {
  readonly clock = new ManualClock(T0 + 14 * DAY);
  readonly history = new MemoryReadingHistory();
  readonly logbook = new MemoryLogbook();
  readonly told: string[] = [];
  device: DeviceRecord = NEW_DEVICE;
  #position = 0;

  readonly inspection = this.begin();

  begin(): Inspection {
    return new Inspection({
      history: this.history,
      logbook: this.logbook,
      clock: this.clock,
      playbook: aPlaybook({ gauges: [UP, OWN, DOWN] }),
      markOf: (gauge) => (gauge === 'own' ? { ...emptyMark('own'), device: this.device } : undefined),
      onFound: (gauge: Gauge, { about, reason }: Finding) => this.told.push(`${gauge.id} ${about} ${reason}`),
    });
  }

  /** What each gauge shows, one reading an hour, from and to hours since the beginning. */
  async heard(from: number, to: number, values: Readonly<Record<string, (hour: number) => number>>): Promise<void> {
    for (let hour = from; hour < to; hour += 1) {
      const entries = Object.entries(values).map(([gauge, valueAt]) => {
        this.#position += 1;
        return { position: this.#position, reading: aReading({ gauge, observedAt: T0 + hour * HOUR, value: valueAt(hour) }) };
      });
      await this.history.write(entries);
    }
  }

  open = async () => (await this.logbook.openFindings()).map(({ gauge, about }) => `${gauge} ${about}`);
}

const calm = (hour: number): number => Math.round((3 + 0.04 * Math.sin((hour * 2 * Math.PI) / 100)) * 100) / 100;

const rising = (hour: number): number => 3 + Math.max(0, hour - 13 * 24) / 20;

describe('Inspection', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('tells once of two devices with one key, and that it is over a day later (F32)', async () => {
    await world.inspection.devices();
    expect(world.told).toEqual([]);
    const now = world.clock.now();
    world.device = { ...NEW_DEVICE, interleavedAt: [now - 3, now - 2, now - 1] };
    await world.inspection.devices();
    await world.inspection.devices();
    await world.begin().devices();
    expect(world.told).toEqual([expect.stringMatching(/^own cloned .*2か所/)]);
    expect(await world.open()).toEqual(['own cloned']);
    await world.clock.advance(2 * DAY);
    await world.inspection.devices();
    expect(await world.open()).toEqual([]);
    expect((await world.logbook.entries({ gauge: 'own', limit: 9 })).map(({ kind }) => kind)).toEqual(['findingEnded', 'finding']);
  });

  it('tells of a battery at its limit once a day at most', async () => {
    for (const batteryV of [3.29, 3.31, 3.28, 3.32, 3.27]) {
      world.device = { ...NEW_DEVICE, batteryV };
      await world.inspection.devices();
    }
    expect(world.told).toHaveLength(1);
  });

  it('finds a gauge that drifts away from both neighbours, tells once, and forgets when it was not seen for two weeks', async () => {
    const drifting = (hour: number): number => calm(hour) + (0.04 * hour) / 24;
    await world.heard(0, 14 * 24, { up: calm, own: drifting, down: calm });
    await world.inspection.neighbours();
    await world.clock.advance(HOUR);
    await world.inspection.neighbours();
    expect(world.told).toEqual([expect.stringMatching(/^own drift 14日間で 上流・下流 に対して 0\.\d\d m 高く/)]);
    await world.heard(14 * 24, 30 * 24, { up: calm, own: calm, down: calm });
    await world.clock.advance(10 * DAY);
    await world.inspection.neighbours();
    expect(await world.open()).toEqual(['own drift']);
    await world.clock.advance(6 * DAY);
    await world.inspection.neighbours();
    expect(await world.open()).toEqual([]);
    expect(world.told).toHaveLength(1);
  });

  it('finds a gauge that stands still while its neighbours rise, until it moves', async () => {
    await world.heard(0, 14 * 24, { up: rising, own: () => 2.41, down: rising });
    await world.inspection.neighbours();
    expect(world.told).toEqual([
      expect.stringMatching(/^own stuck 12時間 2\.41 m のまま動きません。同じ間に 上流 は 0\.55 m、下流 は 0\.55 m 動きました/),
    ]);
    await world.heard(14 * 24, 15 * 24, { up: rising, own: (hour) => 2.41 + hour / 100, down: rising });
    await world.clock.advance(DAY);
    await world.inspection.neighbours();
    expect(await world.open()).toEqual([]);
  });

  it('says nothing about a river that rests, nor about one that nobody was heard of', async () => {
    await world.inspection.neighbours();
    await world.heard(0, 14 * 24, { up: calm, own: () => 2.41, down: calm });
    await world.inspection.neighbours();
    expect(world.told).toEqual([]);
  });
});
