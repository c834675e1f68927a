/** Octets before the @ and in all (RFC 5321 §4.5.3.1). */
const LOCAL_MAX = 64;
const ADDRESS_MAX = 254;

/**
 * Printable ASCII without what has a meaning in an envelope or a header: spaces, quotes, brackets, comma, colon, semicolon, backslash, @. Dots may
 * stand anywhere: handset carriers in Japan gave out addresses such as `a..b.@` for years, and their owners want to be warned too.
 */
const LOCAL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * Whether an address may be handed to the mailer. Strict on purpose: the mailer reads `u@a.jp>\r\nRCPT TO:<e@x.jp` as `e@x.jp` (F60), so nothing
 * that could be read in two ways comes near it. Without quoted local parts, address literals, and letters outside ASCII.
 */
export function isMailAddress(text: string): boolean {
  if (text.length > ADDRESS_MAX) return false;
  const [local, domain, ...more] = text.split('@');
  if (local === undefined || domain === undefined || more.length > 0) return false;
  if (local.length > LOCAL_MAX || !LOCAL.test(local)) return false;
  const labels = domain.split('.');
  // A last label of digits only would be an IPv4 address, which is not a place for mail of ours.
  return labels.length >= 2 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1)!);
}

/** The part behind the @ in lower case, or '' when the address is none: all broken addresses share one queue. */
export function mailDomainOf(address: string): string {
  return isMailAddress(address) ? address.slice(address.indexOf('@') + 1).toLowerCase() : '';
}
