import type { Alert } from './alert.ts';
import { type Advance, type Telling, told } from './move.ts';
import type { QueueRule } from './rule.ts';

/** An office calls a few numbers between two reports; a longer jump is another round, or a finger on the wrong button. */
const CALL_JUMP_MAX = 50;

/**
 * Moves a queue to the number that is called now. Each ticket comes near once: those that the number came within `ahead` of since the call
 * before, and at the beginning of a round all within `ahead`. A lower number begins a new round; so does a jump that is too long, and that
 * one calls nobody. What is no number of a ticket changes nothing.
 */
export function callNumber(alert: Alert, number: number, { ahead }: Pick<QueueRule, 'ahead'>, telling: Telling): Advance {
  const last = alert.turn ?? null;
  if (!Number.isInteger(number) || number < 0 || number === last?.number) return { alert, transition: null };
  const goesOn = last !== null && number > last.number;
  const tooFar = goesOn && number - last.number > CALL_JUMP_MAX;
  const round: Alert =
    goesOn && !tooFar
      ? { ...alert, changedAt: telling.at, transitions: alert.transitions + 1 }
      : { ...alert, changedAt: telling.at, episode: alert.episode + 1, transitions: tooFar ? 0 : 1, status: telling.status };
  // What the call before told stays in mind over a silent jump, so that its tickets are used up all the same.
  if (tooFar) return { alert: { ...round, turn: { number, near: last.near } }, transition: null };
  const from = goesOn ? last.number : number - ahead;
  const near = { above: from + ahead, upTo: number + ahead };
  const { alert: moved, transition } = told('called', alert, { ...round, turn: { number, near } }, telling);
  return { alert: moved, transition: transition && { ...transition, from, to: number, turn: { near, used: last?.near ?? null } } };
}

/** Whether a ticket is near already when it is drawn: then nothing is left to wait for. Null when no number was called yet. */
export const isNear = (alert: Alert | null, number: number, { ahead }: Pick<QueueRule, 'ahead'>): boolean | null =>
  alert?.turn ? number > alert.turn.number && number <= alert.turn.number + ahead : null;
