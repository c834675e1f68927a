import type { Delivery } from './delivery.ts';
import type { OperationStatus } from './operation-status.ts';

/** Characters of a button's data that LINE takes (D§3.3). */
const DATA_UNITS_MAX = 300;

/** What the button "I have seen this" under a message says of its delivery; null for a name that is too long for LINE. Read by `seenOf`. */
export function seenData({ id, status }: Pick<Delivery, 'id' | 'status'>): string | null {
  const data = new URLSearchParams({ seen: id, as: status }).toString();
  return data.length <= DATA_UNITS_MAX ? data : null;
}

/** Which delivery somebody has seen. In a drill it is one of the drill's own ledger. */
export interface SeenDelivery {
  readonly deliveryId: string;
  readonly status: OperationStatus;
}

/** The delivery behind a button that was pressed; null for any other button. */
export function seenOf(data: string): SeenDelivery | null {
  const fields = new URLSearchParams(data);
  const deliveryId = fields.get('seen');
  const status = STATUSES.find((one) => one === fields.get('as'));
  return deliveryId === null || status === undefined ? null : { deliveryId, status };
}

const STATUSES = ['actual', 'exercise', 'test'] as const satisfies readonly OperationStatus[];
