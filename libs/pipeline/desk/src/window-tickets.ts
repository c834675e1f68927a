import {
  type Clock,
  type Directory,
  type Gauge,
  type GaugeId,
  isNear,
  type Ledger,
  nextClosingAt,
  type Playbook,
  type QueueRule,
  selects,
  TICKET_MS_MAX,
  TICKETS_PER_PERSON_MAX,
} from '#core';
import type { TicketAsk, TicketDto } from '#wire';
import { Refusal } from './refusal.ts';

export interface WindowTicketsOptions {
  readonly ledger: Ledger;
  readonly directory: Directory;
  readonly clock: Clock;
  /** The one in force, looked into at every ticket. */
  readonly playbook: Playbook;
}

/** Tickets that people wait with at windows. Whoever holds one hears once that the turn is near. */
export class WindowTickets {
  readonly #options: WindowTicketsOptions;

  constructor(options: WindowTicketsOptions) {
    this.#options = options;
  }

  /**
   * Keeps a ticket until the window closes, half a day at most. One that is near already is not kept: its holder is told with the answer.
   * Rejects with a `Refusal` when the window calls nobody, the address is no subscriber's, or the person holds too many.
   */
  async draw(id: GaugeId, { channel, address, number }: TicketAsk): Promise<TicketDto> {
    const { ledger, directory, clock } = this.#options;
    const { gauge, rule } = this.#queue(id);
    const now = clock.now();
    const closesAt = gauge.closing ? nextClosingAt(gauge.closing, now) : Number.POSITIVE_INFINITY;
    const expiresAt = Math.min(now + TICKET_MS_MAX, closesAt);
    const told = async (): Promise<TicketDto> => {
      const alert = await ledger.alert(rule.id, id);
      const state = isNear(alert, number, rule) ? 'near' : 'waiting';
      return { gauge: id, number, state, calling: alert?.turn?.number ?? null, ahead: rule.ahead, expiresAt };
    };
    const before = await told();
    if (before.state === 'near') return before;
    const drawn = await directory.drawTicket({ gauge: id, number, channel, address, expiresAt }, now);
    if (drawn === 'unknown') throw new Refusal('notFound', 'nobody subscribed with this address');
    if (drawn === 'tooMany') throw new Refusal('conflict', `a person holds ${TICKETS_PER_PERSON_MAX} tickets at most`);
    // The number may have moved on while the ticket was written: then nobody is sure to call it.
    return told();
  }

  #queue(id: GaugeId): { readonly gauge: Gauge; readonly rule: QueueRule } {
    const { playbook } = this.#options;
    const gauge = playbook.gauges.get(id);
    if (!gauge) throw new Refusal('notFound', `there is no gauge ${id} in the playbook`);
    const rule = playbook.rules.find((one): one is QueueRule => one.kind === 'queue' && selects(one.selector, gauge));
    if (!rule) throw new Refusal('invalid', `no rule of the playbook calls the tickets of ${id}`);
    return { gauge, rule };
  }
}
