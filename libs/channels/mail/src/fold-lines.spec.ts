import { describe, expect, it } from '@jest/globals';
import { foldLines } from './fold-lines.ts';

const A35 = 'あ'.repeat(35);

describe('foldLines', () => {
  const rows: readonly [string, string, readonly string[]][] = [
    ['nothing', '', ['']],
    ['short lines and empty ones stay', 'あ\n\nb ', ['あ', '', 'b']],
    ['35 full-width characters are one line', A35, [A35]],
    ['the 36th begins the next', `${A35}い`, [A35, 'い']],
    ['a full stop is not left alone: the character before it goes along', `${A35}。い`, ['あ'.repeat(34), 'あ。い']],
    ['an opening bracket goes along with what it opens', `${'あ'.repeat(34)}「い」う`, ['あ'.repeat(34), '「い」う']],
    [
      'a web address is not broken',
      `${'あ'.repeat(30)}https://city.example.jp/mail/0123456789abcdef`,
      ['あ'.repeat(30), 'https://city.example.jp/mail/0123456789abcdef'],
    ],
    ['nor one that is longer than a line', `x https://${'a'.repeat(80)} y`, ['x', `https://${'a'.repeat(80)}`, 'y']],
    ['words of ASCII are broken at spaces', `${'word '.repeat(14)}tail`, ['word '.repeat(14).trim(), 'tail']],
  ];
  it.each(rows)('%s', (_, text, lines) => {
    expect(foldLines(text)).toEqual(lines);
  });
});
