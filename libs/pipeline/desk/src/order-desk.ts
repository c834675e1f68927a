import {
  type Accounts,
  actOnOrder,
  type Audit,
  auditOfRefusal,
  CHANNELS,
  type Clock,
  decideOrder,
  type Directory,
  householdsOf,
  type AlertLevel,
  type Language,
  type Ledger,
  noticeText,
  type NumberedOrder,
  openOrder,
  type OperationStatus,
  type Order,
  type OrderActResult,
  type OrderAsk,
  type OrderBook,
  type OrderContent,
  type OrderDecision,
  type OrderGrounds,
  type OrderHazard,
  orderContent,
  orderIdOf,
  type OrderLevel,
  ORDER_NAMES,
  ORDER_REFUSALS,
  type OrderRefusalCode,
  ordersOf,
  type OrderTransition,
  personsOf,
  plannedOrder,
  type Playbook,
  policiesFor,
  previewOrder,
  proposeOrder,
  renderOrder,
  type Role,
  UNITS,
  weatherOver,
  withStanding,
} from '#core';
import type { OrderDetailDto, OrderDto, OrderPlanDto, OrderProposalAsk } from '#wire';
import { Refusal } from './refusal.ts';

/** Orders looked through for an open proposal that says the same. */
const OPEN_MAX = 500;
/** The residents' ways that are counted; staff's own way reaches no district. */
const RESIDENT_CHANNELS = CHANNELS.filter((channel) => channel !== 'email');

/** Who asks, as what, and by which key a repeat of the request is known. */
export interface OrderAsker {
  readonly by: string;
  readonly role: Role;
  readonly key: string | null;
}

export interface OrderDeskOptions {
  readonly orders: OrderBook;
  readonly ledger: Ledger;
  readonly directory: Directory;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly clock: Clock;
  /** What this place is for: every order that staff proposes here is for that, and no other (product promise 7). */
  readonly status: OperationStatus;
  /** The one in force. */
  readonly playbook: Playbook;
  readonly publicUrl: string;
  /** The channels by which this process can send. */
  readonly channels: readonly string[];
  /** Shows an order that is new or changed on every screen, and wakes who gives and tells it. */
  readonly onChanged: (order: string) => void;
}

/** More than a city has districts. */
const IN_FORCE_MAX = 100;
const IN_FORCE: ReadonlySet<Order['state']> = new Set(['given', 'changing', 'changeConfirmed']);

/** What headquarters see of orders and do about them. Who loses a race hears why, and every refusal is written down. */
export class OrderDesk {
  readonly #options: OrderDeskOptions;

  constructor(options: OrderDeskOptions) {
    this.#options = options;
  }

  /** Newest first, before the number when one is given; `open` leaves out what is over. */
  async list(query: { readonly open?: boolean; readonly before?: number; readonly limit: number }): Promise<readonly OrderDto[]> {
    const { orders, playbook } = this.#options;
    return (await orders.orders(query)).map((found) => orderShown(found, playbook));
  }

  /**
   * What residents were told of each order in force, the gravest first, in one language. Of a change that waits for a decision nothing shows, and of
   * more orders than anybody reads the oldest are left out.
   */
  async inForce(language: Language): Promise<readonly { readonly level: AlertLevel; readonly subject: string; readonly body: string }[]> {
    const { orders, playbook, publicUrl } = this.#options;
    const open = await orders.orders({ open: true, limit: IN_FORCE_MAX });
    const told = await Promise.all(
      open
        .filter(({ order }) => IN_FORCE.has(order.state))
        .map(async ({ order }) => {
          const transition = await this.#lastTold(order);
          if (!transition) return [];
          const { subject, body } = renderOrder({ playbook, transition, language, publicUrl });
          return { level: order.content.municipalLevel, subject, body };
        }),
    );
    return told.flat().toSorted((a, b) => b.level - a.level);
  }

