import type { AuditAct, AuditDraft, AuditFact } from './audit.ts';
import type { OrderRefusalCode } from './order-table.ts';
import type { Order, OrderAct, OrderContent, OrderTransition } from './order.ts';

const OF_ACT: Readonly<Record<OrderAct['kind'], AuditAct>> = {
  propose: 'order-proposed',
  confirm: 'order-confirmed',
  breakGlass: 'glass-broken',
  undo: 'order-edited',
  withdraw: 'order-withdrawn',
  update: 'order-edited',
  lift: 'order-edited',
  correct: 'order-edited',
  governorReport: 'order-edited',
  report: 'order-edited',
  ground: 'order-edited',
  counter: 'order-edited',
  issue: 'order-confirmed',
  take: 'order-edited',
  expire: 'order-expired',
};

const OF_TRANSITION: Readonly<Record<OrderTransition['kind'], AuditAct>> = {
  proposed: 'order-proposed',
  given: 'order-given',
  updated: 'order-updated',
  lifted: 'order-lifted',
  corrected: 'order-corrected',
};

/** What is written into the audit of an act on an order: what it was before and after, and why. */
export function auditOfOrder({
  before,
  order,
  act,
  transition,
}: {
  readonly before: Order | null;
  readonly order: Order;
  readonly act: OrderAct;
  readonly transition: OrderTransition | null;
}): readonly AuditDraft[] {
  const { by, role, at, kind, reason } = act;
  return [
    {
      at,
      by,
      role: role ?? 'system',
      act: transition ? OF_TRANSITION[transition.kind] : OF_ACT[kind],
      subject: transition && transition.kind !== 'proposed' ? transition.id : order.id,
      ...(before && { before: summaryOf(before) }),
      after: { ...summaryOf(order), act: kind, ...(transition && { decidedBy: transition.by }) },
      grounds: { reason, ...(kind === 'propose' || kind === 'ground' || kind === 'report' ? order.grounds : {}) },
    },
  ];
}

/** What is written into the audit when somebody asked for what they could not have. */
export const auditOfRefusal = ({
  order,
  act: { by, role, at, kind, version },
  code,
}: {
  readonly order: Order;
  readonly act: Pick<OrderAct, 'by' | 'role' | 'at' | 'kind' | 'version'>;
  readonly code: OrderRefusalCode;
}): AuditDraft => ({
  at,
  by,
  role: role ?? 'system',
  act: 'order-refused',
  subject: order.id,
  before: summaryOf(order),
  grounds: { asked: kind, version, refused: code },
});

const summaryOf = ({ version, state, content, decision }: Order): Record<string, AuditFact> => ({
  version,
  state,
  ...wordsOf(content),
  ...(decision && {
    decision: {
      kind: decision.kind,
      ...wordsOf(decision.content),
      confirmedBy: decision.confirmations.map((yes) => ({ by: yes.by, how: yes.how })),
      wanted: decision.wanted,
      policies: decision.policies.map(({ id }) => id),
      effectAt: decision.effectAt,
    },
  }),
});

const wordsOf = ({ municipalLevel, hazard, districts }: OrderContent): Record<string, AuditFact> => ({
  municipalLevel,
  hazard,
  districts: districts.map(({ code }) => code),
});
