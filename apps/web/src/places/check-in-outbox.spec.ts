import {
  fateOf,
  nextOf,
  type Outbox,
  queued,
  readOutbox,
  refusedAs,
  type WaitingAct,
  WAITING_MAX,
  waitingPersons,
  without,
} from './check-in-outbox.ts';

const come = (key: string, persons = 4): WaitingAct => ({ key, ask: { act: 'come', persons, households: 1 }, madeAt: 1, refused: null });

describe('what waits on the tablet', () => {
  it('goes out in its order, one at a time, and what was refused holds up nobody', () => {
    const outbox = [come('a'), come('b')].reduce(queued, [] as Outbox);
    expect(nextOf(outbox)?.key).toBe('a');
    expect(nextOf(refusedAs(outbox, 'a', 'no'))?.key).toBe('b');
    expect(nextOf(without(outbox, 'a'))?.key).toBe('b');
    expect(nextOf(without(without(outbox, 'a'), 'b'))).toBeNull();
  });

  it('is bounded', () => {
    const full = Array.from({ length: WAITING_MAX }, (_, i) => come(`k${i}`));
    expect(queued(full, come('one more'))).toHaveLength(WAITING_MAX);
  });

  it.each([
    [200, 'done'],
    [0, 'again'],
    [401, 'again'],
    [429, 'again'],
    [503, 'again'],
    [400, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [409, 'refused'],
  ] as const)('an answer of %d leads to %s', (status, fate) => expect(fateOf(status)).toBe(fate));

  it('is told in persons as far as anybody can say', () => {
    const leave: WaitingAct = { ...come('c'), ask: { act: 'leaveUnnamed', persons: 1, households: 0 } };
    const correct: WaitingAct = { ...come('d'), ask: { act: 'correct', persons: 9, households: 3, reason: 'x' } };
    expect(waitingPersons([])).toBe(0);
    expect(waitingPersons([come('a'), come('b', 2), leave])).toBe(5);
    expect(waitingPersons([come('a'), { ...come('b'), refused: 'no' }])).toBe(4);
    expect(waitingPersons([come('a'), correct])).toBeNull();
  });

  it('is read back, and nothing is made of what is no list of acts', () => {
    const outbox = [come('a'), refusedAs([come('b')], 'b', 'no')[0]!];
    expect(readOutbox(JSON.stringify(outbox))).toEqual(outbox);
    expect([null, '', '{', '7', '[1,null,{"key":2}]'].map(readOutbox)).toEqual([[], [], [], [], []]);
  });
});
