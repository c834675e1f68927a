import { describe, expect, it } from '@jest/globals';
import type { Transition } from './alert.ts';
import { audienceOf, chunkName, deliveryOf, messageOf, routesOf, heardAs, ticketsOf } from './plan.ts';
import type { Route } from './playbook.ts';

const aRoute = (some: Partial<Route> = {}): Route => ({
  id: 'residents',
  rules: ['level'],
  transitions: ['raised', 'climbed', 'steppedDown', 'cleared'],
  fromStep: 2,
  audience: { kind: 'residents', category: 'flood' },
  channels: ['line'],
  lane: 'flood',
  expiresAfterMs: 3_600_000,
  wording: 'flood',
  ...some,
});
const staff = aRoute({ id: 'duty', fromStep: 1, audience: { kind: 'staff', group: 'duty' } });

const tickets = aRoute({ id: 'tickets', audience: { kind: 'tickets' }, transitions: ['called'], fromStep: 1 });

const heard = ({
  kind = 'raised' as Transition['kind'],
  from = 0,
  to = 2,
  publicAlert = 'allowed' as 'allowed' | 'staffOnly',
  rule = {},
  routes = [aRoute(), staff],
}) =>
  routesOf({
    routes,
    transition: { kind, from, to },
    gauge: { publicAlert },
    rule: { id: 'level', staffOnly: false, shadow: false, ...rule },
  }).map(({ id }) => id);

describe('routesOf', () => {
  it.each([
    ['a rise to the step of a route', {}, ['residents', 'duty']],
    ['a rise below the step of a route', { to: 1 }, ['duty']],
    ['a climb beyond it', { kind: 'climbed', from: 2, to: 3 }, ['residents', 'duty']],
    ['a step down that leaves it', { kind: 'steppedDown', from: 2, to: 1 }, ['residents', 'duty']],
    ['a step down that lands on it', { kind: 'steppedDown', from: 3, to: 2 }, ['residents', 'duty']],
    ['an all-clear from it', { kind: 'cleared', from: 2, to: 0 }, ['residents', 'duty']],
    ['an all-clear of what it never heard', { kind: 'cleared', from: 1, to: 0 }, ['duty']],
    ['a rule for staff', { rule: { staffOnly: true } }, ['duty']],
    ['a gauge for staff', { publicAlert: 'staffOnly' }, ['duty']],
    ['a shadow rule', { rule: { shadow: true } }, []],
    ['a rule no route names', { rule: { id: 'other' } }, []],
    ['a kind the route does not carry', { kind: 'climbed', from: 2, to: 3, routes: [aRoute({ transitions: ['raised'] })] }, []],
    ['no routes at all', { routes: [] }, []],
    ['a question about a step that needs a person’s yes', { kind: 'asked', from: 1, to: 1 }, ['duty']],
    ['a call of tickets, whatever its numbers are', { kind: 'called', from: -4, to: 1, routes: [aRoute(), staff, tickets] }, ['tickets']],
    ['a call of a queue for staff', { kind: 'called', rule: { staffOnly: true }, routes: [tickets] }, []],
  ] as const)('takes %s to the right routes', (_, some, expected) => {
    expect(heard(some as Parameters<typeof heard>[0])).toEqual(expected);
  });
});

describe('heardAs', () => {
  it.each([
    ['the climb to the first step of a route as its raise', 'climbed', 1, 2, { kind: 'raised', from: 0, to: 2 }],
    ['a climb beyond it as a climb', 'climbed', 2, 3, { kind: 'climbed', from: 2, to: 3 }],
    ['a step down below it as its all-clear', 'steppedDown', 3, 1, { kind: 'cleared', from: 3, to: 0 }],
    ['a step down that lands on it as a step down', 'steppedDown', 3, 2, { kind: 'steppedDown', from: 3, to: 2 }],
    ['a raise as a raise', 'raised', 0, 3, { kind: 'raised', from: 0, to: 3 }],
  ] as const)('hears %s', (_, kind, from, to, expected) => {
    expect(heardAs({ fromStep: 2 }, { kind, from, to })).toEqual(expected);
  });
});

