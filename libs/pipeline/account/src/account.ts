import {
  backoffMs,
  Bell,
  type Clock,
  converse,
  derivedUuid,
  type Directory,
  districtNamesOf,
  type FamilyWord,
  intentOf,
  type KeptEvent,
  LANGUAGES,
  LedgerUnavailable,
  NEW_TALK,
  type PendingReply,
  replyAfter,
  safeSaidAt,
  type Talk,
  type SeenDelivery,
  seenOf,
  type TalkAct,
  type TalkEvent,
  type TalkFacts,
  type TalkIntent,
  type TalkLine,
  type Talks,
  type TicketAnswer,
  type Recipient,
} from '#core';

/** What an answer rests on beyond the person who asks. */
export type CityFacts = Omit<TalkFacts, 'now' | 'subscriber' | 'profileLanguage' | 'ticket' | 'familyCode' | 'familyWord'>;

export interface AccountOptions {
  readonly talks: Talks;
  readonly directory: Directory;
  readonly line: TalkLine;
  readonly clock: Clock;
  readonly random: () => number;
  /** How the city stands now. */
  readonly city: () => Promise<CityFacts>;
  /** Who lets family ask, and what those hear who ask. */
  readonly families: AccountFamilies;
  /** Keeps a ticket for somebody who is in the directory. */
  readonly drawTicket: (ticket: { readonly gauge: string; readonly number: number; readonly address: string }) => Promise<TicketAnswer>;
  /** Told which reports are new or changed, once they are kept. */
  readonly onReports: (ids: readonly string[]) => void;
  /**
   * Told that somebody blocked the account, and when: what they were told shortly before, or since, may not have been seen. LINE may tell of it hours
   * later, when we were away. Told again when the event is handled again.
   */
  readonly onBlocked?: (recipient: Recipient, at: number) => Promise<unknown>;
  /** Told that somebody has seen what a delivery said. Told again when LINE repeats it; when it rejects, LINE repeats it. */
  readonly onSeen?: (seen: SeenDelivery & { readonly recipient: Recipient }) => Promise<unknown>;
  /** Told of an event that nobody could handle. */
  readonly onSetAside: (why: string) => void;
  /** Told when the stage cannot go on (`why`) and when it can again (`null`). */
  readonly onTrouble?: (why: string | null) => void;
}

/** What the account asks and tells about family codes. A repeat of each changes nothing. */
export interface AccountFamilies {
  readonly ask: (code: string, asker: string) => Promise<FamilyWord>;
  readonly ofLine: (person: string) => Promise<{ readonly code: string } | null>;
  readonly consentOnLine: (
    person: string,
    said: { readonly event: string; readonly safeAt: number | null },
  ) => Promise<{ readonly code: string }>;
  readonly withdrawOnLine: (person: string) => Promise<unknown>;
  readonly saidOnLine: (person: string, safeAt: number | null) => Promise<void>;
}

/** LINE waits two seconds for its 200 (D§3.5); what takes longer is answered with an error, and comes again. */
const TAKE_MS_MAX = 1_800;
/** Events looked at together. */
const EVENTS_MAX = 100;
/** People who are answered at the same time: a profile that LINE is slow to tell holds up nobody else. */
const PEOPLE_MAX = 8;
/** Answers under way: LINE takes 2,000 a second, and a tenth of a second each is enough for 160 a second. */
const REPLIES_MAX = 16;
/** Longer than any attempt takes (15 s), so that a second attempt begins only after the process of the first one is gone. */
const LEASE_MS = 30_000;
/** An event on which the process died or failed as often as this is set aside, so that the others are answered (F10). */
const TRIES_MAX = 3;
/** How old an answer about the city may be: many ask at the same moment, and gauges speak every few minutes. */
const CITY_MS = 2_000;
/** How often is looked for what no bell told of: answers that are due again, events of another process. */
const LOOK_MS = 1_000;
const RETRY_MS = 500;
/** Of the ten seconds in which a service stops (F8) dispatch has eight. */
const STOP_MS = 500;
/** LINE repeats for days what we did not take; their ids are known for longer than that. */
const EVENT_IDS_MS = 14 * 86_400_000;
/** A talk in which nothing happened for so long has no open question and nothing to compare. */
const TALKS_MS = 30 * 86_400_000;
/** People who did not return that are forgotten in one night; the rest the next. */
const OVERDUE_MAX = 10_000;

