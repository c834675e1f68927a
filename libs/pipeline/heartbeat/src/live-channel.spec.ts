import {
  Channel,
  type Contact,
  type Delivery,
  deliveryOf,
  HEARTBEAT_CATEGORY,
  HEARTBEAT_ID,
  marked,
  type Message,
  messageOf,
  type OperationStatus,
  type Outcome,
} from '#core';
import { MemoryDirectory } from '#memory';
import { LiveChannel } from './live-channel.ts';

const T0 = Date.parse('2026-09-01T09:00:00+09:00');

class Outside extends Channel<'actual' | 'test'> {
  readonly name = 'line';
  readonly statuses = ['actual', 'test'] as const;
  readonly chunkMax = 500;
  readonly inFlightMax = 40;
  readonly perSecondMax = 200;
  readonly repeatSafeMs = 9;
  readonly told: Delivery[] = [];
  isClosed = false;

  override quota(): Promise<{ readonly limit: number; readonly used: number }> {
    return Promise.resolve({ limit: 1_000, used: 800 });
  }

  attempt(delivery: Delivery<'actual' | 'test'>, _message: Message<'actual' | 'test'>, _contacts: readonly Contact[]): Promise<Outcome> {
    this.told.push(delivery);
    return Promise.resolve({ kind: 'sent', receipt: 'r', duplicate: false });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

const person = (address: string, categories: readonly string[]) =>
  ({ channel: 'line', address, language: 'ja', districts: [], categories }) as const;

async function open() {
  const directory = new MemoryDirectory();
  await directory.subscribe([person('tester', [HEARTBEAT_CATEGORY, 'flood']), person('resident', ['flood', 'test/flood'])]);
  const [tester, resident] = [(await directory.recipientOf('line', 'tester'))!, (await directory.recipientOf('line', 'resident'))!];
  const outside = new Outside();
  const refused: string[] = [];
  const channel = new LiveChannel({ channel: outside, directory, onRefused: (_, __, why) => refused.push(why) });
  return { channel, outside, refused, tester, resident };
}

interface Set {
  readonly status?: OperationStatus;
  readonly words?: OperationStatus;
  readonly of?: string;
  readonly lane?: 'test' | 'flood';
  readonly to: readonly string[];
  readonly contacts?: number;
}
function aWork({
  status = 'test',
  words = status,
  of = `${HEARTBEAT_ID}@${HEARTBEAT_ID}#1/1`,
  lane = 'test',
  to,
  contacts = to.length,
}: Set) {
  const route = { id: HEARTBEAT_ID, lane, expiresAfterMs: 60_000 } as const;
  const transition = { id: of, status: status as 'actual' | 'test', decidedAt: T0 };
  const message = messageOf({ transition, route, language: 'ja', ...marked({ subject: '件名', body: '一\n二' }, words, 'ja') });
  const delivery = deliveryOf({ message, route, channel: 'line', endpoint: 'line', recipients: to, now: T0 });
  return [
    delivery,
    message,
    Array.from({ length: contacts }, () => ({ address: 'U', charset: 'utf-8', language: 'ja' }) as const),
  ] as const;
}

describe('the last door of real life', () => {
  it('lets real words pass to whoever they are for, and a beat to its test users', async () => {
    const { channel, outside, refused, tester, resident } = await open();
    const real = aWork({ status: 'actual', of: 'river-level@ose#1/1', lane: 'flood', to: [resident, tester] });
    expect(await channel.attempt(...real)).toMatchObject({ kind: 'sent' });
    expect(await channel.attempt(...aWork({ to: [tester] }))).toMatchObject({ kind: 'sent' });
    expect(await channel.attempt(...aWork({ to: [tester, '99'], contacts: 1 }))).toMatchObject({ kind: 'sent' });
    expect([outside.told.length, refused]).toEqual([3, []]);
  });

  it.each([
    ['a resident', (one: string) => ({ to: [one] }), '1人'],
    ['a resident among test users', (one: string, tester: string) => ({ to: [tester, one] }), '1人'],
    ['words without the mark', (_: string, tester: string) => ({ words: 'actual' as const, to: [tester] }), '【試験】'],
    ['words of a drill', (_: string, tester: string) => ({ words: 'exercise' as const, to: [tester] }), '【試験】'],
    ['a test of something else', (_: string, tester: string) => ({ of: 'river-level@ose#1/1', to: [tester] }), '通し確認でない'],
    ['a test in a lane of real words', (_: string, tester: string) => ({ lane: 'flood' as const, to: [tester] }), '通し確認でない'],
    ['more people than were planned', (_: string, tester: string) => ({ to: [tester], contacts: 2 }), '計画より多く'],
  ])('stops a test for %s, and tells of it', async (_, aimed, why) => {
    const { channel, outside, refused, tester, resident } = await open();
    const outcome = await channel.attempt(...aWork(aimed(resident, tester)));
    expect(outcome).toEqual({ kind: 'refused', reason: expect.stringContaining(why) as string, scope: 'message' });
    expect([outside.told, refused.length]).toEqual([[], 1]);
  });

  it('stops a delivery and words that are not of one kind, or not of each other', async () => {
    const { channel, outside, tester } = await open();
    const [beat, words, contacts] = aWork({ to: [tester] });
    const [real, realWords] = aWork({ status: 'actual', to: [tester] });
    const [other] = aWork({ of: `${HEARTBEAT_ID}@${HEARTBEAT_ID}#2/1`, to: [tester] });
    for (const [delivery, message] of [
      [beat, realWords],
      [real, words],
      [other, words],
    ] as const)
      expect(await channel.attempt(delivery, message, contacts)).toMatchObject({ kind: 'refused' });
    expect(outside.told).toEqual([]);
  });

  it('has the bounds and the plan of the way behind it, and closes it', async () => {
    const { channel, outside } = await open();
    expect(channel).toMatchObject({ name: 'line', chunkMax: 500, inFlightMax: 40, perSecondMax: 200, repeatSafeMs: 9 });
    expect(await channel.quota()).toEqual({ limit: 1_000, used: 800 });
    await channel.close();
    expect(outside.isClosed).toBe(true);
  });
});
