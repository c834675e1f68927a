import { once } from 'node:events';
import { createTransport } from 'nodemailer';
import { mailAddressOf } from './crowd.ts';

// The program of the peer: nodemailer with a pool of the same size, and mails of the same bytes; no ledger, no directory, nothing to decide.

/** What the program is told. */
export interface BareMailerAsk {
  readonly port: number;
  readonly count: number;
  readonly connections: number;
  /** Mails handed to the pool at once. */
  readonly inFlight: number;
  /** A mail as the service sent it, base64; only receiver and Message-ID change from one to the next. */
  readonly sample: string;
}

const [{ port, count, connections, inFlight, sample }] = (await once(process, 'message')) as [BareMailerAsk];
const pool = createTransport({
  pool: true,
  host: '127.0.0.1',
  port,
  secure: false,
  requireTLS: false,
  maxConnections: connections,
  maxMessages: Number.MAX_SAFE_INTEGER,
  maxRequeues: 1,
  disableFileAccess: true,
  disableUrlAccess: true,
});
const text = Buffer.from(sample, 'base64').toString('latin1');
const end = text.indexOf('\r\n\r\n');
const headers = text
  .slice(0, end)
  .split('\r\n')
  .filter((line) => !/^(to|message-id):/i.test(line))
  .join('\r\n');
const body = Buffer.from(text.slice(end), 'latin1');

let next = 0;
await Promise.all(
  Array.from({ length: inFlight }, async () => {
    while (next < count) {
      const index = next;
      next += 1;
      const to = mailAddressOf(index);
      const raw = Buffer.concat([Buffer.from(`To: ${to}\r\nMessage-ID: <peer-${index}@city.example.jp>\r\n${headers}`), body]);
      await pool.sendMail({ envelope: { from: `bounce-${index}@city.example.jp`, to: [to] }, raw });
    }
  }),
);
pool.close();
const { user, system } = process.cpuUsage();
process.send?.({ cpuSeconds: (user + system) / 1e6 });
process.disconnect?.();
