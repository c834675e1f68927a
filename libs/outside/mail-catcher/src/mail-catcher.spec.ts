import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailCatcher } from './mail-catcher.ts';

let catcher: MailCatcher;
beforeEach(async () => {
  catcher = await MailCatcher.start({
    smtpPort: 0,
    httpPort: 0,
    mailsMax: 2,
    now: () => Date.parse('2026-07-01T03:10:00+09:00'),
  });
});
afterEach(() => catcher.stop());

async function send(to: string, { subject = '件名', text = '本文' } = {}): Promise<string> {
  const transport = createTransport(catcher.smtpUrl);
  try {
    const { response } = await transport.sendMail({ from: 'alert@city.example.jp', to, subject, text });
    return response;
  } catch (error) {
    return (error as Error).message;
  } finally {
    transport.close();
  }
}

describe('MailCatcher', () => {
  it('keeps the newest mails and lets them be read', async () => {
    for (const name of ['a', 'b', 'c']) await send(`${name}@example.jp`, { subject: `水位 ${name}` });
    expect(catcher.mails.map(({ to, secure }) => [to, secure])).toEqual([
      [['b@example.jp'], false],
      [['c@example.jp'], false],
    ]);
    expect(catcher.mailsTo('a@example.jp')).toEqual([]);
    expect(await catcher.mailsTo('c@example.jp')[0]!.read()).toMatchObject({ subject: '水位 c', text: '本文' });
  });

  it('F58: answers for one domain and lets the others through', async () => {
    catcher.faults.answerDomain('full.example.jp', { code: 452, text: '4.2.2 Mailbox full' });
    expect(await send('hana@full.example.jp')).toContain('452 4.2.2 Mailbox full');
    expect(await send('hana@example.jp')).toMatch(/^250/);
    catcher.faults.answerDomain('full.example.jp', null);
    expect(await send('hana@full.example.jp')).toMatch(/^250/);
    expect(catcher.events.map(({ verdict, code }) => [verdict, code])).toEqual([
      ['kept', 250],
      ['kept', 250],
    ]);
  });

  it('refuses a mail that is larger than any of ours', async () => {
    expect(await send('hana@example.jp', { text: 'x'.repeat(300 * 1024) })).toMatch(/size|552/i);
    expect(catcher.mails).toHaveLength(0);
  });

  it('writes down what became of each mail before the sender hears of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mail-'));
    const historyFile = join(folder, 'history.jsonl');
    await catcher.stop();
    catcher = await MailCatcher.start({ smtpPort: 0, httpPort: 0, historyFile });
    catcher.faults.failNext(1, 'dropAfterData');
    catcher.faults.failNext(1, 'dropAfterAccept');
    for (const name of ['lost', 'kept', 'told']) await send(`${name}@example.jp`);
    const lines = readFileSync(historyFile, 'utf8').trim().split('\n');
    rmSync(folder, { recursive: true });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { verdict: 'lost', code: 0, to: ['lost@example.jp'], messageId: expect.stringMatching(/^<.+>$/) },
      { verdict: 'kept', code: 0, to: ['kept@example.jp'] },
      { verdict: 'kept', code: 250, to: ['told@example.jp'] },
    ]);
  });

  it('resolves a wait as soon as a mail fulfils it, and tells when none does', async () => {
    const waiting = catcher.until(() => catcher.mailsTo('hana@example.jp').length === 1);
    await send('hana@example.jp');
    await expect(waiting).resolves.toBeUndefined();
    await expect(catcher.until(() => false, 20)).rejects.toThrow('not within 20 ms; 1 mails so far');
  });

  it('F72: shows the mails as a page in which subjects and bodies are text', async () => {
    await send('hana@example.jp', { subject: '<img src=x onerror=alert(1)>', text: '<script>alert(1)</script>\n避難してください' });
    const response = await fetch(catcher.url);
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;\n避難してください');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<script>alert');
  });
});
