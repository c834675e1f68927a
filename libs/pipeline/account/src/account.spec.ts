import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import {
  button,
  LedgerUnavailable,
  type Outcome,
  type Recipient,
  seenData,
  type SeenDelivery,
  SystemClock,
  type TalkEvent,
  type TalkHeard,
  TalkLine,
  type TalkReply,
  TALK_WORDS,
} from '#core';
import { MemoryDirectory, MemoryTalks } from '#memory';
import { Account, type AccountFamilies, type CityFacts } from './account.ts';

const ANNA = `U${'a'.repeat(32)}`;
const CITY: CityFacts = {
  city: '見本市',
  timeZone: 'Asia/Tokyo',
  districts: [{ code: 'honmachi', name: '本町' }],
  outlines: [],
  categories: ['flood'],
  nameIn: (_, name) => name,
  places: [],
  shelters: [],
  windows: [{ id: 'window', name: '市民課' }],
  hazards: [],
  familyAddress: 'https://sonae.example.jp/family',
};

/** A LINE that shows what a token or a key brings once, and forgets nothing. */
class ShownLine extends TalkLine {
  readonly shown: string[] = [];
  readonly used = new Set<string>();
  /** Outcomes of the next calls, before or after the message was shown. */
  script: { readonly shows: boolean; readonly outcome: Outcome }[] = [];
  profile: string | null = null;

  reply(token: string, reply: TalkReply): Promise<Outcome> {
    return this.#take(token, reply, { kind: 'refused', reason: 'Invalid reply token', scope: 'message' });
  }
  push(_: string, reply: TalkReply, retryKey: string): Promise<Outcome> {
    return this.#take(retryKey, reply, { kind: 'sent', receipt: '', duplicate: true });
  }
  language(): Promise<string | null> {
    return Promise.resolve(this.profile);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  #take(key: string, { messages }: TalkReply, again: Outcome): Promise<Outcome> {
    const scripted = this.script.shift();
    if (scripted && !scripted.shows) return Promise.resolve(scripted.outcome);
    if (this.used.has(key)) return Promise.resolve(scripted?.outcome ?? again);
    this.used.add(key);
    for (const message of messages) this.shown.push(message.kind === 'text' ? message.text : message.title);
    return Promise.resolve(scripted?.outcome ?? { kind: 'sent', receipt: 'r', duplicate: false });
  }
}

/** Family codes that a test looks into. */
class MarkedFamilies implements AccountFamilies {
  code: string | null = null;
  readonly said: (number | null)[] = [];
  readonly asked: string[] = [];

  ask(code: string, asker: string): ReturnType<AccountFamilies['ask']> {
    this.asked.push(`${code} by ${asker}`);
    return Promise.resolve(code === this.code ? { kind: 'safe', at: 0 } : { kind: 'nothing' });
  }
  ofLine(): Promise<{ readonly code: string } | null> {
    return Promise.resolve(this.code === null ? null : { code: this.code });
  }
  consentOnLine(_: string, { event, safeAt }: { readonly event: string; readonly safeAt: number | null }) {
    this.code ??= event.padEnd(10, 'A');
    this.said.push(safeAt);
    return Promise.resolve({ code: this.code });
  }
  withdrawOnLine(): Promise<unknown> {
    this.code = null;
    return Promise.resolve();
  }
  saidOnLine(_: string, safeAt: number | null): Promise<void> {
    this.said.push(safeAt);
    return Promise.resolve();
  }
}

