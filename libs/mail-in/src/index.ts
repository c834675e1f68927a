export { MailIn, type MailInLimits, type MailInSettings, type ReceivedMail } from './mail-in.ts';
