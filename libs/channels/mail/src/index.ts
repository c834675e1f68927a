export { MailLetterCarrier, type MailLetterCarrierSettings } from './letter-carrier.ts';
export { MailChannel, type MailChannelEvent, type MailChannelSettings, type MailEnclosure } from './mail-channel.ts';
export { MailPace } from './mail-pace.ts';
export { type DkimKey, MailTransport, type MailTimeouts, type MailTransportSettings } from './mail-transport.ts';
export { senderOf } from './sender.ts';
