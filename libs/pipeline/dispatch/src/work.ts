import type { Delivery, Message, OperationStatus } from '#core';

/** A claimed delivery and its words. */
export interface Work<S extends OperationStatus = OperationStatus> {
  readonly delivery: Delivery<S>;
  readonly message: Message<S>;
}
