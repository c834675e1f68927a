import {
  type Alert,
  alertId,
  type AlertId,
  BEATS_MISSED_MAX,
  beatReports,
  type ChannelName,
  type Clock,
  type Delivery,
  type Directory,
  followHeartbeat,
  HEARTBEAT_CATEGORY,
  HEARTBEAT_ID,
  type HeartbeatChannel,
  type HeartbeatPlan,
  type HeartbeatProof,
  heartbeatRuleId,
  type Heartbeats,
  type HeartbeatSight,
  heartbeatStateOf,
  type Hold,
  isUnproven,
  type Ledger,
  LedgerFenced,
  nextBeatAt,
  type Playbook,
  proofsAfter,
  type ProvenChannel,
  quietAlert,
  QUOTA_WHY,
  type Transition,
} from '#core';

/** How often it is looked whether a beat is due or has arrived: nobody waits for either. */
const LOOK_MS = 3_000;
/** The newest deliveries of a channel that are looked at: those of a beat to a few test users, and of some beats before it. */
const BEATS_MAX = 50;
/** Wait after a beat that the broker did not acknowledge before it is published again. */
const RETRY_MS = 10_000;

export interface HeartbeatStageOptions {
  readonly ledger: Ledger;
  readonly heartbeats: Heartbeats;
  readonly directory: Pick<Directory, 'audience'>;
  readonly clock: Clock;
  /** The playbook in force, asked at every look. */
  readonly playbook: () => Playbook;
  /** The channels that the settings give. */
  readonly ways: ReadonlySet<ChannelName>;
  /** When the newest beat began that intake has kept; null before the first. */
  readonly keptAt: () => number | null;
  /** Makes the heartbeat's device known; again changes nothing. */
  readonly letIn: () => Promise<void>;
  /** Whether its device is let in already. */
  readonly isOpen: () => boolean;
  /** Publishes as a device does, and resolves once the broker has acknowledged. Rejects within a bound of its own. */
  readonly publish: (payload: string) => Promise<void>;
  /** Told after each commit that said something to staff; a throw here would be a bug. */
  readonly onCommit?: (transitions: readonly Transition[]) => void;
  /** Told when a beat cannot be published, or nothing can be looked up (`why`), and when it can again (`null`). */
  readonly onTrouble?: (why: string | null) => void;
}

/** How the heartbeat stands. A channel that is old has an alarm, which sounds at the desk until somebody has answered it. */
export interface HeartbeatNow {
  readonly everyMs: number;
  readonly channels: readonly (ProvenChannel & { readonly alarm: { readonly alertId: AlertId; readonly since: number } | null })[];
}

/**
 * Proves from end to end that a warning would arrive now: publishes as a device does, and looks in the ledger whether the channels accepted what came
 * of it (product §12). Between the two it has no part: intake, watch, planner and senders are the real ones. What it knows is in the log and in the
 * ledger, so a restart beats no sooner, and a beat whose message is under way arrives all the same. While nobody is there to be told it is silent.
 */
export class HeartbeatStage {
  readonly #options: HeartbeatStageOptions;
  readonly #stopping = new AbortController();
  /** By the monotonic clock. */
  readonly #overdueSince = new Map<HeartbeatChannel, number>();
  #sights: ReadonlyMap<HeartbeatChannel, Pick<HeartbeatSight, 'hasWay' | 'hasTester' | 'isSpared'>> = new Map();
  #proofs: readonly HeartbeatProof[] = [];
  #alerts: ReadonlyMap<string, Alert> = new Map();
  #hold: Hold | null = null;
  #isLetIn = false;
  #lastBeatAt: number | null = null;
  #beating: Promise<void> | null = null;
  #retryAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #troubles: { readonly looking: string | null; readonly beating: string | null } = { looking: null, beating: null };
  #told: string | null = null;

