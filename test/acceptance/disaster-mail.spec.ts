import { createTransport } from 'nodemailer';
import { leavingTokenOf, mailIdentity, returnTokenOf, type Subscriber } from '#core';
import type { ReadMail } from '#outside/mail-catcher';
import { loadPlaybook } from '#playbook';
import { Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

const ENTRY = 'entry@city.example.jp';
const HANA = 'hana.sato@docomo.example.jp';
const MINH = 'minh@mail.example.jp';
const FROM = '見本市防災 <bosai@city.example.jp>';
const ONE_CLICK = 'List-Unsubscribe=One-Click';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Somebody who stays where others leave, until their mailbox is gone. */
const NEIGHBOUR: Subscriber = {
  channel: 'disaster-mail',
  address: 'neighbour@mail.example.jp',
  language: 'ja',
  districts: ['seguchi'],
  categories: ['flood'],
};

const DUTY: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

let station: Station;
let clock: SteeredClock;

beforeAll(async () => {
  const { playbook } = await loadPlaybook('infra/playbooks/mihon');
  if (!playbook) throw new Error('the sample city does not check clean');
  clock = new SteeredClock(Date.now());
  station = await Station.start({
    playbook,
    clock,
    subscribers: [NEIGHBOUR, DUTY],
    env: { SONAE_MAIL_INBOUND_PORT: '0', SONAE_MAIL_FROM: FROM, SONAE_PUBLIC_URL: 'https://bosai.city.example.jp' },
  });
});

afterAll(() => station.stop());

/** Hands a mail to the service's own door, and gives what it answered. */
async function send(from: string, to: string, more: object = {}): Promise<number> {
  const transport = createTransport({ host: '127.0.0.1', port: station.service.mailPort!, ignoreTLS: true });
  try {
    const { response } = await transport.sendMail({ envelope: { from, to: [to] }, from: 'x@example.jp', subject: '', text: '', ...more });
    return Number(response.slice(0, 3));
  } catch (error) {
    return (error as { responseCode?: number }).responseCode ?? 0;
  } finally {
    transport.close();
  }
}

/** The n-th mail to somebody, once it is there. */
async function mailTo(address: string, n: number): Promise<ReadMail & { readonly raw: Buffer; readonly from: string }> {
  await station.mail.until((catcher) => catcher.mailsTo(address).length >= n);
  const mail = station.mail.mailsTo(address)[n - 1]!;
  return { ...(await mail.read()), raw: mail.raw, from: mail.from };
}

const headerOf = ({ headers }: ReadMail, name: string): string => headers.find(({ key }) => key === name)?.value ?? '';

/** The page behind a link, on this machine whatever the world calls it. */
const here = (url: string): string => `${station.httpUrl}${new URL(url).pathname}`;

const linkIn = ({ text }: ReadMail): string => /https:\/\/bosai\.city\.example\.jp\/mail\/\S+/.exec(text)![0];

const post = (url: string, body: string, headers: Record<string, string> = FORM): Promise<Response> =>
  fetch(url, { method: 'POST', body, headers, redirect: 'manual' });

const choices = (more: string): string => `language=ja&charset=iso-2022-jp&category=flood&agree=yes&${more}`;

async function invited(address: string): Promise<string> {
  const before = station.mail.mailsTo(address).length;
  expect(await send(address, ENTRY)).toBe(250);
  return linkIn(await mailTo(address, before + 1));
}

describe('disaster mail', () => {
  it('goes from an empty mail to a warning that an old handset reads, and to leaving with one click', async () => {
    expect(await send(HANA, ENTRY, { subject: '登録', text: 'お願いします' })).toBe(250);
    const invitation = await mailTo(HANA, 1);
    expect(invitation.subject).toBe('【仮登録】見本市 災害情報メール');
    expect([headerOf(invitation, 'from'), headerOf(invitation, 'auto-submitted')]).toEqual([FROM, 'auto-replied']);

    const link = here(linkIn(invitation));
    const form = await fetch(link);
    expect([form.status, form.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await form.text()).toMatch(new RegExp(`${HANA}[\\s\\S]*name="district" value="seguchi"`));
    const done = await post(link, choices('district=seguchi'));
    expect([done.status, (await done.text()).includes('登録しました')]).toEqual([200, true]);

    const welcome = await mailTo(HANA, 2);
    expect(welcome.subject).toBe('【本登録】見本市 災害情報メール');
    expect(welcome.text).toMatch(/言語: 日本語\n地区: 瀬口\S*\n情報: 避難情報・川の水位\n/);

    const gauge = await station.gauge('ose-seguchi');
    // A device that seems to be minutes ahead of the service is not believed.
    clock.moveTo(Date.now());
    await gauge.reports([4.6, 4.9, 5.05, 5.12]);
    await station.settled();
    const warning = await mailTo(HANA, 3);
    const { ledger } = station.service.adapters;
    const [told] = await ledger.deliveries({ channel: 'disaster-mail', limit: 1 });
    const words = (await ledger.messages(told!.delivery.transitionId)).find(({ id }) => id === told!.delivery.messageId)!;
    expect(warning.raw.every((byte) => byte < 0x80)).toBe(true);
    expect(headerOf(warning, 'content-type')).toBe('text/plain; charset=ISO-2022-JP');
    expect([warning.subject, headerOf(warning, 'from')]).toEqual([words.subject, FROM]);
    // Lines are broken for the handset; not a character is another one.
    expect(warning.text.replaceAll('\n', '')).toBe(words.body.replaceAll('\n', ''));
    expect(warning.subject).toContain('大瀬川');

    const [, url = '', leave = ''] = /^<(https:[^>]+)>, <mailto:([^>]+)>$/.exec(headerOf(warning, 'list-unsubscribe')) ?? [];
    expect([headerOf(warning, 'list-unsubscribe-post'), leave]).toEqual([
      ONE_CLICK,
      expect.stringMatching(/^u-\d+-[0-9a-f]{32}@city\.example\.jp$/),
    ]);
    // Neither a mail scanner that looks at the link nor a stranger's page ends it.
    expect((await fetch(here(url))).status).toBe(200);
    expect((await post(here(url), ONE_CLICK, { ...FORM, origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(here(url), 'something=else')).status).toBe(404);

    const clicked = await post(here(url), ONE_CLICK);
    expect([clicked.status, clicked.headers.get('location'), clicked.headers.get('set-cookie')]).toEqual([200, null, null]);
    clock.moveTo(Date.now());
    await gauge.reports([5.3, 5.5, 5.7, 5.85, 5.9], { everyMs: 20 });
    await station.settled();
    await mailTo(NEIGHBOUR.address, 2);
    expect(station.mail.mailsTo(HANA)).toHaveLength(3);
    expect((await post(here(url), ONE_CLICK)).status).toBe(200);
  });

  it('S17: answers every address alike, at most once a minute, and no machine', async () => {
    await invited(MINH);
    expect(await send(MINH, ENTRY)).toBe(250);
    expect(await send('', ENTRY)).toBe(250);
    expect(await send('robot@mail.example.jp', ENTRY, { headers: { 'Auto-Submitted': 'auto-replied' } })).toBe(250);
    expect(await send('list@mail.example.jp', ENTRY, { headers: { Precedence: 'bulk' } })).toBe(250);
    // A person who comes after them has their letter: whatever came before is through.
    await invited('after@mail.example.jp');
    expect(station.mail.mailsTo(MINH)).toHaveLength(1);
    expect(station.mail.mails.filter(({ to }) => to.some((address) => /^(?:robot|list)@/.test(address)))).toEqual([]);
    clock.jump(61_000);
    await invited(MINH);
  });

  it('S16: a link serves once, and a wrong one shows nobody', async () => {
    clock.jump(61_000);
    const link = here(await invited(MINH));
    const wrong = `${link.slice(0, -1)}${link.endsWith('0') ? '1' : '0'}`;
    expect([
      (await fetch(wrong)).status,
      (await post(wrong, choices('district=seguchi'))).status,
      (await post(`${wrong}/leave`, '')).status,
    ]).toEqual([404, 404, 404]);
    expect((await post(link, 'language=vi&charset=utf-8&category=flood&agree=yes&district=seguchi')).status).toBe(200);
    const again = await post(link, choices('district=honmachi'));
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('登録しました')]);
    expect(await station.service.adapters.directory.subscriber('disaster-mail', MINH)).toMatchObject({
      language: 'vi',
      districts: ['seguchi'],
    });
    expect(await (await fetch(link)).text()).not.toContain(MINH);
  });

  it('asks for a district and a yes, and keeps what was filled in', async () => {
    const link = here(await invited('kim@mail.example.jp'));
    const page = await post(`${link}?lang=en`, 'language=ko&charset=utf-8&category=congestion');
    const text = await page.text();
    expect(page.status).toBe(422);
    expect(text).toContain('Choose at least one district.');
    expect(text).toContain('Please agree to the use of your data.');
    expect(text).toMatch(/value="ko" lang="ko" selected/);
    expect(text).toMatch(/value="congestion" checked/);
    expect(await station.service.adapters.directory.subscriber('disaster-mail', 'kim@mail.example.jp')).toBeNull();
  });

  it('shows what is chosen when somebody comes again, changes it, and lets them leave by the form', async () => {
    clock.jump(61_000);
    const link = here(await invited(MINH));
    const form = await (await fetch(link)).text();
    expect(form).toMatch(/value="seguchi" checked/);
    expect(form).toMatch(/value="vi" lang="vi" selected/);
    expect(form).toContain('Dừng nhận thư');
    const before = station.mail.mailsTo(MINH).length;
    const left = await post(`${link}/leave`, '');
    expect((await mailTo(MINH, before + 1)).subject).toBe('[Đã dừng] Thư thiên tai Thành phố Mihon');
    expect([left.status, await left.text()]).toEqual([200, expect.stringContaining('配信を停止しました')]);
    expect(await station.service.adapters.directory.subscriber('disaster-mail', MINH)).toBeNull();
  });

  describe('for somebody who signed up', () => {
    let address: string;
    let token: string;
    let people = 0;

    beforeEach(async () => {
      people += 1;
      address = `leaving${people}@mail.example.jp`;
      await post(here(await invited(address)), 'language=en&charset=utf-8&category=flood&agree=yes&district=seguchi');
      const { recipient } = (await station.service.adapters.directory.subscriber('disaster-mail', address))!;
      token = leavingTokenOf(station.service.adapters.keys, recipient);
    });
    const isKnown = async () => (await station.service.adapters.directory.subscriber('disaster-mail', address)) !== null;

    it('S18: takes the one click in the parts that RFC 8058 recommends', async () => {
      const body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
      const clicked = await post(`${station.httpUrl}/u/${token}`, body, { 'content-type': 'multipart/form-data; boundary=b' });
      expect([clicked.status, await isKnown()]).toEqual([200, false]);
    });

    it('S18: takes a mail to the address in the header, whoever sends it, and says so to the one who left', async () => {
      expect([await isKnown(), await send('anybody@elsewhere.jp', `u-${token}@city.example.jp`), await isKnown()]).toEqual([
        true,
        250,
        false,
      ]);
      await station.mail.until((catcher) => catcher.mailsTo(address).length >= 3);
      const subjects = await Promise.all(station.mail.mailsTo(address).map(async (mail) => (await mail.read()).subject));
      expect(subjects.filter((subject) => subject === '[Unsubscribed] Mihon City disaster mail')).toHaveLength(1);
    });
  });

  it('S27: the pages run nothing, send forms to their own server only, and leave no trace of the link', async () => {
    const link = here(await invited('page@mail.example.jp'));
    for (const url of [link, `${station.httpUrl}/u/1-${'0'.repeat(32)}`, `${station.httpUrl}/mail/none`]) {
      const { headers } = await fetch(url);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'$/,
      );
      expect([headers.get('cache-control'), headers.get('referrer-policy'), headers.get('x-content-type-options')]).toEqual([
        'no-store',
        'same-origin',
        'nosniff',
      ]);
    }
  });

  it('F60: relays nothing, and writes to nobody whose address could be read in two ways', async () => {
    const before = station.mail.mails.length;
    expect(await send(HANA, 'victim@elsewhere.jp')).toBe(550);
    expect(await send('hana\u202e@example.jp', ENTRY)).toBe(553);
    expect(await send('"e@x.jp RCPT TO:"@example.jp', ENTRY)).toBe(501);
    await invited('last@mail.example.jp');
    const addressed = station.mail.mails.slice(before).flatMap(({ to }) => to);
    expect(addressed).toEqual(['last@mail.example.jp']);
  });

  it('encloses for staff what the warning rests on, with a curve of the hours before', async () => {
    const warning = await mailTo(DUTY.address, 1);
    expect(warning.text).toMatch(
      /瀬口[\s\S]*― 判断の根拠 ―\n規則: 河川水位[\s\S]*4\.90 m 良[\s\S]*https:\/\/bosai\.city\.example\.jp\/hq\/alerts\//,
    );
    expect(warning.html).toContain('cid:chart@sonae');
    expect(warning.pictures).toMatchObject([{ cid: 'chart@sonae', type: 'image/png' }]);
    expect(warning.pictures[0]!.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(headerOf(warning, 'list-unsubscribe')).toBe('');
  });

  it('hears of a bounce by the address that the mail came from, and gives a mailbox up on the second day', async () => {
    const { directory, keys, ledger, mail } = station.service.adapters;
    const { recipient } = (await directory.subscriber('disaster-mail', NEIGHBOUR.address))!;
    const warnings = station.mail.mailsTo(NEIGHBOUR.address);
    expect(warnings).toHaveLength(2);
    // Who is on holiday got the mail: their answering machine writes without a sender, as a mail server does.
    expect(await send('', warnings[0]!.from, { headers: { 'Auto-Submitted': 'auto-replied' }, text: '不在にしています' })).toBe(250);
    expect(await mail!.bounces.ofRecipient(recipient)).toEqual([]);
    for (const [index, state] of ['active', 'blocked'].entries()) {
      expect(await send('', warnings[index]!.from, { raw: bounceOf(NEIGHBOUR.address) })).toBe(250);
      expect(await directory.subscriberOf(recipient)).toMatchObject({ state });
      clock.jump(24 * 3_600_000);
    }
    expect(await mail!.bounces.ofRecipient(recipient)).toMatchObject([{ kind: 'gone' }, { kind: 'gone' }]);
    const bounced = (await ledger.deliveries({ channel: 'disaster-mail', limit: 99 })).filter(({ delivery }) =>
      delivery.recipients.includes(recipient),
    );
    expect(bounced.map(({ delivery }) => `b-${returnTokenOf(keys, mailIdentity(delivery.id))}@city.example.jp`).toSorted()).toEqual(
      warnings.map(({ from }) => from).toSorted(),
    );
  });
});

const bounceOf = (address: string): string =>
  [
    'From: MAILER-DAEMON@mail.example.jp',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.mail.example.jp',
    '',
    `Final-Recipient: rfc822; ${address}`,
    'Action: failed',
    'Status: 5.1.1',
    '',
    '--b--',
    '',
  ].join('\r\n');
