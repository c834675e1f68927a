import { beatReports, HEARTBEAT_CATEGORY, HEARTBEAT_CHANNELS, HEARTBEAT_ID, type HeartbeatPlan, heartbeatRuleId } from './heartbeat.ts';
import { heartbeatNameOf, withHeartbeat } from './heartbeat-playbook.ts';
import { followHeartbeat } from './heartbeat-alarm.ts';
import { admit } from './admit.ts';
import type { Transition } from './alert.ts';
import { Judge } from './judge.ts';
import { emptyMark } from './mark.ts';
import { audienceOf, routesOf } from './plan.ts';
import type { Playbook } from './playbook.ts';
import { renderTransition } from './wording.ts';
import { aBlindRule, aGauge, aLevelRule, aPlaybook, HOUR, T0 } from '../../../test/support/builders.ts';

const plan: HeartbeatPlan = { everyMs: HOUR, channels: HEARTBEAT_CHANNELS, staff: { group: 'duty', channels: ['email', 'line'] } };
const base = (set: Pick<Playbook, 'heartbeat'> = {}): Playbook =>
  aPlaybook({
    gauges: [aGauge()],
    rules: [aLevelRule({ selector: { kinds: ['link', 'river'] } }), aBlindRule({ id: 'blind', selector: { kinds: ['link', 'river'] } })],
    heartbeat: plan,
    ...set,
  });

/** The way of a beat from the report on. */
function beat(playbook: Playbook): readonly Transition[] {
  const whole = withHeartbeat(playbook);
  const gauge = whole.gauges.get(HEARTBEAT_ID)!;
  const judge = new Judge(whole, { alerts: [], watches: [] }, T0);
  const said: Transition[] = [];
  let mark = emptyMark(HEARTBEAT_ID);
  for (let n = 0; n < 30; n += 1) {
    const at = T0 + n * HOUR;
    for (const { t, level } of beatReports(at)) {
      const report = { seq: null, at: t, values: { level }, mode: null, intervalMs: null, batteryV: null, rssiDbm: null, firmware: null };
      const admission = admit(mark, report, gauge, at, 'test');
      mark = admission.mark;
      for (const reading of admission.readings) judge.observe({ position: n, reading }, at);
    }
    judge.tick(at + 59 * 60_000);
    const judgement = judge.take();
    said.push(...judgement.transitions);
    expect(judgement.alerts.every(({ step }) => step === 0)).toBe(true);
  }
  return said;
}

describe('withHeartbeat', () => {
  it('leaves a playbook without a heartbeat as it is, and gives for one with it the same object every time', () => {
    const none = aPlaybook();
    expect(withHeartbeat(none)).toBe(none);
    const playbook = base();
    expect(withHeartbeat(playbook)).toBe(withHeartbeat(playbook));
    expect(playbook.gauges.has(HEARTBEAT_ID)).toBe(false);
  });

  it('makes a transition of every beat for 30 hours, as a test, and no rule of the city sees its gauge', () => {
    const said = beat(base());
    expect(said.filter(({ kind }) => kind === 'raised')).toHaveLength(30);
    expect(new Set(said.filter(({ gauge }) => gauge === HEARTBEAT_ID).map(({ ruleId, status }) => `${ruleId} ${status}`))).toEqual(
      new Set([`${HEARTBEAT_ID} test`]),
    );
  });

  it('goes to test users by its own route and to nobody else, and marks the words first and last', () => {
    const playbook = base();
    const whole = withHeartbeat(playbook);
    const [raised] = beat(playbook);
    const rule = whole.rules.find(({ id }) => id === HEARTBEAT_ID)!;
    const gauge = whole.gauges.get(HEARTBEAT_ID)!;
    const routes = routesOf({ routes: whole.routes, transition: raised!, gauge, rule });
    expect(routes).toMatchObject([{ id: HEARTBEAT_ID, lane: 'test', channels: HEARTBEAT_CHANNELS, expiresAfterMs: HOUR }]);
    expect(audienceOf(routes[0]!, gauge, raised!.status)).toEqual({ category: HEARTBEAT_CATEGORY, districts: null });
    const { subject, body } = renderTransition({ playbook: whole, route: routes[0]!, transition: raised!, language: 'ja' });
    const lines = body.split('\n');
    expect([subject, lines[0], lines.at(-1)].every((line) => line!.startsWith('【試験】'))).toBe(true);
  });

  it('is told for 22 hours at most, for longer LINE does not know a repeat', () => {
    const whole = withHeartbeat(base({ heartbeat: { ...plan, everyMs: 24 * HOUR } }));
    expect(whole.routes.find(({ id }) => id === HEARTBEAT_ID)!.expiresAfterMs).toBe(22 * HOUR);
  });

  it.each([
    ['line', ['email', 'line'], ['email']],
    ['email', ['email', 'line'], ['line']],
    ['disaster-mail', ['email', 'line'], ['email', 'line']],
    ['line', ['line'], ['line']],
  ] as const)('tells staff that %s is not proven, of %j by %j', (channel, channels, by) => {
    const whole = withHeartbeat(base({ heartbeat: { ...plan, staff: { group: 'duty', channels } } }));
    const proof = { channel, since: T0, provenAt: null, state: 'old' } as const;
    const [move] = followHeartbeat(whole, { channels: [proof], alerts: new Map(), now: T0 + 3 * HOUR });
    const transition = move!.transitions[0]!;
    const rule = whole.rules.find(({ id }) => id === heartbeatRuleId(channel))!;
    const gauge = whole.gauges.get(HEARTBEAT_ID)!;
    const routes = routesOf({ routes: whole.routes, transition, gauge, rule });
    expect(routes).toMatchObject([{ channels: by, lane: 'staff' }]);
    expect(audienceOf(routes[0]!, gauge, transition.status).category).toBe('staff:duty');
    const { subject, body } = renderTransition({ playbook: whole, route: routes[0]!, transition, language: 'ja' });
    expect(subject).toBe(`【要確認】${heartbeatNameOf(rule.id)}が届いていません`);
    expect(body).toContain('まだ一度も届いていません');
    expect(subject + body).not.toContain('試験');
  });

  it('tells nobody where the playbook names nobody', () => {
    const whole = withHeartbeat(base({ heartbeat: { ...plan, staff: null } }));
    expect(whole.routes.filter(({ rules }) => rules.some((id) => id.startsWith(`${HEARTBEAT_ID}.`)))).toEqual([]);
  });
});

it('names an alarm by its rule, and no other rule', () => {
  expect([heartbeatNameOf(heartbeatRuleId('line')), heartbeatNameOf('river-level')]).toEqual(['通し確認（LINE）', null]);
});
