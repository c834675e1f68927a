import { LANGUAGES } from './delivery.ts';
import { DRILL_ENDINGS } from './drill.ts';
import { closingMark, drillNotice, isMarked, isMarkedAsTest, noticeOfEnd } from './drill-words.ts';
import { marked } from './wording.ts';

const set = { name: '秋の訓練', until: '15:00' };

describe('the words of a drill about itself', () => {
  it.each(LANGUAGES.flatMap((language) => (['started', 'ended', 'aborted'] as const).map((notice) => [language, notice] as const)))(
    'carry the mark in subject, first and last line, and the name of the drill: %s %s',
    (language, notice) => {
      const words = drillNotice(notice, { ...set, language });
      expect(isMarked(words)).toBe(true);
      expect(words.body).toContain('秋の訓練');
      expect(`${words.subject}${words.body}`).not.toMatch(/[{}]/);
      expect(words.body.includes('15:00')).toBe(notice === 'started');
    },
  );

  it.each(LANGUAGES)('say at the beginning of a drill with a faster clock that its times are not those of the day: %s', (language) => {
    const [own, fast] = [false, true].map((isFast) => drillNotice('started', { ...set, language, isFast }));
    expect(isMarked(fast!)).toBe(true);
    expect(fast!.body.split('\n')).toHaveLength(own!.body.split('\n').length + 1);
    expect(drillNotice('ended', { ...set, language, isFast: true })).toEqual(drillNotice('ended', { ...set, language }));
  });

  it('say of a drill that a real event ended that what comes now is real', () => {
    const { subject, body } = drillNotice('aborted', { ...set, language: 'ja' });
    expect(subject).toBe('【訓練】訓練を中止します');
    expect(body).toContain('これから届くお知らせは本物です');
    expect(DRILL_ENDINGS.filter((ending) => noticeOfEnd(ending) === 'aborted')).toEqual(['realEvent']);
  });
});

describe('the mark of a drill', () => {
  it.each(LANGUAGES)('is what every word of a drill is given: %s', (language) => {
    expect(isMarked(marked({ subject: 'A', body: 'B\nC\n' }, 'exercise', language))).toBe(true);
  });

  it.each([
    ['real words', { subject: '川の水位', body: '危険\n避難' }],
    ['no mark in the subject', { subject: '川', body: '【訓練】\n水\n【訓練】' }],
    ['no mark in the first line', { subject: '【訓練】', body: '水\n川\n【訓練】' }],
    ['no mark in the last line', { subject: '【訓練】', body: '【訓練】\n水' }],
    ['a mark in the middle alone', { subject: '【訓練】', body: '水\n【訓練】\n川' }],
    ['a test of the equipment', { subject: '【試験】', body: '【試験】\n水\n【試験】' }],
  ])('is missed: %s', (_, words) => {
    expect(isMarked(words)).toBe(false);
  });

  it('is another one than that of a test', () => {
    const [drill, test] = (['exercise', 'test'] as const).map((status) => marked({ subject: 'A', body: 'B' }, status, 'en'));
    expect([isMarkedAsTest(test!), isMarkedAsTest(drill!), isMarked(test!)]).toEqual([true, false, false]);
  });
});

describe('what is written behind words', () => {
  it.each([
    ['of a drill ends as they end', 'exercise', '【訓練】これは訓練です。'],
    ['of a test ends as they end', 'test', '【試験】これは試験配信です。'],
    ['of real life ends as it likes', 'actual', ''],
  ] as const)('%s', (_, status, line) => {
    expect(closingMark({ status, ...marked({ subject: '川', body: '水\n川\n' }, status, 'ja') })).toBe(line);
  });
});