describe('Account', () => {
  let talks: MemoryTalks;
  let directory: MemoryDirectory;
  let line: ShownLine;
  let account: Account;
  let families: MarkedFamilies;
  let told: string[];
  /** Null while the ledger is away. */
  let seen: (SeenDelivery & { readonly recipient: Recipient })[] | null;
  let aside: string[];
  let blocked: { readonly recipient: Recipient; readonly at: number }[];
  let serial = 0;

  const open = (city: () => Promise<CityFacts> = () => Promise.resolve(CITY)): Account =>
    new Account({
      talks,
      directory,
      line,
      clock: new SystemClock(),
      random: () => 0,
      city,
      families,
      drawTicket: ({ number }) => Promise.resolve({ kind: 'waiting', calling: number - 9, ahead: 5 }),
      onReports: (ids) => told.push(...ids),
      onSeen: (one) => {
        if (!seen) return Promise.reject(new Error('the ledger is away'));
        seen.push(one);
        return Promise.resolve();
      },
      onBlocked: (recipient, at) => Promise.resolve(blocked.push({ recipient, at })),
      onSetAside: (why) => aside.push(why),
    });
  const anEvent = (heard: TalkHeard): TalkEvent => {
    serial += 1;
    return { id: `E${serial}`, person: ANNA, at: Date.now() + serial, replyToken: `t${serial}`, heard };
  };
  const text = (words: string): TalkEvent => anEvent({ kind: 'text', text: words });
  const still = async (): Promise<void> => {
    for (let depth = await talks.depth(); depth.waiting + depth.replies > 0; depth = await talks.depth()) await pause(5);
  };
  const takes = async (...events: readonly TalkEvent[]): Promise<void> => {
    await account.take(events);
    await still();
  };

  beforeEach(() => {
    talks = new MemoryTalks();
    directory = new MemoryDirectory();
    line = new ShownLine();
    families = new MarkedFamilies();
    told = [];
    seen = [];
    aside = [];
    blocked = [];
    account = open();
    account.start();
  });
  afterEach(() => account.stop());

  it('greets in the language of the profile, and answers once whatever is delivered how often', async () => {
    line.profile = 'ko';
    const follow = anEvent({ kind: 'follow' });
    await takes(follow, follow);
    await takes(follow);
    expect(line.shown).toHaveLength(1);
    expect(line.shown[0]).toContain(TALK_WORDS.ko.signUp.chooseLanguage);
  });

  it('gives a family code to whoever agrees, tells when they are safe, and no more after a cry for help or a withdrawal', async () => {
    await takes(text('家族コード'));
    expect(line.shown.at(-1)).toContain('いつでもやめられ');
    expect(families.code).toBeNull();
    const agreed = anEvent({ kind: 'button', data: button.topic('familyYes') });
    await takes(agreed, agreed);
    const code = families.code!;
    expect(line.shown.at(-1)).toContain(`${code.slice(0, 4)}-${code.slice(4, 7)}-${code.slice(7)}`);
    expect(await directory.recipientOf('line', ANNA)).not.toBeNull();
    const safe = text('無事です');
    await takes(safe);
    await takes(text('助けて'));
    expect(families.said).toEqual([null, safe.at, null]);
    await takes(text('やめる'), text(`${code.slice(0, 4)}-${code.slice(4, 7)}-${code.slice(7)}`.toLowerCase()));
    expect(families.asked).toEqual([`${code} by line ${ANNA}`]);
    await takes(anEvent({ kind: 'button', data: button.topic('familyStop') }));
    expect(families.code).toBeNull();
    await takes(anEvent({ kind: 'button', data: button.topic('familyYes') }), anEvent({ kind: 'button', data: button.topic('leaveYes') }));
    expect(families.code).toBeNull();
  });

  it('notes who has seen an order, without an answer, and keeps what came beside it also when that fails', async () => {
    await takes(anEvent({ kind: 'follow' }), anEvent({ kind: 'button', data: button.district('honmachi', true, 0) }));
    const [asked, recipient] = [line.shown.length, await directory.recipientOf('line', ANNA)];
    const pressed = anEvent({ kind: 'button', data: seenData({ id: 'd1', status: 'exercise' })! });
    await takes(pressed);
    await takes(pressed);
    expect(seen).toEqual([
      { deliveryId: 'd1', status: 'exercise', recipient },
      { deliveryId: 'd1', status: 'exercise', recipient },
    ]);
    expect(line.shown).toHaveLength(asked);
    await takes({ ...pressed, person: 'U-stranger' });
    expect(seen).toHaveLength(2);
    seen = null;
    await expect(account.take([pressed, text('助けて')])).rejects.toThrow('the ledger is away');
    await still();
    expect(told).toHaveLength(1);
  });

  it('does what was chosen in the directory, and tells headquarters what was reported', async () => {
    await takes(anEvent({ kind: 'button', data: 'district=honmachi&on=1&page=0' }), text('助けて'));
    expect(await directory.subscriber('line', ANNA)).toMatchObject({ districts: ['honmachi'], categories: ['evacuation', 'flood'] });
    await takes(anEvent({ kind: 'unfollow' }));
    expect((await directory.subscriber('line', ANNA))?.state).toBe('blocked');
    expect(told).toHaveLength(1);
    expect(await talks.reports.list({ limit: 9 })).toMatchObject([{ kind: 'needHelp' }]);
  });

  it('tells when somebody blocked it, also of one that LINE tells of hours later, and never an instant to come', async () => {
    const blockedAt = async (at: number): Promise<number> => {
      await takes({ ...anEvent({ kind: 'follow' }), at: at - 2 }, anEvent({ kind: 'button', data: 'district=honmachi&on=1&page=0' }));
      await takes({ ...anEvent({ kind: 'unfollow' }), at });
      return blocked.at(-1)!.at;
    };
    const hoursAgo = Date.now() - 5 * 3_600_000;
    expect(await blockedAt(hoursAgo)).toBe(hoursAgo);
    const ahead = Date.now() + 3_600_000;
    expect(await blockedAt(ahead)).toBeLessThan(ahead);
    expect(blocked).toHaveLength(2);
  });

  it('gives somebody who only waits at a window a number in the directory, and nothing to hear', async () => {
    await takes(anEvent({ kind: 'button', data: 'window=window' }), text('47'));
    expect(line.shown.at(-1)).toContain('市民課 47番を受け付けました');
    expect(await directory.subscriber('line', ANNA)).toMatchObject({ districts: [], categories: [] });
  });

  const unknown: Outcome = { kind: 'retry', reason: 'reset', unknown: true };
  const busy: Outcome = { kind: 'retry', reason: '429', unknown: false };
  it.each([
    ['is lost after LINE took it', [{ shows: true, outcome: unknown }]],
    ['is lost before LINE took it', [{ shows: false, outcome: unknown }]],
    ['comes too fast', [{ shows: false, outcome: busy }]],
    ['is refused, and goes out as a push', [{ shows: false, outcome: { kind: 'refused', reason: '', scope: 'message' } as const }]],
  ])('P4: shows an answer once that %s', async (_, script) => {
    line.script = script;
    await takes(text('ヘルプ'));
    expect(line.shown).toHaveLength(1);
  });

  it('F10: sets an event aside that cannot be handled, and answers the others', async () => {
    await account.stop();
    let broken = true;
    account = open(() => (broken ? Promise.reject(new Error('no such thing')) : Promise.resolve(CITY)));
    account.start();
    await takes(text('ヘルプ'));
    broken = false;
    expect(aside).toEqual([expect.stringContaining('no such thing')]);
    await takes(text('ヘルプ'));
    expect(line.shown).toHaveLength(1);
  });

  it('handles an event later when the database was away meanwhile', async () => {
    const answering = directory.subscriber.bind(directory);
    let away = 5;
    directory.subscriber = (channel, address) => {
      away -= 1;
      return away >= 0 ? Promise.reject(new LedgerUnavailable('away')) : answering(channel, address);
    };
    await takes(text('ヘルプ'));
    expect([aside, line.shown.length]).toEqual([[], 1]);
  });

  it('loses no event that waited behind one whose database was away', async () => {
    const answering = directory.subscriber.bind(directory);
    let away = 5;
    directory.subscriber = (channel, address) => {
      away -= 1;
      return away >= 0 ? Promise.reject(new LedgerUnavailable('away')) : answering(channel, address);
    };
    await takes(text('ヘルプ'), text('助けて'));
    expect([aside, told.length, line.shown.length]).toEqual([[], 1, 2]);
  });

  /** A life of the process that ends in the middle of Anna's event: whatever it asks for after that is never answered. */
  async function liveUntilAnna(): Promise<void> {
    const died = Promise.withResolvers<void>();
    let dead = false;
    const mortal = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (_, key) => {
          const member: unknown = Reflect.get(target, key, target);
          if (typeof member !== 'function') return member;
          return (...given: unknown[]): unknown => {
            if (key === 'talk' && given[0] === ANNA) {
              dead = true;
              died.resolve();
            }
            return dead ? new Promise(() => undefined) : Reflect.apply(member, target, given);
          };
        },
      });
    const whole = { talks, directory };
    [talks, directory] = [mortal(talks), mortal(directory)];
    open().start();
    ({ talks, directory } = whole);
    await died.promise;
  }

  it('F10: sets aside the event on which the process died three times, and none that was only beside it', async () => {
    await account.stop();
    const cries = Array.from({ length: 20 }, (_, n) => ({ ...text('助けて'), person: `U${String(n).padStart(32, '0')}` }));
    const poison = { ...text('ヘルプ'), at: cries[4]!.at };
    await talks.keep([...cries, poison], Date.now());
    for (let life = 1; life <= 3; life += 1) await liveUntilAnna();
    account = open();
    account.start();
    // Answers that a dead process had on loan come later; what was cried is kept by then.
    while ((await talks.depth()).waiting > 0) await pause(5);
    expect(aside).toEqual([`event ${poison.id}: the process ended while it was handled`]);
    expect(told.toSorted()).toEqual(cries.map(({ id }) => id).toSorted());
  });

  it('F8: does not wait at its end for a LINE that never answers', async () => {
    const asked = Promise.withResolvers<void>();
    line.reply = () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    await account.take([text('ヘルプ')]);
    await asked.promise;
    await account.stop();
    expect(await talks.depth()).toEqual({ waiting: 0, replies: 1 });
  });

  it('forgets somebody who blocked the account and did not return in time', async () => {
    await takes(anEvent({ kind: 'button', data: 'district=honmachi&on=1&page=0' }), anEvent({ kind: 'unfollow' }));
    expect(await account.forget()).toBe(0);
    talks.overdue = () => Promise.resolve([ANNA]);
    expect(await account.forget()).toBe(1);
    expect(await directory.subscriber('line', ANNA)).toBeNull();
    expect(await talks.talk(ANNA)).toBeNull();
  });
});

