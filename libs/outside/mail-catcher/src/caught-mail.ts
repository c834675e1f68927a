import PostalMime, { decodeWords } from 'postal-mime';

/** A mail as its reader sees it. */
export interface ReadMail {
  readonly subject: string;
  /** Plain text, with the line ends of this machine. */
  readonly text: string;
  /** The page, with its pictures as they lie in the mail (`cid:`); empty when there is none. */
  readonly html: string;
  /** What the page shows, by `cid:`. */
  readonly pictures: readonly { readonly cid: string; readonly type: string; readonly bytes: Buffer }[];
  /** In the order of the mail, names in lower case, encoded words read. */
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}

/** A mail that was taken. It is parsed when somebody reads it, so that a flood of mail costs the catcher little. */
export class CaughtMail {
  readonly id: number;
  readonly at: number;
  /** Envelope sender, '' for a bounce. */
  readonly from: string;
  /** Envelope recipients. */
  readonly to: readonly string[];
  /** Whether it came over TLS. */
  readonly secure: boolean;
  readonly raw: Buffer;
  readonly messageId: string;
  private reading: Promise<ReadMail> | null = null;

  constructor({ id, at, from, to, secure, raw }: Pick<CaughtMail, 'id' | 'at' | 'from' | 'to' | 'secure' | 'raw'>) {
    this.id = id;
    this.at = at;
    this.from = from;
    this.to = to;
    this.secure = secure;
    this.raw = raw;
    this.messageId = messageIdOf(raw);
  }

  read(): Promise<ReadMail> {
    this.reading ??= PostalMime.parse(this.raw).then(({ subject = '', text = '', html = '', attachments, headers }) => ({
      subject,
      text: text.replaceAll('\r\n', '\n'),
      html,
      pictures: attachments.flatMap(({ contentId, mimeType, content }) =>
        contentId !== undefined && typeof content !== 'string'
          ? [{ cid: contentId.replace(/^<(.*)>$/, '$1'), type: mimeType, bytes: Buffer.from(new Uint8Array(content)) }]
          : [],
      ),
      headers: headers.map(({ key, value }) => ({ key, value: decodeWords(value) })),
    }));
    return this.reading;
  }
}

/** A header block longer than this is not ours. */
const HEADER_BYTES_MAX = 16 * 1024;

export function messageIdOf(raw: Buffer): string {
  const head = raw.toString('latin1', 0, HEADER_BYTES_MAX).split('\r\n\r\n', 1)[0] ?? '';
  return /^message-id:\s*(\S+)/im.exec(head)?.[1] ?? '';
}
