import {
  deliveryOf,
  type Delivery,
  EVACUATION_CATEGORY,
  Judge,
  type LogEntry,
  messageOf,
  type Playbook,
  type Route,
  type Subscriber,
} from '#core';
import type { PlatformRequest } from '#outside/line-platform';
import type { MailEvent } from '#outside/mail-catcher';
import { aLevelRule, aPlaybook, aReading, MINUTE, T0 } from '../support/builders.ts';
import { check, type History, lostReadings } from './history-checker.ts';

const GAUGE = 'tama-03';
const route: Route = {
  id: 'river',
  rules: ['river-level'],
  transitions: ['raised', 'climbed', 'steppedDown', 'cleared'],
  fromStep: 1,
  audience: { kind: 'residents', category: 'flood' },
  channels: ['line', 'disaster-mail'],
  lane: 'flood',
  expiresAfterMs: 60 * MINUTE,
  wording: 'river',
};
const playbook: Playbook = aPlaybook({ rules: [aLevelRule({ clearHoldMs: 0 })], routes: [route] });
const resident = { language: 'ja', districts: ['001'], categories: ['flood'] } as const;
const subscribers: readonly Subscriber[] = [
  { ...resident, channel: 'line', address: 'U1' },
  { ...resident, channel: 'line', address: 'U2' },
  { ...resident, channel: 'disaster-mail', address: 'a@b.jp' },
  { ...resident, channel: 'line', address: 'U3', districts: ['002'] },
];

/** A flood that was handed in in two packets, raised one alert that climbed and was cleared, and was told to three people without a fault. */
function goodHistory(): History {
  const levels = [3.6, 3.7, 4.6, 4.7, 3];
  const reports = levels.map((level, index) => ({ seq: index + 1, at: T0 + index * MINUTE, level }));
  const log: readonly LogEntry[] = reports.map(({ seq, at, level }, index) => ({
    position: index + 1,
    reading: aReading({ gauge: GAUGE, seq, observedAt: at, value: level }),
  }));
  const judge = new Judge(playbook, { alerts: [], watches: [] }, T0);
  for (const entry of log) judge.observe(entry, T0 + 1);
  const transitions = judge.take().transitions.map((transition, index) => ({ number: index + 1, transition }));
  let lineRequests = 0;
  const messages = transitions.map(({ transition }) =>
    messageOf({ transition, route, language: 'ja', subject: transition.id, body: 'words' }),
  );
  const deliveries = messages.flatMap((message): Delivery[] => {
    const plan = { message, route, now: T0 };
    const mail = deliveryOf({ ...plan, channel: 'disaster-mail', endpoint: 'b.jp', recipients: ['a@b.jp'] });
    return [
      {
        ...deliveryOf({ ...plan, channel: 'line', endpoint: 'line', recipients: ['U1', 'U2'] }),
        state: 'sent',
        receipt: `request-${lineRequests++}`,
      },
      { ...mail, state: 'sent', receipt: `<${mail.id}> 250 OK` },
    ];
  });
  const textOf = ({ messageId }: Delivery) => `${messages.find(({ id }) => id === messageId)!.subject}\n\nwords`;
  const line = deliveries
    .filter(({ channel }) => channel === 'line')
    .map((delivery, index): PlatformRequest => ({
      at: T0,
      endpoint: 'multicast',
      retryKey: delivery.retryKey,
      to: delivery.recipients,
      messages: [{ type: 'text', text: textOf(delivery) }],
      verdict: 'accepted',
      answer: 200,
      requestId: `request-${index}`,
    }));
  const mail = deliveries
    .filter(({ channel }) => channel === 'disaster-mail')
    .map((delivery): MailEvent => ({ at: T0, verdict: 'kept', code: 250, from: 'x', to: ['a@b.jp'], messageId: `<${delivery.id}>` }));
  const sent = [
    { gauge: GAUGE, reports: reports.slice(0, 3), acked: true },
    { gauge: GAUGE, reports: reports.slice(3), acked: true },
  ];
  return { playbook, subscribers, kills: 1, sent, log, transitions, orders: [], messages, deliveries, line, mail };
}

const good = goodHistory();
const [first, ...later] = good.transitions;
const lineDelivery = good.deliveries.findIndex(({ channel }) => channel === 'line');
const changed = (index: number, set: Partial<Delivery>): Pick<History, 'deliveries'> => ({
  deliveries: good.deliveries.with(index, { ...good.deliveries[index]!, ...set }),
});
/** The positions after an entry was taken out or put in, as a log would count them. */
const renumbered = (entries: readonly LogEntry[]): readonly LogEntry[] =>
  entries.map((entry, index) => ({ ...entry, position: index + 1 }));

