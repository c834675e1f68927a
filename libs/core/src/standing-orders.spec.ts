import { describe, expect, it } from '@jest/globals';
import { GIVEN_AT, orderTold } from '../../../test/support/order-told.ts';
import type { Language } from './delivery.ts';
import { LANGUAGES } from './delivery.ts';
import type { Order, OrderTransition } from './order.ts';
import { standingAfter } from './standing-orders.ts';
import { renderOrder } from './wording-order.ts';

const district = (code: string) => ({ code, name: code, households: null, persons: null });
const [seguchi, honmachi, minato] = ['seguchi', 'honmachi', 'minato'].map(district);
const other = (id: string, set: Partial<Order['content']> = {}, state: Order['state'] = 'given'): Order => {
  const { order } = orderTold('given', { content: { municipalLevel: 3, ...set } });
  return { ...order, id, state };
};

describe('what else holds where an order ends', () => {
  const ended = orderTold('lifted');
  const elderly = { municipalLevel: 3, hazard: 'flood', districts: ended.order.content.districts };
  it.each<[string, OrderTransition, readonly Order[], readonly unknown[]]>([
    ['the lower level beside it', ended, [other('o2')], [elderly]],
    [
      'the gravest first',
      ended,
      [other('o2'), other('o3', { municipalLevel: 5, hazard: 'landslide' })],
      [expect.objectContaining({ municipalLevel: 5 }), elderly],
    ],
    [
      'only in the districts that it shares',
      ended,
      [other('o2', { districts: [honmachi!, minato!] })],
      [{ ...elderly, districts: [honmachi] }],
    ],
    ['one that is being changed still holds', ended, [other('o2', {}, 'changing')], [elderly]],
    ['nothing elsewhere', ended, [other('o2', { districts: [minato!] })], []],
    [
      'nothing that is only proposed, or over',
      ended,
      [other('o2', {}, 'proposed'), other('o3', {}, 'lifted'), other('o4', {}, 'corrected')],
      [],
    ],
    ['not the order itself', ended, [{ ...ended.order, state: 'given' }], []],
    [
      'where one was given by mistake',
      orderTold('corrected', { transition: { corrects: { id: 'order/o1/1', kind: 'given' } } }),
      [other('o2')],
      [elderly],
    ],
    [
      'nothing where its end was the mistake',
      orderTold('corrected', { transition: { corrects: { id: 'order/o1/2', kind: 'lifted' } } }),
      [other('o2')],
      [],
    ],
    ['nothing where it begins', orderTold('given'), [other('o2')], []],
    [
      'in what an update lets go',
      orderTold('updated', {
        content: { districts: [honmachi!] },
        transition: { before: { ...ended.order.content, districts: [seguchi!, honmachi!] } },
      }),
      [other('o2', { districts: [seguchi!, honmachi!] })],
      [{ ...elderly, districts: [seguchi] }],
    ],
  ])('%s', (_, transition, others, standing) => {
    expect(standingAfter(transition, others)).toEqual(standing);
  });

  it.each<[Language, RegExp]>([
    ['ja', /高齢者等避難（\S*氾濫\S*）が続いています/],
    ['ja-easy', /まだ続\(つづ\)いています/],
    ['en', /Still in force in .*: Alert Level 3/],
    ['zh-Hans', /仍然有效/],
    ['zh-Hant', /仍然有效/],
    ['ko', /계속 유효합니다/],
    ['vi', /vẫn còn hiệu lực/],
    ['pt', /continua em vigor/],
  ])('is said in %s beside the end, and beside no end of which there is nothing to say', (language, words) => {
    const city = { code: '992011', name: '見本市', timeZone: 'Asia/Tokyo', languages: LANGUAGES };
    const body = (transition: OrderTransition): string =>
      renderOrder({ playbook: { city, wordings: new Map() }, transition, language, publicUrl: 'https://bousai.example.jp' })
        .body.replaceAll(language === 'ja' ? '\n' : '\u0000', '')
        .replaceAll(language === 'ja-easy' ? /\s/g : '\u0000', '');
    const standing = standingAfter(ended, [other('o2')]);
    expect(body({ ...ended, at: GIVEN_AT, standing })).toMatch(words);
    expect(body({ ...ended, at: GIVEN_AT })).not.toMatch(words);
  });
});
