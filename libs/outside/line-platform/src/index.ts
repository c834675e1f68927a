export type { FaultKind } from './faults.ts';
export type { InboxMessage, PlatformRequest } from './history.ts';
export { LinePlatform } from './line-platform.ts';
export type { LinePlatformSettings } from './line-platform.ts';
export type { LineUser } from './messaging-api.ts';
export type { WebhookAnswer, WebhookEvent } from './webhook-sender.ts';
export type { PhonePlace } from './phone-keys.ts';
