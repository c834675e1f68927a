import type { NodemailerError } from 'nodemailer';
import type { Outcome } from '#core';

/** What the mailer tells of a failure. */
export interface MailFailure extends Pick<NodemailerError, 'name' | 'message'> {
  readonly code?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly command?: string | undefined;
  readonly permanent?: boolean | undefined;
  readonly timeoutType?: string | undefined;
  readonly originalCode?: string | undefined;
}

/** What is kept of a relay's words for the people who read the reason. */
const REASON_CHARS_MAX = 200;

/**
 * What a failed hand-over means. Only `EENVELOPE` and `EMESSAGE` speak about this mail, and then the first digit of the reply decides. Everything
 * else is about the relay, carries the mail no further and is never counted against the recipient.
 */
export function outcomeOfFailure(error: MailFailure): Outcome {
  const reason = `${error.code ?? error.name} ${error.message}`.slice(0, REASON_CHARS_MAX);
  // The relay knows us no longer: nothing goes out until a person puts the password right (454 and the like pass by themselves).
  if (error.code === 'EAUTH' && (error.responseCode ?? 0) >= 500) return { kind: 'closed', reason };
  const aboutThisMail = error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
  if (!aboutThisMail) return { kind: 'retry', reason, unknown: !NOTHING_SENT.some((test) => test(error)) };

  const { responseCode, command } = error;
  // A relay that refuses our own sender refuses everybody's mail: its set-up is to blame, and a person will see the reason repeat.
  const aboutSender = command === 'MAIL FROM' && responseCode !== undefined && responseCode !== TOO_LARGE;
  if (aboutSender || error.permanent === false) {
    return { kind: 'retry', reason, unknown: false, ...(command === 'RCPT TO' && { ofRecipients: true }) };
  }
  return { kind: 'refused', reason, scope: error.code === 'EENVELOPE' ? 'recipients' : 'message' };
}

/** Exceeded storage allocation: the one thing a relay says after MAIL FROM that is about this mail (RFC 1870). */
const TOO_LARGE = 552;

const UNREACHED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN']);
/** What Node says of a certificate that it does not accept. */
const UNTRUSTED = /^(UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/;

/** Ways to fail before a byte of the mail was on the wire. After all others the relay may have it: the same Message-ID goes out again (F57). */
const NOTHING_SENT: readonly ((error: MailFailure) => boolean)[] = [
  ({ code = '' }) => ['EDNS', 'ETLS', 'EREQUIRETLS', 'EAUTH', 'ENOAUTH', 'EPROXY'].includes(code),
  ({ code, responseCode }) => code === 'EPROTOCOL' && responseCode !== undefined,
  ({ code, timeoutType }) => code === 'ETIMEDOUT' && timeoutType !== 'SOCKET_TIMEOUT',
  ({ originalCode = '' }) => UNREACHED.has(originalCode) || UNTRUSTED.test(originalCode),
];