  /** The usual districts and the standing approvals of the playbook in force. */
  plan(): OrderPlanDto {
    const { playbook, clock } = this.#options;
    const { presets, approvals } = ordersOf(playbook);
    const now = clock.now();
    return {
      presets: presets.map(({ id, name, level, hazard, districts }) => ({
        id,
        name,
        municipalLevel: level,
        hazard,
        content: contentShown(orderContent(playbook, { level, hazard, districts })),
      })),
      approvals: approvals.map((approval) => ({
        ...approval,
        of: [...approval.of],
        active: approval.approvedAt <= now && now < approval.until,
      })),
      districts: [...playbook.districts.values()].map(({ code, name, population, households = null }) => ({
        code,
        name,
        persons: population,
        households,
      })),
    };
  }

  async order(id: string): Promise<OrderDetailDto> {
    const found = await this.#options.orders.order(id);
    if (!found) throw new Refusal('notFound', `there is no order ${id}`);
    return this.#detail(found);
  }

  /** Opens a proposal by a person. It is kept as soon as it is made, and nothing is sent by it but the word to staff (F71). */
  async propose(ask: OrderProposalAsk, asker: OrderAsker): Promise<OrderDetailDto> {
    const { orders, playbook, clock, status } = this.#options;
    const at = clock.now();
    const { level, hazard, districts, preset } = this.#wanted(ask);
    const content = orderContent(playbook, { level, hazard, districts });
    // An approval was given for the preset as it is written.
    const usual = preset && level === preset.level && sameCodes(districts, preset.districts) ? preset.id : null;
    const report = ask.report?.trim() ?? '';
    const opened = openOrder({
      id: orderIdOf(`staff/${asker.by}/${asker.key ?? at}`),
      origin: { kind: 'staff', by: asker.by, preset: preset?.id ?? null },
      planned: plannedOrder(playbook, { content, of: usual, at }),
      grounds: {
        readings: [],
        weatherLevel: await this.#weather(districts, at),
        reports: report === '' ? [] : [{ text: report, by: asker.by, at }],
        against: [],
      },
      status,
      playbookVersion: playbook.version,
      at,
    });
    const result = await proposeOrder(orders, opened, { by: asker.by, role: asker.role, at, reason: report });
    return this.#answer(result, { kind: 'propose', asker, version: 0 });
  }

