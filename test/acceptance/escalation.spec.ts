import { setTimeout as delay } from 'node:timers/promises';
import type { Playbook, Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { type AlertDto, type StatusDto } from '#wire';
import { SteeredClock } from '../support/steered-clock.ts';
import { lineId, passwordOf, Station } from '../support/station.ts';

const MINUTE = 60_000;
/** A real clock decides when the stage looks again; this is for a machine that is busy. */
const PATIENCE_MS = 120_000;
const ALERT = 'river-level@ose-seguchi#1';

const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };
const leader: Subscriber = { channel: 'line', address: lineId('leader'), language: 'en', districts: [], categories: ['staff:leaders'] };
const resident: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };

const { playbook: sample } = await loadPlaybook('infra/playbooks/mihon');
if (!sample) throw new Error('the sample city does not check clean');
/** The sample city, where two of three must answer, and the leaders are called after five minutes. */
const playbook: Playbook = {
  ...sample,
  escalations: sample.escalations!.map((policy) => ({
    ...policy,
    answers: 2,
    of: ['sato', 'tanaka', 'suzuki'],
    levels: [{ afterMs: 5 * MINUTE }, { afterMs: 5 * MINUTE }],
  })),
};

const DEVICE = playbook.gauges.get('ose-seguchi')!.device;

const staff = [
  { name: 'sato', role: 'duty' },
  { name: 'tanaka', role: 'duty' },
  { name: 'suzuki', role: 'decider' },
  { name: 'ito', role: 'duty' },
  { name: 'mori', role: 'operator' },
] as const;

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(50);
  }
}

describe('an alert that nobody looks after', () => {
  let clock: SteeredClock;
  let station: Station;

  beforeEach(async () => {
    clock = new SteeredClock(Date.parse('2026-07-01T02:00:00+09:00'));
    station = await Station.start({ playbook, clock, subscribers: [duty, leader, resident], staff });
    for (const level of [4.6, 4.9, 5.05, 5.12]) await report(level);
    await until(async () => (await vigil())?.calledAt != null);
  });

  afterEach(() => station.stop());

  const vigil = async () => (await station.service.adapters.ledger.vigilants(9)).find(({ alert }) => alert.ruleId === 'river-level')?.vigil;

  /** Moves the date, and waits until a look that began after that is over: the next one begins. */
  async function pass(minutes: number): Promise<void> {
    clock.moveTo(clock.now() + minutes * MINUTE);
    const { ledger } = station.service.adapters;
    let looks = 0;
    const look = ledger.vigilants.bind(ledger);
    ledger.vigilants = (limit) => {
      looks += 1;
      return look(limit);
    };
    await until(() => looks >= 2);
    ledger.vigilants = look;
    await station.settled();
  }

  /** A reading of this moment, as the device sends it. */
  async function report(level: number): Promise<void> {
    clock.moveTo(clock.now() + MINUTE);
    const basic = Buffer.from(`${DEVICE}:${station.keys[DEVICE]}`).toString('base64');
    const response = await fetch(`${station.httpUrl}/api/v1/devices/${DEVICE}/obs`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: JSON.stringify({ t: clock.now(), level }),
    });
    expect(response.status).toBe(200);
    await station.settled();
  }

  const calls = (): readonly string[] => station.line.inboxOf(leader.address).map(({ text }) => text.split('\n')[0]!);

  async function signedIn(name: string): Promise<(path: string, method?: string) => Promise<Response>> {
    const signed = await fetch(`${station.httpUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: name, password: passwordOf(name) }),
    });
    const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
    return (path, method = 'GET') => fetch(`${station.httpUrl}/api/v1/${path}`, { method, headers: { cookie } });
  }

  const answer = async (name: string): Promise<number> =>
    (await (await signedIn(name))(`alerts/${encodeURIComponent(ALERT)}/answer`, 'POST')).status;

  const alarms = async (): Promise<StatusDto['alarms']> => ((await (await (await signedIn('mori'))('status')).json()) as StatusDto).alarms;

  it('goes to the second group after five minutes, then sounds at the desk until two of three have answered, and ends for all who were called', async () => {
    expect(calls()).toEqual([]);
    await pass(5);
    expect(calls()).toEqual([expect.stringMatching(/Staff, call.*Ose/)]);
    expect(await alarms()).toEqual([]);

    await pass(5);
    expect(await alarms()).toMatchObject([{ alertId: ALERT, stepName: '危険水位', answeredBy: [], wanted: 2 }]);
    expect(await answer('sato')).toBe(200);
    expect(await answer('sato')).toBe(200);
    expect(await answer('ito')).toBe(200);
    expect(await answer('mori')).toBe(403);
    expect(await alarms()).toMatchObject([{ answeredBy: ['sato'] }]);
    expect(await answer('tanaka')).toBe(200);
    expect(await alarms()).toEqual([]);
    const shown = (await (await (await signedIn('mori'))(`alerts/${encodeURIComponent(ALERT)}`)).json()) as AlertDto;
    expect(shown.answers.map(({ by }) => by).toSorted()).toEqual(['ito', 'sato', 'tanaka']);

    for (const level of [4.8, 4.7, 4.65, 4.6, 4.5]) {
      clock.moveTo(clock.now() + 10 * MINUTE);
      await report(level);
    }
    expect(calls()).toEqual([expect.stringMatching(/Staff, call/), expect.stringMatching(/all clear/)]);
  });

  it('stays quiet when two of three have answered in time, one of them by acknowledging', async () => {
    expect(await answer('suzuki')).toBe(200);
    const acknowledged = await (await signedIn('sato'))(`alerts/${encodeURIComponent(ALERT)}/acknowledge`, 'POST');
    expect(acknowledged.status).toBe(200);
    await pass(5);
    await pass(5);
    await pass(30);
    expect(calls()).toEqual([]);
    expect(await alarms()).toEqual([]);
    const mails = await Promise.all(station.mail.mailsTo(duty.address).map((mail) => mail.read()));
    expect(mails.map(({ subject }) => subject).filter((subject) => subject.includes('再通知'))).toEqual([]);
    expect(mails.length).toBeGreaterThan(0);
  });

  it('reminds the duty officers once after an outage of hours, and nobody a second time after a restart', async () => {
    const reminders = (): number => station.mail.mailsTo(duty.address).length;
    const before = reminders();
    await station.stopService();
    clock.moveTo(clock.now() + 5 * 60 * MINUTE);
    await station.restart();
    await until(() => reminders() > before);
    await pass(0);
    expect(reminders()).toBe(before + 1);
    expect(calls()).toHaveLength(1);
    await station.restart();
    await pass(0);
    expect(reminders()).toBe(before + 1);
    expect(calls()).toHaveLength(1);
  });
});
