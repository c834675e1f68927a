import {
  isAlwaysOn,
  type AudiencePage,
  type AudienceQuery,
  type ChannelName,
  type Contact,
  Directory,
  endpointOf,
  type GaugeId,
  type KnownSubscriber,
  LANGUAGES,
  lookupForm,
  type Reachable,
  type Recipient,
  type Standby,
  type Subscriber,
  type SubscriberCount,
  type SubscriberState,
  type Ticket,
  type TicketQuery,
  type TicketRange,
  TICKETS_PER_PERSON_MAX,
} from '#core';

/** The directory without durability, for tests and the demo. */
export class MemoryDirectory extends Directory {
  /** By number, in the order of first subscription. */
  readonly #people = new Map<Recipient, KnownSubscriber>();
  readonly #numbers = new Map<string, Recipient>();
  #last = 0;
  #tickets: readonly (Omit<Ticket, 'channel' | 'address'> & { readonly recipient: Recipient })[] = [];

  async subscribe(subscribers: readonly Subscriber[]): Promise<void> {
    for (const subscriber of subscribers) {
      const key = keyOf(subscriber.channel, subscriber.address);
      const recipient = this.#numbers.get(key) ?? String((this.#last += 1));
      const before = this.#people.get(recipient);
      this.#numbers.set(key, recipient);
      this.#people.set(recipient, {
        channel: subscriber.channel,
        address: subscriber.address,
        language: subscriber.language,
        districts: [...new Set(subscriber.districts)].toSorted(),
        categories: [...new Set(subscriber.categories)].toSorted(),
        charset: subscriber.charset ?? before?.charset ?? 'utf-8',
        standby: subscriber.standby === undefined ? (before?.standby ?? null) : subscriber.standby,
        recipient,
        state: before?.state ?? 'active',
      });
    }
  }

  async leave(channel: ChannelName, address: string): Promise<boolean> {
    const recipient = this.#numbers.get(keyOf(channel, address));
    if (recipient === undefined) return false;
    this.#tickets = this.#tickets.filter((ticket) => ticket.recipient !== recipient);
    this.#numbers.delete(keyOf(channel, address));
    return this.#people.delete(recipient);
  }

  async *audience({ channel, category, districts, state = 'active' }: AudienceQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    const wanted = districts && new Set(districts);
    const isMeant = (one: KnownSubscriber): boolean =>
      one.channel === channel &&
      one.state === state &&
      (isAlwaysOn({ category, districts }) || one.categories.includes(category)) &&
      (!wanted || one.districts.some((district) => wanted.has(district)));
    yield* this.#pages(isMeant, pageMax, districts);
  }

  async contacts(channel: ChannelName, recipients: readonly Recipient[]): Promise<readonly (Contact | null)[]> {
    return recipients.map((recipient) => {
      const known = this.#people.get(recipient);
      return known?.channel === channel ? { address: known.address, charset: known.charset, language: known.language } : null;
    });
  }

  async reachable(channel: ChannelName, recipients: readonly Recipient[]): Promise<readonly (Reachable | null)[]> {
    return recipients.map((recipient) => {
      const known = this.#people.get(recipient);
      if (known?.channel !== channel || known.state !== 'active') return null;
      return { recipient, endpoint: endpointOf(channel, known.address), language: known.language };
    });
  }

  async subscriber(channel: ChannelName, address: string): Promise<KnownSubscriber | null> {
    return this.#people.get(this.#numbers.get(keyOf(channel, address)) ?? '') ?? null;
  }

  async recipientOf(channel: ChannelName, address: string): Promise<Recipient | null> {
    return this.#numbers.get(keyOf(channel, address)) ?? null;
  }

  async subscriberOf(recipient: Recipient): Promise<KnownSubscriber | null> {
    return this.#people.get(recipient) ?? null;
  }

  async setState(recipient: Recipient, state: SubscriberState): Promise<boolean> {
    const known = this.#people.get(recipient);
    if (!known) return false;
    this.#people.set(recipient, { ...known, state });
    return true;
  }

  async standbys(recipients: readonly Recipient[]): Promise<readonly (Standby | null)[]> {
    return recipients.map((recipient) => {
      const standby = this.#people.get(this.#people.get(recipient)?.standby ?? '');
      if (standby?.state !== 'active') return null;
      const { channel, language, address } = standby;
      return { channel, language, recipient: standby.recipient, endpoint: endpointOf(channel, address) };
    });
  }

  async drawTicket({ channel, address, ...drawn }: Ticket, now: number): Promise<'drawn' | 'unknown' | 'tooMany'> {
    this.#tickets = this.#tickets.filter(({ expiresAt }) => expiresAt > now);
    const recipient = this.#numbers.get(keyOf(channel, address));
    if (recipient === undefined) return 'unknown';
    const own = this.#tickets.filter((other) => other.recipient === recipient);
    const again = own.find((other) => other.gauge === drawn.gauge && other.number === drawn.number);
    if (!again && own.length >= TICKETS_PER_PERSON_MAX) return 'tooMany';
    const expiresAt = Math.max(drawn.expiresAt, again?.expiresAt ?? 0);
    this.#tickets = [...this.#tickets.filter((other) => other !== again), { ...drawn, recipient, expiresAt }];
    return 'drawn';
  }

  async *ticketHolders({ channel, gauge, near, at }: TicketQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    const called = this.#tickets.filter(
      (ticket) => ticket.gauge === gauge && ticket.number > near.above && ticket.number <= near.upTo && ticket.expiresAt > at,
    );
    const holders = new Set(called.map(({ recipient }) => recipient));
    yield* this.#pages((one) => one.channel === channel && one.state === 'active' && holders.has(one.recipient), pageMax);
  }

  async useTickets(gauge: GaugeId, { above, upTo }: TicketRange): Promise<void> {
    this.#tickets = this.#tickets.filter((ticket) => ticket.gauge !== gauge || ticket.number <= above || ticket.number > upTo);
  }

  async counts(): Promise<readonly SubscriberCount[]> {
    const counts = new Map<string, SubscriberCount>();
    for (const { channel, language, districts, state } of this.#people.values()) {
      for (const district of [null, ...districts]) {
        const key = [channel, language, district ?? ''].join('\n');
        const before = counts.get(key) ?? { channel, language, district, active: 0, blocked: 0 };
        counts.set(key, { ...before, [state]: before[state] + 1 });
      }
    }
    return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
  }

  /** Who is meant, by language, as they are at the moment when each page is asked for. */
  async *#pages(
    isMeant: (one: KnownSubscriber) => boolean,
    pageMax: number,
    asked: readonly string[] | null = null,
  ): AsyncGenerator<AudiencePage> {
    for (const language of LANGUAGES) {
      let people: AudiencePage['people'][number][] = [];
      for (const one of this.#people.values()) {
        if (one.language !== language || !isMeant(one)) continue;
        people.push({
          recipient: one.recipient,
          endpoint: endpointOf(one.channel, one.address),
          ...(asked && { districts: one.districts.filter((district) => asked.includes(district)) }),
        });
        if (people.length < pageMax) continue;
        yield { language, people };
        people = [];
      }
      if (people.length > 0) yield { language, people };
    }
  }
}

const keyOf = (channel: ChannelName, address: string): string => `${channel} ${lookupForm(channel, address)}`;
