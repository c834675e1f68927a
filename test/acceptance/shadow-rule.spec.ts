import type { Playbook, Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { type RuleScoresDto, ruleScoresDto } from '#wire';
import { SteeredClock } from '../support/steered-clock.ts';
import { lineId, passwordOf, Station } from '../support/station.ts';

const MINUTE = 60_000;
const GAUGE = 'ose-seguchi';
const resident: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

const { playbook: sample } = await loadPlaybook('infra/playbooks/mihon');
if (!sample) throw new Error('the sample city does not check clean');
/** The sample city on a day on which its only rule of the river is still on trial, with a reminder and a policy. */
const playbook: Playbook = {
  ...sample,
  rules: sample.rules.filter(({ id }) => id === 'river-level').map((rule) => ({ ...rule, shadow: true })),
};
const DEVICE = playbook.gauges.get(GAUGE)!.device;

describe('a rule on trial', () => {
  it('runs, tells and reminds nobody, calls nobody, and is scored against the flood that came', async () => {
    const clock = new SteeredClock(Date.parse('2026-07-01T02:00:00+09:00'));
    const station = await Station.start({
      playbook,
      clock,
      subscribers: [resident, duty],
      staff: [{ name: 'mori', role: 'viewer' }],
    });
    try {
      const basic = Buffer.from(`${DEVICE}:${station.keys[DEVICE]}`).toString('base64');
      for (const level of [4.6, 4.9, 5.05, 5.12, 5.3, 5.45, 5.6, 5.7, 5.8, 5.9, 6]) {
        clock.moveTo(clock.now() + 10 * MINUTE);
        const response = await fetch(`${station.httpUrl}/api/v1/devices/${DEVICE}/obs`, {
          method: 'POST',
          headers: { authorization: `Basic ${basic}` },
          body: JSON.stringify({ t: clock.now(), level }),
        });
        expect(response.status).toBe(200);
      }
      await station.settled();
      const { ledger } = station.service.adapters;
      expect(await ledger.alert('river-level', GAUGE)).toMatchObject({ state: 'raised' });

      const signed = await fetch(`${station.httpUrl}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user: 'mori', password: passwordOf('mori') }),
      });
      const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
      const answer = await fetch(`${station.httpUrl}/api/v1/rules/scores`, { headers: { cookie } });
      expect(answer.status).toBe(200);
      const { scores }: RuleScoresDto = ruleScoresDto.parse(await answer.json());
      expect(scores).toMatchObject([{ rule: 'river-level', alarms: 1, hits: 1, misses: 0, falseAlarms: 0 }]);
      expect(scores[0]!.routes.map(({ route }) => route)).toContain('residents-river');
      expect((await fetch(`${station.httpUrl}/api/v1/rules/scores`)).status).toBe(401);

      expect(station.line.requests).toEqual([]);
      expect(station.mail.mailsTo(duty.address)).toEqual([]);
      expect(await ledger.deliveries({ limit: 9 })).toEqual([]);
    } finally {
      await station.stop();
    }
  });
});