/**
 * The LINE account's talks. A webhook is answered once its events are kept; then each is handled: decided by `converse`, its acts done, and talk,
 * reports and answer kept in one commit. Dying between two of them repeats a step whose acts set the same again. Answers go out beside that, by the
 * reply token while it is good.
 */
export class Account {
  readonly #options: AccountOptions;
  readonly #stopping = new AbortController();
  readonly #events: Bell;
  readonly #replies: Bell;
  #city: { readonly facts: CityFacts; readonly at: number } | null = null;
  #running: Promise<unknown> | null = null;
  #trouble: string | null = null;
  /** Beginnings that a database in trouble took away, by number of the event: no more of them than events that wait. */
  readonly #spared = new Map<number, number>();

  constructor(options: AccountOptions) {
    this.#options = options;
    this.#events = new Bell(options.clock);
    this.#replies = new Bell(options.clock);
  }

  start(): void {
    this.#running ??= Promise.all([this.#loop(this.#events, () => this.#handleAll()), this.#loop(this.#replies, () => this.#answerAll())]);
  }

  /** Takes no new work and finishes what is under way; an answer that LINE takes too long for is given up, and repeated when its loan is over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#events.ring();
    this.#replies.ring();
    const stopped = new AbortController();
    await Promise.race([this.#running, this.#options.clock.sleep(STOP_MS, stopped.signal)]);
    stopped.abort();
  }

  /**
   * Keeps the events of a webhook. Resolves once they would survive a power cut; rejects when that takes longer than LINE waits. Who only says that
   * they have seen an order is noted at once and gets no answer: a hundred thousand may say so, and a cry for help waits behind none of them.
   */
  async take(events: readonly TalkEvent[]): Promise<void> {
    const { clock } = this.#options;
    const done = new AbortController();
    const late = clock.sleep(TAKE_MS_MAX, done.signal).then(() => {
      if (!done.signal.aborted) throw new LedgerUnavailable('the events of LINE could not be kept in time');
    });
    const kept = this.#keep(events);
    // Whichever comes second is of no interest any more; a commit that comes late is found by the repeat.
    kept.catch(() => undefined);
    late.catch(() => undefined);
    try {
      await Promise.race([kept, late]);
    } finally {
      done.abort();
      this.#events.ring();
    }
  }

