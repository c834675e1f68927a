import { setTimeout as delay } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { button, TALK_WORDS, type Role, UNDO_MS } from '#core';
import { loadPlaybook } from '#playbook';
import type { OrderDetailDto, ReachReportDto } from '#wire';
import { type Asking, signIn } from '../support/headquarters.ts';
import { Phone } from '../support/phone.ts';
import { lineId, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

// A whole service on a machine that may be busy.
const PATIENCE_MS = 120_000;
const NIGHT = Date.parse('2026-07-01T02:00:00+09:00');
/** Inside 瀬口 and 本町 of the sample city. */
const SEGUCHI = { latitude: 34.3020123, longitude: 137.6985123 };
const HONMACHI = { latitude: 34.2925123, longitude: 137.6905123 };
const HANA = 'hana@docomo.example.jp';
const ENTRY = 'entry@city.example.jp';
const STAFF: readonly { readonly name: string; readonly role: Role }[] = [
  { name: 'sato', role: 'duty' },
  { name: 'suzuki', role: 'decider' },
  { name: 'mori', role: 'decider' },
];
const { vi } = TALK_WORDS;

let clock: SteeredClock;
let station: Station;

beforeEach(async () => {
  const { playbook } = await loadPlaybook('infra/playbooks/mihon');
  if (!playbook) throw new Error('the sample city does not check clean');
  clock = new SteeredClock(NIGHT);
  station = await Station.start({
    playbook,
    clock,
    staff: STAFF,
    env: {
      SONAE_LINE_SECRET: 'secret-of-the-station',
      SONAE_MAIL_INBOUND_PORT: '0',
      SONAE_MAIL_FROM: '見本市防災 <bosai@city.example.jp>',
      SONAE_PUBLIC_URL: 'https://bosai.city.example.jp',
    },
  });
});
afterEach(() => station.stop());

/** An order of level 4 by people, for the two districts: given, and 5 seconds later out. */
async function given(): Promise<string> {
  const [sato, suzuki, mori] = await Promise.all(['sato', 'suzuki', 'mori'].map((name) => signIn(station.httpUrl, name)));
  const proposed = await sato!<OrderDetailDto>('POST', 'orders', {
    municipalLevel: 4,
    hazard: 'flood',
    districts: ['seguchi', 'honmachi'],
    report: '瀬口で越水を見た',
  });
  expect(proposed.status).toBe(201);
  await confirmed(proposed.body.id, suzuki!, mori!);
  return proposed.body.id;
}

async function lifted(id: string): Promise<void> {
  const [sato, suzuki, mori] = await Promise.all(['sato', 'suzuki', 'mori'].map((name) => signIn(station.httpUrl, name)));
  const { version } = (await sato!<OrderDetailDto>('GET', `orders/${id}`)).body;
  expect((await sato!('POST', `orders/${id}/lift`, { version, reason: '水位が下がった' })).status).toBe(200);
  await confirmed(id, suzuki!, mori!);
}

async function confirmed(id: string, ...deciders: readonly Asking[]): Promise<void> {
  const { orders } = station.service.adapters;
  const before = (await orders.transitionsAfter(0, 1_000)).length;
  for (const decider of deciders) {
    const { version } = (await decider<OrderDetailDto>('GET', `orders/${id}`)).body;
    expect((await decider('POST', `orders/${id}/confirm`, { version })).status).toBe(200);
  }
  clock.moveTo(clock.now() + UNDO_MS);
  await until(async () => (await orders.transitionsAfter(0, 1_000)).length > before);
  await station.service.told();
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(20);
  }
}

