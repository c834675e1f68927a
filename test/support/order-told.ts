import type { Order, OrderContent, OrderTold, OrderTransition } from '#core';

/** An order of level 4 for two districts by the river Ose, as a change of it is told. */
export function orderTold(
  kind: OrderTransition['kind'],
  set: {
    readonly content?: Partial<OrderContent>;
    readonly order?: Partial<Order>;
    readonly transition?: Partial<OrderTransition>;
  } = {},
): OrderTransition {
  const content: OrderContent = {
    municipalLevel: 4,
    hazard: 'flood',
    districts: [
      { code: 'seguchi', name: '瀬口', households: 940, persons: 2210 },
      { code: 'honmachi', name: '本町', households: 1870, persons: 4360 },
    ],
    destinations: [
      { id: 'shelter-honmachi', name: '本町公民館', address: '見本市本町1-2' },
      { id: 'shelter-kitahara', name: '北原体育館', address: '見本市北原2-4' },
    ],
    ...set.content,
  };
  const told: OrderTold = { id: 'order/o1/1', kind: 'given', at: GIVEN_AT, content };
  const status = set.transition?.status ?? 'actual';
  const order: Order = {
    id: 'o1',
    version: 3,
    revision: 4,
    state: kind === 'lifted' ? 'lifted' : kind === 'proposed' ? 'proposed' : 'given',
    status,
    playbookVersion: 'v1',
    origin: { kind: 'staff', by: 'sato', preset: null },
    openedAt: GIVEN_AT - 600_000,
    content,
    decision: null,
    grounds: {
      readings: [
        {
          transitionId: 'river-level@ose-seguchi#3/2',
          ruleId: 'river-level',
          gauge: 'ose-seguchi',
          gaugeName: '瀬口',
          river: '大瀬川',
          quantity: 'level',
          value: 5.21,
          at: GIVEN_AT - 660_000,
          quality: 'ok',
          stepName: '危険水位',
          limit: 5,
          verdict: '2回続けて危険水位以上',
          doubt: null,
        },
      ],
      weatherLevel: { level: 4, at: GIVEN_AT - 1_200_000 },
      reports: [],
      against: [],
    },
    given: { at: GIVEN_AT, confirmations: [] },
    lifted: null,
    governorReport: null,
    transitions: 1,
    told: [told],
    endedWhy: '',
    ...set.order,
  };
  return {
    id: 'order/o1/1',
    orderId: 'o1',
    kind,
    at: GIVEN_AT,
    by: ['sato', 'suzuki'],
    status,
    order,
    before: null,
    corrects: null,
    confirmations: [],
    brokeGlass: false,
    ...set.transition,
  };
}

/** When it was given. */
export const GIVEN_AT = Date.parse('2026-07-01T23:55:00+09:00');
