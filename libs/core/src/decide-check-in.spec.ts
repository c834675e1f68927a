import {
  type CheckInAsk,
  type CheckInEntry,
  type CheckInGround,
  type CheckInParty,
  type CheckInRegister,
  emptyRegister,
  PARTY_TURNS_MAX,
} from './check-in.ts';
import { decideCheckIn, numbered } from './decide-check-in.ts';

const T0 = Date.UTC(2026, 6, 1, 17);
const register = (set: Partial<CheckInRegister> = {}): CheckInRegister => ({
  ...emptyRegister('honmachi'),
  open: true,
  number: 9,
  households: 10,
  persons: 30,
  ticket: 7,
  at: T0,
  ...set,
});
const tanaka = (set: Partial<CheckInParty> = {}): CheckInParty => ({
  id: 'tanaka',
  shelter: 'honmachi',
  ticket: 3,
  state: 'in',
  turn: 1,
  households: 1,
  persons: 4,
  at: T0,
  ...set,
});
const line = (set: Partial<CheckInEntry> = {}): CheckInEntry => ({
  id: 'tanaka/0',
  number: 5,
  shelter: 'honmachi',
  kind: 'came',
  party: 'tanaka',
  ticket: 3,
  moved: { households: 1, persons: 4 },
  total: { households: 10, persons: 30 },
  way: 'door',
  by: '',
  reason: '',
  of: null,
  at: T0,
  ...set,
});
const ground = (set: Partial<CheckInGround> = {}): CheckInGround => ({
  register: register(),
  party: null,
  repeated: null,
  undoes: null,
  ...set,
});

const DOOR = { shelter: 'honmachi', way: 'door', by: '', at: T0 + 60_000 } as const;
const DESK = { shelter: 'honmachi', way: 'desk', by: 'sato', at: T0 + 60_000 } as const;
const comes = (set: object = {}): CheckInAsk => ({
  ...DOOR,
  act: 'come',
  id: 'tanaka/0',
  party: 'tanaka',
  turn: 0,
  households: 1,
  persons: 4,
  ceiling: 180,
  known: 0,
  ...set,
});
const leaves = (set: object = {}): CheckInAsk => ({ ...DOOR, act: 'leave', id: 'tanaka/1', party: 'tanaka', turn: 1, ...set });
const undoes = (entry: CheckInEntry, undone = false) => ({ undoes: { entry, undone } });
const undo: CheckInAsk = { ...DESK, act: 'undo', id: 'u', of: 'tanaka/0' };
const correct: CheckInAsk = { ...DESK, act: 'correct', id: 'c', households: 12, persons: 33, reason: '数え直し' };

/** What follows, in short: how many households and persons there are then, or why nothing follows. */
function outcome(ask: CheckInAsk, on: CheckInGround): string {
  const decision = decideCheckIn(ask, on);
  if (decision.kind === 'refused') return decision.why;
  if (decision.kind === 'repeat') return `repeat of ${decision.entry.id}`;
  const { households, persons, open } = decision.register;
  return `${households}/${persons}${decision.party ? ` #${decision.party.ticket} ${decision.party.state}` : ''}${open ? '' : ' over'}`;
}

