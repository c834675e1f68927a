import type { Language } from './delivery.ts';
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

  it.each<[Language, string, string, string, string]>([
    [
      'ja-easy',
      '【4回目】人の判断を：',
      '同じ警報が1時間に4回目です',
      '【通知再開】継続中：',
      '通知の休止（silence-1、sato：工事）が終わりました',
    ],
    [
      'en',
      '[4 times] Please decide: ',
      'came 4 times within the hour',
      '[Silence over] Still raised: ',
      'The silence silence-1 (sato: 工事) is over',
    ],
    ['zh-Hans', '【第4次】请人工判断：', '1小时内已发生4次', '【恢复通知】仍在持续：', '通知暂停（silence-1，sato：工事）已结束'],
    ['zh-Hant', '【第4次】請人工判斷：', '1小時內已發生4次', '【恢復通知】仍在持續：', '通知暫停（silence-1，sato：工事）已結束'],
    [
      'ko',
      '[4회째] 사람의 판단 필요: ',
      '1시간 동안 4회째입니다',
      '[알림 재개] 계속 중: ',
      '알림 중지(silence-1, sato: 工事)가 끝났습니다',
    ],
    [
      'vi',
      '[Lần thứ 4] Cần người quyết định: ',
      'xuất hiện 4 lần trong một giờ',
      '[Thông báo trở lại] Vẫn tiếp diễn: ',
      '(silence-1, sato: 工事) đã kết thúc',
    ],
    [
      'pt',
      '[4 vezes] Decida, por favor: ',
      'ocorreu 4 vezes em uma hora',
      '[Avisos retomados] Continua: ',
      '(silence-1, sato: 工事) terminou',
    ],
  ])('speaks %s', (language, often, times, ended, whose) => {
    const asked = { alert, status: 'actual', language } as const;
    const flapping = renderNote({ kind: 'flapping', times: 4 }, asked);
    const over = renderNote({ kind: 'silenceOver', silence }, asked);
    expect([flapping.subject, over.subject]).toEqual([`${often}大瀬川 危険水位`, `${ended}大瀬川 危険水位`]);
    expect([flapping.body, over.body]).toEqual([expect.stringContaining(times), expect.stringContaining(whose)]);
    expect([flapping.body, over.body]).toEqual([expect.stringMatching(/\n\n5\.12 m$/), expect.stringMatching(/\n\n5\.12 m$/)]);
  });

  it('is marked as a drill', () => {
    const asked = { alert, status: 'exercise', language: 'en' } as const;
    expect(renderNote({ kind: 'flapping', times: 4 }, asked).subject).toMatch(/^【訓練】\[DRILL\] \[4 times\] Please decide: /);
  });
});
