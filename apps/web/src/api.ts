import type {
  AlertDto,
  AuditAsk,
  AuditPageDto,
  AuditStandingDto,
  CheckInDto,
  CheckInStaffAsk,
  CorrectionAsk,
  DeadLettersAsk,
  DeadLettersDto,
  DeliveryDto,
  DispatchHoldDto,
  DrillAsk,
  DrillDto,
  GaugeFaultsDto,
  LineageDto,
  LogbookEntryDto,
  MaintenanceAsk,
  MaintenanceDto,
  MessageDto,
  OrderCopyDto,
  OrderDetailDto,
  OrderDto,
  OrderLineageDto,
  OrderPlanDto,
  OrderProposalAsk,
  ReachReportDto,
  ReadingsDto,
  ResidentReportDto,
  RuleScoresDto,
  SessionDto,
  ShelterDto,
  ShelterOpeningAsk,
  PlaybookDto,
  SilenceAsk,
  SilenceDto,
  StaffDto,
  TimelineDto,
  UsualDrillDto,
} from '#wire';
import { site } from './site.ts';

/** The service refused (RFC 9457). `title` and `detail` are meant for people. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  /** What a program can do something about, as a URI; `about:blank` for the rest. */
  readonly type: string;

  constructor(status: number, message: string, type = 'about:blank') {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** An answer that takes longer than this is no answer to somebody who waits. */
const ANSWER_MS_MAX = 15_000;
const RECORDS_PER_PAGE = 50;
/** The newest entries about a gauge; whoever wants all of them asks the API. */
const LOGBOOK_ENTRIES = 10;

const root = `${site}/api/v1`;
const id = encodeURIComponent;

/** Every request of this page. Same origin, cookie session; nothing else in the page speaks HTTP. */
export const api = {
  session: () => get<SessionDto>('session'),
  signIn: (user: string, password: string, code: string) =>
    call<SessionDto>('session', { method: 'POST', body: JSON.stringify({ user, password, code }) }),
  /** Proves once more who is signed in, for what must not be done on an old sign-in. */
  renew: (password: string, code: string) =>
    call<SessionDto>('session/renew', { method: 'POST', body: JSON.stringify({ password, code }) }),
  signOut: () => call<undefined>('session', { method: 'DELETE' }),
  live: (lastEventId: string, signal: AbortSignal) =>
    fetch(`${root}/live`, {
      headers: { accept: 'text/event-stream', ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
      cache: 'no-store',
      signal,
    }),
  readings: (gauge: string, { from, to, quantity }: { readonly from: number; readonly to: number; readonly quantity: string }) =>
    get<ReadingsDto>(`gauges/${id(gauge)}/readings?${new URLSearchParams({ from: String(from), to: String(to), quantity })}`),
  faults: (gauge: string) => get<GaugeFaultsDto>(`gauges/${id(gauge)}/faults`),
  count: (gauge: string, key: string, body: { readonly full: true } | { readonly count: number }) =>
    call<unknown>(`gauges/${id(gauge)}/count`, { method: 'POST', headers: { 'idempotency-key': key }, body: JSON.stringify(body) }),
  logbook: (gauge: string) =>
    get<Page<LogbookEntryDto>>(`gauges/${id(gauge)}/logbook?${new URLSearchParams({ limit: String(LOGBOOK_ENTRIES) })}`),
  correct: (gauge: string, key: string, ask: CorrectionAsk) => care<LogbookEntryDto>(gauge, 'corrections', key, ask),
  noteGauge: (gauge: string, key: string, text: string) => care<LogbookEntryDto>(gauge, 'notes', key, { text }),
  maintain: (gauge: string, key: string, ask: MaintenanceAsk) => care<MaintenanceDto>(gauge, 'maintenance', key, ask),
  endMaintenance: (gauge: string, maintenance: string) =>
    call<MaintenanceDto>(`gauges/${id(gauge)}/maintenance/${id(maintenance)}/end`, { method: 'POST' }),
  alert: (alert: string) => get<AlertDto>(`alerts/${id(alert)}`),
  /** The key follows from the alert: pressing twice, or again after a lost answer, is one act. */
  acknowledge: (alert: string) =>
    call<unknown>(`alerts/${id(alert)}/acknowledge`, { method: 'POST', headers: { 'idempotency-key': `acknowledge ${id(alert)}` } }),
  answer: (alert: string) =>
    call<unknown>(`alerts/${id(alert)}/answer`, { method: 'POST', headers: { 'idempotency-key': `answer ${id(alert)}` } }),
  act: (alert: string, kind: 'mute' | 'unmute' | 'assign' | 'note', key: string, body?: object) =>
    call<AlertDto>(`alerts/${id(alert)}/${kind}`, {
      method: 'POST',
      headers: { 'idempotency-key': key },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  staff: () => get<StaffDto[]>('staff'),
  playbook: () => get<PlaybookDto>('playbook'),
  silences: (cursor: string | null) => get<Page<SilenceDto>>(`silences${cursor ? `?${new URLSearchParams({ cursor })}` : ''}`),
  silence: (ask: SilenceAsk, key: string) =>
    call<SilenceDto>('silences', { method: 'POST', headers: { 'idempotency-key': key }, body: JSON.stringify(ask) }),
  endSilence: (silence: string) => call<SilenceDto>(`silences/${id(silence)}/end`, { method: 'POST' }),
  deliveries: (transition: string, cursor: string | null) =>
    get<Page<DeliveryDto>>(`deliveries?${new URLSearchParams({ transition, ...(cursor ? { cursor } : {}) })}`),
  lineage: (of: string) => get<LineageDto | OrderLineageDto>(`lineage?${new URLSearchParams({ of })}`),
  messages: (transition: string) => get<MessageDto[]>(`transitions/${id(transition)}/messages`),
  ruleScores: () => get<RuleScoresDto>('rules/scores'),
  transitions: (cursor: string | null) =>
    get<Page<TimelineDto>>(`transitions?${new URLSearchParams({ limit: String(RECORDS_PER_PAGE), ...(cursor ? { cursor } : {}) })}`),
  orders: (cursor: string | null) => get<Page<OrderDto>>(`orders${cursor ? `?${new URLSearchParams({ cursor })}` : ''}`),
  openOrders: () => get<Page<OrderDto>>('orders?open=true'),
  order: (order: string) => get<OrderDetailDto>(`orders/${id(order)}`),
  orderCopy: (order: string) => get<OrderCopyDto>(`orders/${id(order)}/copy`),
  orderPlan: () => get<OrderPlanDto>('orders/plan'),
  propose: (ask: OrderProposalAsk, key: string) => keyed<OrderDetailDto>('orders', key, ask),
  confirmOrder: (order: string, ask: { readonly version: number; readonly breakGlass?: string }, key: string) =>
    orderAct(order, 'confirm', key, ask),
  undoOrder: (order: string, ask: { readonly version: number }, key: string) => orderAct(order, 'undo', key, ask),
  withdrawOrder: (order: string, ask: ReasonedAsk, key: string) => orderAct(order, 'withdraw', key, ask),
  updateOrder: (
    order: string,
    ask: ReasonedAsk & { readonly municipalLevel: OrderDto['content']['municipalLevel']; readonly districts: readonly string[] },
    key: string,
  ) => orderAct(order, 'update', key, ask),
  liftOrder: (order: string, ask: ReasonedAsk, key: string) => orderAct(order, 'lift', key, ask),
  correctOrder: (order: string, ask: ReasonedAsk, key: string) => orderAct(order, 'correct', key, ask),
  reportToGovernor: (order: string, ask: { readonly reportedAt: number }, key: string) => orderAct(order, 'governor-report', key, ask),
  checkIns: (shelter: string) => get<CheckInDto>(`shelters/${id(shelter)}/check-ins`),
  checkIn: (shelter: string, key: string, ask: CheckInStaffAsk) => keyed<CheckInDto>(`shelters/${id(shelter)}/check-ins`, key, ask),
  renewDoorSheet: (shelter: string, replaces: number) =>
    call<CheckInDto>(`shelters/${id(shelter)}/door-sheet`, { method: 'POST', body: JSON.stringify({ replaces }) }),
  /** Where the sheet for the door is, to be printed. */
  doorSheet: (shelter: string) => `${root}/shelters/${id(shelter)}/door-sheet`,
  drills: (cursor: string | null) => get<Page<DrillDto>>(`drills${cursor ? `?${new URLSearchParams({ cursor })}` : ''}`),
  usualDrills: () => get<UsualDrillDto[]>('drills/usual'),
  prepareDrill: (ask: DrillAsk, key: string) => keyed<DrillDto>('drills', key, ask),
  confirmDrill: (drill: string) => call<DrillDto>(`drills/${id(drill)}/confirm`, { method: 'POST' }),
  endDrill: (drill: string, reason: string) => post<DrillDto>(`drills/${id(drill)}/end`, { reason }),
  shelters: () => get<ShelterDto[]>('shelters'),
  sayOfShelter: (shelter: string, ask: ShelterOpeningAsk, key: string) => keyed<ShelterDto>(`shelters/${id(shelter)}/opening`, key, ask),
  reports: (cursor: string | null) => get<Page<ResidentReportDto>>(`reports${cursor ? `?${new URLSearchParams({ cursor })}` : ''}`),
  /** Those who need help and on whom nobody acts yet. */
  helpWanted: () => get<Page<ResidentReportDto>>('reports?kind=needHelp&state=new'),
  actOnReport: (report: string, act: 'see' | 'close', note: string) => post<ResidentReportDto>(`reports/${id(report)}/${act}`, { note }),
  reach: (of: string) => get<ReachReportDto>(`reach?${new URLSearchParams({ of })}`),
  /** Where the sheet for the loudspeaker cars is; the browser keeps it as a file. */
  reachSheet: (of: string) => `${root}/reach.csv?${new URLSearchParams({ of })}`,
  /** Where the list of telephone numbers is, as plain text. */
  callList: `${root}/call-list`,
  deadLetters: (cursor: string | null) =>
    get<Page<DeliveryDto>>(`deliveries?${new URLSearchParams({ state: 'dead', ...(cursor ? { cursor } : {}) })}`),
  settleDead: (ask: DeadLettersAsk) => post<DeadLettersDto>('dead-letters', ask),
  dispatch: () => get<DispatchHoldDto>('dispatch'),
  release: (reason: string) => post<DispatchHoldDto>('dispatch/release', { reason }),
  audit: ({ cursor, group }: { readonly cursor: string | null; readonly group: NonNullable<AuditAsk['group']> | '' }) =>
    get<AuditPageDto>(`audit?${new URLSearchParams({ ...(cursor ? { cursor } : {}), ...(group ? { group } : {}) })}`),
  auditStanding: () => get<AuditStandingDto>('audit/standing'),
  /** Where the sheet is; the browser keeps it as a file. */
  auditSheet: `${root}/audit.csv`,
} as const;

/** What a person wants of an order as they saw it, and why. */
interface ReasonedAsk {
  readonly version: number;
  readonly reason: string;
}

const keyed = <Answer>(path: string, key: string, ask: object): Promise<Answer> =>
  call<Answer>(path, { method: 'POST', headers: { 'idempotency-key': key }, body: JSON.stringify(ask) });

const post = <Answer>(path: string, ask: object): Promise<Answer> => call<Answer>(path, { method: 'POST', body: JSON.stringify(ask) });

const orderAct = (order: string, what: string, key: string, ask: object): Promise<OrderDetailDto> =>
  keyed<OrderDetailDto>(`orders/${id(order)}/${what}`, key, ask);

const care = <Answer>(gauge: string, what: 'corrections' | 'notes' | 'maintenance', key: string, ask: object): Promise<Answer> =>
  call<Answer>(`gauges/${id(gauge)}/${what}`, { method: 'POST', headers: { 'idempotency-key': key }, body: JSON.stringify(ask) });

const get = <Answer>(path: string): Promise<Answer> => call<Answer>(path, { method: 'GET' });

interface Ask {
  readonly method: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function call<Answer>(path: string, init: Ask): Promise<Answer> {
  const response = await fetch(`${root}/${path}`, {
    ...init,
    headers: { accept: 'application/json', ...(init.body ? { 'content-type': 'application/json' } : {}), ...init.headers },
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  const text = await response.text();
  if (!response.ok) {
    const { detail, title, type } = problemIn(text);
    throw new Refused(response.status, detail ?? title ?? response.statusText, type);
  }
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

function problemIn(text: string): { readonly detail?: string; readonly title?: string; readonly type?: string } {
  try {
    return JSON.parse(text) as ReturnType<typeof problemIn>;
  } catch {
    return {};
  }
}
