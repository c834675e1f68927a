import { describe, expect, it } from '@jest/globals';
import { LANGUAGES, type Letter, LETTER_KINDS } from '#core';
import { encodeIso2022Jp } from '../../../channels/mail/src/iso-2022-jp.ts';
import { letterWords, type LetterPlace } from './letter-words.ts';

const PLACE: LetterPlace = {
  city: '見本市',
  publicUrl: 'https://city.example.jp',
  entryAddress: 'entry@mail.city.example.jp',
  senderAddress: 'bosai@city.example.jp',
  districts: new Map([
    ['001', { name: '駅前' }],
    ['002', { name: '川端' }],
  ]),
  nameIn: (language, name) => (language === 'en' && name === '見本市' ? 'Mihon' : name),
};

const aLetter = (set: Partial<Letter>): Letter => ({
  id: 'a',
  kind: 'welcome',
  address: 'hana@example.jp',
  language: 'ja',
  charset: 'utf-8',
  token: 'f00',
  districts: ['001', '002'],
  categories: ['evacuation', 'flood'],
  expiresAt: 0,
  ...set,
});

const all = LETTER_KINDS.flatMap((kind) => LANGUAGES.map((language) => ({ kind, language })));

describe('letterWords', () => {
  it('invites in Japanese, with the link on a line of its own and a line in each other language', () => {
    const { subject, body } = letterWords(aLetter({ kind: 'invitation' }), PLACE);
    expect(subject).toBe('【仮登録】見本市 災害情報メール');
    expect(body.split('\n')).toContain('https://city.example.jp/mail/f00');
    for (const word of ['登録(とうろく)', 'registered', '登记', '登記', '등록', 'đăng ký', 'cadastro']) expect(body).toContain(word);
  });

  it('says what was chosen, in the names of the language', () => {
    expect(letterWords(aLetter({ language: 'en' }), PLACE)).toEqual({
      subject: '[Registered] Mihon disaster mail',
      body: [
        'You are registered for disaster mail of Mihon.',
        '',
        'Language: English',
        'Districts: 駅前, 川端',
        'Topics: evacuation, river levels',
        '',
        'To change this or to unsubscribe, send an empty mail to entry@mail.city.example.jp.',
        'Mail comes from bosai@city.example.jp. Please let it through.',
        '',
        'Mihon',
      ].join('\n'),
    });
  });

  it.each(all)('$kind in $language names how to begin again, has no empty place, and never tells the address', ({ kind, language }) => {
    const { subject, body } = letterWords(aLetter({ kind, language }), PLACE);
    expect(`${subject}${body}`).not.toMatch(/undefined|hana|\{|避難勧告/);
    expect(body).toContain(kind === 'invitation' ? '/mail/f00' : 'entry@mail.city.example.jp');
  });

  it.each(LETTER_KINDS.flatMap((kind) => (['ja', 'ja-easy', 'en'] as const).map((language) => ({ kind, language }))))(
    'an old handset can show all of $kind in $language',
    ({ kind, language }) => {
      const { subject, body } = letterWords(aLetter({ kind, language, charset: 'iso-2022-jp' }), PLACE);
      expect(encodeIso2022Jp(`${subject}${body.replaceAll('\n', '')}`)).toMatchObject({ kind: 'encoded' });
    },
  );
});