/** Everything that an account asks of the world, in turn: the process dies at the n-th question, before or after it was answered. */
describe('an account that dies', () => {
  const STORY: readonly TalkHeard[] = [
    { kind: 'button', data: 'language=vi' },
    { kind: 'button', data: 'district=honmachi&on=1&page=0' },
    { kind: 'text', text: '助けて' },
  ];

  async function diesAt(n: number, after: boolean) {
    const talks = new MemoryTalks();
    const directory = new MemoryDirectory();
    const line = new ShownLine();
    let calls = 0;
    const life = { dead: false };
    const mortal = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (_, key) => {
          const member: unknown = Reflect.get(target, key, target);
          if (typeof member !== 'function') return member;
          return async (...given: unknown[]): Promise<unknown> => {
            calls += 1;
            const dying = calls === n;
            if (life.dead || (dying && !after)) {
              life.dead = true;
              return new Promise(() => undefined);
            }
            const result: unknown = await Reflect.apply(member, target, given);
            if (!dying) return result;
            life.dead = true;
            return new Promise(() => undefined);
          };
        },
      });
    const options = {
      clock: new SystemClock(),
      random: () => 0,
      city: () => Promise.resolve(CITY),
      families: new MarkedFamilies(),
      drawTicket: () => Promise.resolve({ kind: 'closed' } as const),
      onReports: () => undefined,
      onSetAside: () => undefined,
    };
    const at = Date.now();
    await talks.keep(
      STORY.map((heard, index) => ({ id: `E${index}`, person: ANNA, at: at + index, replyToken: `t${index}`, heard })),
      at,
    );
    const first = new Account({ ...options, talks: mortal(talks), directory: mortal(directory), line: mortal(line) });
    first.start();
    const settled = async () => {
      const { waiting, replies } = await talks.depth();
      return waiting + replies === 0;
    };
    while (!life.dead && !(await settled())) await pause(1);
    if (!life.dead) await first.stop();
    // A process that is gone holds no lease for longer than it says; nobody waits for that here.
    const claim = talks.claimReplies.bind(talks);
    talks.claimReplies = (query) => claim({ ...query, now: query.now + 60_000 });
    const second = new Account({ ...options, talks, directory, line });
    second.start();
    while (!(await settled())) await pause(1);
    await second.stop();
    return { dead: life.dead, line, reports: await talks.reports.list({ limit: 9 }), subscriber: await directory.subscriber('line', ANNA) };
  }

  it.each([false, true])('comes to one effect of everything wherever it dies (after the answer: %s)', async (after) => {
    let n = 1;
    for (let died = true; died; n += 1) {
      const { dead, line, reports, subscriber } = await diesAt(n, after);
      died = dead;
      expect([n, subscriber?.language, subscriber?.districts, reports.length]).toEqual([n, 'vi', ['honmachi'], 1]);
      expect([n, new Set(line.shown).size]).toEqual([n, line.shown.length]);
    }
    expect(n).toBeGreaterThan(15);
  });
});
