import { setTimeout as wait } from 'node:timers/promises';
import type { Channel, Contact, Delivery, Message, Outcome } from '#core';
import type { Adapters } from '#runtime';

/** Puts a death into one of the adapters. `die` kills when it is asked for the wanted time. */
type Plant = (adapters: Adapters, die: () => void) => Adapters;

/** Where a process can die on the way of a reading, between two calls or in the middle of one. Between two points lies one commit or one request. */
const PLANTS = {
  'before a commit of readings': ({ log, ...rest }, die) => ({
    ...rest,
    log: replaced(log, 'append', (group) => {
      die();
      return log.append(group);
    }),
  }),
  'inside a commit of readings': ({ log, ...rest }, die) => ({
    ...rest,
    log: replaced(log, 'append', ({ readings, marks }) =>
      log.append({ readings: readings.length < 2 ? readings : deadly(readings, readings.length >> 1, die), marks }),
    ),
  }),
  'between a commit of readings and its PUBACK': ({ log, ...rest }, die) => ({
    ...rest,
    log: replaced(log, 'append', async (group) => {
      const position = await log.append(group);
      die();
      return position;
    }),
  }),
  'between log and ledger': ({ ledger, ...rest }, die) => ({
    ...rest,
    ledger: replaced(ledger, 'commitWatch', (commit) => {
      die();
      return ledger.commitWatch(commit);
    }),
  }),
  'inside a commit of decisions': ({ ledger, ...rest }, die) => ({
    ...rest,
    ledger: replaced(ledger, 'commitWatch', (commit) => ledger.commitWatch({ ...commit, transitions: deadly(commit.transitions, 0, die) })),
  }),
  'between ledger and plan': ({ ledger, ...rest }, die) => ({
    ...rest,
    ledger: replaced(ledger, 'commitWatch', async (commit) => {
      const hold = await ledger.commitWatch(commit);
      if (commit.transitions.length > 0) die();
      return hold;
    }),
  }),
  'inside a commit of a plan': ({ ledger, ...rest }, die) => ({
    ...rest,
    ledger: replaced(ledger, 'commitPlan', (commit) => ledger.commitPlan({ ...commit, deliveries: deadly(commit.deliveries, 0, die) })),
  }),
  'between plan and first attempt': ({ ledger, ...rest }, die) => ({
    ...rest,
    ledger: replaced(ledger, 'commitPlan', async (commit) => {
      const hold = await ledger.commitPlan(commit);
      if (commit.deliveries.length > 0) die();
      return hold;
    }),
  }),
  'between claim and attempt': ({ ledger, ...rest }, die) => ({
    ...rest,
    ledger: replaced(ledger, 'claim', async (query) => {
      const claimed = await ledger.claim(query);
      if (claimed.length > 0) die();
      return claimed;
    }),
  }),
  'while a request to LINE is under way': (adapters, die) =>
    onChannel(adapters, 'line', async (attempt) => {
      const outcome = attempt();
      // The request is written, and perhaps taken; its answer is not read yet.
      await wait(REQUEST_MS);
      die();
      return outcome;
    }),
  'between the answer of LINE and its settlement': (adapters, die) =>
    onChannel(adapters, 'line', async (attempt) => {
      const outcome = await attempt();
      if (outcome.kind === 'sent') die();
      return outcome;
    }),
  'in the middle of many chunks': (adapters, die) => {
    const sent = new Map<string, number>();
    return onChannel(adapters, 'line', async (attempt, { messageId }) => {
      const outcome = await attempt();
      const chunks = (sent.get(messageId) ?? 0) + (outcome.kind === 'sent' ? 1 : 0);
      sent.set(messageId, chunks);
      if (chunks === 2) die();
      return outcome;
    });
  },
  'between the answer of the relay and its settlement': (adapters, die) =>
    onChannel(adapters, 'disaster-mail', async (attempt) => {
      const outcome = await attempt();
      if (outcome.kind === 'sent') die();
      return outcome;
    }),
  'inside a settlement': ({ ledger, ...rest }, die) => ({
    ...rest,
    ledger: replaced(ledger, 'settle', (hold, settlements) =>
      ledger.settle(hold, settlements.length < 2 ? settlements : deadly(settlements, settlements.length - 1, die)),
    ),
  }),
  'after a settlement': ({ ledger, ...rest }, die) => ({
    ...rest,
    ledger: replaced(ledger, 'settle', async (hold, settlements) => {
      await ledger.settle(hold, settlements);
      die();
    }),
  }),
} as const satisfies Readonly<Record<string, Plant>>;

