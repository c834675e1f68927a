import { isMailAddress } from './mail-address.ts';

/** Where mail to the service itself arrives. */
export interface InboundPlaces {
  /** In small letters. Bounces and leaving have their addresses there too. */
  readonly domain: string;
  /** The part before the @ to which people send an empty mail to sign up. */
  readonly entry: string;
}

/** What an address of ours is for. */
export type InboundPlace =
  | { readonly kind: 'entry' }
  /** Somebody's own address for leaving, from the headers of a mail they got (RFC 2369). */
  | { readonly kind: 'leave'; readonly token: string }
  /** The envelope sender of one delivery, to which its bounce comes back. */
  | { readonly kind: 'bounce'; readonly token: string };

const RETURN = /^b-([0-9a-f]{32}-[0-9a-v]{26})$/;
const LEAVING = /^u-([1-9]\d{0,15}-[0-9a-f]{32})$/;

/** What an envelope recipient means; null for everything that is not ours, which is refused. */
export function inboundPlaceOf(address: string, { domain, entry }: InboundPlaces): InboundPlace | null {
  const at = address.lastIndexOf('@');
  if (address.slice(at + 1).toLowerCase() !== domain) return null;
  // Some relays write everything in small letters, so nothing here depends on their size.
  const local = address.slice(0, Math.max(at, 0)).toLowerCase();
  if (local === entry.toLowerCase()) return { kind: 'entry' };
  const returned = RETURN.exec(local)?.[1];
  if (returned !== undefined) return { kind: 'bounce', token: returned };
  const leaving = LEAVING.exec(local)?.[1];
  return leaving === undefined ? null : { kind: 'leave', token: leaving };
}

/** The address to which the bounce of a delivery comes back (VERP, D§4.3), by the token of `returnTokenOf`. */
export const bounceAddressOf = (token: string, domain: string): string => `b-${token}@${domain}`;

/** The address by which the holder of a token leaves. */
export const leaveAddressOf = (token: string, domain: string): string => `u-${token}@${domain}`;

/** An envelope sender and the header fields of a mail, names in small letters. */
export interface MailHead {
  /** Empty for the null sender. */
  readonly sender: string;
  readonly fields: readonly { readonly key: string; readonly value: string }[];
}

const BULK = new Set(['bulk', 'list', 'junk']);

/** Whether an answering machine says that it wrote a mail (RFC 3834 §5), most of which do so without a sender, as if something came back. */
export const isMachineAnswer = ({ fields }: Pick<MailHead, 'fields'>): boolean =>
  fields.some(({ key, value }) => key === 'auto-submitted' && /^\s*auto-replied\b/i.test(value));

/**
 * Whether nobody wrote a mail by hand: a bounce, an answering machine, a mailing list (D§4.1, RFC 3834). Such a mail is taken and never answered, or
 * two machines would write to each other for ever. A sender that is no plain address cannot be answered either (F60), nor an address at which
 * nobody but this service reads.
 */
export function isAutomatic({ sender, fields }: MailHead, places: InboundPlaces): boolean {
  if (sender === '' || !isMailAddress(sender) || inboundPlaceOf(sender, places) !== null) return true;
  if (/^(?:mailer-daemon|postmaster|no-?reply)@/i.test(sender)) return true;
  return fields.some(({ key, value }) => {
    const word = value.trim().toLowerCase();
    if (key === 'auto-submitted') return word !== 'no' && !word.startsWith('no;');
    if (key === 'precedence') return BULK.has(word);
    return key === 'list-id' || key === 'x-auto-response-suppress';
  });
}