  async #keep(events: readonly TalkEvent[]): Promise<void> {
    const { talks, directory, clock, onSeen } = this.#options;
    const sorted = events.map((event) => ({ event, seen: event.heard.kind === 'button' ? seenOf(event.heard.data) : null }));
    await talks.keep(
      sorted.flatMap(({ event, seen }) => (seen ? [] : [event])),
      clock.now(),
    );
    for (const { event, seen } of sorted) {
      const recipient = seen && (await directory.recipientOf('line', event.person));
      if (seen && recipient !== null) await onSeen?.({ ...seen, recipient });
    }
  }

  /** Forgets what is no longer needed, and people who blocked the account and did not return. Resolves with how many rows and people are gone. */
  async forget(): Promise<number> {
    const { talks, directory, clock } = this.#options;
    const now = clock.now();
    const overdue = await talks.overdue(now, OVERDUE_MAX);
    for (const person of overdue) {
      const subscriber = await directory.subscriber('line', person);
      if (subscriber?.state === 'blocked') await directory.leave('line', person);
      await this.#options.families.withdrawOnLine(person);
      await talks.forgetPerson(person);
    }
    return overdue.length + (await talks.forget({ events: now - EVENT_IDS_MS, talks: now - TALKS_MS }));
  }

  /** Works until there is nothing to do, waits for a ring, and begins again; after a failure with a pause. */
  async #loop(bell: Bell, work: () => Promise<boolean>): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const more = await work();
        this.#report(null);
        if (!more) await bell.wait(LOOK_MS);
      } catch (cause) {
        this.#report(cause instanceof Error ? cause.message : String(cause));
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  /**
   * Handles what waits. Of one person in order, of several side by side; but those with whom an earlier life began and did not end come first and
   * one after another, so that the event that ended it is known from those that were only beside it (F10).
   */
  async #handleAll(): Promise<boolean> {
    const kept = await this.#options.talks.waiting(EVENTS_MAX);
    const people = [...Map.groupBy(kept, ({ event }) => event.person).values()];
    const isSuspect = (own: readonly KeptEvent[]): boolean => own.some((one) => this.#countedOf(one) > 0);
    const failures = [
      ...(await this.#handleEach(people.filter(isSuspect), 1)),
      ...(await this.#handleEach(
        people.filter((own) => !isSuspect(own)),
        PEOPLE_MAX,
      )),
    ];
    if (failures.length > 0) throw failures[0];
    return kept.length > 0;
  }

  /** Resolves with what failed; the rest is done. */
  async #handleEach(people: (readonly KeptEvent[])[], atOnce: number): Promise<readonly unknown[]> {
    const failures: unknown[] = [];
    const worker = async (): Promise<void> => {
      for (let own = people.shift(); own && !this.#stopping.signal.aborted; own = people.shift()) {
        try {
          for (const one of own) await this.#handle(one);
        } catch (cause) {
          failures.push(cause);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return failures;
  }

  /** Beginnings that ended neither well nor by the database's fault. */
  #countedOf({ number, tries }: KeptEvent): number {
    return tries - (this.#spared.get(number) ?? 0);
  }

  async #handle(kept: KeptEvent): Promise<void> {
    const counted = this.#countedOf(kept);
    if (counted >= TRIES_MAX) return this.#setAside(kept, 'the process ended while it was handled');
    await this.#options.talks.begin(kept.number);
    try {
      await this.#converse(kept);
      this.#spared.delete(kept.number);
    } catch (cause) {
      // What the database cannot do now it does later, and that look does not count; what fails otherwise fails again.
      if (cause instanceof LedgerUnavailable) this.#spared.set(kept.number, (this.#spared.get(kept.number) ?? 0) + 1);
      if (cause instanceof LedgerUnavailable || counted + 1 < TRIES_MAX) throw cause;
      await this.#setAside(kept, cause instanceof Error ? cause.message : String(cause));
    }
  }

  async #converse(kept: KeptEvent): Promise<void> {
    const { talks, directory, line, clock, onReports } = this.#options;
    const { event } = kept;
    const [talk, subscriber, city] = [
      await talks.talk(event.person),
      await directory.subscriber('line', event.person),
      await this.#cityNow(),
    ];
    const now = clock.now();
    const intent = intentOf(event.heard, talk ?? NEW_TALK, districtNamesOf(city, LANGUAGES), now);
    const profileLanguage = intent.kind === 'follow' && !subscriber ? await line.language(event.person) : null;
    const ticket = intent.kind === 'ticket' ? await this.#draw(intent, event.person, talk?.language ?? 'ja') : null;
    const family = await this.#family(intent, event, talk ?? NEW_TALK);
    const step = converse(talk ?? NEW_TALK, event, intent, { ...city, now, subscriber, profileLanguage, ticket, ...family });
    const doing = { recipient: subscriber?.recipient ?? null, talk: step.talk, at: Math.min(event.at, now) };
    for (const act of step.acts) await this.#do(act, event.person, doing);
    const reports = step.acts.flatMap((act) => (act.kind === 'report' ? [act.report] : []));
    if (!(await talks.commit({ kept, talk: step.talk, reports, reply: step.reply, at: clock.now() }))) return;
    if (reports.length > 0) onReports(reports.map(({ id }) => id));
    if (step.reply) this.#replies.ring();
  }

  /** Reports are kept with the event itself. */
  async #do(
    act: TalkAct,
    address: string,
    { recipient, talk, at }: { readonly recipient: string | null; readonly talk: Talk; readonly at: number },
  ): Promise<void> {
    const { directory, families } = this.#options;
    switch (act.kind) {
      case 'subscribe': {
        const { language, districts, categories } = act;
        await directory.subscribe([{ channel: 'line', address, language, districts, categories }]);
        return;
      }
      case 'leave':
        await directory.leave('line', address);
        await families.withdrawOnLine(address);
        return;
      case 'familyStop':
        await families.withdrawOnLine(address);
        return;
      case 'block':
      case 'unblock':
        if (recipient === null) return;
        await directory.setState(recipient, act.kind === 'block' ? 'blocked' : 'active');
        if (act.kind === 'block') await this.#options.onBlocked?.(recipient, at);
        return;
      case 'report':
        // Before the event is done: whoever dies here says it again.
        if (act.report.kind !== 'flooding') await families.saidOnLine(address, safeSaidAt(talk));
        return;
    }
  }

  /** What an answer about family codes rests on. Consent is kept before the answer names its code, by the event: the same again gives the same. */
  async #family(intent: TalkIntent, event: TalkEvent, talk: Talk): Promise<Pick<TalkFacts, 'familyCode' | 'familyWord'>> {
    const { families, directory } = this.#options;
    const { person, id } = event;
    if (intent.kind === 'askFamily') return { familyCode: null, familyWord: await families.ask(intent.code, `line ${person}`) };
    if (intent.kind !== 'topic') return { familyCode: null, familyWord: null };
    // What is held about somebody is found by their number of the directory when they ask for it.
    if (intent.topic === 'familyYes' && (await directory.recipientOf('line', person)) === null)
      await directory.subscribe([{ channel: 'line', address: person, language: talk.language ?? 'ja', districts: [], categories: [] }]);
    const given =
      intent.topic === 'familyYes'
        ? await families.consentOnLine(person, { event: id, safeAt: safeSaidAt(talk) })
        : intent.topic === 'family'
          ? await families.ofLine(person)
          : null;
    return { familyCode: given?.code ?? null, familyWord: null };
  }

  /** A ticket belongs to a number of the directory: somebody who only waits at a window gets one, without districts and categories. */
  async #draw(
    { gauge, number }: Extract<TalkIntent, { kind: 'ticket' }>,
    address: string,
    language: NonNullable<TalkFacts['subscriber']>['language'],
  ): Promise<TicketAnswer> {
    const { directory, drawTicket } = this.#options;
    if ((await directory.recipientOf('line', address)) === null)
      await directory.subscribe([{ channel: 'line', address, language, districts: [], categories: [] }]);
    return drawTicket({ gauge, number, address });
  }

  async #cityNow(): Promise<CityFacts> {
    const { city, clock } = this.#options;
    const at = clock.monotonic();
    if (this.#city === null || at - this.#city.at > CITY_MS) this.#city = { facts: await city(), at };
    return this.#city.facts;
  }

  async #setAside({ number, event }: KeptEvent, why: string): Promise<void> {
    await this.#options.talks.setAside(number);
    this.#spared.delete(number);
    this.#options.onSetAside(`event ${event.id}: ${why}`);
  }

  async #answerAll(): Promise<boolean> {
    const { talks, clock } = this.#options;
    const claimed = await talks.claimReplies({ now: clock.now(), limit: REPLIES_MAX, leaseMs: LEASE_MS });
    await Promise.all(claimed.map((pending) => this.#answer(pending)));
    return claimed.length === REPLIES_MAX;
  }

  async #answer(pending: PendingReply): Promise<void> {
    const { talks, line, clock, random } = this.#options;
    const { number, event, reply, attempts, way } = pending;
    const push = () => line.push(event.person, reply, derivedUuid(`talk/${event.id}`));
    if (way === 'none') return talks.settleReply(number, { done: true });
    let next =
      way === 'token' && event.replyToken !== null
        ? replyAfter('token', await line.reply(event.replyToken, reply), pending)
        : replyAfter('push', await push(), pending);
    if (next === 'push') next = replyAfter('push', await push(), pending);
    if (next === 'done' || next === 'push') return talks.settleReply(number, { done: true });
    const dueAt = clock.now() + backoffMs({ tries: attempts + 1, random });
    await talks.settleReply(number, { done: false, dueAt, tokenDoubtful: next === 'againDoubtful' });
  }

  #report(why: string | null): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    this.#options.onTrouble?.(why);
  }
}
