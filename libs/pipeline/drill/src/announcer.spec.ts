import { drillNotice, isMarked, type Language, type Ledger, type Subscriber } from '#core';
import { ManualClock, MemoryDirectory, MemoryLedger } from '#memory';
import { Announcer, announcementId, saysItIsOver } from './announcer.ts';
import { DrillAudience } from './drill-audience.ts';
import { ExerciseChannel } from './exercise-channel.ts';
import { ScriptedChannel } from '../../../../test/support/dispatch-world.ts';
import type { Channel } from '#core';

const T0 = Date.parse('2026-09-01T09:00:00+09:00');
const PEOPLE = 1_203;

const words = (language: Language) => drillNotice('started', { name: '秋の訓練', until: '15:00', language });
const person = (n: number): Subscriber => ({
  channel: n % 3 === 0 ? 'disaster-mail' : 'line',
  address: n % 3 === 0 ? `p${n}@mail${n % 2}.example.jp` : `U${n}`,
  language: n % 10 === 0 ? 'en' : 'ja',
  districts: [],
  categories: n % 7 === 0 ? ['flood'] : ['exercise/flood', ...(n % 2 ? ['exercise/congestion'] : [])],
});

async function open(ledger: Ledger = new MemoryLedger()) {
  const directory = new MemoryDirectory();
  await directory.subscribe(Array.from({ length: PEOPLE }, (_, n) => person(n)));
  const clock = new ManualClock(T0);
  const categories = ['exercise/congestion', 'exercise/flood'];
  const audience = await DrillAudience.frozen({ directory, channels: ['line', 'disaster-mail'], categories });
  const channels = (['line', 'disaster-mail'] as const).map((name) => {
    const outer = new ScriptedChannel(clock, { name, chunkMax: name === 'line' ? 500 : 1 });
    return new ExerciseChannel({
      channel: outer as unknown as Channel<'exercise'>,
      audience,
      mayGo: () => true,
      onRefused: () => undefined,
    });
  });
  const announcer = new Announcer({ drill: 'drill-1', ledger, directory, categories, channels, clock, expiresAfterMs: 60_000 });
  return { announcer, ledger, directory, audience };
}

/** Dies at the second commit of a plan. */
class Dying extends MemoryLedger {
  commits = 0;
  override commitPlan(commit: Parameters<MemoryLedger['commitPlan']>[0]): ReturnType<MemoryLedger['commitPlan']> {
    this.commits += 1;
    return this.commits === 2 ? Promise.reject(new Error('killed')) : super.commitPlan(commit);
  }
}

async function stored(ledger: Ledger, which: 'start' | 'end') {
  const all = [];
  for (let before: number | undefined; ;) {
    const page = await ledger.deliveries({ transitionId: announcementId('drill-1', which), ...(before && { before }), limit: 500 });
    all.push(...page);
    if (page.length < 500) return all.map(({ delivery }) => delivery);
    before = page.at(-1)!.number;
  }
}

describe('the announcements of a drill', () => {
  it('reach its whole audience once, by whatever category they came, in their language, marked, before everything else', async () => {
    const { announcer, ledger, audience } = await open();
    await announcer.announce('start', words);
    const deliveries = await stored(ledger, 'start');
    const told = deliveries.flatMap(({ recipients }) => recipients);
    expect(told).toHaveLength(audience.count);
    expect(new Set(told).size).toBe(audience.count);
    expect(told.every((recipient) => audience.has(recipient))).toBe(true);
    expect(deliveries.every(({ status, lane, state }) => status === 'exercise' && lane === 'evacuation' && state === 'queued')).toBe(true);
    expect(deliveries.some(saysItIsOver)).toBe(false);
    const messages = await ledger.messages(announcementId('drill-1', 'start'));
    expect(messages.map(({ language }) => language).toSorted()).toEqual(['en', 'ja']);
    expect(messages.every(isMarked)).toBe(true);
    expect(await announcer.isSettled('start')).toBe(false);
  });

  it('change nothing when they are repeated, and the start is not told after the end', async () => {
    const { announcer, ledger } = await open();
    await announcer.announce('start', words);
    const first = await stored(ledger, 'start');
    await announcer.announce('start', words);
    expect(await stored(ledger, 'start')).toEqual(first);
    await announcer.announce('end', words);
    expect(await stored(ledger, 'end')).toHaveLength(first.length);
    await announcer.announce('end', words);
    expect(await stored(ledger, 'end')).toHaveLength(first.length);
    expect((await stored(ledger, 'end')).every(saysItIsOver)).toBe(true);
    const second = await open();
    await second.announcer.announce('end', words);
    await second.announcer.announce('start', words);
    expect(await stored(second.ledger, 'start')).toEqual([]);
  });

  it('go on where a process died in the middle, and tell nobody twice, also when the directory has changed', async () => {
    const ledger = new Dying();
    const { announcer, directory, audience } = await open(ledger);
    // Mails are a delivery each, so that the audience takes more than one commit.
    await directory.subscribe(
      Array.from({ length: 1_500 }, (_, n) => ({ ...person(3), address: `more${n}@mail.example.jp`, categories: ['exercise/flood'] })),
    );
    await expect(announcer.announce('start', words)).rejects.toThrow('killed');
    const partly = (await stored(ledger, 'start')).flatMap(({ recipients }) => recipients);
    expect(partly.length).toBeGreaterThan(0);
    await directory.leave('line', 'U1');
    await announcer.announce('start', words);
    const told = (await stored(ledger, 'start')).flatMap(({ recipients }) => recipients);
    expect(new Set(told).size).toBe(told.length);
    expect(told.length).toBeGreaterThanOrEqual(audience.count + 1_500 - 1);
  });

  it('F20 say nothing of an end where nobody was told of the beginning', async () => {
    const { announcer, ledger } = await open();
    await announcer.announce('end', words);
    expect(await stored(ledger, 'end')).toEqual([]);
    expect(await announcer.isSettled('end')).toBe(true);
  });

  it('say that it is over to everybody, also when the process died while it told of the beginning', async () => {
    const ledger = new Dying();
    const { announcer, directory } = await open(ledger);
    await directory.subscribe(
      Array.from({ length: 1_500 }, (_, n) => ({ ...person(3), address: `more${n}@mail.example.jp`, categories: ['exercise/flood'] })),
    );
    await expect(announcer.announce('start', words)).rejects.toThrow('killed');
    await announcer.announce('end', words);
    const begun = (await stored(ledger, 'start')).flatMap(({ recipients }) => recipients);
    const over = new Set((await stored(ledger, 'end')).flatMap(({ recipients }) => recipients));
    expect(begun.length).toBeGreaterThan(0);
    expect(begun.filter((recipient) => !over.has(recipient))).toEqual([]);
  });

  it('are settled when nobody is left to be told', async () => {
    const { announcer } = await open();
    expect(await announcer.isSettled('end')).toBe(true);
  });
});
