import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** A server that says nothing for this long is not there. */
const SILENCE_MS = 10_000;

/**
 * Sends an empty mail as a phone does: nothing in it but its sender. Resolves with the server's last word, such as `250 OK`; what was refused ends
 * with the refusal.
 */
export async function sendBlankMail({
  port,
  host = '127.0.0.1',
  from,
  to,
}: {
  readonly port: number;
  readonly host?: string;
  readonly from: string;
  readonly to: string;
}): Promise<string> {
  if ([from, to].some((address) => /[\s<>]/.test(address))) return '501 not an address';
  const socket = connect(port, host);
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('the server says nothing')));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const hear = async (): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the server hung up');
      if (/^\d{3} /.test(value)) return value;
    }
  };
  try {
    await once(socket, 'connect');
    let heard = await hear();
    for (const said of [
      'EHLO phone.example.jp',
      `MAIL FROM:<${from}>`,
      `RCPT TO:<${to}>`,
      'DATA',
      `From: ${from}\r\nTo: ${to}\r\nSubject: \r\n\r\n.`,
    ]) {
      if (!/^[23]/.test(heard)) return heard;
      socket.write(`${said}\r\n`);
      heard = await hear();
    }
    return heard;
  } finally {
    socket.end('QUIT\r\n');
  }
}
