import { MemoryDirectory } from '#memory';
import type { Subscriber } from '#core';
import { DrillAudience } from './drill-audience.ts';
import { DirectoryReadOnly, ExerciseDirectory } from './exercise-directory.ts';

const person = (address: string, categories: readonly string[], set: Partial<Subscriber> = {}): Subscriber => ({
  channel: 'line',
  address,
  language: 'ja',
  districts: ['honmachi'],
  categories,
  ...set,
});

async function city() {
  const directory = new MemoryDirectory();
  await directory.subscribe([
    person('real', ['flood']),
    person('both', ['flood', 'exercise/flood']),
    person('twice', ['exercise/flood', 'exercise/congestion'], { language: 'en' }),
    person('elsewhere', ['exercise/flood'], { districts: ['minato'] }),
    person('staff@city.example.jp', ['exercise/staff:duty'], { channel: 'email', districts: [] }),
  ]);
  const categories = ['exercise/congestion', 'exercise/flood', 'exercise/staff:duty'];
  const audience = await DrillAudience.frozen({ directory, channels: ['line', 'email'], categories });
  return { directory, audience, drill: new ExerciseDirectory(directory, audience) };
}

async function heard(directory: Pick<MemoryDirectory, 'audience'>, category: string, districts: readonly string[] | null) {
  const people: string[] = [];
  for await (const page of directory.audience({ channel: 'line', category, districts }, 500)) {
    people.push(...page.people.map(({ recipient }) => recipient));
  }
  return people;
}

describe('the audience of a drill', () => {
  it('is whoever chose to take part, each once', async () => {
    const { audience } = await city();
    expect(audience.count).toBe(4);
    expect(['1', '2', '3', '4', '5', '6'].map((recipient) => audience.has(recipient))).toEqual([false, true, true, true, true, false]);
  });

  it.each(['', '-1', '1.5', '1e3', 'U12', '99999999999', '2000000000', ' 2'])('has nobody with the number %j', async (recipient) => {
    const { audience } = await city();
    expect([audience.has(recipient), audience.add(recipient)]).toEqual([false, false]);
  });

  it('has room for numbers of a million subscribers and more', () => {
    const audience = new DrillAudience();
    expect([audience.add('1234567'), audience.add('1234567'), audience.has('1234567'), audience.has('1234566')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('the directory as a drill sees it', () => {
  it('leads to its audience alone, by whatever question', async () => {
    const { directory, drill } = await city();
    expect(await heard(drill, 'exercise/flood', ['honmachi'])).toEqual(['2', '3']);
    expect(await heard(directory, 'flood', null)).toEqual(['1', '2']);
    expect(await heard(drill, 'flood', null)).toEqual([]);
    expect(await heard(drill, 'evacuation', ['honmachi'])).toEqual([]);
    expect((await drill.contacts('line', ['1', '2'])).map((contact) => contact?.address ?? null)).toEqual([null, 'both']);
    expect((await drill.reachable('line', ['1', '2'])).map((way) => way !== null)).toEqual([false, true]);
    expect([await drill.subscriber('line', 'real'), await drill.recipientOf('line', 'real'), await drill.subscriberOf('1')]).toEqual([
      null,
      null,
      null,
    ]);
    expect([(await drill.subscriber('line', 'both'))?.recipient, await drill.recipientOf('line', 'both')]).toEqual(['2', '2']);
    expect((await drill.subscriberOf('2'))?.address).toBe('both');
  });

  it('reaches whoever takes part in a district with an evacuation, whatever else they chose', async () => {
    const { drill } = await city();
    expect(await heard(drill, 'exercise/evacuation', ['honmachi'])).toEqual(['2', '3']);
    expect(await heard(drill, 'exercise/evacuation', ['minato'])).toEqual(['4']);
  });

  it('names a standby only when both take part', async () => {
    const { directory, drill } = await city();
    await directory.subscribe([
      person('both', ['flood', 'exercise/flood'], { standby: '5' }),
      person('twice', ['exercise/flood'], { standby: '1' }),
      person('real', ['flood'], { standby: '5' }),
    ]);
    expect((await drill.standbys(['1', '2', '3'])).map((standby) => standby?.recipient ?? null)).toEqual([null, '5', null]);
  });

  it('keeps out who joins after it began, and who left', async () => {
    const { directory, drill } = await city();
    await directory.subscribe([person('late', ['exercise/flood'])]);
    await directory.leave('line', 'both');
    expect(await heard(drill, 'exercise/flood', null)).toEqual(['4', '3']);
    expect(await drill.contacts('line', ['2', '6'])).toEqual([null, null]);
  });

  it('changes nobody', async () => {
    const { directory, drill } = await city();
    await expect(drill.subscribe()).rejects.toThrow(DirectoryReadOnly);
    await expect(drill.leave()).rejects.toThrow(DirectoryReadOnly);
    expect([await drill.setState(), await drill.drawTicket()]).toEqual([false, 'unknown']);
    const now = Date.parse('2026-09-01T09:00:00+09:00');
    await directory.drawTicket({ gauge: 'window', number: 8, channel: 'line', address: 'both', expiresAt: now + 60_000 }, now);
    await drill.useTickets();
    const near = { above: 0, upTo: 9 };
    const holders = [];
    for await (const page of directory.ticketHolders({ channel: 'line', gauge: 'window', near, at: now }, 500))
      holders.push(...page.people);
    expect(holders.map(({ recipient }) => recipient)).toEqual(['2']);
    for await (const page of drill.ticketHolders()) expect(page).toBeUndefined();
    expect(await drill.counts()).toEqual(await directory.counts());
  });
});
