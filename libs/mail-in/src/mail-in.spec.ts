import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { bounceAddressOf, leaveAddressOf, SystemClock } from '#core';
import { selfSignedLocalhost } from '#outside/mail-catcher';
import { MailIn, type MailInSettings, type ReceivedMail } from './mail-in.ts';

const DOMAIN = 'mail.city.example.jp';
const PLACES = { domain: DOMAIN, entry: 'entry' };
const ENTRY = `entry@${DOMAIN}`;
const IDENTITY = '0123456789abcdef0123456789abcdef';
const RETURN = `${IDENTITY}-0123456789abcdefghijklmnuv`;
const HANA = 'hana@docomo.example.jp';

let received: ReceivedMail[];
let answer: () => Promise<'taken' | 'full'>;
let door: MailIn;
let talks: Talk[];

const open = (settings: Partial<MailInSettings> = {}): Promise<MailIn> =>
  MailIn.open({
    port: 0,
    host: '127.0.0.1',
    places: PLACES,
    clock: new SystemClock(),
    receive: async (mail) => {
      received.push(mail);
      return answer();
    },
    ...settings,
  });

async function reopen(settings: Partial<MailInSettings>): Promise<void> {
  await door.close();
  door = await open(settings);
}

/** A session in which a test says what it likes. */
class Talk {
  readonly #socket: Socket;
  readonly #lines: string[] = [];
  #heard = Promise.withResolvers<void>();
  #ended = false;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    let text = '';
    this.#socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.split('\r\n');
      text = lines.pop()!;
      this.#lines.push(...lines.filter((line) => /^\d{3} /.test(line)));
      this.#heard.resolve();
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.#ended = true;
      this.#heard.resolve();
    });
    talks.push(this);
  }

  /** The next answer; 'closed' when the other side hung up instead. */
  async hears(): Promise<string> {
    while (this.#lines.length === 0) {
      if (this.#ended) return 'closed';
      this.#heard = Promise.withResolvers<void>();
      await this.#heard.promise;
    }
    return this.#lines.shift()!;
  }

  async says(text: string): Promise<string> {
    this.#socket.write(`${text}\r\n`);
    return this.hears();
  }

  end(): void {
    this.#socket.destroy();
  }
}

const files = (): { key: Buffer; cert: Buffer } => {
  const { key, cert } = selfSignedLocalhost();
  return { key: Buffer.from(key), cert: Buffer.from(cert) };
};

const over = (ca: Buffer): Promise<number> =>
  send({ envelope: { from: HANA, to: [ENTRY] } }, { ignoreTLS: false, requireTLS: true, tls: { ca, servername: 'localhost' } });

async function send(mail: SendMailOptions & { readonly envelope: { from: string; to: string[] } }, options: object = {}): Promise<number> {
  const transport = createTransport({ host: '127.0.0.1', port: door.port, ignoreTLS: true, ...options });
  try {
    const { response } = await transport.sendMail({ from: mail.envelope.from, subject: '', text: '', ...mail });
    return Number(response.slice(0, 3));
  } catch (error) {
    return (error as { responseCode?: number }).responseCode ?? 0;
  } finally {
    transport.close();
  }
}

beforeEach(async () => {
  received = [];
  talks = [];
  answer = () => Promise.resolve('taken');
  door = await open();
});

afterEach(async () => {
  for (const talk of talks) talk.end();
  await door.close();
});

