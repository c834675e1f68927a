import PostalMime from 'postal-mime';
import { type DeliveryReport, type MailHead, readDeliveryReports } from '#core';

/** Deeper than any program packs a bounce. */
const NESTING_MAX = 8;
const HEADER_BYTES_MAX = 64 * 1024;

/** The header fields of a mail and what it reports; a mail that cannot be read has neither. Nothing else of it is looked at. */
export async function readContent(raw: Buffer): Promise<Pick<MailHead, 'fields'> & { readonly reports: readonly DeliveryReport[] }> {
  try {
    const { headers, attachments } = await PostalMime.parse(raw, {
      maxNestingDepth: NESTING_MAX,
      maxHeadersSize: HEADER_BYTES_MAX,
      attachmentEncoding: 'utf8',
      // The bounced mail inside a bounce is nobody's attachment.
      rfc822Attachments: true,
    });
    const reports = attachments
      .filter(({ mimeType }) => mimeType === 'message/delivery-status')
      .flatMap(({ content }) => readDeliveryReports(typeof content === 'string' ? content : new TextDecoder().decode(content)));
    return { fields: headers, reports };
  } catch {
    // Too deep or no mail at all: taken, for the other side would only try again, and nothing follows from it.
    return { fields: [{ key: 'auto-submitted', value: 'unreadable' }], reports: [] };
  }
}
