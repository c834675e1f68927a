import { readdirSync, readFileSync } from 'node:fs';
import { MINUTE } from '../support/builders.ts';
import { FrontDoor, obs } from '../support/front-door.ts';

const EXAMPLES = new URL('../../libs/wire/examples/', import.meta.url);
const report = (seq: number, t: number) => ({ seq, t, level: 1 + seq / 1000 });

describe('payloads that are not what they should be', () => {
  let door: FrontDoor;
  beforeEach(async () => {
    door = await FrontDoor.open({ limits: { readingsPerSecond: Infinity } });
  });
  afterEach(() => door.close());

  it('F41 are kept in quarantine with their reason and acknowledged, and the next reading is welcome', async () => {
    const device = await door.device('d1');
    const names = readdirSync(new URL('invalid/', EXAMPLES));
    for (const name of names) {
      const payload = readFileSync(new URL(`invalid/${name}`, EXAMPLES));
      expect(await device.publish(obs('d1'), payload)).toBe(1);
      const [entry] = await door.quarantine.list({ limit: 1 });
      expect(entry).toMatchObject({ device: 'd1', reason: name.split('--')[0], payload: Uint8Array.from(payload) });
    }
    expect(await device.publish(obs('d1'), JSON.stringify(report(1, Date.now())))).toBe(1);
    expect(door.intake.counters).toEqual({ accepted: names.length + 1, stored: 1, duplicates: 0, quarantined: names.length, failed: 0 });
  });

  it.each([
    ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['an endless key', `{"${'k'.repeat(60_000)}":1}`],
    ['6,000 keys', `{${Array.from({ length: 6000 }, (_, key) => `"k${key}":1`).join(',')}}`],
    ['1e309', '{"seq":1,"t":1782843300000,"level":1e309}'],
    ['a prototype', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'],
  ])('F41 of %s are answered in bounded time, beside others who notice nothing', async (_, payload) => {
    const [bad, good] = [await door.device('d1'), await door.device('d2')];
    const answers = Array.from({ length: 20 }, (_each, at) => bad.publish(obs('d1'), payload, { messageId: at + 1 }));
    expect(await good.publish(obs('d2'), JSON.stringify(report(1, Date.now())))).toBe(1);
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 20 }, (_each, at) => at + 1));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const entries = await door.quarantine.list({ limit: 50 });
    expect(entries).toHaveLength(20);
    for (const entry of entries) expect(entry.payload.length).toBeLessThanOrEqual(4096);
  });

  it('F41 of a megabyte never reach the decoder', async () => {
    const device = await door.device('d1');
    expect(await device.publish(obs('d1'), Buffer.alloc(1_000_000, 0x20))).toBe('closed');
    expect(door.broker.counters.refused.tooLarge).toBe(1);
  });

  it('F36 recognises a replayed capture as repeats, and takes what it did not know as history', async () => {
    const device = await door.device('d1');
    const now = Date.now();
    const capture = [1, 2, 3].map((seq) => JSON.stringify(report(seq, now - (4 - seq) * MINUTE)));
    for (const payload of capture) await device.publish(obs('d1'), payload);
    const thief = await door.device('d1');
    for (const payload of capture) expect(await thief.publish(obs('d1'), payload)).toBe(1);
    expect(door.intake.counters).toMatchObject({ stored: 3, duplicates: 3 });
    await thief.publish(obs('d1'), JSON.stringify({ t: now - 24 * 60 * MINUTE, level: 8 }));
    const newest = (await door.log.after(3, 10)).map((entry) => entry.reading);
    expect(newest).toMatchObject([{ value: 8, quality: 'backfilled' }]);
  });

  it('F37 completes the history from duplicates, late and shuffled reports after an outage', async () => {
    const device = await door.device('d1');
    const now = Date.now();
    const day = Array.from({ length: 144 }, (_, at) => report(at + 1, now - (144 - at) * 10 * MINUTE));
    const shuffled = [...day.slice(100), ...day.slice(0, 60), ...day.slice(40, 100).toReversed(), ...day.slice(90, 110)];
    await device.publish(obs('d1'), JSON.stringify(day.at(-1)));
    for (let at = 0; at < shuffled.length; at += 25) await device.publish(obs('d1'), JSON.stringify(shuffled.slice(at, at + 25)));
    const readings = (await door.log.after(0, 1000)).map((entry) => entry.reading);
    expect(readings.map((reading) => reading.seq!).toSorted((a, b) => a - b)).toEqual(day.map(({ seq }) => seq));
    const old = readings.filter((reading) => now - reading.observedAt > 60 * MINUTE);
    expect(new Set(old.map((reading) => reading.quality))).toEqual(new Set(['backfilled']));
    expect(door.intake.counters.duplicates).toBe(shuffled.length + 1 - day.length);
  });
});