describe('a resident who reads Vietnamese', () => {
  it('signs up by two places on the map, hears an order of level 4 once and its end, leaves, and hears nothing more', async () => {
    const nam = new Phone(station.line, lineId('Nam'), () => `${station.httpUrl}/webhooks/line`);
    station.line.addUser({ userId: nam.userId, displayName: 'Nam', language: 'vi' });
    const [greeting] = await nam.does(nam.happens('follow'));
    expect(greeting!.text).toContain(vi.signUp.chooseLanguage);
    await nam.does(nam.presses(button.language('vi')));
    await nam.does(nam.sends(SEGUCHI));
    await nam.does(nam.sends(HONMACHI));
    await nam.does(nam.presses(button.districtsDone));
    const [done] = await nam.does(nam.presses(button.categoriesDone));
    expect(done!.text).toContain('Đã đăng ký.');
    const before = nam.texts.length;

    const id = await given();
    expect(nam.texts.slice(before)).toEqual([expect.stringMatching(/cấp 4/i)]);
    const order = nam.inbox.at(-1)!.message as { contents: { footer: { contents: { action: { label: string; data: string } }[] } } };
    const [seen] = order.contents.footer.contents.map(({ action }) => action);
    expect(seen!.label).toBe('Tôi đã xem');

    // Pressed twice, and repeated by LINE: one person has seen it. Nobody answers to that.
    const pressed = nam.presses(seen!.data);
    await nam.tells(pressed, nam.presses(seen!.data));
    await nam.tells(pressed);
    const sato = await signIn(station.httpUrl, 'sato');
    const { told } = (await sato<OrderDetailDto>('GET', `orders/${id}`)).body;
    const of = encodeURIComponent(told.find(({ kind }) => kind === 'given')!.transitionId);
    await until(async () => (await sato<ReachReportDto>('GET', `reach?of=${of}`)).body.residents.confirmed === 1);
    expect(nam.texts).toHaveLength(before + 1);

    await lifted(id);
    expect(nam.texts.slice(before)).toHaveLength(2);
    expect(nam.texts.at(-1)).toMatch(/dỡ bỏ|hủy|kết thúc/i);

    await nam.does(nam.writes('hủy đăng ký'));
    const [left] = await nam.does(nam.presses(button.topic('leaveYes')));
    expect(left!.text).toBe(vi.signUp.left);
    const after = nam.texts.length;
    await given();
    expect(nam.texts).toHaveLength(after);
  });
});

describe('a resident with an old handset', () => {
  it('signs up by an empty mail, reads an order of level 4 and its end in ISO-2022-JP, leaves, and hears nothing more', async () => {
    await send(HANA, ENTRY);
    const invitation = await mail(1);
    const link = /https:\/\/bosai\.city\.example\.jp(\/mail\/\S+)/.exec(invitation.text)![1]!;
    const form = 'language=ja&charset=iso-2022-jp&category=flood&agree=yes&district=seguchi&district=honmachi';
    const answer = await fetch(`${station.httpUrl}${link}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
    });
    expect(answer.status).toBe(200);
    await mail(2);

    const id = await given();
    const order = await mail(3);
    expect(order.coded).toBe('text/plain; charset=ISO-2022-JP');
    expect(order.subject).toMatch(/警戒レベル4.*避難指示/);
    expect(order.text).toContain('全員');
    expect(order.raw.every((byte) => byte < 0x80)).toBe(true);

    await lifted(id);
    const end = await mail(4);
    expect(end.subject).toContain('解除');
    expect(station.mail.mailsTo(HANA)).toHaveLength(4);

    expect(await send(HANA, end.leaveBy)).toBe(250);
    expect((await mail(5)).subject).toContain('配信停止');
    await given();
    expect(station.mail.mailsTo(HANA)).toHaveLength(5);
  });
});

/** Hands an empty mail to the service's own door. */
async function send(from: string, to: string): Promise<number> {
  const transport = createTransport({ host: '127.0.0.1', port: station.service.mailPort!, ignoreTLS: true });
  const { response } = await transport.sendMail({ envelope: { from, to: [to] }, from, subject: '', text: '' });
  transport.close();
  return Number(response.slice(0, 3));
}

/** The n-th mail to her, read by a parser that knows nothing of us. */
async function mail(n: number) {
  await station.mail.until((catcher) => catcher.mailsTo(HANA).length >= n, PATIENCE_MS);
  const caught = station.mail.mailsTo(HANA)[n - 1]!;
  const { subject, text, headers } = await caught.read();
  const header = (name: string) => headers.find(({ key }) => key === name)?.value ?? '';
  const [, leaveBy = ''] = /<mailto:([^>]+)>/.exec(header('list-unsubscribe')) ?? [];
  return { subject, text, raw: caught.raw, coded: header('content-type'), leaveBy };
}