  constructor(options: HeartbeatStageOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Takes no new work. A beat that is under way is left to itself: whatever of it was acknowledged goes its way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** How the channels stand now, by what was known last; null without a heartbeat in the playbook. Goes on ageing when nothing can be looked up. */
  now(): HeartbeatNow | null {
    const { clock, playbook } = this.#options;
    const plan = playbook().heartbeat;
    if (!plan) return null;
    const now = clock.now();
    const proofs = proofsAfter(this.#proofs, { channels: plan.channels, arrived: NOTHING, now });
    const channels = proofs.map((proof) => this.#shown(proof, plan, now));
    return { everyMs: plan.everyMs, channels: channels.map((channel) => ({ ...channel, alarm: this.#alarmOf(channel, plan) })) };
  }

  async #run(): Promise<void> {
    const { clock, keptAt } = this.#options;
    const { signal } = this.#stopping;
    this.#lastBeatAt = keptAt();
    while (!signal.aborted) {
      try {
        await this.#look();
        this.#report({ looking: null });
      } catch (cause) {
        // Another process took the stage over, and beats.
        if (cause instanceof LedgerFenced) return;
        this.#hold = null;
        this.#report({ looking: messageOf(cause) });
      }
      this.#age();
      this.#beatWhenDue();
      await clock.sleep(LOOK_MS, signal);
    }
  }

  async #look(): Promise<void> {
    const { clock, playbook, heartbeats, ledger, letIn } = this.#options;
    const inForce = playbook();
    const plan = inForce.heartbeat;
    if (!plan) return;
    if (!this.#isLetIn) await letIn();
    this.#isLetIn = true;
    this.#hold ??= await ledger.seize('heartbeat');
    const known = await heartbeats.proofs();
    const seen = await Promise.all(plan.channels.map((channel) => this.#see(channel)));
    const now = clock.now();
    const arrived = new Map(seen.flatMap(({ channel, arrivedAt }) => (arrivedAt === null ? [] : [[channel, arrivedAt] as const])));
    const proofs = proofsAfter(known, { channels: plan.channels, arrived, now });
    if (!isSame(proofs, known)) await heartbeats.keep(proofs);
    this.#proofs = proofs;
    this.#sights = new Map(seen.map(({ channel, ...sight }) => [channel, sight]));
    await this.#tell(inForce, now);
  }

  async #see(
    channel: HeartbeatChannel,
  ): Promise<
    { readonly channel: HeartbeatChannel; readonly arrivedAt: number | null } & Pick<HeartbeatSight, 'hasWay' | 'hasTester' | 'isSpared'>
  > {
    const { ledger, ways } = this.#options;
    const beats = await ledger.beats(channel, BEATS_MAX);
    const arrived = beats.find(({ state }) => state === 'sent');
    const newest = beats[0];
    return {
      channel,
      arrivedAt: arrived ? await this.#begunAt(arrived) : null,
      hasWay: ways.has(channel),
      hasTester: await this.#hasTester(channel),
      isSpared: newest?.state === 'suppressed' && newest.lastReason === QUOTA_WHY,
    };
  }

  /** When the beat began that a delivery tells of; its age counts from there, not from when a slow channel took it. */
  async #begunAt({ transitionId }: Delivery): Promise<number | null> {
    return (await this.#options.ledger.transition(transitionId))?.transition.decidedAt ?? null;
  }

  async #hasTester(channel: HeartbeatChannel): Promise<boolean> {
    for await (const { people } of this.#options.directory.audience({ channel, category: HEARTBEAT_CATEGORY, districts: null }, 1))
      if (people.length > 0) return true;
    return false;
  }

  /** Also when nothing could be looked up: then nothing was proven either. */
  #age(): void {
    const { clock, playbook } = this.#options;
    const plan = playbook().heartbeat;
    if (!plan) return;
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    for (const proof of this.#proofs) {
      if (!isUnproven(proof, plan, now)) this.#overdueSince.delete(proof.channel);
      else if (!this.#overdueSince.has(proof.channel)) this.#overdueSince.set(proof.channel, monotonic);
    }
  }

  #shown(proof: HeartbeatProof, plan: HeartbeatPlan, now: number): ProvenChannel {
    const since = this.#overdueSince.get(proof.channel);
    const overdueForMs = since === undefined ? 0 : this.#options.clock.monotonic() - since;
    const sight = this.#sights.get(proof.channel) ?? UNSEEN;
    return { ...proof, state: heartbeatStateOf({ ...sight, proof, overdueForMs }, plan, now) };
  }

  #alarmOf(
    { channel, state, since, provenAt }: ProvenChannel,
    { everyMs }: HeartbeatPlan,
  ): { readonly alertId: AlertId; readonly since: number } | null {
    if (state !== 'old') return null;
    const ruleId = heartbeatRuleId(channel);
    const alert = this.#alerts.get(ruleId) ?? quietAlert(ruleId, HEARTBEAT_ID);
    // A ledger that cannot be written keeps the alert from being raised, and not the desk from sounding.
    const raised = alert.step > 0 ? alert : { ...alert, episode: alert.episode + 1 };
    return { alertId: alertId(raised), since: (provenAt ?? since) + BEATS_MISSED_MAX * everyMs };
  }

  /** Beside the looks: a broker that does not answer must not keep anybody from being told so. */
  #beatWhenDue(): void {
    const { clock, playbook, isOpen } = this.#options;
    const plan = playbook().heartbeat;
    if (!plan || !isOpen()) return;
    const now = clock.now();
    const dueAt = nextBeatAt(this.#lastBeatAt, plan, now);
    if (this.#lastBeatAt !== null) this.#lastBeatAt = dueAt - plan.everyMs;
    const isHeard = [...this.#sights.values()].some(({ hasWay, hasTester }) => hasWay && hasTester);
    if (this.#beating || !isHeard || now < dueAt || clock.monotonic() < this.#retryAt) return;
    this.#beating = this.#beat(now).finally(() => {
      this.#beating = null;
    });
  }

  async #beat(at: number): Promise<void> {
    const { clock, publish } = this.#options;
    try {
      await publish(JSON.stringify(beatReports(at)));
      this.#lastBeatAt = at;
      this.#report({ beating: null });
    } catch (cause) {
      this.#retryAt = clock.monotonic() + RETRY_MS;
      this.#report({ beating: messageOf(cause) });
    }
  }

  /** Tells staff what is new. Derived from the alerts as the ledger has them, so a look after a crash says nothing twice. */
  async #tell(inForce: Playbook, now: number): Promise<void> {
    const { ledger, onCommit } = this.#options;
    const channels = this.now()?.channels ?? [];
    const found = await Promise.all(channels.map(({ channel }) => ledger.alert(heartbeatRuleId(channel), HEARTBEAT_ID)));
    this.#alerts = new Map(found.flatMap((alert) => (alert ? [[alert.ruleId, alert] as const] : [])));
    const moves = followHeartbeat(inForce, { channels, alerts: this.#alerts, now });
    if (moves.length === 0 || !this.#hold) return;
    this.#hold = await ledger.commitFaults({ hold: this.#hold, moves });
    onCommit?.(moves.flatMap(({ transitions }) => transitions));
  }

  #report(change: Partial<{ readonly looking: string | null; readonly beating: string | null }>): void {
    this.#troubles = { ...this.#troubles, ...change };
    const why = this.#troubles.looking ?? this.#troubles.beating;
    if (why === this.#told) return;
    this.#told = why;
    this.#options.onTrouble?.(why);
  }
}

const NOTHING: ReadonlyMap<ChannelName, number> = new Map();
/** Before the first look there is nothing to worry about. */
const UNSEEN = { hasWay: true, hasTester: true, isSpared: false } as const;

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const isSame = (proofs: readonly HeartbeatProof[], known: readonly HeartbeatProof[]): boolean =>
  proofs.length === known.length &&
  proofs.every(({ channel, since, provenAt }) =>
    known.some((other) => other.channel === channel && other.since === since && other.provenAt === provenAt),
  );
