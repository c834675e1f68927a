import {
  type CheckInAsk,
  type CheckInDecision,
  type CheckInEntry,
  type CheckInGround,
  type CheckInKind,
  type CheckInParty,
  type CheckInRefusal,
  type CheckInRegister,
  type HeadCount,
  PARTY_TURNS_MAX,
} from './check-in.ts';

/**
 * Decides one act on a shelter's count. An id that is known is a repeat. The count never falls below nobody: whoever was not counted and leaves
 * takes only those away who were.
 */
export function decideCheckIn(ask: CheckInAsk, ground: CheckInGround): CheckInDecision {
  const { register, party, repeated, undoes } = ground;
  if (repeated) return isSame(ask, repeated) ? { kind: 'repeat', entry: repeated } : refused('idUsed');
  switch (ask.act) {
    case 'come': {
      if (party?.state === 'in') return refused('alreadyIn');
      if (party && !isCurrent(ask.turn, party)) return refused('stale');
      if (!party && (ask.turn ?? 0) !== 0) return refused('unknown');
      const counted = register.open ? register.persons : ask.known;
      if (ask.ceiling !== null && counted + ask.persons > ask.ceiling) return refused('beyondCeiling');
      return came(ask, register, party);
    }
    case 'leave': {
      if (!party) return refused('unknown');
      if (party.state === 'out') return refused('alreadyOut');
      if (!isCurrent(ask.turn, party)) return refused('stale');
      const gone = { ...party, state: 'out', turn: party.turn + 1, at: ask.at } as const;
      return change(ask, register, { kind: 'left', moved: less(register, party), party: gone });
    }
    case 'leaveUnnamed':
      if (!register.open || ask.persons > register.persons || ask.households > register.households) return refused('tooFew');
      return change(ask, register, { kind: 'left', moved: { households: -ask.households, persons: -ask.persons }, party: null });
    case 'undo':
      return undone(ask, register, undoes, party);
    case 'correct':
      return change(ask, register, { kind: 'corrected', moved: between(register, ask), party: null, reason: ask.reason });
    case 'close':
      return change(ask, register, { kind: 'closed', moved: between(register, NOBODY), party: null });
  }
}

const NOBODY: HeadCount = { households: 0, persons: 0 };
const refused = (why: CheckInRefusal): CheckInDecision => ({ kind: 'refused', why });
const between = (from: HeadCount, to: HeadCount): HeadCount => ({
  households: to.households - from.households,
  persons: to.persons - from.persons,
});
const isCurrent = (turn: number | null, party: CheckInParty): boolean => turn === null || (turn === party.turn && turn < PARTY_TURNS_MAX);

/** Those who go, as far as they are counted. */
const less = (register: HeadCount, { households, persons }: HeadCount): HeadCount => ({
  households: -Math.min(households, register.households),
  persons: -Math.min(persons, register.persons),
});

const KINDS: Readonly<Record<CheckInAsk['act'], CheckInKind>> = {
  come: 'came',
  leave: 'left',
  leaveUnnamed: 'left',
  undo: 'undone',
  correct: 'corrected',
  close: 'closed',
};

/** Whether a line is what an ask would have made, as far as it can be told. */
function isSame(ask: CheckInAsk, entry: CheckInEntry): boolean {
  if (entry.shelter !== ask.shelter || entry.kind !== KINDS[ask.act]) return false;
  if (ask.act === 'undo') return entry.of === ask.of;
  if (ask.act === 'correct') return entry.total.persons === ask.persons && entry.total.households === ask.households;
  if (ask.act === 'leaveUnnamed') return entry.moved.persons === -ask.persons;
  return ask.act === 'close' || entry.party === ask.party;
}

function came(ask: Extract<CheckInAsk, { readonly act: 'come' }>, register: CheckInRegister, known: CheckInParty | null): CheckInDecision {
  const { households, persons, at } = ask;
  const ticket = known?.ticket ?? register.ticket + 1;
  const turn = (known?.turn ?? 0) + 1;
  const party: CheckInParty = { id: ask.party, shelter: ask.shelter, ticket, state: 'in', turn, households, persons, at };
  const withTicket = { ...register, ticket: Math.max(register.ticket, ticket) };
  if (register.open) return change(ask, withTicket, { kind: 'came', moved: { households, persons }, party });
  // The count goes on from what counters or people knew of the place: a first family must not seem to empty a full hall.
  const begun = change(
    { ...ask, id: `${ask.shelter}/begun/${register.number}` },
    { ...withTicket, ...NOBODY },
    {
      kind: 'begun',
      moved: { households: 0, persons: ask.known },
      party: null,
      reason: ask.known > 0 ? '受付を始めるまでに分かっていた人数' : '',
    },
  );
  if (begun.kind !== 'change') return begun;
  const then = change(ask, begun.register, { kind: 'came', moved: { households, persons }, party });
  return then.kind === 'change' ? { ...then, entries: [...begun.entries, ...then.entries] } : then;
}

function undone(
  ask: Extract<CheckInAsk, { readonly act: 'undo' }>,
  register: CheckInRegister,
  undoes: CheckInGround['undoes'],
  party: CheckInParty | null,
): CheckInDecision {
  if (!undoes || undoes.entry.shelter !== ask.shelter) return refused('unknown');
  const { entry } = undoes;
  if (undoes.undone) return refused('alreadyUndone');
  if ((entry.kind !== 'came' && entry.kind !== 'left') || entry.number < register.correctedNumber || !register.open)
    return refused('notUndoable');
  // Only the last move of a party can be undone: what came later rests on it.
  const state = entry.kind === 'came' ? 'in' : 'out';
  if (entry.party !== null && (!party || party.state !== state || party.at !== entry.at)) return refused('notUndoable');
  const back = { households: -entry.moved.households, persons: -entry.moved.persons };
  const moved = entry.kind === 'came' ? less(register, entry.moved) : back;
  const put: CheckInParty | null = party && { ...party, state: state === 'in' ? 'out' : 'in', turn: party.turn + 1, at: ask.at };
  return change(ask, register, { kind: 'undone', moved, party: put, of: entry.id });
}

function change(
  { id, shelter, way, by, at }: Pick<CheckInAsk, 'id' | 'shelter' | 'way' | 'by' | 'at'>,
  register: CheckInRegister,
  {
    kind,
    moved,
    party,
    reason = '',
    of = null,
  }: Pick<CheckInEntry, 'kind' | 'moved'> & { readonly party: CheckInParty | null; readonly reason?: string; readonly of?: string | null },
): CheckInDecision {
  const total: HeadCount = { households: register.households + moved.households, persons: register.persons + moved.persons };
  const over = kind === 'closed';
  return {
    kind: 'change',
    entries: [{ id, shelter, kind, party: party?.id ?? null, ticket: party?.ticket ?? null, moved, total, way, by, reason, of, at }],
    register: { ...register, ...total, open: !over && (register.open || kind !== 'left'), at },
    party,
    allOut: over,
  };
}

/** Gives a decision its numbers, from the first free one on. */
export function numbered(
  decision: Extract<CheckInDecision, { readonly kind: 'change' }>,
  first: number,
): { readonly entries: readonly CheckInEntry[]; readonly register: CheckInRegister } {
  const entries = decision.entries.map((entry, index) => ({ ...entry, number: first + index }));
  const { number, kind } = entries.at(-1)!;
  const { register } = decision;
  return { entries, register: { ...register, number, correctedNumber: kind === 'corrected' ? number : register.correctedNumber } };
}