  /** A yes to what waits to be decided; with a reason the yes of one person alone. */
  confirm(
    id: string,
    { version, breakGlass }: { readonly version: number; readonly breakGlass?: string },
    asker: OrderAsker,
  ): Promise<OrderDetailDto> {
    return this.#act(id, asker, version, (who) =>
      breakGlass === undefined ? { ...who, kind: 'confirm' } : { ...who, kind: 'breakGlass', reason: breakGlass },
    );
  }

  undo(id: string, version: number, asker: OrderAsker): Promise<OrderDetailDto> {
    return this.#act(id, asker, version, (who) => ({ ...who, kind: 'undo' }));
  }

  withdraw(
    id: string,
    { version, reason }: { readonly version: number; readonly reason: string },
    asker: OrderAsker,
  ): Promise<OrderDetailDto> {
    return this.#act(id, asker, version, (who) => ({ ...who, kind: 'withdraw', reason }));
  }

  /** Changes a proposal, or proposes a change of an order in force. */
  update(
    id: string,
    ask: {
      readonly version: number;
      readonly municipalLevel?: OrderLevel;
      readonly districts?: readonly string[];
      readonly reason: string;
    },
    asker: OrderAsker,
  ): Promise<OrderDetailDto> {
    if (ask.districts) this.#checkDistricts(ask.districts);
    const { playbook } = this.#options;
    return this.#act(id, asker, ask.version, (who, order) => {
      const before = order.decision?.kind === 'give' ? order.decision.content : order.content;
      const content = orderContent(playbook, {
        level: ask.municipalLevel ?? before.municipalLevel,
        hazard: before.hazard,
        districts: ask.districts ?? before.districts.map(({ code }) => code),
      });
      // What people changed is not what was approved beforehand.
      return { ...who, kind: 'update', reason: ask.reason, planned: plannedOrder(playbook, { content, of: null, at: who.at }) };
    });
  }

  lift(id: string, { version, reason }: { readonly version: number; readonly reason: string }, asker: OrderAsker): Promise<OrderDetailDto> {
    const plan = ordersOf(this.#options.playbook);
    return this.#act(id, asker, version, (who, order) => {
      const of = order.origin.kind === 'rule' ? order.origin.proposal : order.origin.preset;
      return { ...who, kind: 'lift', reason, policies: policiesFor(plan, { of, wide: null, at: who.at }) };
    });
  }

  correct(
    id: string,
    { version, reason }: { readonly version: number; readonly reason: string },
    asker: OrderAsker,
  ): Promise<OrderDetailDto> {
    return this.#act(id, asker, version, (who) => ({ ...who, kind: 'correct', reason }));
  }

  /** Notes when the governor was told (art. 60-4). */
  governorReport(id: string, reportedAt: number, asker: OrderAsker): Promise<OrderDetailDto> {
    if (reportedAt > this.#options.clock.now()) throw new Refusal('invalid', 'reportedAt is in the future');
    return this.#act(id, asker, null, (who) => ({ ...who, kind: 'governorReport', reportedAt }), String(reportedAt));
  }

  /** Adds what somebody saw to the grounds. */
  report(id: string, text: string, asker: OrderAsker): Promise<OrderDetailDto> {
    return this.#act(id, asker, null, (who) => ({ ...who, kind: 'report', text }), text);
  }

  async #act(
    id: string,
    asker: OrderAsker,
    version: number | null,
    askOf: (who: Pick<OrderAsk, 'by' | 'role' | 'at' | 'version' | 'speed'>, order: Order) => OrderAsk,
    keyWithout: string | null = null,
  ): Promise<OrderDetailDto> {
    const { orders, clock } = this.#options;
    const at = clock.now();
    const who = { by: asker.by, role: asker.role, at, version, speed: clock.speed };
    let kind: OrderAsk['kind'] = 'confirm';
    const result = await actOnOrder(orders, id, {
      askOf: (order) => {
        const ask = askOf(who, order);
        kind = ask.kind;
        return ask;
      },
      key: asker.key ?? keyWithout,
    });
    return this.#answer(result, { kind, asker, version: version ?? 0 }, id);
  }

  async #answer(
    result: OrderActResult,
    { kind, asker, version }: { readonly kind: OrderAsk['kind'] | 'propose'; readonly asker: OrderAsker; readonly version: number },
    id = '',
  ): Promise<OrderDetailDto> {
    const { audit, clock, onChanged } = this.#options;
    if (result.kind === 'unknown') throw new Refusal('notFound', `there is no order ${id}`);
    if (result.kind === 'refused') {
      const { code, order } = result;
      const act = { by: asker.by, role: asker.role, at: clock.now(), kind, version };
      await audit.append([auditOfRefusal({ order, act, code })]);
      throw refusalOf(code, code === 'alreadyProposed' ? await this.#sameAs(order) : null);
    }
    const detail = await this.#detail(result.order);
    if (result.kind === 'done') onChanged(result.order.id);
    return detail;
  }

  /** The open proposal that says what another one wanted to. */
  async #sameAs(order: Order): Promise<string | null> {
    const open = await this.#options.orders.orders({ open: true, limit: OPEN_MAX });
    const same = open.find(
      ({ order: other }) =>
        other.id !== order.id &&
        (other.state === 'proposed' || other.state === 'confirmed') &&
        other.content.hazard === order.content.hazard &&
        other.content.municipalLevel === order.content.municipalLevel &&
        sameCodes(codesOf(other), codesOf(order)),
    );
    return same?.order.id ?? null;
  }

  #wanted(ask: OrderProposalAsk): {
    readonly level: OrderLevel;
    readonly hazard: OrderHazard;
    readonly districts: readonly string[];
    readonly preset: ReturnType<typeof ordersOf>['presets'][number] | null;
  } {
    const { presets } = ordersOf(this.#options.playbook);
    const preset = presets.find(({ id }) => id === ask.preset) ?? null;
    if (ask.preset !== undefined && !preset) throw new Refusal('invalid', `there is no preset ${ask.preset} in the playbook`);
    const districts = ask.districts ?? preset?.districts ?? [];
    this.#checkDistricts(districts);
    // The schema asks for all three where there is no preset.
    return { level: ask.municipalLevel ?? preset!.level, hazard: ask.hazard ?? preset!.hazard, districts, preset };
  }

  #checkDistricts(codes: readonly string[]): void {
    const unknown = codes.find((code) => !this.#options.playbook.districts.has(code));
    if (unknown !== undefined) throw new Refusal('invalid', `there is no district ${unknown} in the playbook`);
  }

  async #weather(districts: readonly string[], at: number): Promise<OrderGrounds['weatherLevel']> {
    const { playbook, ledger, status } = this.#options;
    if (![...playbook.gauges.values()].some(({ kind }) => kind === 'weather')) return null;
    return weatherOver(playbook, (await ledger.watchState()).watches, { districts, at, status });
  }

  async #detail(order: Order): Promise<OrderDetailDto> {
    const { orders, ledger, accounts, playbook } = this.#options;
    const [number, transitions, acts, users] = await Promise.all([
      orders.numberOf(order.id),
      orders.transitions(order.id),
      orders.acts(order.id),
      accounts.users(),
    ]);
    const counts = await ledger.deliveryCounts(transitions.map(({ transition }) => transition.id));
    const { decision, grounds } = order;
    const words = await this.#words(order);
    const mayConfirm = users.filter(({ name, role, disabled }) => role === 'decider' && !disabled && couldConfirm(order, name));
    return {
      ...orderShown({ number, order }, playbook),
      playbookVersion: order.playbookVersion,
      grounds: groundsShown(order),
      against: [...grounds.against.map(({ text, at }) => ({ text, at })), ...doubtsAbout(order, words)],
      given: order.given && { at: order.given.at, confirmations: [...order.given.confirmations] },
      lifted: order.lifted && {
        at: order.lifted.at,
        confirmations: [...order.lifted.confirmations],
        noticeText: noticeText(playbook, order, order.lifted.at),
      },
      governorReport: order.governorReport,
      reaches: await this.#reaches((decision?.content ?? order.content).districts.map(({ code }) => code)),
      words: [...words],
      mayConfirm: decision && decision.effectAt === null ? mayConfirm.map(({ name }) => name) : [],
      told: transitions.map(({ transition: { id, kind, at, by, brokeGlass, corrects } }) => ({
        transitionId: id,
        kind,
        at,
        by: [...by],
        brokeGlass,
        corrects: corrects?.id ?? null,
        deliveries: counts
          .filter(({ transitionId }) => transitionId === id)
          .map(({ channel, state, deliveries, recipients }) => ({ channel, state, deliveries, recipients })),
      })),
      acts: acts.map(({ kind, by, role, at, version, reason }) => ({ kind, by, role, at, version, reason })),
    };
  }

  /** What would be sent, in every language of the city; of an order of which nothing waits, what was told last. */
  async #words(order: Order): Promise<OrderDetailDto['words']> {
    const { orders, playbook, clock, publicUrl } = this.#options;
    const preview = previewOrder(order, clock.now());
    const transition = preview ? await withStanding(orders, preview) : await this.#lastTold(order);
    if (!transition) return [];
    return playbook.city.languages.map((language: Language) => {
      const { subject, body, translated } = renderOrder({ playbook, transition, language, publicUrl });
      return { language, subject, body, translated, reviewer: playbook.wordings.get(language)?.reviewer ?? null };
    });
  }

  /** The last thing that was told of an order, with the order as it was then: grounds that came later are in nobody's message. */
  async #lastTold({ told }: Order): Promise<OrderTransition | null> {
    const last = told.at(-1);
    return last ? ((await this.#options.orders.transition(last.id))?.transition ?? null) : null;
  }

  async #reaches(codes: readonly string[]): Promise<OrderDetailDto['reaches']> {
    const { directory, channels, playbook } = this.#options;
    const wanted = new Set(codes);
    const routed = ordersOf(playbook).residents.channels;
    const found = (await directory.counts()).filter(({ district }) => district !== null && wanted.has(district));
    return RESIDENT_CHANNELS.filter((channel) => routed.includes(channel)).map((channel) => {
      const own = found.filter((one) => one.channel === channel);
      const sum = (key: 'active' | 'blocked'): number => own.reduce((total, one) => total + one[key], 0);
      return { channel, subscribers: sum('active'), blocked: sum('blocked'), bound: channels.includes(channel) };
    });
  }
}

