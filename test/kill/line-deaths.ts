import { setTimeout as wait } from 'node:timers/promises';
import type { Outcome, Settlement } from '#core';
import type { Adapters } from '#runtime';
import { onChannel, replaced, REQUEST_MS } from './deaths.ts';

/** What an odd answer of LINE comes to: the same key again, nothing more for now, two halves, or the proof that an earlier attempt arrived. */
export type OddOutcome = 'retry' | 'closed' | 'refused' | 'duplicate';

/** Around an odd answer a process can die before and after each step of the sender: claim, request, settlement. */
export const LINE_POINTS = [
  'before a claim after it',
  'between a claim after it and the attempt',
  'before the request',
  'while the request is under way',
  'between the answer and its settlement',
  'after its settlement',
] as const;
export type LinePoint = (typeof LINE_POINTS)[number];

/** The adapters, of which one kills this process with SIGKILL when the point is passed for the `call`-th time. */
export function withLineDeath(
  adapters: Adapters,
  { point, odd, call }: { readonly point: LinePoint; readonly odd: OddOutcome; readonly call: number },
): Adapters {
  let left = call;
  const die = () => {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
  const oddOnes = new Set<string>();
  const met = onChannel(adapters, 'line', async (attempt, { id }) => {
    if (point === 'before the request') die();
    const attempted = attempt();
    if (point === 'while the request is under way') {
      // Written, and perhaps taken; its answer is not read yet.
      await wait(REQUEST_MS);
      die();
    }
    const outcome = await attempted;
    if (isOdd(outcome, odd)) {
      oddOnes.add(id);
      if (point === 'between the answer and its settlement') die();
    }
    return outcome;
  });
  const { ledger } = adapters;
  switch (point) {
    case 'before a claim after it':
      return {
        ...met,
        ledger: replaced(ledger, 'claim', (query) => {
          if (oddOnes.size > 0) die();
          return ledger.claim(query);
        }),
      };
    case 'between a claim after it and the attempt':
      return {
        ...met,
        ledger: replaced(ledger, 'claim', async (query) => {
          const claimed = await ledger.claim(query);
          if (oddOnes.size > 0 && claimed.length > 0) die();
          return claimed;
        }),
      };
    case 'after its settlement':
      return {
        ...met,
        ledger: replaced(ledger, 'settle', async (hold, settlements: readonly Settlement[]) => {
          await ledger.settle(hold, settlements);
          if (settlements.some(({ id }) => oddOnes.has(id))) die();
        }),
      };
    case 'before the request':
    case 'while the request is under way':
    case 'between the answer and its settlement':
      return met;
  }
}

const isOdd = (outcome: Outcome, odd: OddOutcome): boolean =>
  odd === 'duplicate' ? outcome.kind === 'sent' && outcome.duplicate : outcome.kind === odd;

/** Twin of promise 3: what is only about to be handed over counts as told, as in a program that settles before it sends. */
export function withSettledFirst(adapters: Adapters): Adapters {
  const settled: Outcome = { kind: 'sent', receipt: '', duplicate: false };
  return (['line', 'disaster-mail'] as const).reduce(
    (before, channel) =>
      onChannel(before, channel, (attempt) => {
        void attempt();
        return Promise.resolve(settled);
      }),
    adapters,
  );
}
