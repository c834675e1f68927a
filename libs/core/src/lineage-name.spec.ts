import { derivedUuid, mailIdentity } from './delivery.ts';
import { readLineageName, readOrderLineageName } from './lineage-name.ts';

const alertId = 'river-level@tama-03#12';
const transitionId = `${alertId}/3`;
const messageId = `${transitionId}/residents/ja-easy`;
const deliveryId = `${messageId}/disaster-mail/0123456789abcdef`;

describe('a name of something that was told', () => {
  it.each([
    [alertId, { kind: 'alert', alertId }],
    [transitionId, { kind: 'transition', alertId, transitionId }],
    [messageId, { kind: 'message', alertId, transitionId, messageId }],
    [deliveryId, { kind: 'delivery', alertId, transitionId, messageId, deliveryId }],
    [`  ${alertId}\n`, { kind: 'alert', alertId }],
    [derivedUuid('a'), { kind: 'clue', clue: { key: derivedUuid('a') } }],
    [derivedUuid('a').toUpperCase(), { kind: 'clue', clue: { key: derivedUuid('a') } }],
    [`<${mailIdentity('a')}@city.example.jp>`, { kind: 'clue', clue: { mail: mailIdentity('a') } }],
    [`${mailIdentity('a')}@city.example.jp`, { kind: 'clue', clue: { mail: mailIdentity('a') } }],
    [`b-${mailIdentity('a')}-${'0123456789'.repeat(2)}abcduv@bounce.example.jp`, { kind: 'clue', clue: { mail: mailIdentity('a') } }],
  ])('%s leads back to all that it came from', (text, expected) => {
    expect(readLineageName(text)).toEqual(expected);
  });

  it.each([
    '',
    'tama-03',
    'river-level@tama-03',
    `${alertId}/x`,
    `${transitionId}/residents`,
    `${messageId}/line`,
    `${deliveryId}/more`,
    '1234',
    'a@b.example',
  ])('%j is none', (text) => {
    expect(readLineageName(text)).toBeNull();
  });
});

describe('a name of something that was told of an order', () => {
  const orderId = 'o0123456789ab';
  const ofTransition = `order/${orderId}/2`;
  const ofMessage = `${ofTransition}/order-residents/ja-easy`;
  const ofDelivery = `${ofMessage}/disaster-mail/0123456789abcdef`;
  const nothing = { transitionId: null, messageId: null, deliveryId: null };

  it.each([
    [orderId, { ...nothing, orderId }],
    [ofTransition, { ...nothing, orderId, transitionId: ofTransition }],
    [` ${ofMessage}`, { ...nothing, orderId, transitionId: ofTransition, messageId: ofMessage }],
    [ofDelivery, { orderId, transitionId: ofTransition, messageId: ofMessage, deliveryId: ofDelivery }],
  ])('%s leads back to all that it came from', (text, expected) => {
    expect(readOrderLineageName(text)).toEqual(expected);
    expect(readLineageName(text)).toBeNull();
  });

  it.each([
    '',
    'order',
    `order/${orderId}`,
    `order/${orderId}/x`,
    `${ofTransition}/order-residents`,
    `${ofMessage}/line`,
    `${ofDelivery}/more`,
    transitionId,
  ])('%j is none', (text) => {
    expect(readOrderLineageName(text)).toBeNull();
  });
});
