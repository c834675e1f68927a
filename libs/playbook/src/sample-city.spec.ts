import {
  type Playbook,
  type Transition,
  type Rule,
  type Route,
  type Gauge,
  limitsAt,
  limitTable,
  renderTransition,
  routesOf,
  selects,
  stepsOf,
} from '#core';
import { SAMPLE } from './broken-playbook.ts';
import { loadExamples } from './load-examples.ts';
import { loadPlaybook } from './load-playbook.ts';

const { playbook: loaded } = await loadPlaybook(SAMPLE);
const playbook: Playbook = loaded!;

/** D§3.3. */
const LINE_UNITS_MAX = 5_000;
/** Full-width characters in a line of mail, two half-width ones count as one (D§4.2). */
const LINE_WIDTH_MAX = 35;

const at = Date.parse('2026-12-31T23:59:00+09:00');

interface Told {
  readonly route: Route;
  readonly transition: Transition;
}

/** Every transition that some route of the sample would tell, on every gauge. */
function* everythingTold(): Generator<Told> {
  for (const rule of playbook.rules) {
    for (const gauge of playbook.gauges.values()) {
      if (!selects(rule.selector, gauge)) continue;
      for (const transition of transitionsOf(rule, gauge)) {
        for (const route of routesOf({ routes: playbook.routes, transition, gauge, rule })) yield { route, transition };
      }
    }
  }
}

function transitionsOf(rule: Rule, gauge: Gauge): readonly Transition[] {
  const limits = rule.kind === 'level' || rule.kind === 'band' ? limitsAt(limitTable(rule, gauge), at) : [];
  const reachable =
    rule.kind === 'level' || rule.kind === 'band' ? limits.map(({ step }) => step) : stepsOf(rule).map((_, index) => index + 1);
  const pairs = [0, ...reachable].flatMap((from) => [0, ...reachable].filter((to) => to !== from).map((to) => ({ from, to })));
  const value = gauge.capacity ?? limits.at(-1)?.value ?? 1;
  return pairs.map(({ from, to }) => ({
    id: 't',
    alertId: 'a',
    ruleId: rule.id,
    gauge: gauge.id,
    kind: from === 0 ? 'raised' : to === 0 ? 'cleared' : to > from ? 'climbed' : 'steppedDown',
    from,
    to,
    at,
    decidedAt: at,
    status: 'exercise',
    record: {
      playbookVersion: playbook.version,
      ruleId: rule.id,
      by: '',
      verdict: '',
      limits: [],
      evidence: [{ position: 1, at, receivedAt: at - 86_400_000, value, quality: 'ok', why: '', status: 'actual' }],
    },
  }));
}

const width = (line: string): number =>
  [...new Intl.Segmenter().segment(line)].reduce((sum, { segment }) => sum + (segment <= '\u00FF' ? 0.5 : 1), 0);

describe('the sample city', () => {
  const all = [...everythingTold()];

  it('tells every kind of transition by every route', () => {
    const kinds = new Set(all.map(({ route, transition }) => `${route.id} ${transition.kind}`));
    expect(kinds.size).toBe(10 * 4 + 2);
  });

  it.each(playbook.city.languages)('speaks %s within the limits of every channel', (language) => {
    for (const { route, transition } of all) {
      const { subject, body, translated } = renderTransition({ playbook, route, transition, language });
      expect(translated).toBe(true);
      expect(`${subject}${body}`).not.toMatch(/[{}]|undefined|NaN/);
      expect(subject).not.toMatch(/[\n\uFF61-\uFF9F\u2460-\u24FF\u2150-\u218F\u3220-\u33FF]|\p{Extended_Pictographic}/u);
      expect(`${subject}\n\n${body}`.length).toBeLessThanOrEqual(LINE_UNITS_MAX);
    }
  });

  it('keeps Japanese mail within 35 full-width characters a line', () => {
    const long = all.flatMap(({ route, transition }) =>
      renderTransition({ playbook, route, transition, language: 'ja' })
        .body.split('\n')
        .filter((line) => width(line) > LINE_WIDTH_MAX),
    );
    expect(long).toEqual([]);
  });

  it('never tells residents what is for staff', () => {
    const toResidents = all.filter(({ route }) => route.audience.kind === 'residents').map(({ transition }) => transition.gauge);
    expect(toResidents).toContain('ose-seguchi');
    expect(toResidents).not.toContain('ose-kako');
    expect(toResidents).not.toContain('rain-kitahara');
  });

  it('has stories for a flood, a tide, a spike, a silence, a dead relay, an underpass, two rivers, an upstream gauge, a festival, a full shelter, a shrine and a queue', async () => {
    const { examples, problems } = await loadExamples(SAMPLE, playbook);
    expect(problems).toEqual([]);
    expect(examples.map(({ place }) => place.file)).toEqual([
      'examples/festival.yaml',
      'examples/no-warn-level.yaml',
      'examples/ose-flood.yaml',
      'examples/relay-down.yaml',
      'examples/shelter-full.yaml',
      'examples/shrine-approach.yaml',
      'examples/silence-while-rising.yaml',
      'examples/spike.yaml',
      'examples/tide.yaml',
      'examples/turn.yaml',
      'examples/two-rivers.yaml',
      'examples/underpass.yaml',
      'examples/upstream-first.yaml',
    ]);
    const silence = examples.find(({ place }) => place.file.includes('silence'))!;
    expect(silence).toMatchObject({
      lengthMs: 100 * 60_000,
      transitions: [{ to: 1 }, { to: 2 }, { atMs: 40 * 60_000, rule: 'blind', to: 1 }],
    });
  });
});
