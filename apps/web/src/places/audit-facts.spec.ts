import { factText, nameIn } from './audit-facts.ts';

const name = (key: string): string => ({ text: '内容', endsAt: '終わり' })[key] ?? key;

describe('facts of the audit as words', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, ''],
    ['an empty place', null, ''],
    ['a text', '点検', '点検'],
    ['names with values', { text: '堤防は無事', count: 3 }, '内容 堤防は無事 ・count 3'],
    ['an instant as a time', { endsAt: Date.parse('2026-07-01T08:05:00+09:00') }, expect.stringMatching(/^終わり .*8:05/)],
    ['a figure as it is', { height: 4.2 }, 'height 4.2'],
    ['a list', ['001', '002'], '001、002'],
    ['what is inside', { matcher: { rivers: ['大瀬川'] }, before: null }, 'matcher rivers 大瀬川'],
  ])('%s', (_, fact, text) => {
    expect(factText(fact, name)).toEqual(text);
  });

  it('cuts a long list short', () => {
    expect(
      factText(
        Array.from({ length: 500 }, (_, i) => i),
        name,
      ),
    ).toMatch(/、11 …$/);
  });

  it.each([
    ['user/sato', 'sato'],
    ['gauge/ose/1', 'ose/1'],
    ['river-level@ose#1/2', 'river-level@ose#1/2'],
    ['user', 'user'],
  ])('%s is called %s', (subject, called) => {
    expect(nameIn(subject)).toBe(called);
  });
});