describe('ticketsOf', () => {
  const called = { gauge: 'window', turn: { near: { above: 5, upTo: 7 }, used: null }, status: 'actual', decidedAt: 9 } as const;
  it.each([
    ['those that came near', tickets, called, { gauge: 'window', near: { above: 5, upTo: 7 }, at: 9 }],
    ['nobody in a drill, for who waits waits for a real turn', tickets, { ...called, status: 'exercise' }, { near: { above: 0, upTo: 0 } }],
    ['nobody in a test', tickets, { ...called, status: 'test' }, { near: { above: 0, upTo: 0 } }],
    ['nobody by what called nobody', tickets, { gauge: 'window', status: 'actual', decidedAt: 9 }, { near: { above: 0, upTo: 0 } }],
  ] as const)('means %s', (_, route, transition, expected) => {
    expect(ticketsOf(route, transition)).toMatchObject(expected);
  });

  it('is not asked on other routes, and no category leads to the holders of tickets', () => {
    expect(ticketsOf(staff, called)).toBeNull();
    expect(audienceOf(tickets, { areas: ['a'] }, 'actual').districts).toEqual([]);
  });
});

describe('audienceOf', () => {
  it.each([
    ['residents of the districts of the gauge', aRoute(), 'actual', { category: 'flood', districts: ['a', 'b'] }],
    ['everybody of a staff group', staff, 'actual', { category: 'staff:duty', districts: null }],
    ['only those who chose drills', aRoute(), 'exercise', { category: 'exercise/flood', districts: ['a', 'b'] }],
    ['only staff who chose tests', staff, 'test', { category: 'test/staff:duty', districts: null }],
  ] as const)('means %s', (_, route, status, expected) => {
    expect(audienceOf(route, { areas: ['a', 'b'] }, status)).toEqual(expected);
  });

  it('means nobody, not everybody, when a gauge has no districts', () => {
    expect(audienceOf(aRoute(), { areas: [] }, 'actual').districts).toEqual([]);
  });
});

const message = messageOf({
  transition: { id: 'level@tama#3/1', status: 'actual', decidedAt: 1_000_000 },
  route: aRoute(),
  language: 'ja',
  subject: '水位',
  body: '上がりました',
});
const aDelivery = (recipients: readonly string[], now = 1_000_100) =>
  deliveryOf({ message, route: aRoute(), channel: 'line', endpoint: 'line', recipients, now });

describe('messageOf', () => {
  it('is issued when it was decided and expires by its route', () => {
    expect(message).toMatchObject({ id: 'level@tama#3/1/residents/ja', issuedAt: 1_000_000, expiresAt: 4_600_000, status: 'actual' });
  });
});

describe('deliveryOf', () => {
  it('is queued, due since the decision, with everything stored before a first attempt', () => {
    expect(aDelivery(['u1', 'u2'])).toMatchObject({ state: 'queued', attempts: 0, dueAt: 1_000_000, settledAt: null, lastReason: '' });
  });

  it('has the same id and key for the same people, whenever it is planned', () => {
    expect(aDelivery(['u1', 'u2'], 1_000_100)).toEqual(aDelivery(['u1', 'u2'], 2_000_000));
  });

  it.each([[['u1']], [['u2', 'u1']], [['u1', 'u2', 'u3']], [['u1u2']]])('has another id and key for %j', (recipients) => {
    expect(aDelivery(recipients).id).not.toBe(aDelivery(['u1', 'u2']).id);
    expect(aDelivery(recipients).retryKey).not.toBe(aDelivery(['u1', 'u2']).retryKey);
  });

  it('does not repeat a key when the ids begin anew with another ledger', () => {
    const later = { ...message, issuedAt: message.issuedAt + 1 };
    const again = deliveryOf({ message: later, route: aRoute(), channel: 'line', endpoint: 'line', recipients: ['u1'], now: 1_000_100 });
    expect(again.id).toBe(aDelivery(['u1']).id);
    expect(again.retryKey).not.toBe(aDelivery(['u1']).retryKey);
  });

  it('is written down as expired when its words have expired already', () => {
    expect(aDelivery(['u1'], message.expiresAt)).toMatchObject({ state: 'expired', settledAt: message.expiresAt, attempts: 0 });
    expect(aDelivery(['u1'], message.expiresAt).lastReason).not.toBe('');
    expect(aDelivery(['u1'], message.expiresAt - 1).state).toBe('queued');
  });

  it('shows no address in its id', () => {
    expect(aDelivery(['taro@example.jp']).id).not.toContain('taro');
    expect(chunkName(['a', 'b'])).toMatch(/^[0-9a-f]{16}$/);
  });
});
