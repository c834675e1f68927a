import type { Playbook, Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { connectAsync, type MqttClient } from 'mqtt';
import { lineId, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

// A whole service on a machine that may be busy.
const MINUTE = 60_000;
const EVENING = Date.parse('2026-07-01T18:00:00+09:00');
const EVERY = 5 * MINUTE;
const DEVICES = ['ose-seguchi', 'ose-kawara'] as const;
const DISTRICTS = ['seguchi', 'honmachi', 'kawara'] as const;
type District = (typeof DISTRICTS)[number];

const onLine = (district: District): Subscriber => ({
  channel: 'line',
  address: lineId(`resident of ${district}`),
  language: 'ja',
  districts: [district],
  categories: ['flood'],
});
const byMail = (district: District): Subscriber => ({
  ...onLine(district),
  channel: 'disaster-mail',
  address: `${district}@mail.example.jp`,
});

/** The sample city, where the gauge at 河原 warns a second district that the one at 瀬口 warns as well: 本町 hears of both. */
const withSharedDistrict = (playbook: Playbook): Playbook => {
  const kawara = playbook.gauges.get('ose-kawara')!;
  return { ...playbook, gauges: new Map(playbook.gauges).set(kawara.id, { ...kawara, areas: ['honmachi', 'kawara'] }) };
};

/** What both gauges report every five minutes, in metres; the danger marks (危険水位) are 5.00 at 瀬口 and 3.60 at 河原. */
type Tick = readonly [seguchi: number, kawara: number];
const HALF_AN_HOUR = 8;
const RISING: readonly Tick[] = [
  [4.6, 3.2],
  [5.05, 3.2],
  [5.1, 3.2],
  [5.1, 3.65],
  [5.1, 3.7],
];
const ends = (tick: Tick): readonly Tick[] => Array.from({ length: HALF_AN_HOUR }, () => tick);

/** Which place was named in each message, and whether it was the danger mark or its end. */
const brief = (text: string): string => `${text.includes('瀬口') ? '瀬口' : '河原'} ${/解除|下回/.test(text) ? 'end' : 'danger'}`;

describe('F44 D§10.1 two gauges of the Ose that warn one district', () => {
  let station: Station;
  let clock: SteeredClock;
  const clients: MqttClient[] = [];

  beforeEach(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    clock = new SteeredClock(EVENING);
    const subscribers = DISTRICTS.flatMap((district) => [onLine(district), byMail(district)]);
    station = await Station.start({ playbook: withSharedDistrict(playbook), clock, subscribers });
    for (const device of DEVICES) {
      const login = { clientId: device, username: device, password: station.keys[device]! };
      clients.push(await connectAsync(station.mqttUrl, { ...login, protocolVersion: 4, reconnectPeriod: 0 }));
    }
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.endAsync(true);
    await station.stop();
  });

  /** Both gauges report every five minutes, and everybody is told before the next report. */
  async function lives(ticks: readonly Tick[]): Promise<void> {
    for (const levels of ticks) {
      clock.moveTo(clock.now() + EVERY);
      for (const [i, client] of clients.entries()) {
        const report = { t: clock.now(), level: levels[i] };
        await client.publishAsync(`sonae/v1/${DEVICES[i]}/obs`, JSON.stringify(report), { qos: 1 });
        await station.service.told();
      }
    }
  }

  const lineOf = (district: District): readonly string[] =>
    station.line.inboxOf(onLine(district).address).map(({ text }) => brief(text.split('\n')[0]!));
  const mailOf = async (district: District): Promise<readonly string[]> =>
    Promise.all(station.mail.mailsTo(byMail(district).address).map(async (mail) => brief((await mail.read()).subject)));

  /** By mail they read the same. */
  async function heard(district: District): Promise<readonly string[]> {
    const line = lineOf(district);
    expect(await mailOf(district)).toEqual(line);
    return line;
  }

  it.each<[string, Tick, string]>([
    ['the first that rose', [4.8, 3.7], '河原'],
    ['the second that rose', [5.1, 3.4], '瀬口'],
  ])('tell it once, and once that it is over, when %s goes down first', async (_, oneDown, last) => {
    await lives(RISING);
    expect(await heard('honmachi')).toEqual(['瀬口 danger']);
    expect(await heard('kawara')).toEqual(['河原 danger']);

    await lives(ends(oneDown));
    expect(await heard('honmachi')).toEqual(['瀬口 danger']);
    expect(await heard(last === '河原' ? 'seguchi' : 'kawara')).toEqual(
      last === '河原' ? ['瀬口 danger', '瀬口 end'] : ['河原 danger', '河原 end'],
    );
    await lives(ends([4.8, 3.4]));
    expect(await heard('seguchi')).toEqual(['瀬口 danger', '瀬口 end']);
    expect(await heard('honmachi')).toEqual(['瀬口 danger', `${last} end`]);
    expect(await heard('kawara')).toEqual(['河原 danger', '河原 end']);
  });
});
