import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import {
  decideOrder,
  isInForce,
  nextLookAt,
  type Order,
  ORDER_ACTS,
  ORDER_CHANGES_MAX,
  ORDER_REFUSALS,
  ORDER_STATES,
  type OrderActKind,
  orderActId,
  type OrderAsk,
  type OrderPolicy,
  type OrderState,
  type OrderTransition,
  proposalKey,
  UNDO_MS,
} from '#core';
import { HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import {
  aContent,
  anOrder,
  ask,
  confirmedBy,
  done,
  liftAsked,
  moved,
  orderIn,
  planned,
  taken,
  wider,
} from '../../../test/support/orders.ts';

/** What each act leads to in each state, asked by a third decider who sees the order as it is, while it can still be undone. */
const EXPECTED: Readonly<Record<OrderState, Readonly<Record<OrderActKind, string>>>> = {
  proposed: {
    confirm: 'proposed',
    breakGlass: 'confirmed',
    undo: 'notYours',
    withdraw: 'withdrawn',
    update: 'proposed',
    lift: 'notGiven',
    correct: 'notGiven',
    governorReport: 'notGiven',
    report: 'proposed',
    ground: 'proposed',
    counter: 'proposed',
    issue: 'noPolicy',
    take: 'notConfirmed',
    expire: 'expired',
  },
  confirmed: {
    confirm: 'alreadyConfirmed',
    breakGlass: 'alreadyConfirmed',
    undo: 'proposed',
    withdraw: 'withdrawn',
    update: 'alreadyConfirmed',
    lift: 'notGiven',
    correct: 'notGiven',
    governorReport: 'notGiven',
    report: 'confirmed',
    ground: 'confirmed',
    counter: 'confirmed',
    issue: 'alreadyConfirmed',
    take: 'notYet',
    expire: 'alreadyConfirmed',
  },
  given: {
    confirm: 'nothingToDecide',
    breakGlass: 'nothingToDecide',
    undo: 'nothingToDecide',
    withdraw: 'alreadyGiven',
    update: 'changing',
    lift: 'changing',
    correct: 'changeConfirmed',
    governorReport: 'given',
    report: 'given',
    ground: 'given',
    counter: 'given',
    issue: 'nothingToDecide',
    take: 'nothingToDecide',
    expire: 'nothingToDecide',
  },
  changing: {
    confirm: 'changing',
    breakGlass: 'changeConfirmed',
    undo: 'notYours',
    withdraw: 'given',
    update: 'changePending',
    lift: 'changePending',
    correct: 'changeConfirmed',
    governorReport: 'changing',
    report: 'changing',
    ground: 'changing',
    counter: 'changing',
    issue: 'noPolicy',
    take: 'notConfirmed',
    expire: 'given',
  },
  changeConfirmed: {
    confirm: 'alreadyConfirmed',
    breakGlass: 'alreadyConfirmed',
    undo: 'changing',
    withdraw: 'given',
    update: 'changePending',
    lift: 'changePending',
    correct: 'changePending',
    governorReport: 'changeConfirmed',
    report: 'changeConfirmed',
    ground: 'changeConfirmed',
    counter: 'changeConfirmed',
    issue: 'alreadyConfirmed',
    take: 'notYet',
    expire: 'alreadyConfirmed',
  },
  lifted: { ...allOver(), correct: 'changeConfirmed', governorReport: 'lifted' },
  corrected: { ...allOver(), governorReport: 'corrected' },
  withdrawn: allOver(),
  expired: allOver(),
};

function allOver(): Record<OrderActKind, string> {
  return Object.fromEntries(ORDER_ACTS.map((kind) => [kind, 'over'])) as Record<OrderActKind, string>;
}

/** An act of each kind with something sensible in it. */
const ACTS: Readonly<Record<OrderActKind, (order: Order) => OrderAsk>> = {
  confirm: (order) => ask(order, { kind: 'confirm' }, { by: 'decider-3' }),
  breakGlass: (order) => ask(order, { kind: 'breakGlass', reason: '一人しかいない' }, { by: 'decider-3' }),
  undo: (order) => ask(order, { kind: 'undo' }, { by: 'decider-3' }),
  withdraw: (order) => ask(order, { kind: 'withdraw', reason: '不要' }, { by: 'decider-3' }),
  update: (order) =>
    ask(order, { kind: 'update', reason: '', planned: planned({ content: aContent({ municipalLevel: 5 }) }) }, { by: 'decider-3' }),
  lift: (order) => ask(order, { kind: 'lift', reason: '', policies: [] }, { by: 'decider-3' }),
  correct: (order) => ask(order, { kind: 'correct', reason: '誤り' }, { by: 'decider-3' }),
  governorReport: (order) => ask(order, { kind: 'governorReport', reportedAt: T0 }, { by: 'decider-3' }),
  report: (order) => ask(order, { kind: 'report', text: '越水を確認' }, { by: 'decider-3' }),
  ground: (order) => service(order, { kind: 'ground', readings: [], weatherLevel: { level: 4, at: T0 } }),
  counter: (order) => service(order, { kind: 'counter', text: '下回りました' }),
  issue: (order) => service(order, { kind: 'issue' }),
  take: (order) => service(order, { kind: 'take' }),
  expire: (order) => service(order, { kind: 'expire', why: '上の段階が発令された' }),
};

const service = (order: Order, asked: Parameters<typeof ask>[1], at = T0 + 1_000): OrderAsk =>
  ask(order, asked, { by: 'sonae', role: null, version: null, at });

const policy = (set: Partial<OrderPolicy> = {}): OrderPolicy => ({
  id: 'night',
  kind: 'issue',
  afterMs: 15 * MINUTE,
  approvedBy: '市長',
  approvedAt: T0 - HOUR,
  until: T0 + HOUR,
  ...set,
});

describe('the table of orders', () => {
  for (const state of ORDER_STATES) {
    for (const kind of ORDER_ACTS) {
      const expected = EXPECTED[state][kind];
      const words =
        expected in ORDER_REFUSALS ? `is refused: ${ORDER_REFUSALS[expected as keyof typeof ORDER_REFUSALS]}` : `is ${expected}`;
      it(`F65 ${kind} on an order that is ${state} ${words}`, () => {
        const order = orderIn(state);
        const step = decideOrder(order, ACTS[kind](order));
        expect(step.kind === 'done' ? step.order.state : step.code).toBe(expected);
        expect(step.kind === 'done' ? step.order.revision : order.revision + 1).toBe(order.revision + 1);
      });
    }
  }

  it.each(ORDER_STATES)('begins each row in the state that it is named after: %s', (state) => {
    expect(orderIn(state).state).toBe(state);
  });
});

describe('who decides', () => {
  it('S13 gives an order of level 3 only after two different persons', () => {
    const once = moved(anOrder({ planned: planned({ content: aContent({ municipalLevel: 3 }) }) }), confirmedBy('decider-1'));
    expect(once.state).toBe('proposed');
    expect(decideOrder(once, confirmedBy('decider-1')(once))).toEqual({ kind: 'refused', code: 'alreadyYou' });
    expect(moved(once, confirmedBy('decider-2')).state).toBe('confirmed');
  });

  it('F65 lets two deciders who look at the same version both count', () => {
    const order = anOrder();
    const version = order.version;
    const both = moved(order, confirmedBy('decider-1'), (now) => ask(now, { kind: 'confirm' }, { by: 'decider-2', version }));
    expect(both.state).toBe('confirmed');
  });

  it('F65 lets the proposer be one of two, and never the only one', () => {
    const own = { kind: 'staff', by: 'decider-1', preset: null } as const;
    expect(moved(anOrder({ origin: own }), confirmedBy('decider-1'), confirmedBy('decider-2')).state).toBe('confirmed');
    const alone = anOrder({ origin: own, planned: planned({ policies: [policy({ kind: 'onePerson', afterMs: null })] }) });
    expect(decideOrder(alone, confirmedBy('decider-1')(alone))).toEqual({ kind: 'refused', code: 'ownProposal' });
    expect(moved(alone, confirmedBy('decider-2')).state).toBe('confirmed');
  });

  it('F66 asks a second person for a wide area, also where an approval says that one is enough', () => {
    const wide = anOrder({
      planned: planned({ wide: { persons: 4_000, usualPersons: 900 }, policies: [policy({ kind: 'onePerson', afterMs: null }), policy()] }),
    });
    expect(wide.decision).toMatchObject({ wanted: 2, policies: [], issueAt: null });
    expect(moved(wide, confirmedBy('decider-2')).state).toBe('proposed');
  });

  it.each([
    ['confirm', 'duty', 'needsDecider'],
    ['confirm', 'viewer', 'needsDecider'],
    ['confirm', 'admin', 'needsDecider'],
    ['correct', 'duty', 'needsDecider'],
    ['breakGlass', 'duty', 'needsDecider'],
    ['withdraw', 'operator', 'needsStaff'],
    ['lift', 'auditor', 'needsStaff'],
    ['update', 'admin', 'needsStaff'],
  ] as const)('P7 refuses %s to the role %s', (kind, role, code) => {
    const order = orderIn('proposed');
    expect(decideOrder(order, { ...ACTS[kind](order), role })).toEqual({ kind: 'refused', code });
  });

  it.each(['withdraw', 'update'] as const)('lets a duty officer %s', (kind) => {
    const order = orderIn('proposed');
    expect(decideOrder(order, { ...ACTS[kind](order), role: 'duty' }).kind).toBe('done');
  });

  it('S13 breaks the glass with one person and a reason, and says so in what everybody on staff hears', () => {
    const order = anOrder();
    expect(decideOrder(order, ask(order, { kind: 'breakGlass', reason: ' ' }))).toEqual({ kind: 'refused', code: 'needsReason' });
    const broken = moved(order, (now) => ask(now, { kind: 'breakGlass', reason: '電話がつながらない' }));
    const given = done(decideOrder(broken, taken()(broken)));
    expect(given.transition).toMatchObject({ kind: 'given', brokeGlass: true, by: ['decider-1'] });
    expect(given.order.given?.confirmations).toMatchObject([{ how: 'breakGlass', reason: '電話がつながらない' }]);
  });
});

describe('versions', () => {
  it('F65 refuses whoever decides on what has changed since', () => {
    const order = anOrder();
    const revised = moved(order, wider, confirmedBy('decider-1'));
    expect(decideOrder(revised, confirmedBy('decider-2')(order))).toEqual({ kind: 'refused', code: 'changed' });
  });

  it('F65 leaves one outcome of a confirmation against a withdrawal, whichever comes first', () => {
    const order = moved(anOrder(), confirmedBy('decider-1'));
    const withdrawal = ask(order, { kind: 'withdraw', reason: '' }, { by: 'duty-1', role: 'duty' });
    const confirmation = confirmedBy('decider-2')(order);
    expect(decideOrder(done(decideOrder(order, withdrawal)).order, confirmation)).toEqual({ kind: 'refused', code: 'over' });
    expect(done(decideOrder(done(decideOrder(order, confirmation)).order, withdrawal)).order.state).toBe('withdrawn');
  });

  it('does not make a decider begin again because grounds were added meanwhile', () => {
    const order = anOrder();
    const grounded = moved(order, ACTS.ground, ACTS.report, ACTS.counter);
    expect(grounded.revision).toBe(order.revision + 3);
    expect(decideOrder(grounded, confirmedBy('decider-1')(order)).kind).toBe('done');
  });

  it('makes a repeat of one request one act, and two requests with two keys two', () => {
    const one = { orderId: 'o1', kind: 'confirm', by: 'a', version: 3 } as const;
    expect(orderActId(one, null)).toBe(orderActId(one, null));
    expect(orderActId(one, null)).not.toBe(orderActId({ ...one, version: 4 }, null));
    expect(orderActId(one, 'k')).toBe(orderActId({ ...one, version: 4 }, 'k'));
    expect(orderActId(one, 'v3')).not.toBe(orderActId(one, null));
  });
});

describe('the time to undo', () => {
  it('F66 lets a confirmed order be undone until it takes effect, and not an instant later', () => {
    const order = orderIn('confirmed');
    const undoAt = (at: number) => decideOrder(order, ask(order, { kind: 'undo' }, { at }));
    expect(undoAt(T0 + 1_000 + UNDO_MS - 1).kind).toBe('done');
    expect(undoAt(T0 + 1_000 + UNDO_MS)).toEqual({ kind: 'refused', code: 'tooLate' });
    expect(decideOrder(order, ask(order, { kind: 'withdraw', reason: '' }, { at: T0 + 1_000 + UNDO_MS }))).toEqual({
      kind: 'refused',
      code: 'tooLate',
    });
  });

  it('takes effect at its time and not before, and however late the service comes to it', () => {
    const order = orderIn('confirmed');
    expect(nextLookAt(order)).toBe(T0 + 1_000 + UNDO_MS);
    expect(decideOrder(order, taken(T0 + UNDO_MS)(order))).toEqual({ kind: 'refused', code: 'notYet' });
    expect(done(decideOrder(order, taken(T0 + HOUR)(order))).transition).toMatchObject({ kind: 'given', at: T0 + HOUR });
  });

  it('wants every yes anew after an undo, and sees through a yes to what was undone', () => {
    const order = orderIn('confirmed');
    const undone = moved(order, (now) => ask(now, { kind: 'undo' }));
    expect(undone).toMatchObject({ state: 'proposed', decision: { confirmations: [] } });
    expect(decideOrder(undone, confirmedBy('decider-3')(order))).toEqual({ kind: 'refused', code: 'changed' });
  });

  it('F66 lasts five real seconds, also where a drill’s clock runs sixty times as fast', () => {
    const at = T0 + 1_000;
    const pacedYes = (by: string) => (order: Order) => ({ ...ask(order, { kind: 'confirm' }, { by, at }), speed: 60 });
    const order = moved(anOrder(), pacedYes('decider-1'), pacedYes('decider-2'));
    expect(order.decision?.effectAt).toBe(at + 60 * UNDO_MS);
    const undo = (when: number) => decideOrder(order, ask(order, { kind: 'undo' }, { at: when }));
    expect([undo(at + 60 * UNDO_MS - 1).kind, undo(at + 60 * UNDO_MS)]).toEqual(['done', { kind: 'refused', code: 'tooLate' }]);
  });

  it('takes one decider back who confirmed alone', () => {
    const order = moved(anOrder(), confirmedBy('decider-1'), (now) => ask(now, { kind: 'undo' }, { by: 'decider-1' }));
    expect(order.decision?.confirmations).toEqual([]);
  });
});

describe('approved policies', () => {
  const ending = (until: number): Order => anOrder({ planned: planned({ policies: [policy({ until })] }) });
  const approved = anOrder({ planned: planned({ policies: [policy()] }) });

  it('issue by themselves after their time without an answer, and not before', () => {
    const at = T0 + 15 * MINUTE;
    expect(nextLookAt(approved)).toBe(at);
    expect(decideOrder(approved, service(approved, { kind: 'issue' }, at - 1))).toEqual({ kind: 'refused', code: 'notYet' });
    const issued = moved(approved, (now) => service(now, { kind: 'issue' }, at));
    expect(issued.decision).toMatchObject({
      effectAt: at + UNDO_MS,
      confirmations: [{ by: 'policy:night', how: 'policy', reason: '市長' }],
    });
    expect(done(decideOrder(issued, taken(at + UNDO_MS)(issued))).transition).toMatchObject({ by: ['policy:night'], brokeGlass: false });
  });

  it('issue nothing by an approval that is over by then', () => {
    expect(ending(T0 + 15 * MINUTE + 1).decision?.issueAt).toBe(T0 + 15 * MINUTE);
    const late = ending(T0 + 15 * MINUTE);
    expect([late.decision?.issueAt, nextLookAt(late)]).toEqual([null, late.decision?.expiresAt]);
    expect(decideOrder(late, service(late, { kind: 'issue' }, T0 + 15 * MINUTE))).toEqual({ kind: 'refused', code: 'noPolicy' });
  });

  it('F20 issue nothing that has lapsed meanwhile, as when the service stood still over night', () => {
    const { expiresAt } = approved.decision!;
    expect(decideOrder(approved, service(approved, { kind: 'issue' }, expiresAt! - 1)).kind).toBe('done');
    expect(decideOrder(approved, service(approved, { kind: 'issue' }, expiresAt!))).toEqual({ kind: 'refused', code: 'noPolicy' });
    expect(moved(approved, (now) => service(now, { kind: 'expire', why: null }, expiresAt!)).state).toBe('expired');
  });

  it('do nothing any more once a person undid them', () => {
    const issued = moved(approved, (now) => service(now, { kind: 'issue' }, T0 + 15 * MINUTE));
    const undone = moved(issued, (now) => ask(now, { kind: 'undo' }, { at: T0 + 15 * MINUTE + 1 }));
    expect(undone.decision?.issueAt).toBeNull();
    expect(decideOrder(undone, service(undone, { kind: 'issue' }, T0 + HOUR))).toEqual({ kind: 'refused', code: 'noPolicy' });
  });

  it('never change or lift an order', () => {
    const given = moved(approved, confirmedBy('decider-1'), confirmedBy('decider-2'), taken(), (now) =>
      ask(now, { kind: 'lift', reason: '', policies: [policy()] }),
    );
    expect(given.decision).toMatchObject({ policies: [], issueAt: null, wanted: 2 });
  });
});

describe('what follows an order', () => {
  it('tells an update with what stood before it', () => {
    const changing = orderIn('changing');
    const confirmed = moved(changing, confirmedBy('decider-1'), confirmedBy('decider-2'));
    const { order, transition } = done(decideOrder(confirmed, taken()(confirmed)));
    expect(transition).toMatchObject({ id: 'order/o0/3', kind: 'updated', before: aContent() });
    expect(order.content.districts.map(({ code }) => code)).toEqual(['001', '002']);
  });

  it('F68 takes a wrong order back for good, on the word of one decider', () => {
    const correcting = moved(orderIn('given'), (order) => ask(order, { kind: 'correct', reason: '訓練のつもりだった' }));
    const { order, transition } = done(decideOrder(correcting, taken()(correcting)));
    expect(order).toMatchObject({ state: 'corrected', endedWhy: '訓練のつもりだった', told: [] });
    expect(transition).toMatchObject({ kind: 'corrected', corrects: { id: 'order/o0/2', kind: 'given' } });
  });

  it('F68 goes back to what stood before a wrong update', () => {
    const wrong = moved(orderIn('changing'), confirmedBy('decider-1'), confirmedBy('decider-2'), taken());
    const order = moved(wrong, (now) => ask(now, { kind: 'correct', reason: '範囲の誤り' }), taken());
    expect(order).toMatchObject({ state: 'given', content: aContent(), told: [{ kind: 'given' }] });
  });

  it('F68 says that the order still stands after a wrong all-clear', () => {
    const order = moved(orderIn('lifted'), (now) => ask(now, { kind: 'correct', reason: '別の地区だった' }), taken());
    expect(order).toMatchObject({ state: 'given', lifted: null, told: [{ kind: 'given' }] });
    expect(moved(order, liftAsked, confirmedBy('decider-1'), confirmedBy('decider-2'), taken()).state).toBe('lifted');
  });

  it('leaves a lifted order lifted when its correction is undone', () => {
    const undone = moved(
      orderIn('lifted'),
      (now) => ask(now, { kind: 'correct', reason: '誤り' }),
      (now) => ask(now, { kind: 'undo' }),
    );
    expect(undone).toMatchObject({ state: 'lifted', decision: null });
  });

  it('keeps the hazard, refuses what changes nothing, and bounds the number of changes', () => {
    const order = orderIn('given');
    const update = (content: ReturnType<typeof aContent>) =>
      decideOrder(order, ask(order, { kind: 'update', reason: '', planned: planned({ content }) }));
    expect(update(aContent({ hazard: 'landslide' }))).toEqual({ kind: 'refused', code: 'otherHazard' });
    expect(update(aContent({ destinations: [] }))).toEqual({ kind: 'refused', code: 'noChange' });
    const often: Order = { ...order, told: Array.from({ length: ORDER_CHANGES_MAX - 1 }, () => order.told[0]!) };
    expect(decideOrder(often, wider(often))).toEqual({ kind: 'refused', code: 'tooMany' });
    expect(decideOrder(often, liftAsked(often)).kind).toBe('done');
  });

  it('notes when the governor was told, also after the end (art. 60-4)', () => {
    const order = moved(orderIn('lifted'), ACTS.governorReport);
    expect(order.governorReport).toEqual({ reportedAt: T0, by: 'decider-3', notedAt: T0 + 1_000 });
  });

  it('lets a proposal lapse at its time, and not before', () => {
    const order = anOrder();
    expect(decideOrder(order, service(order, { kind: 'expire', why: null }))).toEqual({ kind: 'refused', code: 'notYet' });
    expect(moved(order, (now) => service(now, { kind: 'expire', why: null }, T0 + 12 * HOUR)).state).toBe('expired');
  });

  it('has one key for one set of districts in any order, and none once it is no proposal', () => {
    const districts = [...aContent().districts, { code: '000', name: '零', households: null, persons: null }];
    const a = anOrder({ planned: planned({ content: aContent({ districts }) }) });
    const b = anOrder({ planned: planned({ content: aContent({ districts: districts.toReversed() }) }) });
    expect(proposalKey(a)).toBe(proposalKey(b));
    expect(proposalKey(orderIn('given'))).toBeNull();
    expect(proposalKey(a)).not.toBe(proposalKey(anOrder()));
  });
});

describe('any order of acts', () => {
  const PEOPLE = ['decider-1', 'decider-2'] as const;
  const act = record({
    kind: constantFrom(...ORDER_ACTS),
    by: constantFrom(...PEOPLE),
    /** How many versions ago the person looked. */
    behind: integer({ min: 0, max: 2 }),
    waitMs: constantFrom(0, 1, UNDO_MS),
  });

  it('F65 never lets two deciders who interleave as they like tell anything that two different persons did not decide on as it stood', () => {
    assert(
      property(array(act, { maxLength: 60 }), (acts) => {
        let order = anOrder();
        let at = T0;
        const toldTransitions: OrderTransition[] = [];
        for (const { kind, by, behind, waitMs } of acts) {
          at += waitMs;
          const isOwn = ['ground', 'counter', 'issue', 'take', 'expire'].includes(kind);
          const who = isOwn ? { at } : { by, at, version: order.version - behind };
          const before = order;
          const step = decideOrder(order, { ...ACTS[kind](order), ...who });
          if (step.kind === 'refused') continue;
          order = step.order;
          expect(order.revision).toBe(before.revision + 1);
          expect(order.version - before.version).toBeGreaterThanOrEqual(0);
          if (!isOwn && behind > 0) throw new Error(`${kind} was done by somebody who saw an older version`);
          if (!step.transition) continue;
          toldTransitions.push(step.transition);
          const { decision } = before;
          expect(at).toBeGreaterThanOrEqual(decision!.effectAt!);
          const persons = new Set(decision!.confirmations.map((yes) => yes.by));
          const alone = decision!.kind === 'correct' || step.transition.brokeGlass;
          expect(persons.size).toBeGreaterThanOrEqual(alone ? 1 : 2);
        }
        expect(toldTransitions.map(({ id }) => id)).toEqual(toldTransitions.map((_, i) => `order/o0/${i + 2}`));
        // What residents heard last is what stands: an all-clear or a correction is never followed by an order that is in force.
        const last = toldTransitions.at(-1);
        const isStanding =
          last?.kind === 'given' || last?.kind === 'updated' || (last?.kind === 'corrected' && last.corrects!.kind !== 'given');
        expect(isInForce(order)).toBe(isStanding);
      }),
      { numRuns: 500 },
    );
  });
});
