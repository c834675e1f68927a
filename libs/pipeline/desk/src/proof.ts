import {
  type Accounts,
  type Clock,
  DEAD_LETTERS_MAX,
  type DeadLetterAct,
  type DeadLetters,
  isOrderTransitionId,
  type Ledger,
  type OrderBook,
  type Playbook,
  type Reach,
  reachCsv,
  reachLines,
  reachOfRows,
  type Role,
} from '#core';
import type { DeadLettersDto, DispatchHoldDto, ReachReportDto } from '#wire';
import { callListOf } from './call-list.ts';
import { Refusal } from './refusal.ts';

/** How old a count may be: a screen that asks every second costs the ledger one count in two. */
const REACH_LOOK_MS = 2_000;
/** Messages whose counts are remembered: those that screens look at while they go out. */
const REACHES_MAX = 50;

export interface ProofOptions {
  readonly ledger: Pick<Ledger, 'reach' | 'transition' | 'settleDead' | 'dispatchHold' | 'releaseDispatch' | 'queueDepths' | 'unconfirmed'>;
  /** Null where no orders are given. */
  readonly orders: Pick<OrderBook, 'transition'> | null;
  readonly accounts: Pick<Accounts, 'users'>;
  readonly clock: Clock;
  /** The one in force, looked into whenever something is shown. */
  readonly playbook: Playbook;
  /** Told when dispatch was released, so that it need not be found out. */
  readonly onReleased?: () => void;
}

/** A member of staff who acts. */
export interface ProofActor {
  readonly by: string;
  readonly role: Role;
  readonly from?: string | undefined;
}

/** Whom messages reached, and what of them waits for a person. */
export class Proof {
  readonly #options: ProofOptions;
  readonly #reaches = new Map<string, { readonly at: number; readonly found: Promise<Counted> }>();

  constructor(options: ProofOptions) {
    this.#options = options;
  }

  /** Whom a transition, or a transition of an order, reached: two seconds old at most. Rejects with `Refusal` when there is none such. */
  async reach(of: string): Promise<ReachReportDto> {
    const { playbook } = this.#options;
    const { reach, meant, at } = await this.#counted(of);
    const lines = reachLines(reach, playbook.districts, meant);
    const counted = new Map(reach.districts.map((district) => [district.code, district]));
    return {
      of,
      at,
      residents: reach.residents,
      others: reach.others,
      channels: [...reach.channels],
      languages: [...reach.languages],
      districts: lines.map((line) => {
        const { channels, ...counts } = counted.get(line.code) ?? { ...NOBODY, code: line.code };
        return { ...counts, ...line, channels: [...channels] };
      }),
    };
  }

  /** The same by district as a sheet for the loudspeaker cars. */
  async reachSheet(of: string): Promise<string> {
    const { reach, meant } = await this.#counted(of);
    return reachCsv(reachLines(reach, this.#options.playbook.districts, meant));
  }

  /** A person settles dead letters. `more`: there were more than one act takes. */
  async settleDead(
    which: DeadLetters,
    act: Pick<DeadLetterAct, 'kind' | 'reason'>,
    { by, role, from }: ProofActor,
  ): Promise<DeadLettersDto> {
    const { ledger, clock } = this.#options;
    const settled = await ledger.settleDead(which, { ...act, by, role, at: clock.now(), ...(from !== undefined && { from }) });
    return { settled, more: settled === DEAD_LETTERS_MAX };
  }

  /** As `settleDead` for one; rejects with `Refusal` when it is none. */
  async settleOne(id: string, act: Pick<DeadLetterAct, 'kind' | 'reason'>, actor: ProofActor): Promise<void> {
    const { settled } = await this.settleDead({ ids: [id] }, act, actor);
    if (settled === 0) throw new Refusal('conflict', `delivery ${id} is not a dead letter`);
  }

  async hold(): Promise<DispatchHoldDto> {
    const { ledger } = this.#options;
    const hold = await ledger.dispatchHold();
    const depths = await ledger.queueDepths();
    return {
      held: hold !== null && hold.released === null,
      heldAt: hold?.heldAt ?? null,
      why: hold?.why ?? '',
      waiting: depths.filter(({ state }) => state === 'queued').reduce((sum, { deliveries }) => sum + deliveries, 0),
      released: hold?.released ?? null,
    };
  }

  /** Lets go out what is still true (F20). Rejects with `Refusal` when nothing is held. */
  async release(reason: string, { by, role, from }: ProofActor): Promise<DispatchHoldDto> {
    const { ledger, clock, onReleased } = this.#options;
    const release = { at: clock.now(), by, role, why: reason, ...(from !== undefined && { from }) };
    if (!(await ledger.releaseDispatch(release))) throw new Refusal('conflict', 'dispatch is not held; reload the page');
    onReleased?.();
    return this.hold();
  }

  /** Whom to call by telephone when no channel works, as a text to print (F63). */
  async callList(): Promise<string> {
    const { ledger, accounts, clock, playbook } = this.#options;
    const now = clock.now();
    const unconfirmed = await ledger.unconfirmed({ lane: 'evacuation', dueBefore: now, now });
    return callListOf({ playbook, users: await accounts.users(), unconfirmed, now });
  }

  #counted(of: string): Promise<Counted> {
    const known = this.#reaches.get(of);
    const monotonic = this.#options.clock.monotonic();
    if (known && monotonic - known.at < REACH_LOOK_MS) return known.found;
    const found = this.#count(of);
    this.#reaches.delete(of);
    this.#reaches.set(of, { at: monotonic, found });
    if (this.#reaches.size > REACHES_MAX) this.#reaches.delete(this.#reaches.keys().next().value!);
    // A failure is not remembered.
    found.catch(() => this.#reaches.delete(of));
    return found;
  }

  async #count(of: string): Promise<Counted> {
    const { ledger, clock } = this.#options;
    const meant = await this.#meant(of);
    return { at: clock.now(), meant, reach: reachOfRows(await ledger.reach(of)) };
  }

  /** The districts that a message was meant for. */
  async #meant(of: string): Promise<readonly string[]> {
    const { ledger, orders, playbook } = this.#options;
    if (isOrderTransitionId(of)) {
      const found = await orders?.transition(of);
      if (!found) throw new Refusal('notFound', `there is no transition ${of} of an order`);
      return found.transition.order.content.districts.map(({ code }) => code);
    }
    const found = await ledger.transition(of);
    if (!found) throw new Refusal('notFound', `there is no transition ${of}`);
    return playbook.gauges.get(found.transition.gauge)?.areas ?? [];
  }
}

interface Counted {
  readonly at: number;
  readonly meant: readonly string[];
  readonly reach: Reach;
}

const NOBODY = {
  addressed: 0,
  accepted: 0,
  waiting: 0,
  unknown: 0,
  failed: 0,
  confirmed: 0,
  bounced: 0,
  blocked: 0,
  suppressed: 0,
  channels: [],
} as const;