/** An order as lists show it. Rules have the names of `playbook`; without one, and when a rule is gone from it, their ids. */
export function orderShown({ number, order }: NumberedOrder, playbook: Pick<Playbook, 'rules'> | null): OrderDto {
  const { decision, origin } = order;
  const ruleId = origin.kind === 'rule' ? origin.ruleId : null;
  return {
    number,
    id: order.id,
    version: order.version,
    state: order.state,
    status: order.status,
    content: contentShown(order.content),
    decision: decision && decisionShown(decision),
    openedAt: order.openedAt,
    proposedBy: origin.kind === 'staff' ? origin.by : null,
    ruleId,
    ruleName: playbook?.rules.find(({ id }) => id === ruleId)?.name ?? ruleId,
    givenAt: order.given?.at ?? null,
    liftedAt: order.lifted?.at ?? null,
    endedWhy: order.endedWhy,
  };
}

/** What speaks for an order, as lists show it. */
export const groundsShown = ({ grounds: { readings, weatherLevel, reports } }: Pick<Order, 'grounds'>): OrderDetailDto['grounds'] => ({
  readings: readings.map((reading) => ({ ...reading, unit: UNITS[reading.quantity] })),
  weatherLevel,
  reports: [...reports],
});

const contentShown = (content: OrderContent): OrderDto['content'] => ({
  municipalLevel: content.municipalLevel,
  orderName: ORDER_NAMES[content.municipalLevel],
  hazard: content.hazard,
  districts: [...content.districts],
  households: householdsOf(content.districts),
  persons: personsOf(content.districts),
  destinations: [...content.destinations],
});

