import { compileCondition } from '#cel';
import { type Playbook, type Quantity, type Route, type Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { aCelRule, aGauge, aLevelRule } from '../support/builders.ts';
import { lineId, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

const MINUTE = 60_000;
const NIGHT = Date.parse('2026-07-01T02:00:00+09:00');
const RIVER = 'ose-seguchi';
const SKY = 'mihon-sky';

const resident: Subscriber = {
  channel: 'line',
  address: lineId('resident'),
  language: 'ja',
  districts: ['honmachi', 'seguchi'],
  categories: ['flood'],
};
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

const heard = (route: Route, rule: string): Route => ({ ...route, id: `${route.id}-${rule}`, rules: [rule] });

/** The sample city with the weather office's level as one more gauge, a rule on it, and one that looks at water and weather together. */
function withWeather(city: Playbook): Playbook {
  const sky = aGauge({
    id: SKY,
    device: SKY,
    name: '見本市の気象',
    kind: 'weather',
    quantity: 'weather',
    river: null,
    areas: ['honmachi', 'seguchi'],
    publicAlert: 'staffOnly',
    plausible: { min: 0, max: 5, stepPer10Min: 5, stepPerHour: 5, stuckAfterMs: Number.MAX_SAFE_INTEGER },
    thresholds: [2, 3, 4, 5].map((value) => ({ code: `level${value}`, value, validFrom: 0 })),
  });
  const gauges = new Map([...city.gauges, [SKY, sky]]);
  const { condition } = compileCondition('weather.level >= 4 && value >= threshold("warn")', {
    gauges,
    selected: [city.gauges.get(RIVER)!],
    rules: city.rules,
    steps: 1,
  });
  if (!condition) throw new Error('the condition does not compile');
  const weather = aLevelRule({
    id: 'weather-level',
    name: '気象の警戒レベル',
    selector: { kinds: ['weather'] },
    quantity: 'weather',
    confirm: { readings: 1 },
    steps: [2, 3, 4, 5].map((value) => ({ code: `level${value}`, name: `気象レベル${value}相当` })),
    clearMargin: 0,
    clearHoldMs: 0,
    staffOnly: true,
  });
  const both = aCelRule({
    id: 'water-and-weather',
    name: '大雨危険警報のさなかの危険水位',
    selector: { gauges: [RIVER] },
    condition,
    staffOnly: true,
  });
  const staffLevels = city.routes.find(({ id }) => id === 'staff-levels')!;
  const staffTrend = city.routes.find(({ id }) => id === 'staff-trend')!;
  return {
    ...city,
    gauges,
    rules: [...city.rules, weather, both],
    routes: [...city.routes, heard(staffLevels, weather.id), heard(staffTrend, both.id)],
  };
}

describe('D§10.15 the weather office goes from level 4 to 3 to 2', () => {
  it('lets the weather level fall, and neither clears the river nor tells residents that anything is lifted', async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    const clock = new SteeredClock(NIGHT);
    const station = await Station.start({ playbook: withWeather(playbook!), clock, subscribers: [resident, duty] });
    try {
      const told = async (device: string, values: Readonly<Partial<Record<Quantity, number>>>): Promise<void> => {
        clock.moveTo(clock.now() + 5 * MINUTE);
        const answer = await fetch(`${station.httpUrl}/api/v1/devices/${device}/obs`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${device}:${station.keys[device]!}`)}` },
          body: JSON.stringify({ t: clock.now(), ...values }),
        });
        expect(answer.status).toBeLessThan(300);
        await station.service.told();
      };
      const subjects = async (): Promise<readonly string[]> =>
        Promise.all(station.mail.mailsTo(duty.address).map(async (mail) => (await mail.read()).subject));

      await told(SKY, { weather: 4 });
      for (const level of [4.8, 5.1, 5.2, 5.2]) await told(RIVER, { level });
      expect(await subjects()).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/気象レベル4相当/),
          expect.stringMatching(/瀬口 条件成立/),
          expect.stringMatching(/瀬口.*危険水位/),
        ]),
      );
      const publicBefore = station.line.inboxOf(resident.address).map(({ text }) => text);
      expect(publicBefore).toHaveLength(1);

      await told(SKY, { weather: 3 });
      await told(RIVER, { level: 5.2 });
      await told(SKY, { weather: 2 });
      await told(RIVER, { level: 5.2 });

      expect((await subjects()).filter((subject) => subject.includes('見本市の気象'))).toEqual([
        expect.stringMatching(/気象レベル4相当/),
        expect.stringMatching(/気象レベル4相当から気象レベル3相当/),
        expect.stringMatching(/気象レベル3相当から気象レベル2相当/),
      ]);
      // The river stands where it stood; what the public was told is not taken back by a bulletin.
      expect(station.line.inboxOf(resident.address).map(({ text }) => text)).toEqual(publicBefore);
    } finally {
      await station.stop();
    }
  });
});