const notTold = (history: History) => check(history).filter((violation) => violation.startsWith('not told'));

describe('the checker of histories', () => {
  it('finds nothing wrong with a good one, which raises, climbs and clears', () => {
    expect(good.transitions.map(({ transition }) => transition.kind)).toEqual(['raised', 'climbed', 'cleared']);
    expect(check(good)).toEqual([]);
  });

  it('allows what is not promised: the same mail once more for a kill, and after an answer that the relay owed', () => {
    const [mail] = good.mail;
    expect(check({ ...good, mail: [...good.mail, mail!] })).toEqual([]);
    expect(check({ ...good, kills: 0, mail: [{ ...mail!, code: 0 }, ...good.mail] })).toEqual([]);
  });

  it('allows an all-clear to end unsent when the alert rose again, and the parts that a chunk was split into', () => {
    const raised = good.transitions.length;
    const overtaken = { ...changed(good.deliveries.length - 2, { state: 'expired' }) };
    const again = { ...first!.transition, id: 'river-level@tama-03#2/1', alertId: 'river-level@tama-03#2' };
    const found = check({ ...good, ...overtaken, transitions: [...good.transitions, { number: raised + 1, transition: again }] });
    expect(found.filter((violation) => violation.startsWith('not told'))).toEqual([]);
    const split = { ...good.deliveries[lineDelivery]!, id: 'whole', state: 'refused', lastReason: 'split' } as const;
    expect(check({ ...good, deliveries: [split, ...good.deliveries] })).toEqual([]);
  });

  it('allows somebody to be refused whom LINE does not know any more, and nobody else', () => {
    const refused = changed(lineDelivery, { state: 'refused', lastReason: '400', recipients: ['U1'] }).deliveries;
    const alone = { ...good, deliveries: [...refused, { ...good.deliveries[lineDelivery]!, id: 'other half', recipients: ['U2'] }] };
    expect(notTold({ ...alone, unknownOnLine: new Set(['U1']) })).toEqual([]);
    expect(notTold({ ...alone, unknownOnLine: new Set(['U2']) })).toHaveLength(1);
  });

  it('allows mail to be refused by a domain that refuses, and by no other', () => {
    const refused = changed(lineDelivery + 1, { state: 'refused', lastReason: '550' });
    expect(notTold({ ...good, ...refused, refusingDomains: new Set(['b.jp']) })).toEqual([]);
    expect(notTold({ ...good, ...refused, refusingDomains: new Set(['a.jp']) })).toHaveLength(1);
  });

  it('tells who is missing, who is a stranger and who is there twice among the people of an order', () => {
    const [one] = good.deliveries;
    const order = { ...one!, id: 'o', transitionId: 'order/o/1', recipients: ['U1', 'U3', 'U3'] };
    const leaving = subscribers.map((subscriber) => ({ ...subscriber, categories: [...subscriber.categories, EVACUATION_CATEGORY] }));
    const given = [{ transitionId: 'order/o/1', district: '001' }];
    expect(check({ ...good, subscribers: leaving, orders: ['order/o/1'], given, deliveries: [...good.deliveries, order] })).toEqual(
      expect.arrayContaining([
        'not planned for order/o/1: 2, first line U2',
        'planned for order/o/1 though they did not choose it: 1, first line U3',
        'planned twice for order/o/1: 1, first line U3',
      ]),
    );
  });

  it.each<[string, Partial<History>, RegExp]>([
    ['a reading that was acknowledged and is gone', { log: good.log.slice(0, -1) }, /^acknowledged and lost: tama-03 number 5$/],
    [
      'a packet of which a part is stored',
      { log: good.log.slice(0, -1), sent: good.sent.with(1, { ...good.sent[1]!, acked: false }) },
      /^half a packet is missing: tama-03 number 5$/,
    ],
    ['a reading that is stored twice', { log: renumbered([...good.log, good.log[0]!]) }, /^stored 2 times: tama-03 number 1$/],
    ['a reading that nobody sent', { sent: good.sent.slice(1) }, /^stored and never sent: tama-03 number 1$/],
    [
      'a reading with another value',
      { log: good.log.with(0, { position: 1, reading: { ...good.log[0]!.reading, raw: 9 } }) },
      /^stored otherwise than sent: tama-03 number 1 is 9, was 3.6$/,
    ],
    ['a gap in the positions', { log: good.log.with(4, { ...good.log[4]!, position: 6 }) }, /^position 5 holds number 6$/],
    ['a transition that is there twice', { transitions: [...good.transitions, { ...first!, number: 4 }] }, /^decided 2 times: .*#1\/1$/],
    ['a transition that was never decided', { transitions: good.transitions.slice(0, 2) }, /^never decided: .*#1\/3$/],
    ['a hole in the ordinals', { transitions: later }, /^ordinals of river-level@tama-03#1 are 2, 3$/],
    ['a hole in the numbers', { transitions: later }, /^transition 1 has number 2$/],
    [
      'a transition without ground',
      { transitions: [...good.transitions, { number: 4, transition: { ...first!.transition, id: 'river-level@tama-03#1/4' } }] },
      /^decided without ground: .*#1\/4$/,
    ],
    [
      'a transition that a calm replay decides otherwise',
      { transitions: good.transitions.with(0, { number: 1, transition: { ...first!.transition, to: 2 } }) },
      /^decided otherwise than in a calm replay: .*#1\/1$/,
    ],
    ['somebody who was not planned', changed(lineDelivery, { recipients: ['U1'] }), /^not planned for .*#1\/1: 1, first line U2$/],
    ['a plan that is missing as a whole', { deliveries: good.deliveries.slice(1) }, /^not planned for .*#1\/1: 2, first line U1$/],
    [
      'somebody who did not choose it',
      changed(lineDelivery, { recipients: ['U1', 'U2', 'U3'] }),
      /^planned for .* though they did not choose it: 1, first line U3$/,
    ],
    [
      'somebody who is planned twice',
      { deliveries: [good.deliveries[0]!, ...good.deliveries] },
      /^planned twice for .*: 2, first line U1$/,
    ],
    ['other words than the route says', changed(lineDelivery, { messageId: 'other' }), /^planned with other words for .*: 2/],
    ['a plan of nothing', changed(lineDelivery, { transitionId: 'none' }), /^planned without a transition: none$/],
    ['a delivery that waits for ever', changed(lineDelivery, { state: 'queued' }), /^never ended: .* is queued$/],
    ['a delivery that was given up', changed(lineDelivery, { state: 'dead', lastReason: 'why' }), /^not told: .* is dead \(why\)$/],
    ['a warning that expired', changed(lineDelivery, { state: 'expired' }), /^not told: .* is expired/],
    ['a message that somebody saw twice', { line: [...good.line, good.line[0]!] }, /^seen twice on LINE: 2, first U1 /],
    ['a message that somebody did not see', { line: good.line.slice(1) }, /^sent on LINE and not seen: 2, first U1 /],
    [
      'a message that nobody planned',
      { line: [...good.line, { ...good.line[0]!, messages: [{ text: 'hello' }] }] },
      /^seen on LINE though nobody planned it: 2, first U1 hello$/,
    ],
    [
      'a receipt that LINE did not give',
      changed(lineDelivery, { receipt: 'other' }),
      /^the receipt of .* is not of the request that LINE took: other$/,
    ],
    [
      'a key that belongs to no delivery',
      { line: good.line.with(0, { ...good.line[0]!, retryKey: 'random' }) },
      /^LINE was asked under a key of no delivery: random in request-0$/,
    ],
    [
      'a chunk that changed',
      { line: [{ ...good.line[0]!, to: ['U1'], verdict: 'duplicate' }, ...good.line] },
      /^the chunk of key .* changed/,
    ],
    ['a mail that is lost', { mail: good.mail.slice(1) }, /^mail lost: .*#1\/1/],
    [
      'a mail that nobody planned',
      { mail: [...good.mail, { ...good.mail[0]!, messageId: '<x>' }] },
      /^mail that nobody planned: a@b.jp <x>$/,
    ],
    ['a mail that came too often', { mail: [...good.mail, good.mail[0]!, good.mail[0]!] }, /^mail 3 times in 1 kills: a@b.jp/],
    [
      'more repeated mails than connections',
      { mail: good.mail.flatMap((one) => [one, one]), kills: 0 },
      /^3 mails twice in 0 kills, more than one for each connection$/,
    ],
  ])('finds %s', (_, wrong, violation) => {
    expect(check({ ...good, ...wrong })).toContainEqual(expect.stringMatching(violation));
  });

  it('forgives what was neither acknowledged nor stored', () => {
    const sent = [...good.sent, { gauge: GAUGE, reports: [{ seq: 6, at: T0, level: 1 }], acked: false }];
    expect(lostReadings({ sent, log: good.log })).toEqual([]);
  });

  it('tells devices that do not count by the instant', () => {
    const at = T0 + 30 * MINUTE;
    const sent = [{ gauge: 'g', reports: [{ seq: null, at, level: 1 }], acked: true }];
    expect(lostReadings({ sent, log: [] })).toEqual([`acknowledged and lost: g at ${at}`]);
    expect(lostReadings({ sent, log: [{ position: 1, reading: aReading({ gauge: 'g', observedAt: at, value: 1 }) }] })).toEqual([]);
  });
});
