import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BareMailerAsk } from './bare-mailer.ts';
import { MAIL_CONNECTIONS } from './fanout-run.ts';
import { OtherSide } from './other-side.ts';

/** What the mail library reached by itself. */
export interface BareMailerFigures {
  readonly perSecond: number;
  readonly cpuSeconds: number;
}

/**
 * Hands so many mails to the same kind of relay by nodemailer alone, in a process of its own: the same bytes, the same connections, as many under way,
 * and nothing to keep, to look up or to decide.
 */
export async function mailBare(sample: string, count: number): Promise<BareMailerFigures> {
  const otherSide = await OtherSide.start({ crowd: { line: 0, mails: count }, token: '' });
  const child = fork(join(import.meta.dirname, 'bare-mailer.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const orphan = (): void => void child.kill('SIGKILL');
  process.once('exit', orphan);
  try {
    const ask: BareMailerAsk = { port: otherSide.smtpPort, count, connections: MAIL_CONNECTIONS, inFlight: 2 * MAIL_CONNECTIONS, sample };
    child.send(ask);
    const [done] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [{ readonly cpuSeconds: number } | number];
    if (typeof done !== 'object') throw new Error(`the bare mailer ended with ${done}`);
    const { mails } = await otherSide.look();
    if (mails.seen.reached !== count) throw new Error(`the bare mailer reached ${mails.seen.reached} of ${count}`);
    return { perSecond: ((count - 1) * 1000) / (mails.lastAt! - mails.firstAt!), cpuSeconds: done.cpuSeconds };
  } finally {
    process.off('exit', orphan);
    child.kill('SIGKILL');
    await otherSide.stop();
  }
}
