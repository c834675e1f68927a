import { renderNote } from './staff-note.ts';

const alert = { subject: '大瀬川 危険水位', body: '5.12 m' };
const silence = { id: 'silence-1', by: 'sato', reason: '工事' };

describe('a note to staff', () => {
  it('F52 asks for a person, says what is held back and what is not, and keeps the alert’s own words', () => {
    const { subject, body } = renderNote({ kind: 'flapping', times: 3 }, { alert, status: 'actual', language: 'ja' });
    expect(subject).toBe('【3回目】人の判断を：大瀬川 危険水位');
    expect(body).toMatch(/^同じ警報が1時間に3回目です。.*水位・避難に関わる知らせは止めていません。\n\n5\.12 m$/);
  });

  it('says which silence is over and whose it was', () => {
    const { subject, body } = renderNote({ kind: 'silenceOver', silence }, { alert, status: 'actual', language: 'ja' });
    expect([subject, body]).toEqual([
      '【通知再開】継続中：大瀬川 危険水位',
      '通知の休止（silence-1、sato：工事）が終わりました。次の警報は続いています。\n\n5.12 m',
    ]);
  });

  it('speaks English, and is marked as a drill', () => {
    const asked = { alert, status: 'exercise', language: 'en' } as const;
    expect(renderNote({ kind: 'flapping', times: 4 }, asked).subject).toMatch(/^【訓練】\[DRILL\] \[4 times\] Please decide: /);
    expect(renderNote({ kind: 'silenceOver', silence }, asked).body).toMatch(/The silence silence-1 \(sato: 工事\) is over/);
  });
});
