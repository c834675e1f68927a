import { orderTold } from '../../../test/support/order-told.ts';
import {
  levelAfter,
  ORDER_HAZARDS,
  ORDER_LEVELS,
  type OrderTransition,
  type Playbook,
  renderOrder,
  type Transition,
  type Rule,
  type Route,
  type Gauge,
  limitsAt,
  limitTable,
  renderTransition,
  routesOf,
  selects,
  stepByPerson,
  stepsOf,
} from '#core';
import { SAMPLE } from './broken-playbook.ts';
import { loadExamples } from './load-examples.ts';
import { loadPlaybook } from './load-playbook.ts';

const { playbook: loaded } = await loadPlaybook(SAMPLE);
const playbook: Playbook = loaded!;

/** D§3.3. */
const LINE_UNITS_MAX = 5_000;
/** In full-width characters. Longer subjects are cut by phones in two lines; the marks of a drill come on top. */
const SUBJECT_WIDTH_MAX = 95;
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
        for (const route of routesOf({ routes: playbook.routes, transition, gauge, rule, called: 1 })) yield { route, transition };
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
  const highest = Math.max(...reachable, 1);
  const moves: readonly Pick<Transition, 'kind' | 'from' | 'to' | 'call'>[] = [
    ...pairs.map(({ from, to }) => ({
      kind:
        from === 0 ? ('raised' as const) : to === 0 ? ('cleared' as const) : to > from ? ('climbed' as const) : ('steppedDown' as const),
      from,
      to,
    })),
    { kind: 'reset', from: highest, to: 0 },
    { kind: 'parked', from: 0, to: 0 },
    ...(rule.kind === 'band' && stepByPerson(rule) !== null ? [{ kind: 'asked' as const, from: highest - 1, to: highest - 1 }] : []),
    { kind: 'reminded', from: highest, to: highest, call: { ordinal: 1, waitedMs: 1_800_000, answered: 0, wanted: 2 } },
    { kind: 'escalated', from: highest, to: highest, call: { ordinal: 1, waitedMs: 600_000, answered: 1, wanted: 2 } },
  ];
  return (rule.kind === 'queue' ? [{ kind: 'called' as const, from: 38, to: 43 }] : moves).map((move) => ({
    ...move,
    id: 't',
    alertId: 'a',
    ruleId: rule.id,
    gauge: gauge.id,
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

/** Half-width kana, characters of single vendors, emoji: unreadable on some handsets (D§4.2). */
const UNSAFE = /[\uFF61-\uFF9F\u2460-\u24FF\u2150-\u218F\u3220-\u33FF]|\p{Extended_Pictographic}/u;

const width = (line: string): number =>
  [...new Intl.Segmenter().segment(line)].reduce((sum, { segment }) => sum + (segment <= '\u00FF' ? 0.5 : 1), 0);

/** Every change of an order at every level, for every hazard, of every status, for a district and for all of them. */
function everyOrder(): readonly OrderTransition[] {
  const districts = [...playbook.districts.values()].map(({ code, name }) => ({ code, name, households: 10, persons: 20 }));
  const shelters = Array.from({ length: 10 }, (_, i) => playbook.shelters[i % playbook.shelters.length]!);
  const kinds = [
    { kind: 'proposed' },
    { kind: 'given' },
    { kind: 'updated' },
    { kind: 'lifted' },
    ...(['given', 'updated', 'lifted'] as const).map((of) => ({ kind: 'corrected' as const, corrects: { id: 'x', kind: of } })),
  ] as const;
  return kinds.flatMap(({ kind, ...more }) =>
    ORDER_LEVELS.flatMap((municipalLevel) =>
      ORDER_HAZARDS.flatMap((hazard) =>
        [districts.slice(0, 1), districts].flatMap((some, i) => {
          const content = { municipalLevel, hazard, districts: some, destinations: municipalLevel === 5 ? [] : shelters.slice(0, i * 10) };
          const before = kind === 'updated' ? { ...content, municipalLevel: 3 as const, districts: districts.slice(1, 2) } : null;
          const status = (['actual', 'exercise', 'test'] as const)[(municipalLevel + i) % 3]!;
          return orderTold(kind, { content, transition: { before, status, ...more } });
        }),
      ),
    ),
  );
}

describe('the sample city', () => {
  const all = [...everythingTold()];

  it('tells every kind of transition by every route', () => {
    const kinds = Map.groupBy(all, ({ route }) => route.id);
    const told = [...kinds].map(([route, of]) => `${route}: ${[...new Set(of.map(({ transition }) => transition.kind))].join(' ')}`);
    expect(told.toSorted()).toEqual([
      'residents-river: raised climbed cleared steppedDown reset',
      'residents-spots: raised cleared climbed steppedDown reset',
      'residents-streets: raised cleared climbed steppedDown reset',
      'residents-underpass: raised cleared climbed steppedDown reset',
      'residents-windows: raised cleared climbed steppedDown reset',
      'river-night-1: cleared steppedDown escalated',
      'staff-blind: raised cleared reset parked',
      'staff-crowd: raised cleared climbed steppedDown reset parked asked',
      'staff-faults: raised cleared climbed steppedDown reset parked',
      'staff-levels: raised cleared climbed steppedDown reset parked',
      'staff-river: raised cleared climbed steppedDown reset parked reminded',
      'staff-trend: raised cleared climbed steppedDown reset parked',
      'ticket-holders: called',
    ]);
  });

  // Marks stand around the words whatever they say, so each transition takes one status and its neighbours the others.
  const statuses = ['actual', 'exercise', 'test'] as const;
  const everyStatus = all.map(({ route, transition }, index) => ({ route, transition: { ...transition, status: statuses[index % 3]! } }));
  const forResidents = everyStatus.filter(({ route }) => route.audience.kind !== 'staff');

  it.each(playbook.city.languages)(
    'speaks %s by every route, real, as a drill and as a test, within the limits of every channel',
    (language) => {
      // Staff of a Japanese city hall read Japanese; the service's own words speak every language.
      const isWhole = ['ja', 'ja-easy', 'en'].includes(language);
      const wrong = everyStatus.filter(({ route, transition }) => {
        const { subject, body, translated } = renderTransition({ playbook, route, transition, language });
        const words = `${subject}\n\n${body}`;
        return (
          (!translated && (isWhole || route.audience.kind !== 'staff')) ||
          /[{}]|undefined|NaN|\[object/.test(words) ||
          /^\s|\s$|\n{3}/.test(words) ||
          UNSAFE.test(words) ||
          subject.includes('\n') ||
          width(subject) > SUBJECT_WIDTH_MAX ||
          words.length > LINE_UNITS_MAX
        );
      });
      expect(wrong.map(({ route, transition }) => `${route.id} ${transition.kind} ${transition.gauge}`)).toEqual([]);
    },
  );

  it.each([
    ['en', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
    ['vi', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
    ['pt', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
    ['ko', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
    ['zh-Hans', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
    ['zh-Hant', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ] as const)('leaves residents who read %s no word of Japanese but the mark of a drill or a test', (language, japanese) => {
    const words = forResidents.map(({ route, transition }) => {
      const { subject, body } = renderTransition({ playbook, route, transition, language });
      return `${subject}\n${body}`.replaceAll(/【(訓練|試験)】/g, '');
    });
    expect(words.length).toBeGreaterThan(100);
    expect(words.filter((text) => japanese.test(text))).toEqual([]);
  });

  const orders = everyOrder();

  it.each(playbook.city.languages)(
    'tells every change of an order in %s, real, as a drill and as a test, whole and within every limit',
    (language) => {
      const wrong = orders.filter((transition) => {
        const { subject, body, translated, level } = renderOrder({
          playbook,
          transition,
          language,
          publicUrl: 'https://bousai.example.jp',
        });
        const words = `${subject}\n\n${body}`;
        return (
          translated !== (transition.kind !== 'proposed' || language === 'ja' || language === 'en') ||
          level !== levelAfter(transition) ||
          /[{}|]|undefined|NaN|\[object/.test(words) ||
          /^\s|\s$|\n{3}/.test(words) ||
          UNSAFE.test(words) ||
          subject.includes('\n') ||
          width(subject) > SUBJECT_WIDTH_MAX ||
          words.length > LINE_UNITS_MAX ||
          words.includes('避難勧告')
        );
      });
      expect(orders.length).toBeGreaterThan(300);
      expect(wrong.map(({ kind, status, order }) => `${kind} ${status} ${order.content.municipalLevel} ${order.content.hazard}`)).toEqual(
        [],
      );
    },
  );

  it.each(['ja', 'ja-easy'] as const)('keeps orders in %s within 35 full-width characters a line, but for their link', (language) => {
    const lines = orders.flatMap((transition) =>
      renderOrder({ playbook, transition, language, publicUrl: 'https://bousai.example.jp' }).body.split('\n'),
    );
    expect(lines.filter((line) => width(line) > LINE_WIDTH_MAX && !line.startsWith('https://'))).toEqual([]);
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
