import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { lineId, Station } from '../support/station.ts';

const resident: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };
const stranger: Subscriber = {
  channel: 'line',
  address: lineId('far away'),
  language: 'ja',
  districts: ['kitahara'],
  categories: ['flood'],
};
const guest: Subscriber = {
  channel: 'disaster-mail',
  address: 'nguyen@mail.example.jp',
  language: 'en',
  districts: ['seguchi'],
  categories: ['flood'],
};
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

describe('the way of one reading', () => {
  let station: Station;

  beforeAll(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({ playbook, subscribers: [resident, stranger, guest, duty] });
  });

  afterAll(() => station.stop());

  it('tells the residents of the districts once when the Ose passes its danger mark and LINE stumbles', async () => {
    station.line.failNext(1, 'dropAfterAccept');
    const gauge = await station.gauge('ose-seguchi');
    await gauge.reports([4.6, 4.9, 5.05, 5.12]);
    await station.settled();

    const inbox = station.line.inboxOf(resident.address);
    expect(inbox).toHaveLength(1);
    expect(inbox[0]!.text).toMatch(/大瀬川（瀬口）危険水位に到達[\s\S]*5\.12 m/);
    expect(station.line.inboxOf(stranger.address)).toEqual([]);

    const [mail] = await Promise.all(station.mail.mailsTo(guest.address).map((caught) => caught.read()));
    expect(mail!.subject).toContain('Ose');
    expect(station.mail.mailsTo(duty.address).length).toBeGreaterThan(0);
  });

  it('balances: accepted = stored + duplicates + quarantined, and stored = decided', async () => {
    await station.settled();
    const metrics = await (await fetch(`${station.httpUrl}/metrics`)).text();
    const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
    expect(value('sonae_readings_stored_total')).toBe(4);
    expect(value('sonae_readings_accepted_total')).toBe(
      value('sonae_readings_stored_total') + value('sonae_readings_duplicates_total') + value('sonae_quarantined_total'),
    );
    expect(value('sonae_readings_decided_total')).toBe(value('sonae_readings_stored_total'));
  });

  it('keeps everything over a restart, and tells nothing twice', async () => {
    const before = station.line.requests.length;
    await station.restart();
    await station.settled();
    expect(station.line.requests).toHaveLength(before);
    const { ledger } = station.service.adapters;
    const alert = await ledger.alert('river-level', 'ose-seguchi');
    const deliveries = await ledger.deliveries({ limit: 100 });
    expect(alert).toMatchObject({ state: 'raised', step: 2 });
    expect(deliveries.map(({ delivery }) => delivery.state)).toEqual(deliveries.map(() => 'sent'));
  });
});
