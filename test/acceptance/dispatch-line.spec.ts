import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { LineChannel } from '#channels/line';
import { SystemClock, type Transition } from '#core';
import { MemoryDirectory, MemoryLedger } from '#memory';
import { LinePlatform } from '#outside/line-platform';
import { Dispatch, type DispatchEvent } from '#pipeline/dispatch';
import { aPlaybook } from '../support/builders.ts';
import { aRoute, aSubscriber } from '../support/dispatch-world.ts';

const TOKEN = 'token-of-the-test-account';
const idOf = (index: number) => `U${index.toString(16).padStart(32, '0')}`;

let platform: LinePlatform;
let line: LineChannel<'actual'>;
let dispatch: Dispatch<'actual'>;
let ledger: MemoryLedger;
let directory: MemoryDirectory;
const events: DispatchEvent[] = [];

beforeEach(async () => {
  platform = await LinePlatform.start({ port: 0, token: TOKEN, secret: 'secret' });
  line = new LineChannel({ token: TOKEN, apiBase: platform.url, status: 'actual' });
  ledger = new MemoryLedger();
  directory = new MemoryDirectory();
  events.length = 0;
  dispatch = new Dispatch({
    ledger,
    directory,
    clock: new SystemClock(),
    playbook: aPlaybook({ routes: [aRoute()] }),
    render: ({ transition }) => ({ subject: '', body: `${transition.kind} ${transition.to}`, translated: true }),
    channels: [line],
    random: () => 0,
    onEvent: (event) => events.push(event),
  });
});
afterEach(async () => {
  await dispatch.stop();
  await line.close();
  await platform.stop();
});

async function raise(): Promise<void> {
  const transition: Transition = {
    id: 'river-level@tama-03#1/1',
    alertId: 'river-level@tama-03#1',
    ruleId: 'river-level',
    gauge: 'tama-03',
    kind: 'raised',
    from: 0,
    to: 1,
    at: Date.now(),
    decidedAt: Date.now(),
    status: 'actual',
    record: { playbookVersion: 'test-1', ruleId: 'river-level', by: 'rule', verdict: '', limits: [], evidence: [] },
  };
  const hold = await ledger.seize('watch');
  await ledger.commitWatch({ hold, to: hold.position, watches: [], alerts: [], transitions: [transition] });
  dispatch.notify();
}

async function follow(count: number): Promise<void> {
  platform.addUsers(Array.from({ length: count }, (_, index) => ({ userId: idOf(index), displayName: `u${index}` })));
  await directory.subscribe(Array.from({ length: count }, (_, index) => aSubscriber({ address: idOf(index) })));
}

async function settled(): Promise<void> {
  for (;;) {
    const all = await ledger.deliveries({ limit: 1_000 });
    if (all.length > 0 && all.every(({ delivery }) => delivery.state !== 'queued' && delivery.state !== 'sending')) return;
    await wait(10);
  }
}

const timesTold = (count: number) => Array.from({ length: count }, (_, index) => platform.inboxOf(idOf(index)).length);

describe('dispatch over LINE', () => {
  it('F4 F54 counts a chunk once that LINE took before it dropped the connection', async () => {
    await follow(700);
    platform.failNext(2, 'dropAfterAccept');
    dispatch.start();
    await raise();
    await settled();
    expect(platform.requests.map(({ verdict }) => verdict).toSorted()).toEqual(['accepted', 'accepted', 'duplicate', 'duplicate']);
    expect(new Set(platform.requests.map(({ retryKey }) => retryKey)).size).toBe(2);
    expect(new Set(timesTold(700))).toEqual(new Set([1]));
    expect(dispatch.counts().filter(({ deliveries }) => deliveries > 0)).toEqual([
      { channel: 'line', outcome: 'duplicate', deliveries: 2, recipients: 700 },
      { channel: 'line', outcome: 'retry', deliveries: 2, recipients: 700 },
    ]);
  });

  it.each(['error500AfterAccept', 'error503', 'halfAnswer', 'htmlAnswer', 'dropBeforeAccept', 'rateLimited'] as const)(
    'F53 F54 tells everybody once through %s',
    async (kind) => {
      await follow(3);
      platform.failNext(1, kind);
      dispatch.start();
      await raise();
      await settled();
      expect(timesTold(3)).toEqual([1, 1, 1]);
    },
  );

  it.each(['unauthorized', 'quotaReached'] as const)('F53 F55 pages once and keeps the queue when LINE says %s', async (kind) => {
    await follow(3);
    platform.failAll(kind);
    dispatch.start();
    await raise();
    while (events.length === 0) await wait(10);
    expect(events).toMatchObject([{ kind: 'channelClosed', channel: 'line' }]);
    expect(dispatch.state().find(({ name }) => name === 'line')?.state).toBe('degraded');
    await wait(100);
    expect(platform.requests).toHaveLength(1);
    expect((await ledger.deliveries({ limit: 10 })).map(({ delivery }) => delivery.state)).toEqual(['queued']);
  });
});