describe('MailIn', () => {
  it('takes an empty mail to the entry address, and tells its sender and nothing of its content', async () => {
    expect(await send({ envelope: { from: HANA, to: [ENTRY] }, subject: 'こんにちは', text: '本文' })).toBe(250);
    expect(received).toEqual([{ place: { kind: 'entry' }, sender: HANA, automatic: false, machineAnswer: false, reports: [] }]);
  });

  it('takes mail of handsets with dots before the @', async () => {
    expect(await send({ envelope: { from: '"a..b."@docomo.example.jp', to: [ENTRY] } })).toBe(250);
    const talk = new Talk(door.port);
    await talk.hears();
    await talk.says('HELO x');
    expect(await talk.says('MAIL FROM:<c..d.@docomo.example.jp>')).toMatch(/^250/);
    expect(received.map(({ sender }) => sender)).toEqual(['a..b.@docomo.example.jp']);
  });

  it('takes mail for leaving and for bounces, several addresses in one mail alike', async () => {
    const token = `17-${IDENTITY}`;
    expect(await send({ envelope: { from: HANA, to: [leaveAddressOf(token, DOMAIN), ENTRY] } })).toBe(250);
    expect(received.map(({ place }) => place)).toEqual([{ kind: 'leave', token }, { kind: 'entry' }]);
  });

  it.each([
    'nobody@mail.city.example.jp',
    'hana@elsewhere.jp',
    'entry%elsewhere.jp@mail.city.example.jp',
    'entry@mail.city.example.jp.elsewhere.jp',
    'b-17@mail.city.example.jp',
  ])('relays nothing and takes nothing else: %s hears 550', async (address) => {
    expect(await send({ envelope: { from: HANA, to: [address] } })).toBe(550);
    expect(received).toEqual([]);
  });

  it('reads what a mail server reports, from the null sender, and marks it as no person', async () => {
    const raw = [
      'From: MAILER-DAEMON@docomo.example.jp',
      `To: ${bounceAddressOf(RETURN, DOMAIN)}`,
      'Subject: Undelivered',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'I am sorry.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.docomo.example.jp',
      '',
      'Final-Recipient: rfc822; hana@docomo.example.jp',
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'From: a@b.jp',
      'Subject: inner',
      '',
      'the mail itself',
      '--b--',
      '',
    ].join('\r\n');
    expect(await send({ envelope: { from: '', to: [bounceAddressOf(RETURN, DOMAIN)] }, raw })).toBe(250);
    expect(received).toEqual([
      {
        place: { kind: 'bounce', token: RETURN },
        sender: '',
        automatic: true,
        machineAnswer: false,
        reports: [{ action: 'failed', status: '5.1.1' }],
      },
    ]);
  });

  it('marks answers of machines', async () => {
    await send({ envelope: { from: HANA, to: [ENTRY] }, headers: { 'Auto-Submitted': 'auto-replied' } });
    await send({ envelope: { from: HANA, to: [ENTRY] }, headers: { Precedence: 'bulk' } });
    expect(received.map(({ automatic, machineAnswer }) => [automatic, machineAnswer])).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  it('asks to come again when what follows cannot be stored, and takes it then', async () => {
    answer = () => Promise.reject(new Error('disk full'));
    const troubles: string[] = [];
    await reopen({ onTrouble: (why) => troubles.push(why), receive: () => answer() });
    expect(await send({ envelope: { from: HANA, to: [ENTRY] } })).toBe(451);
    expect(troubles).toEqual(['disk full']);
    answer = () => Promise.resolve('full');
    expect(await send({ envelope: { from: HANA, to: [ENTRY] } })).toBe(452);
    answer = () => Promise.resolve('taken');
    expect(await send({ envelope: { from: HANA, to: [ENTRY] } })).toBe(250);
  });

  it('refuses what is larger than a bounce can be', async () => {
    expect(await send({ envelope: { from: HANA, to: [ENTRY] }, text: 'x'.repeat(300 * 1024) })).toBe(552);
    expect(received).toEqual([]);
  });

  it('takes no more than ten addresses in one mail', async () => {
    const talk = new Talk(door.port);
    await talk.hears();
    await talk.says('HELO x');
    await talk.says(`MAIL FROM:<${HANA}>`);
    const answers: string[] = [];
    for (let n = 0; n < 11; n += 1)
      answers.push((await talk.says(`RCPT TO:<${leaveAddressOf(`${n + 1}-${IDENTITY}`, DOMAIN)}>`)).slice(0, 3));
    expect(answers).toEqual([...Array.from({ length: 10 }, () => '250'), '452']);
  });

  it.each([
    'MAIL FROM:<"u@a.jp> RCPT"@x.jp>',
    'MAIL FROM:<u@[127.0.0.1]>',
    'MAIL FROM:<u@@a.jp>',
    'MAIL FROM:<u\u202e@a.jp>',
    'MAIL FROM:<root>',
  ])('F60: refuses the sender of %j', async (line) => {
    const talk = new Talk(door.port);
    await talk.hears();
    await talk.says('EHLO x');
    expect(await talk.says(line)).toMatch(/^5\d\d/);
  });

  it.each([
    ['MAIL FROM:<u@a.jp>\rRCPT TO:<e@x.jp>', 'u@a.jp'],
    ['MAIL FROM:<u@a.jp> RCPT TO:<e@x.jp>', 'u@a.jp'],
    ['MAIL FROM:<@a.jp,@b.jp:u@c.jp>', 'u@c.jp'],
  ])('F60: hears one sender and no recipient in %j', async (line, sender) => {
    const talk = new Talk(door.port);
    await talk.hears();
    for (const said of ['EHLO x', line, `RCPT TO:<${ENTRY}>`, 'DATA']) await talk.says(said);
    expect(await talk.says('\r\n.')).toMatch(/^250/);
    expect(received).toEqual([{ place: { kind: 'entry' }, sender, automatic: false, machineAnswer: false, reports: [] }]);
  });

  it('S24: tells neither program nor version', async () => {
    const talk = new Talk(door.port);
    expect(await talk.hears()).toBe(`220 ${DOMAIN} ESMTP`);
  });

  it('holds no sign-in, and no STARTTLS without a certificate', async () => {
    const talk = new Talk(door.port);
    await talk.hears();
    await talk.says('EHLO x');
    expect([await talk.says('AUTH PLAIN AHUAcA=='), await talk.says('STARTTLS')].map((line) => line.slice(0, 1))).toEqual(['5', '5']);
  });

  it('offers STARTTLS with a certificate, and a renewed one', async () => {
    const [first, second] = [files(), files()];
    await reopen({ tls: first });
    expect([await over(first.cert), await over(second.cert)]).toEqual([250, 0]);
    door.renewTls(second);
    expect([await over(first.cert), await over(second.cert)]).toEqual([0, 250]);
  });

  it('lets one address open only so many sessions, and another one in when one of them ends', async () => {
    await reopen({ limits: { clientsOfOne: 2 } });
    const [first, second, third] = [new Talk(door.port), new Talk(door.port), new Talk(door.port)];
    expect([await first.hears(), await second.hears(), await third.hears()].map((line) => line.slice(0, 3)).toSorted()).toEqual([
      '220',
      '220',
      '421',
    ]);
    first.end();
    second.end();
    let fourth = '';
    while (fourth !== '220') fourth = (await new Talk(door.port).hears()).slice(0, 3);
  });

  it('lets one address hand in only so many mails a minute', async () => {
    await reopen({ limits: { mailsAMinuteOfOne: 2 } });
    const codes: number[] = [];
    for (let n = 0; n < 3; n += 1) codes.push(await send({ envelope: { from: HANA, to: [ENTRY] } }));
    expect(codes).toEqual([250, 250, 451]);
  });

  it('ends a session that lasts too long, however busy it is', async () => {
    await reopen({ limits: { sessionMs: 50 } });
    const talk = new Talk(door.port);
    await talk.hears();
    let heard = '';
    while (heard !== 'closed') heard = await talk.says('NOOP');
    expect(heard).toBe('closed');
  });
});