export type Point = keyof typeof PLANTS;

/** The points with the fault that they are about, and the call at the latest that kills: a flood passes each so often in a second or two. */
export const POINTS: readonly { readonly point: Point; readonly fault: string; readonly callsMax: number }[] = [
  { point: 'before a commit of readings', fault: 'F1', callsMax: 60 },
  { point: 'inside a commit of readings', fault: 'F1', callsMax: 20 },
  { point: 'between a commit of readings and its PUBACK', fault: 'F1', callsMax: 60 },
  { point: 'between log and ledger', fault: 'F2', callsMax: 60 },
  { point: 'inside a commit of decisions', fault: 'F2', callsMax: 6 },
  { point: 'between ledger and plan', fault: 'F3', callsMax: 6 },
  { point: 'inside a commit of a plan', fault: 'F3', callsMax: 4 },
  { point: 'between plan and first attempt', fault: 'F3', callsMax: 4 },
  { point: 'between claim and attempt', fault: 'F3', callsMax: 8 },
  { point: 'while a request to LINE is under way', fault: 'F4', callsMax: 8 },
  { point: 'between the answer of LINE and its settlement', fault: 'F4', callsMax: 8 },
  { point: 'in the middle of many chunks', fault: 'F5', callsMax: 2 },
  { point: 'between the answer of the relay and its settlement', fault: 'F4', callsMax: 20 },
  { point: 'inside a settlement', fault: 'F4', callsMax: 4 },
  { point: 'after a settlement', fault: 'F5', callsMax: 10 },
];

/** About as long as a request on loopback takes to arrive. */
export const REQUEST_MS = 2;

/** The adapters, of which one kills this process with SIGKILL when the point is passed for the `call`-th time. */
export function withDeath(adapters: Adapters, point: Point, call: number): Adapters {
  let left = call;
  return PLANTS[point](adapters, () => {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  });
}

/**
 * Twin of rule 1: acknowledges at once and stores a while later, as a broker does that stores on its `publish` event. The longer the while,
 * the surer a death falls into it.
 */
export function withLateStore({ log, ...rest }: Adapters): Adapters {
  const LATE_MS = 100;
  let end: number | null = null;
  let stored: Promise<unknown> = Promise.resolve();
  return {
    ...rest,
    log: replaced(log, 'append', async (group) => {
      end = (end ?? (await log.end())) + group.readings.length;
      const due = wait(LATE_MS);
      stored = stored.then(() => due).then(() => log.append(group));
      return end;
    }),
    close: async () => {
      await stored;
      await rest.close();
    },
  };
}

/** Twin of rule 8: every attempt carries a key of its own, as a client does that makes its key when it sends. */
export const withFreshKeys = (adapters: Adapters): Adapters =>
  onChannel(adapters, 'line', (attempt, delivery) => attempt({ ...delivery, retryKey: crypto.randomUUID() }));

/** The adapters, with something around every attempt of one channel. */
export function onChannel(
  { channels, ...rest }: Adapters,
  name: Channel['name'],
  around: (attempt: (instead?: Delivery) => Promise<Outcome>, delivery: Delivery) => Promise<Outcome>,
): Adapters {
  return {
    ...rest,
    channels: channels.map((channel) => {
      if (channel.name !== name) return channel;
      // Of whatever status: it is handed on as it came.
      const untyped: Pick<Channel, 'attempt'> = channel;
      return replaced(channel, 'attempt', (delivery: Delivery, message: Message, contacts: readonly Contact[]) =>
        around((instead = delivery) => untyped.attempt(instead, message, contacts), delivery),
      );
    }),
  };
}

/** The adapter itself, but for one method. A proxy rather than a copy, for private fields want the real object as `this`. */
export function replaced<T extends object, K extends keyof T>(adapter: T, name: K, method: T[K]): T {
  return new Proxy(adapter, {
    get: (target, key) => {
      if (key === name) return method;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** The same items; whoever takes the one at `index` dies in the middle of what he is doing. */
function deadly<T>(items: readonly T[], index: number, die: () => void): readonly T[] {
  return new Proxy([...items], {
    get: (target, key) => {
      if (key === String(index)) die();
      return Reflect.get(target, key) as unknown;
    },
  });
}
