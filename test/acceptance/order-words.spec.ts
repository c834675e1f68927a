import { setTimeout as delay } from 'node:timers/promises';
import { type Language, LANGUAGES, LEVEL_COLOURS, LEVEL_NAMES, type Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { type OrderCopyDto, orderCopyDto, type OrderDetailDto } from '#wire';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

// A whole service on a machine that may be busy.
const PATIENCE_MS = 120_000;
const UNDO_MS = 5_000;

const { playbook } = await loadPlaybook('infra/playbooks/mihon');

const resident = (language: Language): Subscriber => ({
  channel: 'line',
  address: lineId(language),
  language,
  districts: ['seguchi'],
  categories: ['flood'],
});
const people = LANGUAGES.map(resident);

const clock = new SteeredClock(Date.parse('2026-07-01T02:00:00+09:00'));
let station: Station;

beforeAll(async () => {
  station = await Station.start({
    playbook: playbook!,
    clock,
    subscribers: people,
    staff: [
      { name: 'sato', role: 'duty' },
      { name: 'suzuki', role: 'decider' },
      { name: 'mori', role: 'decider' },
      { name: 'ono', role: 'viewer' },
    ],
  });
});
afterAll(() => station.stop());

async function asking(name: string) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ user: name, password: passwordOf(name) });
  const signed = await fetch(`${station.httpUrl}/api/v1/session`, { method: 'POST', headers, body });
  const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
  return async <T>(method: string, where: string, ask?: object): Promise<T> => {
    const response = await fetch(`${station.httpUrl}/api/v1/orders${where}`, {
      method,
      headers: { cookie, ...(ask && headers) },
      ...(ask && { body: JSON.stringify(ask) }),
    });
    expect([where, response.status < 300]).toEqual([where, true]);
    return (await response.json()) as T;
  };
}

/** What was proposed is confirmed by both deciders, and nobody undoes it. */
async function takesEffect(id: string, heard: number): Promise<void> {
  for (const name of ['suzuki', 'mori']) {
    const decider = await asking(name);
    const { version } = await decider<OrderDetailDto>('GET', `/${id}`);
    await decider('POST', `/${id}/confirm`, { version });
  }
  clock.moveTo(clock.now() + UNDO_MS);
  const endAt = performance.now() + PATIENCE_MS;
  while (people.some(({ address }) => station.line.inboxOf(address).length < heard)) {
    if (performance.now() > endAt) throw new Error('not everybody heard');
    await delay(20);
  }
}

it('R5 says one order and its end in eight languages, in its colour, with one issue time, and offers the same words to be copied', async () => {
  const sato = await asking('sato');
  const ask = { municipalLevel: 4, hazard: 'flood', districts: ['seguchi'] };
  const { id } = await sato<OrderDetailDto>('POST', '', ask);
  await takesEffect(id, 1);

  for (const { language, address } of people) {
    const { message, text } = station.line.inboxOf(address)[0]!;
    const bubble = JSON.stringify(message);
    expect(message).toMatchObject({ type: 'flex' });
    expect(bubble).toContain(`"backgroundColor":"${LEVEL_COLOURS[4].fill}"`);
    expect(bubble).toContain(LEVEL_NAMES[language][4]);
    expect(bubble).toContain(`/?lang=${language}"`);
    expect([language, text.includes('02:00')]).toEqual([language, true]);
  }

  // Whoever may look may copy; the sentences are those that residents read.
  const ono = await asking('ono');
  const given = orderCopyDto.parse(await ono<OrderCopyDto>('GET', `/${id}/copy`));
  const japanese = station.line.inboxOf(lineId('ja'))[0]!.text;
  expect(given).toMatchObject({
    kind: 'given',
    areaMail: { short: { title: '避難指示 見本市' } },
    publicNotice: null,
    hub: { documentRevision: 1 },
  });
  expect(
    'short' in given.areaMail &&
      given.areaMail.short.body
        .split('\n')
        .slice(0, 3)
        .filter((line) => !japanese.includes(line)),
  ).toEqual([]);

  const { version } = await sato<OrderDetailDto>('GET', `/${id}`);
  await sato('POST', `/${id}/lift`, { version, reason: '水位が下がった' });
  await takesEffect(id, 2);
  expect(station.line.inboxOf(lineId('vi'))[1]).toMatchObject({
    message: { type: 'text' },
    text: expect.stringContaining('đã dỡ bỏ Cảnh báo cấp 4'),
  });
  const lifted = orderCopyDto.parse(await ono<OrderCopyDto>('GET', `/${id}/copy`));
  expect(lifted).toMatchObject({
    kind: 'lifted',
    hub: { documentId: given.hub.documentId, documentRevision: 2, orders: [{ issueOrLift: '解除' }] },
  });
  expect(lifted.publicNotice).toContain('第60条第5項');
  expect(await ono<OrderCopyDto>('GET', `/${id}/copy?of=${encodeURIComponent(given.transitionId)}`)).toEqual(given);
});
