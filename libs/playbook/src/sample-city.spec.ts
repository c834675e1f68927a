import { everyOrder, everythingTold } from '../../../test/support/everything-told.ts';
import { levelAfter, type Playbook, renderOrder, renderTransition } from '#core';
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

/** Half-width kana, characters of single vendors, emoji: unreadable on some handsets (D§4.2). */
const UNSAFE = /[\uFF61-\uFF9F\u2460-\u24FF\u2150-\u218F\u3220-\u33FF]|\p{Extended_Pictographic}/u;

const width = (line: string): number =>
  [...new Intl.Segmenter().segment(line)].reduce((sum, { segment }) => sum + (segment <= '\u00FF' ? 0.5 : 1), 0);

describe('the sample city', () => {
  const all = [...everythingTold(playbook)];

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

  const orders = everyOrder(playbook);

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
    expect(lines.filter((line) => width(line.trimEnd()) > LINE_WIDTH_MAX && !line.startsWith('https://'))).toEqual([]);
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
