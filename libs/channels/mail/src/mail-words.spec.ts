import { describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { CHARSETS } from '#core';
import { alternatives, headerText, mailbox, mailWords, pagePart, rawMail } from './mail-words.ts';
import { randomOf } from '../../../../test/support/random.ts';

const read = (fields: readonly string[], part: Parameters<typeof rawMail>[1]) => PostalMime.parse(rawMail(fields, part));

const textOf = ({ text = '' }: { readonly text?: string | undefined }): string => text.replaceAll('\r\n', '\n').trimEnd();

const SUBJECT = '【緊急】川内市 警戒レベル4 避難指示（多摩川）をすぐに確かめてください';
const BODY = '多摩川の水位が氾濫危険水位を超えました。\n直ちに避難してください。\n\nhttps://city.example.jp/';

describe('mailWords', () => {
  it.each(CHARSETS)('are read back from %s by another program: subject, names and body', async (charset) => {
    const { subject, part, lost } = mailWords({ subject: SUBJECT, body: BODY }, charset);
    const from = mailbox({ name: '川内市防災', address: 'a@city.example.jp' }, charset);
    const mail = await read([`From: ${from}`, `Subject: ${subject}`], part);
    expect({ subject: mail.subject, name: mail.from?.name, text: textOf(mail), lost }).toEqual({
      subject: SUBJECT,
      name: '川内市防災',
      text: BODY,
      lost: [],
    });
    expect(rawMail([`From: ${from}`, `Subject: ${subject}`], part).every((byte) => byte < 0x80)).toBe(true);
  });

  it('falls back to UTF-8 as a whole, and says for the sake of which characters', async () => {
    const words = mailWords({ subject: '水位', body: 'Nước lũ 😀' }, 'iso-2022-jp');
    const mail = await read([`Subject: ${words.subject}`], words.part);
    expect([words.charset, words.lost, mail.subject, textOf(mail)]).toEqual(['utf-8', ['ư', 'ớ', 'ũ', '😀'], '水位', 'Nước lũ 😀']);
  });

  it('asks of a character of the subject what it asks of one of the body', () => {
    expect(mailWords({ subject: '안내', body: '水位' }, 'iso-2022-jp')).toMatchObject({ charset: 'utf-8', lost: ['안', '내'] });
  });

  it('writes old handsets a 7-bit mail whose lines have at most 78 octets', () => {
    const { part } = mailWords({ subject: 'a', body: '水'.repeat(500) }, 'iso-2022-jp');
    expect(part.headers).toEqual(['Content-Type: text/plain; charset=ISO-2022-JP', 'Content-Transfer-Encoding: 7bit']);
    expect(
      Math.max(
        ...part.body
          .toString('latin1')
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(78);
  });

  it('F60: a dot alone on a line and a line that looks like a header stay text', async () => {
    const body = '.\nBcc: evil@x.jp\n.\nQUIT';
    for (const charset of CHARSETS) {
      const mail = await read(['Subject: a'], mailWords({ subject: 'a', body }, charset).part);
      expect([textOf(mail), mail.bcc]).toEqual([body, undefined]);
    }
  });
});

describe('headerText', () => {
  it.each([
    ['Subject', 'Subject'],
    ['a\r\nBcc: evil@x.jp', 'a Bcc: evil@x.jp'],
    ['a\0b\tc', 'a b c'],
    ['\u202Eabc', 'abc'],
  ])('F60: %j becomes %j', (text, expected) => {
    expect(headerText(text, 'utf-8')).toBe(expected);
  });

  it('F60: text that looks like an encoded word is shown as it is', async () => {
    const mail = await read([`Subject: ${headerText('=?utf-8?B?YQ==?=', 'utf-8')}`], mailWords({ subject: '', body: '' }, 'utf-8').part);
    expect(mail.subject).toBe('=?utf-8?B?YQ==?=');
  });

  it('quotes a name that has a meaning in an address', () => {
    expect([mailbox({ name: 'City, "Bosai".', address: 'a@b.jp' }, 'utf-8'), mailbox({ name: '', address: 'a@b.jp' }, 'utf-8')]).toEqual([
      '"City, \\"Bosai\\"." <a@b.jp>',
      'a@b.jp',
    ]);
  });

  it('is read back whatever it holds, in words of at most 75 characters (500 texts by seed)', async () => {
    const random = randomOf(20_261_121);
    const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!;
    const letters = Array.from('あア漢字水位①Ⅲ髙ｶﾞ～−é안汉ũ😀a Z0?=_<>@,."\\（）【】\u202E');
    const { part } = mailWords({ subject: '', body: '' }, 'utf-8');
    for (let turn = 0; turn < 500; turn += 1) {
      const text = Array.from({ length: 1 + random.below(120) }, () => pick(letters))
        .join('')
        .trim();
      const field = headerText(text, 'utf-8');
      expect(field.split('\r\n ').every((word) => word.length <= 75)).toBe(true);
      const mail = await read([`Subject: ${field}`], part);
      expect({ turn, text: (mail.subject ?? '').replaceAll(/\s+/g, ' ') }).toEqual({
        turn,
        text: text.replaceAll('\u202E', '').replaceAll(/\s+/g, ' '),
      });
    }
  });
});

describe('parts of a mail for staff', () => {
  it('holds the plain text first, then the page with its picture', async () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
    const text = mailWords({ subject: 'a', body: '水位' }, 'utf-8').part;
    const page = pagePart({ html: '<p>水位</p><img src="cid:chart">', pictures: [{ cid: 'chart', png }] }, 'b2');
    const part = alternatives([text, page], 'b1');
    const mail = await read(['Subject: a'], part);
    expect([textOf(mail), mail.html?.trim()]).toEqual(['水位', '<p>水位</p><img src="cid:chart">']);
    expect(mail.attachments.map(({ contentId, mimeType, content }) => [contentId, mimeType, Buffer.from(content as ArrayBuffer)])).toEqual([
      ['<chart>', 'image/png', png],
    ]);
    expect(part.body.indexOf('text/plain')).toBeLessThan(part.body.indexOf('text/html'));
  });
});
