import { closeDrill, confirmDrill, draftFault, type Drill, DRILL_MS_MAX, type DrillDraft, endDrill, newDrill } from './drill.ts';

const T0 = Date.parse('2026-09-01T09:00:00+09:00');
const MINUTE = 60_000;

const draft: DrillDraft = {
  key: 'suzuki/1',
  name: '秋の総合訓練',
  reason: '年に一度の確認',
  endsAt: T0 + 60 * MINUTE,
  script: { source: 'playbook', name: 'taifu', speed: 60, map: [] },
  preparedBy: 'suzuki',
  preparedAt: T0,
};
const prepared = newDrill(draft, 7);
const running: Drill = { ...prepared, version: 2, state: 'running', confirmedBy: 'mori', startedAt: T0 };
const ended: Drill = { ...running, version: 3, state: 'ended', endedAt: T0 + MINUTE, ending: 'person', endedBy: 'sato', endWhy: '終わり' };
const mori = { by: 'mori', role: 'admin', now: T0 + MINUTE } as const;

describe('a draft of a drill', () => {
  it.each<[string, Partial<DrillDraft>, RegExp | null]>([
    ['as it should be', {}, null],
    ['without a script', { script: null }, null],
    ['without a name', { name: ' ' }, /名前/],
    ['with too long a name', { name: '訓'.repeat(61) }, /60字/],
    ['without a reason', { reason: '' }, /理由/],
    ['with an end in the past', { endsAt: T0 }, /1分以上/],
    ['with no end', { endsAt: Number.NaN }, /1分以上/],
    ['of exactly a day', { endsAt: T0 + DRILL_MS_MAX }, null],
    ['of more than a day', { endsAt: T0 + DRILL_MS_MAX + 1 }, /24時間/],
    ['slower than life', { script: { ...draft.script!, speed: 0.5 } }, /1倍から600倍/],
    ['at 600 times', { script: { ...draft.script!, speed: 600 } }, null],
    ['faster than 600 times', { script: { ...draft.script!, speed: 601 } }, /1倍から600倍/],
    [
      'in which two gauges speak for one',
      { script: { ...draft.script!, map: ['a', 'b'].map((from) => ({ from, to: 'ose-seguchi', shift: 0 })) } },
      /2つの過去/,
    ],
  ])('%s', (_, set, fault) => {
    expect(draftFault({ ...draft, ...set }, T0) ?? 'nothing').toMatch(fault ?? /^nothing$/);
  });
});

describe('the life of a drill', () => {
  it('begins with the yes of another person (S13)', () => {
    expect(confirmDrill(prepared, mori, [prepared])).toEqual({
      drill: { ...prepared, version: 2, state: 'running', confirmedBy: 'mori', startedAt: mori.now },
    });
  });

  it.each<[string, Drill, Partial<Parameters<typeof confirmDrill>[1]>, readonly Drill[], string]>([
    ['the person who prepared it', prepared, { by: 'suzuki', role: 'decider' }, [], 'forbidden'],
    ['a duty officer', prepared, { role: 'duty' }, [], 'forbidden'],
    ['an auditor', prepared, { role: 'auditor' }, [], 'forbidden'],
    ['anybody once it runs', running, {}, [running], 'conflict'],
    ['anybody once it is over', ended, {}, [ended], 'conflict'],
    ['anybody while another one runs', prepared, {}, [prepared, { ...running, id: 'drill-6' }], 'conflict'],
    ['anybody while the audience of another one is being told of its end', prepared, {}, [{ ...ended, id: 'drill-6' }], 'conflict'],
    ['anybody in its last minute', prepared, { now: draft.endsAt - MINUTE + 1 }, [], 'conflict'],
  ])('does not begin by %s', (_, drill, actor, open, refused) => {
    expect(confirmDrill(drill, { ...mori, ...actor }, open)).toMatchObject({ refused });
  });

  it('may begin beside another one that only waits to be confirmed', () => {
    expect(confirmDrill(prepared, mori, [prepared, { ...prepared, id: 'drill-8' }])).toHaveProperty('drill');
  });

  it('ends by one person, and is closed once its audience was told', () => {
    const step = endDrill(running, { ending: 'person', by: 'sato', why: 'ここまで', now: T0 + 5 });
    expect(step).toEqual({
      drill: {
        ...running,
        version: 3,
        state: 'ended',
        endedAt: T0 + 5,
        endedBy: 'sato',
        ending: 'person',
        endWhy: 'ここまで',
        isClosed: false,
      },
    });
    expect(closeDrill(ended)).toEqual({ ...ended, version: 4, isClosed: true });
  });

  it('is closed at once when it ends before it began: nobody was told of it', () => {
    expect(endDrill(prepared, { ending: 'unconfirmed', by: null, why: '', now: T0 })).toMatchObject({ drill: { isClosed: true } });
  });

  it('ends once', () => {
    expect(endDrill(ended, { ending: 'endTime', by: null, why: '', now: T0 })).toMatchObject({ refused: 'conflict' });
  });
});
