import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Charset, Delivery, Message, Outcome } from '#core';
import { ManualClock } from '#memory';
import { MailCatcher, selfSignedLocalhost } from '#outside/mail-catcher';
import type { MailFaultKind } from '#outside/mail-catcher';
import { readSignature } from '../../../../test/support/dkim.ts';
import { MailChannel, type MailChannelEvent, type MailChannelSettings } from './mail-channel.ts';
import { MailPace } from './mail-pace.ts';
import { MailTransport } from './mail-transport.ts';
import type { MailTransportSettings } from './mail-transport.ts';

const HANA = 'hana@example.jp';

const aMessage = (fields: Partial<Message> = {}): Message => ({
  id: 'm',
  transitionId: 't',
  routeId: 'r',
  language: 'ja',
  status: 'actual',
  subject: '【緊急】川内市 警戒レベル4 避難指示（多摩川）',
  body: '多摩川の水位が氾濫危険水位を超えました。\n直ちに避難してください。',
  level: null,
  translated: true,
  link: null,
  issuedAt: Date.parse('2026-07-01T03:10:00+09:00'),
  expiresAt: Date.parse('2026-07-01T09:10:00+09:00'),
  ...fields,
});

const aDelivery = (address: string, fields: Partial<Delivery> = {}): Delivery => ({
  id: `m/disaster-mail/${address}`,
  messageId: 'm',
  transitionId: 't',
  channel: 'disaster-mail',
  endpoint: 'example.jp',
  lane: 'evacuation',
  status: 'actual',
  recipients: [address],
  retryKey: '',
  state: 'sending',
  attempts: 1,
  dueAt: 0,
  firstAttemptAt: 0,
  settledAt: null,
  expiresAt: 0,
  lastReason: '',
  receipt: '',
  ...fields,
});

/** What is under way comes within this, on however busy a machine. */
const TIMEOUTS = { connectMs: 60_000, greetingMs: 60_000, silenceMs: 60_000, attemptMs: 60_000 };
/** For a relay that owes its answer for good: it is not waited for so long. */
const OWED = { timeouts: { ...TIMEOUTS, attemptMs: 4_000 } };
const FROM = '川内市防災 <alert@city.example.jp>';

let catcher: MailCatcher;
let channel: MailChannel<'actual'>;

const channelTo = (
  url: string,
  settings: Partial<MailTransportSettings> = {},
  more: Partial<MailChannelSettings<'actual'>> = {},
): MailChannel<'actual'> =>
  new MailChannel({
    name: 'disaster-mail',
    transport: new MailTransport({ url, requireTls: false, connectionsMax: 2, timeouts: TIMEOUTS, ...settings }),
    from: FROM,
    status: 'actual',
    ...more,
  });

beforeEach(async () => {
  catcher = await MailCatcher.start({ smtpPort: 0, httpPort: 0 });
  channel = channelTo(catcher.smtpUrl);
});

afterEach(async () => {
  await channel.close();
  await catcher.stop();
});

/** An attempt to the address that a delivery names as its recipient, whatever the types say of its status: at run time nothing does. */
const attemptBy = (by: MailChannel<'actual'>, delivery: Delivery, message: Message, charset: Charset = 'utf-8'): Promise<Outcome> =>
  by.attempt(
    delivery as Delivery<'actual'>,
    message as Message<'actual'>,
    delivery.recipients.map((address) => ({ address, charset, language: 'ja' })),
  );
const attempt = (address = HANA): Promise<Outcome> => attemptBy(channel, aDelivery(address), aMessage());

/** One attempt through a channel of its own. */
async function attemptThrough(other: MailChannel<'actual'>): Promise<Outcome> {
  try {
    return await attemptBy(other, aDelivery(HANA), aMessage());
  } finally {
    await other.close();
  }
}