const decisionShown = ({ confirmations, policies, content, ...rest }: OrderDecision): NonNullable<OrderDto['decision']> => ({
  ...rest,
  content: contentShown(content),
  confirmations: [...confirmations],
  policies: [...policies],
});

const couldConfirm = (order: Order, by: string): boolean =>
  decideOrder(order, { kind: 'confirm', by, role: 'decider', at: 0, version: null }).kind === 'done';

/** What must stand above the button, in a sentence each (F66, F43). */
function doubtsAbout({ decision, grounds }: Order, words: OrderDetailDto['words']): OrderDetailDto['against'] {
  const sentences: string[] = [];
  for (const { gaugeName, doubt } of grounds.readings)
    if (doubt !== null) sentences.push(`${gaugeName}の値は疑わしいかもしれません：${doubt}`);
  if (decision?.wide) {
    const { persons, usualPersons } = decision.wide;
    sentences.push(
      `ふだんの範囲（${usualPersons.toLocaleString('ja-JP')}人）の${Math.round(persons / usualPersons)}倍の範囲です（${persons.toLocaleString('ja-JP')}人）`,
    );
  }
  const missing = words.filter(({ translated }) => !translated).map(({ language }) => language);
  if (missing.length > 0) sentences.push(`この言語には訳がなく、日本語で届きます：${missing.join('、')}`);
  return sentences.map((text) => ({ text, at: null }));
}

const FORBIDDEN: ReadonlySet<OrderRefusalCode> = new Set(['needsDecider', 'needsStaff', 'alreadyYou', 'ownProposal']);
const INVALID: ReadonlySet<OrderRefusalCode> = new Set(['needsReason', 'noChange', 'otherHazard']);

/** The refusal with a type of its own, so that a page can say it in its reader's language. */
function refusalOf(code: OrderRefusalCode, sameAs: string | null): Refusal {
  const kind = FORBIDDEN.has(code) ? 'forbidden' : INVALID.has(code) ? 'invalid' : 'conflict';
  const words = sameAs === null ? ORDER_REFUSALS[code] : `${ORDER_REFUSALS[code]} (${sameAs})`;
  return new Refusal(kind, words, `urn:sonae:order:${code}`);
}

const sameCodes = (a: readonly string[], b: readonly string[]): boolean => a.toSorted().join() === b.toSorted().join();

const codesOf = ({ decision, content }: Order): readonly string[] => (decision?.content ?? content).districts.map(({ code }) => code);
