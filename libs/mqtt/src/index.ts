export * from './broker.ts';
export * from './broker-options.ts';
export type { Heard, Said } from './device-topic.ts';
export type { Refusal } from './judge-connect.ts';
export { publishAsDevice } from './publish-as-device.ts';
export { RelayChannel } from './relay-channel.ts';
