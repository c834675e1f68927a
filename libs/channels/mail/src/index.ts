export { MailChannel } from './mail-channel.ts';
export type { MailChannelSettings } from './mail-channel.ts';
export { MailTransport } from './mail-transport.ts';
export type { MailTimeouts, MailTransportSettings } from './mail-transport.ts';
