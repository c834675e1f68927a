import * as fc from 'fast-check';
import {
  Channel,
  type Contact,
  type Delivery,
  deliveryOf,
  drillNotice,
  isMarked,
  LANGUAGES,
  marked,
  type Message,
  messageOf,
  type OperationStatus,
  type Outcome,
} from '#core';
import { DrillAudience } from './drill-audience.ts';
import { ExerciseChannel } from './exercise-channel.ts';

const T0 = Date.parse('2026-09-01T09:00:00+09:00');
const ATTEMPTS = 1_000;

/** The outside: remembers who was told what. */
class Outside extends Channel<'exercise'> {
  readonly name = 'line';
  readonly statuses = ['exercise'] as const;
  readonly chunkMax = 500;
  readonly inFlightMax = 40;
  readonly perSecondMax = 200;
  readonly repeatSafeMs = 1;
  readonly told: { readonly delivery: Delivery; readonly message: Message; readonly contacts: readonly Contact[] }[] = [];
  closed = false;

  override quota(): Promise<{ readonly limit: number; readonly used: number }> {
    return Promise.resolve({ limit: 1_000, used: 800 });
  }

  attempt(delivery: Delivery<'exercise'>, message: Message<'exercise'>, contacts: readonly Contact[]): Promise<Outcome> {
    this.told.push({ delivery, message, contacts });
    return Promise.resolve({ kind: 'sent', receipt: 'r', duplicate: false });
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

const members = new DrillAudience();
for (const recipient of ['1', '2', '3', '70000', '1000001']) members.add(recipient);

function open(isOn = true) {
  const outside = new Outside();
  const refused: string[] = [];
  const channel = new ExerciseChannel({ channel: outside, audience: members, mayGo: () => isOn, onRefused: (_, id) => refused.push(id) });
  return { outside, refused, channel };
}

const route = { id: 'r', lane: 'flood', expiresAfterMs: 60_000 } as const;

function aWork(status: OperationStatus, words: { readonly subject: string; readonly body: string }, recipients: readonly string[]) {
  const message = messageOf({ transition: { id: 't', status, decidedAt: T0 }, route, language: 'ja', ...words });
  const delivery = deliveryOf({ message, route, channel: 'line', endpoint: 'line', recipients, now: T0 });
  const contacts = recipients.map((address): Contact => ({ address, charset: 'utf-8', language: 'ja' }));
  // As it comes from a disk: no compiler has seen what it is for.
  return [delivery as Delivery<'exercise'>, message as Message<'exercise'>, contacts] as const;
}

const good = marked({ subject: '川', body: '水が増えています。' }, 'exercise', 'ja');

describe('the last door of a drill', () => {
  it('lets marked words to its own audience through as they are, and leaves nine tenths of every limit to real words', async () => {
    const { outside, channel } = open();
    const work = aWork('exercise', good, ['1', '70000']);
    expect(await channel.attempt(...work)).toEqual({ kind: 'sent', receipt: 'r', duplicate: false });
    expect(outside.told).toEqual([{ delivery: work[0], message: work[1], contacts: work[2] }]);
    expect([channel.perSecondMax, channel.inFlightMax, channel.chunkMax, channel.name]).toEqual([20, 4, 500, 'line']);
    await channel.close();
    expect(outside.closed).toBe(true);
  });

  it('F53 knows the plan of the account, so that a drill does not eat what is kept for real orders', async () => {
    expect(await open().channel.quota()).toEqual({ limit: 1_000, used: 800 });
  });

  it('lets nothing through once the drill is over, and that is nobody\u2019s fault', async () => {
    const { outside, refused, channel } = open(false);
    expect(await channel.attempt(...aWork('exercise', good, ['1']))).toMatchObject({ kind: 'refused', scope: 'message' });
    expect([outside.told, refused, channel.refused]).toEqual([[], [], 0]);
  });

  const faults: readonly (readonly [string, OperationStatus, { readonly subject: string; readonly body: string }, readonly string[]])[] = [
    ['real words', 'actual', good, ['1']],
    ['a test of the equipment', 'test', good, ['1']],
    ['no mark', 'exercise', { subject: '川', body: '水' }, ['1']],
    ['no mark in the subject', 'exercise', { ...good, subject: '川' }, ['1']],
    ['no mark in the last line', 'exercise', { ...good, body: `${good.body}\n避難` }, ['1']],
    ['somebody else', 'exercise', good, ['4']],
    ['somebody else among many', 'exercise', good, ['1', '2', '1000000', '3']],
    ['what is no number', 'exercise', good, ['U0123456789abcdef']],
  ];
  it.each(faults)('stops, counts and tells of %s', async (_, status, words, recipients) => {
    const { outside, refused, channel } = open();
    const work = aWork(status, words, recipients);
    expect(await channel.attempt(...work)).toMatchObject({ kind: 'refused', scope: 'message' });
    expect([outside.told, refused, channel.refused]).toEqual([[], [work[0].id], 1]);
  });

  it('stops more contacts than recipients, and words that are another delivery\u2019s', async () => {
    const { outside, channel } = open();
    const [delivery, message, contacts] = aWork('exercise', good, ['1']);
    await channel.attempt(delivery, message, [...contacts, ...contacts]);
    await channel.attempt(delivery, { ...message, id: 'another' }, contacts);
    expect([outside.told, channel.refused]).toEqual([[], 2]);
  });

  it(`tells nobody else and nothing unmarked, however ${ATTEMPTS} attempts are aimed (F67)`, async () => {
    const line = fc.constantFrom(
      '【訓練】',
      '【訓練】これは訓練です。',
      '避難してください',
      '',
      '訓練',
      '【試験】',
      '[DRILL]',
      '【訓練】\n川',
      '\n',
    );
    const words = fc.oneof(
      fc.record({ subject: line, body: fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n')) }),
      fc.constantFrom(...LANGUAGES).map((language) => marked({ subject: '川', body: '水' }, 'exercise', language)),
      fc.constantFrom(...LANGUAGES).map((language) => drillNotice('aborted', { name: '訓練', until: '15:00', language })),
    );
    const recipients = fc.array(fc.oneof(fc.constantFrom('1', '2', '3', '70000', '1000001'), fc.nat(2_000_000).map(String), fc.string()), {
      maxLength: 6,
    });
    const status = fc.constantFrom<OperationStatus>('exercise', 'exercise', 'actual', 'test');
    let through = 0;
    await fc.assert(
      fc.asyncProperty(status, words, recipients, async (of, said, to) => {
        const { outside, channel } = open();
        const outcome = await channel.attempt(...aWork(of, said, to));
        const right = of === 'exercise' && isMarked(said) && to.every((recipient) => members.has(recipient));
        expect([outcome.kind, outside.told.length]).toEqual(right ? ['sent', 1] : ['refused', 0]);
        if (right) through += 1;
      }),
      { numRuns: ATTEMPTS },
    );
    expect(through).toBeGreaterThan(0);
  });
});