describe('MailChannel', () => {
  it('sends one plain mail with an identity that follows from the delivery', async () => {
    const outcome = await attempt();
    const [mail] = catcher.mailsTo(HANA);
    const { subject, text, headers } = await mail!.read();
    const header = (name: string) => headers.filter(({ key }) => key === name).map(({ value }) => value);

    expect(outcome).toMatchObject({ kind: 'sent', duplicate: false, receipt: expect.stringContaining(mail!.messageId) });
    expect(subject).toBe('【緊急】川内市 警戒レベル4 避難指示（多摩川）');
    expect(text.trimEnd()).toBe('多摩川の水位が氾濫危険水位を超えました。\n直ちに避難してください。');
    expect(header('from')).toEqual([FROM]);
    expect(header('to')).toEqual([HANA]);
    expect(header('date').map(Date.parse)).toEqual([Date.parse('2026-07-01T03:10:00+09:00')]);
    expect(header('list-id')).toEqual(['<disaster-mail.city.example.jp>']);
    expect(header('auto-submitted')).toEqual(['auto-generated']);
    expect(header('content-type')).toEqual(['text/plain; charset=utf-8']);
    expect(mail!.messageId).toMatch(/^<[0-9a-f]{32}@city\.example\.jp>$/);
    // Nothing hears of bounces here, so they go to people.
    expect(mail!.from).toBe('alert@city.example.jp');
  });

  it('gives every delivery its own identity, and the same one again', async () => {
    await attempt();
    await attempt();
    await attempt('taro@example.jp');
    const ids = catcher.mails.map(({ messageId }) => messageId);
    expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([true, false]);
  });

  it('P4 keeps no more mails under way than the pool has connections', () => {
    expect([channel.chunkMax, channel.inFlightMax]).toEqual([1, 2]);
  });

  it('F57: is tried again after greylisting, and then sent', async () => {
    catcher.faults.greylisting = true;
    expect(await attempt()).toMatchObject({ kind: 'retry', unknown: false, reason: expect.stringContaining('451') });
    expect(await attempt()).toMatchObject({ kind: 'sent' });
  });

  const recipientAnswers: readonly [number, object][] = [
    [550, { kind: 'refused', scope: 'recipients' }],
    [553, { kind: 'refused', scope: 'recipients' }],
    [450, { kind: 'retry', unknown: false }],
    [452, { kind: 'retry', unknown: false }],
    [421, { kind: 'retry' }],
    [503, { kind: 'retry', unknown: false }],
  ];
  it.each(recipientAnswers)('F57: a recipient answered with %i: %j', async (code, outcome) => {
    catcher.faults.answerDomain('example.jp', { code });
    expect(await attempt()).toMatchObject(outcome);
    expect(await attempt('taro@elsewhere.jp')).toMatchObject({ kind: 'sent' });
  });

  const faults: readonly [MailFaultKind, object][] = [
    ['greeting421', { kind: 'retry', unknown: false }],
    ['data451', { kind: 'retry', unknown: false }],
    ['data554', { kind: 'refused', scope: 'message' }],
    ['dropAfterData', { kind: 'retry', unknown: true }],
    ['silenceAfterAccept', { kind: 'retry', unknown: true }],
  ];
  it.each(faults)('F57: %s: %j', async (kind, outcome) => {
    catcher.faults.failNext(1, kind);
    const isOwed = kind === 'silenceAfterAccept';
    expect(await (isOwed ? attemptThrough(channelTo(catcher.smtpUrl, OWED)) : attempt())).toMatchObject(outcome);
    expect(await attempt('taro@example.jp')).toMatchObject({ kind: 'sent' });
  });

  it('F57: repeats a mail whose answer was lost under the same Message-ID', async () => {
    catcher.faults.failNext(1, 'dropAfterAccept');
    expect(await attempt()).toMatchObject({ kind: 'retry', unknown: true });
    expect(await attempt()).toMatchObject({ kind: 'sent' });
    const [first, second] = catcher.mailsTo(HANA);
    expect(second!.messageId).toBe(first!.messageId);
    expect(catcher.mailsTo(HANA)).toHaveLength(2);
  });

  it('F57: leaves a tar pit when the time of the mail is over, and does not take the connection with it', async () => {
    const hasty = channelTo(catcher.smtpUrl, OWED);
    catcher.faults.tarpitMs = 2_800;
    expect(await attemptBy(hasty, aDelivery(HANA), aMessage())).toMatchObject({ kind: 'retry', unknown: true });
    catcher.faults.tarpitMs = 0;
    expect(await attemptBy(hasty, aDelivery(HANA), aMessage())).toMatchObject({ kind: 'sent' });
    await hasty.close();
  });

  it('F57: gives up on a server that never greets', async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const outcome = await attemptThrough(
      channelTo(`smtp://127.0.0.1:${(mute.address() as AddressInfo).port}`, { timeouts: { greetingMs: 400 } }),
    );
    mute.close();
    expect(outcome).toMatchObject({ kind: 'retry', unknown: false, reason: expect.stringContaining('Greeting') });
  });

  it('F59: does not send in clear to a relay without STARTTLS when TLS is required', async () => {
    expect(await attemptThrough(channelTo(catcher.smtpUrl, { requireTls: true }))).toMatchObject({ kind: 'retry', unknown: false });
    expect(catcher.mails).toHaveLength(0);
  });

  it('F59: sends over STARTTLS to a relay whose certificate is known, and nothing to one whose certificate is not', async () => {
    const tls = selfSignedLocalhost();
    await catcher.stop();
    catcher = await MailCatcher.start({ smtpPort: 0, httpPort: 0, tls });

    expect(await attemptThrough(channelTo(catcher.smtpUrl))).toMatchObject({ kind: 'retry', unknown: false });
    expect(catcher.mails).toHaveLength(0);
    expect(await attemptThrough(channelTo(catcher.smtpUrl, { requireTls: true, ca: tls.cert }))).toMatchObject({ kind: 'sent' });
    expect(catcher.mails.map(({ secure }) => secure)).toEqual([true]);
  });

  it('F59: is tried again when nobody listens and when the name is unknown', async () => {
    expect(await attemptThrough(channelTo('smtp://127.0.0.1:1'))).toMatchObject({ kind: 'retry', unknown: false });
    expect(await attemptThrough(channelTo('smtp://relay.invalid:25'))).toMatchObject({ kind: 'retry', unknown: false });
  });

  it.each([
    ['e@x.jp>\r\nRCPT TO:<evil@x.jp', 'a command behind the address'],
    ['hana@example.jp\0', 'NUL'],
    ['hana@example.jp\nBcc: e@x.jp', 'a header behind the address'],
    ['\u202Ehana@example.jp', 'a direction mark'],
    ['hana\u200F@example.jp', 'a direction mark inside'],
    ['hana@@example.jp', 'two @'],
    ['a@b@example.jp', 'two @ apart'],
    ['<hana@example.jp>', 'brackets'],
    ['Hana <hana@example.jp>', 'a name'],
    ['ha na@example.jp', 'a space'],
    ['"ha na"@example.jp', 'quotes'],
    ['hana,taro@example.jp', 'a list'],
    ['hana@localhost', 'no domain'],
    ['hana@127.0.0.1', 'an address of a host'],
    ['hana@[127.0.0.1]', 'an address literal'],
    ['hana@exa_mple.jp', 'an underscore in the domain'],
    ['hana@-example.jp', 'a hyphen in front'],
    ['hana@例え.jp', 'letters outside ASCII'],
    [`${'a'.repeat(65)}@example.jp`, 'too long before the @'],
    [`a@${'b.'.repeat(130)}jp`, 'too long'],
    ['', 'nothing'],
  ])('F60: refuses %j (%s) before it reaches the relay', async (address) => {
    expect(await attempt(address)).toMatchObject({ kind: 'refused', scope: 'recipients' });
    expect(catcher.events).toHaveLength(0);
  });

  it.each(['hana.sato+bosai@example.jp', 'a..b.@docomo.example.jp', '-o-@xn--r8jz45g.jp', "o'hara_1@mail.city.example.co.jp"])(
    'F60: delivers to %s and to nobody else',
    async (address) => {
      expect(await attempt(address)).toMatchObject({ kind: 'sent' });
      expect(catcher.mails.map(({ to }) => to)).toEqual([[address]]);
    },
  );

  it('F60: names with line breaks, NUL and direction marks make no header and stay readable', async () => {
    const subject = '川内\r\nBcc: evil@x.jp\r\n\r\n<b>\u202E水位\0';
    await attemptBy(channel, aDelivery(HANA), aMessage({ subject, body: '.\r\nRCPT TO:<evil@x.jp>\r\n.\r\nQUIT' }));
    expect(catcher.mails.map(({ to }) => to)).toEqual([[HANA]]);
    const read = await catcher.mails[0]!.read();
    expect(read.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(read.subject).toContain('Bcc: evil@x.jp');
    expect(read.text).toContain('RCPT TO:<evil@x.jp>');
  });

  it('F60: is not made with a sender that is none', () => {
    const transport = new MailTransport({ url: catcher.smtpUrl, requireTls: false });
    for (const from of ['', 'city', 'City <city>', 'City <a@b.jp>\r\nBcc: e@x.jp', 'a@b.jp\r\n']) {
      expect(() => new MailChannel({ name: 'email', transport, from, status: 'actual' })).toThrow('not a sender');
    }
  });

  it.each(['exercise', 'test'] as const)('F67: refuses a delivery of status %s', async (status) => {
    const outcome = await attemptBy(channel, aDelivery(HANA, { status }), aMessage({ status }));
    expect(outcome).toMatchObject({ kind: 'refused', scope: 'message' });
    expect(catcher.events).toHaveLength(0);
  });

  it('refuses a relay address that is none, without repeating it', () => {
    expect(() => new MailTransport({ url: 'http://user:secret@relay', requireTls: true })).toThrow(/^((?!secret).)*$/);
  });

  it('shares one pool between two channels until both are closed', async () => {
    const transport = new MailTransport({ url: catcher.smtpUrl, requireTls: false, timeouts: TIMEOUTS });
    const [staff, residents] = (['email', 'disaster-mail'] as const).map(
      (name) => new MailChannel({ name, transport, from: FROM, status: 'actual' }),
    );
    await staff!.close();
    expect(await attemptBy(residents!, aDelivery(HANA), aMessage())).toMatchObject({ kind: 'sent' });
    await residents!.close();
    expect(await attemptBy(residents!, aDelivery(HANA), aMessage())).toMatchObject({ kind: 'retry' });
  });

  it('writes an old handset in ISO-2022-JP, name and subject included, and says when it could not', async () => {
    const events: MailChannelEvent[] = [];
    const handsets = channelTo(catcher.smtpUrl, {}, { onEvent: (event) => events.push(event) });
    await attemptBy(handsets, aDelivery(HANA), aMessage(), 'iso-2022-jp');
    const outcome = await attemptBy(handsets, aDelivery('ji-woo@example.jp'), aMessage({ id: 'm2', body: '안내' }), 'iso-2022-jp');
    await handsets.close();

    const [old, korean] = await Promise.all(catcher.mails.map((mail) => mail.read()));
    const of = (read: typeof old, name: string) => read!.headers.find(({ key }) => key === name)?.value;
    expect(old).toMatchObject({ subject: aMessage().subject, text: expect.stringContaining(aMessage().body) });
    expect([of(old, 'from'), of(old, 'content-type')]).toEqual([FROM, 'text/plain; charset=ISO-2022-JP']);
    expect(catcher.mails[0]!.raw.every((byte) => byte < 0x80)).toBe(true);
    expect([of(korean, 'content-type'), korean!.text.trimEnd()]).toEqual(['text/plain; charset=utf-8', '안내']);
    expect(outcome).toMatchObject({ kind: 'sent', receipt: expect.stringContaining('(UTF-8: 안내)') });
    expect(events).toEqual([{ kind: 'charsetLost', messageId: 'm2', characters: ['안', '내'] }]);
  });

  it('S18: says how to leave with one click and by mail, each recipient in their own way', async () => {
    const residents = channelTo(catcher.smtpUrl, {}, { leaving });
    await attemptBy(residents, aDelivery(HANA), aMessage());
    await residents.close();
    const { headers } = await catcher.mails[0]!.read();
    const header = (name: string) => headers.filter(({ key }) => key === name).map(({ value }) => value);
    expect(header('list-unsubscribe')).toEqual([`<https://city.example.jp/u/15-t>, <mailto:u-15-t@in.city.example.jp>`]);
    expect(header('list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
  });

  it('says no address for leaving where no mail arrives', async () => {
    const residents = channelTo(catcher.smtpUrl, {}, { leaving: () => ({ url: 'https://city.example.jp/u/15-t', address: null }) });
    await attemptBy(residents, aDelivery(HANA), aMessage());
    await residents.close();
    const { headers } = await catcher.mails[0]!.read();
    expect(headers.find(({ key }) => key === 'list-unsubscribe')?.value).toBe('<https://city.example.jp/u/15-t>');
  });

  it('comes from an address of its own, by which a bounce finds the delivery as its Message-ID does', async () => {
    const heard = channelTo(catcher.smtpUrl, {}, { returnTo: (identity) => `b-${identity}@in.city.example.jp` });
    await attemptBy(heard, aDelivery(HANA), aMessage());
    await heard.close();
    const [mail] = catcher.mails;
    expect(mail!.from).toBe(`b-${mail!.messageId.slice(1, 33)}@in.city.example.jp`);
  });

  it('signs what it says, with both fields about leaving among it, so that the other side can prove it (DKIM)', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const dkim = { domain: 'city.example.jp', selector: 's1', key: privateKey };
    const signing = channelTo(catcher.smtpUrl, { dkim }, { leaving });
    await attemptBy(signing, aDelivery(HANA), aMessage(), 'iso-2022-jp');
    await signing.close();
    const signature = readSignature(catcher.mails[0]!.raw, publicKey);
    expect(signature).toMatchObject({ domain: 'city.example.jp', selector: 's1', isSigned: true, isWhole: true });
    expect(signature.fields).toEqual(expect.arrayContaining(['from', 'subject', 'list-unsubscribe', 'list-unsubscribe-post']));
  });

  it('encloses a page and a picture behind the words, made once for all, and sends the words alone when they cannot be made', async () => {
    let made = 0;
    const events: MailChannelEvent[] = [];
    const enclose: MailChannelSettings<'actual'>['enclose'] = ({ id }) => {
      made += 1;
      if (id !== 'm') throw new Error('no history');
      return Promise.resolve({ text: '根拠', html: '<p>根拠</p>', pictures: [{ cid: 'chart', png: Buffer.from('png') }] });
    };
    const staff = channelTo(catcher.smtpUrl, {}, { name: 'email', enclose, onEvent: (event) => events.push(event) });
    await attemptBy(staff, aDelivery(HANA), aMessage());
    await attemptBy(staff, aDelivery('taro@example.jp'), aMessage());
    await attemptBy(staff, aDelivery(HANA, { id: 'x' }), aMessage({ id: 'm2' }));
    await staff.close();
    const [first, second, third] = await Promise.all(catcher.mails.map((mail) => mail.read()));
    expect(first).toMatchObject({
      text: expect.stringContaining(`${aMessage().body}\n\n根拠`),
      html: expect.stringContaining('<p>根拠</p>'),
    });
    expect(second?.text).toBe(first?.text);
    expect(third).toMatchObject({ text: expect.not.stringContaining('根拠'), html: '' });
    expect([made, events]).toEqual([2, [{ kind: 'enclosureFailed', messageId: 'm2', why: 'no history' }]]);
  });

  it('puts off what comes too soon for a domain that is written to slowly, before the relay hears of it', async () => {
    const clock = new ManualClock(0);
    const pace = new MailPace(clock);
    pace.slow('example.jp', 60_000);
    const slow = channelTo(catcher.smtpUrl, {}, { pace });
    expect(await attemptBy(slow, aDelivery(HANA), aMessage())).toMatchObject({ kind: 'sent' });
    expect(await attemptBy(slow, aDelivery('taro@example.jp'), aMessage())).toMatchObject({
      kind: 'retry',
      unknown: false,
      afterMs: 1_000,
    });
    expect(await attemptBy(slow, aDelivery('taro@elsewhere.jp'), aMessage())).toMatchObject({ kind: 'sent' });
    await slow.close();
    expect(catcher.mails.map(({ to }) => to)).toEqual([[HANA], ['taro@elsewhere.jp']]);
  });
});

const leaving = (recipient: string) => ({
  url: `https://city.example.jp/u/${recipient.length}-t`,
  address: `u-${recipient.length}-t@in.city.example.jp`,
});
