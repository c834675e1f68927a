import { isMailAddress, mailDomainOf } from '#core';

/** Whom mail comes from: a name in any letters, an address, and the domain that stands for both. */
export interface MailSender {
  readonly name: string;
  readonly address: string;
  readonly domain: string;
}

/** Reads `備え市 <alert@city.example.jp>` or a bare address. Throws when it is no sender. */
export function senderOf(text: string): MailSender {
  const [, name = '', address = text] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? [];
  if (!isMailAddress(address) || /[\r\n]/.test(text)) throw new Error(`not a sender: ${JSON.stringify(text)}`);
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address, domain: mailDomainOf(address) };
}
