import { describe, expect, it } from '@jest/globals';
import { encodeIso2022Jp } from './iso-2022-jp.ts';

const decoder = new TextDecoder('iso-2022-jp', { fatal: true });

/** What a reader sees; for a text that was not encoded what it lacked. */
function seen(text: string): string | readonly string[] {
  const encoded = encodeIso2022Jp(text);
  return encoded.kind === 'encoded' ? decoder.decode(encoded.bytes) : encoded.characters;
}

describe('encodeIso2022Jp', () => {
  const rows: readonly [string, string, string][] = [
    ['nothing', '', ''],
    ['ASCII, backslash and tilde too', 'https://a.example/~x\\y?', 'https://a.example/~x\\y?'],
    ['kanji, kana, brackets as they are', '【緊急】川内市 警戒レベル4 避難指示（多摩川）', '【緊急】川内市 警戒レベル4 避難指示（多摩川）'],
    ['full-width digits and letters stay', '１２Ａ：', '１２Ａ：'],
    ['question marks that were there', 'なぜ?？', 'なぜ?？'],
    ['circled numbers (NEC row 13)', '①②⑳', '(1)(2)(20)'],
    ['Roman numbers (NEC row 13)', 'Ⅲ', 'III'],
    ['company and unit signs (NEC row 13)', '㈱㎏㌔', '(株)kgキロ'],
    ['the year signs', '㍻', '平成'],
    ['the high ladder and its like (IBM rows)', '髙﨑', '高崎'],
    ['a name outside the basic plane', '𠮷', '吉'],
    ['half-width kana, with their marks', 'ﾀﾏｶﾞﾜﾊﾟ｡', 'タマガワパ。'],
    ['marks apart from their kana', 'か\u3099', 'が'],
    ['wave dashes of both kinds', '〜～', '～～'],
    ['minus signs of both kinds', '−－', '－－'],
    ['double bars of both kinds', '‖∥', '∥∥'],
    ['dashes', '—―–', '――－'],
    ['dots', '…⋯', '……'],
    ['the yen sign', '¥100', '￥100'],
    ['a hard space and a bullet', 'a\u00A0•', 'a ・'],
    ['quotes', '“”‘’', '“”‘’'],
    ['direction marks, joiners and NUL are no text', '\u202Eあ\u200F\u200D\u0000い\uFEFF', 'あい'],
  ];
  it.each(rows)('%s: %j reads %j', (_, text, expected) => {
    expect(seen(text)).toBe(expected);
  });

  const lost: readonly [string, string, readonly string[]][] = [
    ['accented letters (JIS X 0212)', 'Café', ['é']],
    ['an ideograph of JIS X 0212', '纊', ['纊']],
    ['Hangul', '안내', ['안', '내']],
    ['a simplified character', '汉', ['汉']],
    ['Vietnamese', 'lũ', ['ũ']],
    ['a picture', '避難😀！😀', ['😀']],
  ];
  it.each(lost)('%s: %j is not encoded, and %j is named', (_, text, characters) => {
    expect(seen(text)).toEqual(characters);
  });

  it('returns to ASCII at the end and changes sets only where it must', () => {
    const encoded = encodeIso2022Jp('a避難b川');
    expect(encoded.kind === 'encoded' && legible(encoded.bytes)).toBe('a^$BHrFq^(Bb^$B@n^(B');
  });

  it('never writes a byte of half-width kana, JIS X 0212 or a vendor row, nor a question mark in the place of something', () => {
    const wrong: string[] = [];
    // The basic plane, pictures and the ideographs of names; the rest is alike.
    for (
      let point = 0x20;
      point <= 0x20fff;
      point += point === 0xd7ff ? 0x801 : point === 0xffff ? 0xf001 : point === 0x1faff ? 0x501 : 1
    ) {
      const character = String.fromCodePoint(point);
      const encoded = encodeIso2022Jp(character);
      if (encoded.kind === 'unmappable') continue;
      const text = decoder.decode(encoded.bytes);
      const isAsked = text.includes('?') && !character.normalize('NFKC').includes('?');
      if (!STANDARD.test(legible(encoded.bytes)) || text.includes('\uFFFD') || isAsked) wrong.push(`U+${point.toString(16)}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** With the escape shown as a caret. */
const legible = (bytes: Buffer): string => bytes.toString('latin1').replaceAll('^', '_').replaceAll('\u001B', '^');

/** Rows 1 to 8 and 16 to 84 are the bytes 0x21–0x28 and 0x30–0x74. */
const STANDARD = /^(?:[\x20-\x7e]|\^\$B(?:[\x21-\x28\x30-\x74][\x21-\x7e])+\^\(B)*$/;
