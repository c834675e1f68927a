import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Letter, LetterCarrier, type Outcome, type OutgoingLetter } from '#core';
import { ManualClock, MemoryLetters } from '#memory';
import { LetterStage } from './letter-stage.ts';

const T0 = Date.parse('2026-07-01T03:10:00+09:00');
const HOUR = 3_600_000;

const aLetter = (id: string, set: Partial<Letter> = {}): Letter => ({
  id,
  kind: 'invitation',
  address: 'hana@example.jp',
  language: 'ja',
  charset: 'utf-8',
  token: 't',
  districts: [],
  categories: [],
  expiresAt: T0 + 24 * HOUR,
  ...set,
});

class HandCarrier extends LetterCarrier {
  isFree = true;
  outcomes: Outcome[] = [];
  readonly carried: OutgoingLetter[] = [];
  async carry(letter: OutgoingLetter): Promise<Outcome> {
    this.carried.push(letter);
    return this.outcomes.shift() ?? { kind: 'sent', receipt: '', duplicate: false };
  }
}

let clock: ManualClock;
let letters: MemoryLetters;
let carrier: HandCarrier;
let stage: LetterStage;
let held: boolean;
let troubles: (string | null)[];
let dead: string[];

beforeEach(() => {
  clock = new ManualClock(T0);
  letters = new MemoryLetters();
  carrier = new HandCarrier();
  [troubles, dead, held] = [[], [], false];
  stage = new LetterStage({
    letters,
    carrier,
    clock,
    random: () => 1,
    isHeld: async () => held,
    place: () => ({
      city: '見本市',
      publicUrl: 'https://city.example.jp',
      entryAddress: 'entry@city.example.jp',
      senderAddress: 'bosai@city.example.jp',
      districts: new Map(),
      nameIn: (_, name) => name,
    }),
    onTrouble: (why) => troubles.push(why),
    onDead: (id, why) => dead.push(`${id} ${why}`),
  });
});

afterEach(() => stage.stop());

/** Resolves when the stage sleeps again. */
async function still(): Promise<void> {
  while (clock.sleeping === 0) await new Promise((next) => setImmediate(next));
}

async function pass(ms: number): Promise<void> {
  await clock.advance(ms);
  await still();
}

const ids = (): readonly string[] => carrier.carried.map(({ id }) => id);
const RETRY: Outcome = { kind: 'retry', reason: 'greylisted', unknown: false };

describe('LetterStage', () => {
  it('sends what waits, in its words and under its id, and forgets it', async () => {
    await letters.add(aLetter('a'), T0);
    stage.start();
    await still();
    expect(carrier.carried).toMatchObject([
      {
        id: 'a',
        address: 'hana@example.jp',
        subject: '【仮登録】見本市 災害情報メール',
        body: expect.stringContaining('https://city.example.jp/mail/t\n'),
        writtenAt: T0,
      },
    ]);
    expect(await letters.claim({ now: T0 + 24 * HOUR - 1, limit: 9, leaseUntil: T0 })).toEqual([]);
  });

  it('is awake at once when it is told of a letter', async () => {
    stage.start();
    await still();
    await letters.add(aLetter('a'), T0);
    stage.ring();
    while (ids().length === 0) await new Promise((next) => setImmediate(next));
    expect(ids()).toEqual(['a']);
  });

  it('waits while the carrier has messages to send, and goes on when it has room', async () => {
    carrier.isFree = false;
    await letters.add(aLetter('a'), T0);
    stage.start();
    await still();
    for (let n = 0; n < 60; n += 1) await pass(1_000);
    expect(ids()).toEqual([]);
    carrier.isFree = true;
    await pass(1_000);
    expect(ids()).toEqual(['a']);
  });

  it('F20: sends nothing while everything is held, and goes on when a person released it', async () => {
    held = true;
    await letters.add(aLetter('a'), T0);
    stage.start();
    await still();
    for (let n = 0; n < 60; n += 1) await pass(1_000);
    expect(ids()).toEqual([]);
    held = false;
    await pass(1_000);
    expect(ids()).toEqual(['a']);
  });

  it('F8: does not wait at its end for a relay that never answers, and another life sends the letter', async () => {
    const begun = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Outcome>();
    carrier.carry = () => {
      begun.resolve();
      return answer.promise;
    };
    await letters.add(aLetter('a'), T0);
    stage.start();
    await begun.promise;
    const stopped = stage.stop();
    await still();
    await clock.advance(500);
    await stopped;
    expect(await letters.claim({ now: T0 + 3 * 60_000, limit: 9, leaseUntil: T0 + HOUR })).toMatchObject([{ letter: { id: 'a' } }]);
    answer.resolve(RETRY);
  });

  it('tries again later and later under the same id, and gives up when the day of the letter is over', async () => {
    carrier.outcomes = Array.from({ length: 10_000 }, () => RETRY);
    await letters.add(aLetter('a', { expiresAt: T0 + HOUR }), T0);
    stage.start();
    await still();
    for (let n = 0; n < 3_700; n += 1) await pass(1_000);
    // After 1, 2, 4, … 512 s and then every ten minutes.
    expect(ids().length).toBeGreaterThanOrEqual(12);
    expect(ids().length).toBeLessThanOrEqual(15);
    expect(new Set(ids())).toEqual(new Set(['a']));
    expect(await letters.claim({ now: T0 + 24 * HOUR - 1, limit: 9, leaseUntil: T0 })).toEqual([]);
  });

  it('says of a letter that nobody will take that it is dead, and keeps one while the relay is closed', async () => {
    carrier.outcomes = [
      { kind: 'refused', reason: '550 5.1.1 <hana@example.jp>: no such user hana@example.jp', scope: 'recipients' },
      { kind: 'closed', reason: 'password' },
    ];
    await letters.add(aLetter('a'), T0);
    await letters.add(aLetter('b'), T0 + 1);
    stage.start();
    await still();
    await pass(1_000);
    // S39: what is logged of it names nobody.
    expect([dead, ids()]).toEqual([['a 550 5.1.1 <h…@example.jp>: no such user h…@example.jp'], ['a', 'b']]);
    await pass(2_000);
    expect(ids()).toEqual(['a', 'b', 'b']);
  });

  it('stands still with a word while the letters cannot be read, and goes on', async () => {
    const claim = letters.claim.bind(letters);
    let away = true;
    letters.claim = (query) => (away ? Promise.reject(new Error('database away')) : claim(query));
    await letters.add(aLetter('a'), T0);
    stage.start();
    await still();
    expect(troubles).toEqual(['database away']);
    away = false;
    await pass(1_000);
    expect([ids(), troubles]).toEqual([['a'], ['database away', null]]);
  });

  it('F8: writes down what is under way before it ends, and takes nothing more', async () => {
    const slow = Promise.withResolvers<Outcome>();
    carrier.carry = (letter) => {
      carrier.carried.push(letter);
      return slow.promise;
    };
    await letters.add(aLetter('a'), T0);
    stage.start();
    while (ids().length === 0) await new Promise((next) => setImmediate(next));
    const stopped = stage.stop();
    await letters.add(aLetter('b'), T0);
    slow.resolve({ kind: 'sent', receipt: '', duplicate: false });
    await stopped;
    expect(ids()).toEqual(['a']);
    expect((await letters.claim({ now: T0 + HOUR, limit: 9, leaseUntil: 0 })).map(({ letter }) => letter.id)).toEqual(['b']);
  });
});
