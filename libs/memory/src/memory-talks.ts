import {
  isUrgent,
  type KeptEvent,
  type KeptReport,
  type PendingReply,
  type ReportCursor,
  reportAfter,
  type ResidentReport,
  type ResidentReportKind,
  ResidentReports,
  type ResidentReportState,
  type ShelterOpening,
  ShelterOpenings,
  type Talk,
  type TalkCommit,
  type TalkEvent,
  type TalkReply,
  Talks,
  wayOf,
} from '#core';

interface Entry {
  readonly number: number;
  readonly event: TalkEvent;
  readonly receivedAt: number;
  state: 'waits' | 'answering' | 'done';
  tries: number;
  attempts: number;
  dueAt: number;
  going: PendingReply['way'] | null;
  doubtful: boolean;
  reply: TalkReply | null;
}

/** Talks without durability, for tests. What residents report through them is in `reports`. */
export class MemoryTalks extends Talks {
  readonly reports = new MemoryResidentReports();
  readonly #entries = new Map<string, Entry>();
  readonly #talks = new Map<string, { readonly talk: Talk; readonly at: number }>();
  #numbered = 0;

  async keep(events: readonly TalkEvent[], receivedAt: number): Promise<number> {
    const before = this.#entries.size;
    for (const event of events) {
      if (this.#entries.has(event.id)) continue;
      this.#numbered += 1;
      const fresh = { tries: 0, attempts: 0, dueAt: receivedAt, going: null, doubtful: false, reply: null };
      this.#entries.set(event.id, { number: this.#numbered, event, receivedAt, state: 'waits', ...fresh });
    }
    return this.#entries.size - before;
  }

  async waiting(limit: number): Promise<readonly KeptEvent[]> {
    const waiting = [...this.#entries.values()].filter(({ state }) => state === 'waits');
    return waiting
      .toSorted((a, b) => a.event.at - b.event.at || a.number - b.number)
      .slice(0, limit)
      .map(({ number, event, receivedAt, tries }) => ({ number, event, receivedAt, tries }));
  }

  async begin(number: number): Promise<void> {
    const entry = this.#entry(number);
    if (entry) entry.tries += 1;
  }

  async talk(person: string): Promise<Talk | null> {
    return this.#talks.get(person)?.talk ?? null;
  }

  async commit({ kept, talk, reports, reply, at }: TalkCommit): Promise<boolean> {
    const entry = this.#entry(kept.number);
    if (entry?.state !== 'waits') return false;
    entry.state = reply === null ? 'done' : 'answering';
    entry.reply = reply;
    entry.dueAt = at;
    const { person } = kept.event;
    this.#talks.set(person, { talk, at });
    for (const report of reports) this.reports.keep(person, report);
    return true;
  }

  async setAside(number: number): Promise<void> {
    const entry = this.#entry(number);
    if (entry) entry.state = 'done';
  }

  async claimReplies({
    now,
    limit,
    leaseMs,
  }: {
    readonly now: number;
    readonly limit: number;
    readonly leaseMs: number;
  }): Promise<readonly PendingReply[]> {
    const due = [...this.#entries.values()].filter(({ state, dueAt }) => state === 'answering' && dueAt <= now);
    return due
      .toSorted((a, b) => a.dueAt - b.dueAt || a.number - b.number)
      .slice(0, limit)
      .map((entry) => {
        entry.doubtful ||= entry.going === 'token';
        const { number, event, receivedAt, attempts, doubtful: tokenDoubtful } = entry;
        const way = wayOf({ event, receivedAt, attempts, tokenDoubtful }, now);
        entry.attempts += 1;
        entry.going = way;
        entry.dueAt = now + leaseMs;
        return { number, event, receivedAt, reply: entry.reply!, attempts, tokenDoubtful, way };
      });
  }

  async settleReply(
    number: number,
    result: { readonly done: true } | { readonly done: false; readonly dueAt: number; readonly tokenDoubtful: boolean },
  ): Promise<void> {
    const entry = this.#entry(number);
    if (entry?.state !== 'answering') return;
    entry.going = null;
    if (result.done) {
      entry.state = 'done';
      return;
    }
    entry.dueAt = result.dueAt;
    entry.doubtful = result.tokenDoubtful;
  }

  async depth(): Promise<{ readonly waiting: number; readonly replies: number }> {
    const count = (wanted: Entry['state']): number => [...this.#entries.values()].filter(({ state }) => state === wanted).length;
    return { waiting: count('waits'), replies: count('answering') };
  }

  async overdue(by: number, limit: number): Promise<readonly string[]> {
    return [...this.#talks]
      .filter(([, { talk }]) => talk.returnBy !== null && talk.returnBy < by)
      .toSorted(([, a], [, b]) => a.talk.returnBy! - b.talk.returnBy!)
      .slice(0, limit)
      .map(([person]) => person);
  }

  async forget({ events, talks }: { readonly events: number; readonly talks: number }): Promise<number> {
    const before = this.#entries.size + this.#talks.size;
    for (const [id, { receivedAt, state }] of this.#entries) if (receivedAt < events && state === 'done') this.#entries.delete(id);
    for (const [person, { at, talk }] of this.#talks) if (at < talks && talk.returnBy === null) this.#talks.delete(person);
    return before - this.#entries.size - this.#talks.size;
  }

  async forgetPerson(person: string): Promise<void> {
    this.#talks.delete(person);
    this.reports.disown(person);
    for (const entry of this.#entries.values()) if (entry.event.person === person) entry.state = 'done';
  }

  #entry(number: number): Entry | undefined {
    return [...this.#entries.values()].find((entry) => entry.number === number);
  }
}

/** Reports of residents without durability. */
class MemoryResidentReports extends ResidentReports {
  readonly #reports = new Map<string, KeptReport & { readonly person: string }>();
  #numbered = 0;

  async list({
    kind,
    state,
    after,
    limit,
  }: {
    readonly kind?: ResidentReportKind;
    readonly state?: ResidentReportState;
    readonly after?: ReportCursor;
    readonly limit: number;
  }): Promise<readonly KeptReport[]> {
    return [...this.#reports.values()]
      .filter((report) => (kind === undefined || report.kind === kind) && (state === undefined || report.state === state))
      .filter((report) => after === undefined || inOrder(after, rank(report)) < 0)
      .toSorted((a, b) => inOrder(rank(a), rank(b)))
      .slice(0, limit)
      .map(withoutPerson);
  }

  async report(id: string): Promise<KeptReport | null> {
    const report = this.#reports.get(id);
    return report ? withoutPerson(report) : null;
  }

  async act(
    id: string,
    { kind, by, note, at }: { readonly kind: 'see' | 'close'; readonly by: string; readonly note: string; readonly at: number },
  ): Promise<KeptReport | null> {
    const report = this.#reports.get(id);
    const state = report ? reportAfter(report.state, kind) : null;
    if (report && state !== null) this.#reports.set(id, { ...report, state, by, note, actedAt: at });
    return this.report(id);
  }

  async forget(before: number): Promise<number> {
    const old = [...this.#reports.values()].filter(({ at }) => at < before);
    for (const { id } of old) this.#reports.delete(id);
    return old.length;
  }

  keep(person: string, report: ResidentReport): void {
    const known = this.#reports.get(report.id);
    if (!known) this.#numbered += 1;
    const blank = { number: this.#numbered, person, state: 'new', by: '', note: '', actedAt: null, safeSince: null } as const;
    this.#reports.set(report.id, known ? { ...known, place: report.place, text: report.text } : { ...blank, ...report });
    if (report.kind !== 'safe') return;
    for (const [id, other] of this.#reports)
      if (other.person === person && other.kind === 'needHelp' && other.state !== 'closed' && other.at <= report.at)
        this.#reports.set(id, { ...other, safeSince: other.safeSince ?? report.at });
  }

  disown(person: string): void {
    for (const [id, report] of this.#reports) if (report.person === person) this.#reports.set(id, { ...report, person: '' });
  }
}

const rank = (report: Pick<KeptReport, 'kind' | 'state' | 'number'>): ReportCursor => ({ urgent: isUrgent(report), number: report.number });

const inOrder = (a: ReportCursor, b: ReportCursor): number => Number(b.urgent) - Number(a.urgent) || b.number - a.number;

function withoutPerson(kept: KeptReport & { readonly person: string }): KeptReport {
  const { person, ...report } = kept;
  void person;
  return report;
}

/** Openings of shelters without durability. */
export class MemoryShelterOpenings extends ShelterOpenings {
  readonly #said = new Map<string, ShelterOpening>();

  async say(opening: ShelterOpening): Promise<ShelterOpening> {
    const known = this.#said.get(opening.id);
    if (!known) this.#said.set(opening.id, opening);
    return known ?? opening;
  }

  async current(): Promise<ReadonlyMap<string, ShelterOpening>> {
    return new Map([...this.#said.values()].map((opening) => [opening.shelter, opening]));
  }

  async history(shelter: string, limit: number): Promise<readonly ShelterOpening[]> {
    return [...this.#said.values()]
      .filter((opening) => opening.shelter === shelter)
      .toReversed()
      .slice(0, limit);
  }
}
