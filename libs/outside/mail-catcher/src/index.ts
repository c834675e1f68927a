export type { CaughtMail } from './caught-mail.ts';
export type { ReadMail } from './caught-mail.ts';
export type { DomainAnswer, MailFaultKind, MailFaults } from './faults.ts';
export { MailCatcher } from './mail-catcher.ts';
export type { MailCatcherSettings, MailEntry, MailEvent } from './mail-catcher.ts';
export { selfSignedLocalhost } from './self-signed.ts';
