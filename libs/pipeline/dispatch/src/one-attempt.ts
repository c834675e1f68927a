import { type Channel, type Contact, type OperationStatus, type Outcome, type Settlement, withoutAddresses } from '#core';
import type { OutcomeName } from './tally.ts';
import type { Work } from './work.ts';

/** An attempt never throws beyond this line: what a channel did not foresee is an attempt of which nobody knows how it went. */
export async function outcomeOf<S extends OperationStatus>(
  channel: Channel<S>,
  { delivery, message }: Work<S>,
  contacts: readonly Contact[],
): Promise<Outcome> {
  try {
    return cleaned(await channel.attempt(delivery, message, contacts), contacts);
  } catch (cause) {
    return cleaned({ kind: 'retry', reason: cause instanceof Error ? cause.message : String(cause), unknown: true }, contacts);
  }
}

/** What is written down, logged and shown of an attempt names nobody, whatever the other side says (S39). */
function cleaned(outcome: Outcome, contacts: readonly Contact[]): Outcome {
  const addresses = contacts.map(({ address }) => address);
  return outcome.kind === 'sent'
    ? { ...outcome, receipt: withoutAddresses(outcome.receipt, addresses) }
    : { ...outcome, reason: withoutAddresses(outcome.reason, addresses) };
}

/** As what the end of an attempt is counted. */
export function nameOf(outcome: Outcome, settlement: Settlement): OutcomeName {
  if (settlement.state === 'expired' || settlement.state === 'dead') return settlement.state;
  if (outcome.kind === 'sent') return outcome.duplicate ? 'duplicate' : 'sent';
  return settlement.parts ? 'split' : outcome.kind;
}