describe('an act on the count of a shelter', () => {
  const rows: readonly [string, CheckInAsk, CheckInGround, string][] = [
    ['a family comes and gets the next number', comes(), ground(), '11/34 #8 in'],
    ['the form of a family that was counted comes again', comes(), ground({ repeated: line(), party: tanaka() }), 'repeat of tanaka/0'],
    ['it comes again under another id while it is in', comes({ id: 'x' }), ground({ party: tanaka() }), 'alreadyIn'],
    ['it comes back, fewer than before', comes({ id: 'tanaka/2', turn: 2, persons: 3 }), ground({ party: tanaka({ state: 'out', turn: 2 }) }), '11/33 #3 in'],
    ['an old page lets it come back', comes({ id: 'tanaka/x', turn: 1 }), ground({ party: tanaka({ state: 'out', turn: 2 }) }), 'stale'],
    ['a page of a party that nobody knows', comes({ id: 'tanaka/2', turn: 2 }), ground(), 'unknown'],
    ['a page goes to and fro for a week', leaves({ turn: PARTY_TURNS_MAX }), ground({ party: tanaka({ turn: PARTY_TURNS_MAX }) }), 'stale'],
    ['the last ones whom the door may count', comes({ persons: 20, ceiling: 50 }), ground(), '11/50 #8 in'],
    ['one more than the door may count', comes({ persons: 21, ceiling: 50 }), ground(), 'beyondCeiling'],
    ['staff count on beyond it', comes({ persons: 21, ceiling: null, turn: null, way: 'desk' }), ground(), '11/51 #8 in'],
    ['a family leaves', leaves(), ground({ party: tanaka() }), '9/26 #3 out'],
    ['it leaves again by the same page', leaves(), ground({ repeated: line({ id: 'tanaka/1', kind: 'left' }) }), 'repeat of tanaka/1'],
    ['it leaves again by another page', leaves({ id: 'x' }), ground({ party: tanaka({ state: 'out', turn: 2 }) }), 'alreadyOut'],
    ['it leaves by a page from before it came back', leaves({ id: 'x' }), ground({ party: tanaka({ turn: 3 }) }), 'stale'],
    ['somebody leaves who never came', leaves(), ground(), 'unknown'],
    ['more leave than are counted', leaves(), ground({ register: register({ households: 0, persons: 2 }), party: tanaka() }), '0/0 #3 out'],
    ['staff see two of nobody they know leave', { ...DESK, act: 'leaveUnnamed', id: 'l', households: 0, persons: 2 }, ground(), '10/28'],
    ['staff see more leave than are there', { ...DESK, act: 'leaveUnnamed', id: 'l', households: 0, persons: 31 }, ground(), 'tooFew'],
    ['people leave where nobody counts', { ...DESK, act: 'leaveUnnamed', id: 'l', households: 0, persons: 1 }, ground({ register: register({ open: false }) }), 'tooFew'],
    ['staff undo that a family came', undo, ground({ ...undoes(line()), party: tanaka() }), '9/26 #3 out'],
    ['staff undo that it left', { ...undo, of: 'tanaka/1' }, ground({ ...undoes(line({ id: 'tanaka/1', kind: 'left', moved: { households: -1, persons: -4 } })), party: tanaka({ state: 'out', turn: 2 }) }), '11/34 #3 in'],
    ['staff undo it twice', undo, ground({ ...undoes(line(), true), party: tanaka({ state: 'out' }) }), 'alreadyUndone'],
    ['staff undo what came before a correction', undo, ground({ register: register({ correctedNumber: 6 }), ...undoes(line()), party: tanaka() }), 'notUndoable'],
    ['staff undo a coming after which the family left', undo, ground({ ...undoes(line()), party: tanaka({ state: 'out', turn: 2, at: T0 + 9 }) }), 'notUndoable'],
    ['staff undo a correction', undo, ground(undoes(line({ kind: 'corrected', party: null }))), 'notUndoable'],
    ['staff undo a line of another shelter', undo, ground(undoes(line({ shelter: 'higashi' }))), 'unknown'],
    ['staff undo what never was', undo, ground(), 'unknown'],
    ['staff counted the hall', correct, ground(), '12/33'],
    ['the same request again', correct, ground({ repeated: line({ id: 'c', kind: 'corrected', total: { households: 12, persons: 33 } }) }), 'repeat of c'],
    ['its key with another figure', correct, ground({ repeated: line({ id: 'c', kind: 'corrected', total: { households: 1, persons: 3 } }) }), 'idUsed'],
    ['its key for another act', correct, ground({ repeated: line({ id: 'c' }) }), 'idUsed'],
    ['the shelter is closed', { ...DESK, act: 'close', id: 'z' }, ground(), '0/0 over'],
  ]; // prettier-ignore
  it.each(rows)('%s', (_, ask, on, expected) => expect(outcome(ask, on)).toBe(expected));

  it('goes on from what was known of the place, in a line of its own, when the first family comes', () => {
    const on = ground({ register: register({ open: false, households: 0, persons: 0, ticket: 0, number: 0 }) });
    const decision = decideCheckIn(comes({ known: 140 }), on);
    if (decision.kind !== 'change') throw new Error(decision.kind);
    const { entries, register: after } = numbered(decision, 21);
    expect(entries.map(({ number, kind, total }) => [number, kind, total.households, total.persons])).toEqual([
      [21, 'begun', 0, 140],
      [22, 'came', 1, 144],
    ]);
    expect(after).toMatchObject({ number: 22, households: 1, persons: 144, open: true, ticket: 1 });
    expect(outcome(comes({ known: 178 }), on)).toBe('beyondCeiling');
  });
});
