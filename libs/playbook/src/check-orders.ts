import {
  DESIGNATIONS,
  EVACUATION_CATEGORY,
  ORDER_EXPIRES_MS,
  ORDER_RESIDENTS_ROUTE,
  ORDER_STAFF_ROUTE,
  type OrderApproval,
  type OrderHazard,
  type OrderPlan,
  orderRoute,
  PROPOSAL_EXPIRES_MS,
  type Route,
  type Rule,
  selects,
  type Shelter,
  stepsOf,
} from '#core';
import type { LocatedGauge } from './gauges.ts';
import { suggestion } from './nearest.ts';
import { type PlannedOrders } from './plan-schema.ts';
import { selectorOf } from './rule-schema.ts';
import type { Path, YamlSource } from './yaml-source.ts';

export interface OrderGrounds {
  readonly plan: YamlSource;
  readonly byId: ReadonlyMap<string, Rule>;
  readonly gauges: ReadonlyMap<string, LocatedGauge>;
  readonly districts: ReadonlySet<string>;
  readonly shelters: readonly Shelter[];
  readonly routes: readonly Route[];
  readonly timeZone: string;
}

/** What headquarters decided about orders, checked: rules, steps, districts, approvals with their dates, and whether there is a place to flee to. */
export function checkOrders(planned: PlannedOrders, grounds: OrderGrounds): OrderPlan {
  const { plan, routes } = grounds;
  checkIds(planned, plan);
  for (const [i, { id }] of routes.entries()) {
    if (id.startsWith(ORDER_STAFF_ROUTE) || id.startsWith(ORDER_RESIDENTS_ROUTE))
      plan.error(['routes', i, 'id'], `the route id "${id}" is kept for orders; choose another one`);
  }
  if (!planned.staff && planned.proposals.length > 0)
    plan.warning(['orders'], 'nobody on staff is told of a proposal by message, they see it on the screen only; add staff');
  for (const hazard of new Set([...planned.proposals, ...planned.presets].map((one) => one.hazard)))
    checkShelters(hazard, planned, grounds);
  return {
    residents: orderRoute({
      id: ORDER_RESIDENTS_ROUTE,
      audience: { kind: 'residents', category: EVACUATION_CATEGORY },
      channels: planned.residents?.channels ?? ['line', 'disaster-mail'],
      expiresAfterMs: planned.residents?.expiresAfter ?? ORDER_EXPIRES_MS,
    }),
    staff: planned.staff
      ? orderRoute({
          id: ORDER_STAFF_ROUTE,
          audience: { kind: 'staff', group: planned.staff.group },
          channels: planned.staff.channels,
          expiresAfterMs: planned.staff.expiresAfter,
        })
      : null,
    proposalExpiresAfterMs: planned.proposalExpiresAfter ?? PROPOSAL_EXPIRES_MS,
    proposals: planned.proposals.map((proposal, i) => proposalOf(proposal, ['orders', 'proposals', i], grounds)),
    approvals: planned.approvals.map((approval, i) => approvalOf(approval, ['orders', 'approvals', i], planned, grounds)),
    presets: planned.presets.map((preset, i) => {
      checkDistricts(preset.districts, ['orders', 'presets', i, 'districts'], grounds);
      return preset;
    }),
  };
}

function proposalOf(
  { id, rule: ruleId, step, selector, level, hazard, districts }: PlannedOrders['proposals'][number],
  path: Path,
  grounds: OrderGrounds,
): OrderPlan['proposals'][number] {
  const { plan, byId, gauges } = grounds;
  const rule = byId.get(ruleId);
  const codes = rule ? stepsOf(rule).map((one) => one.code) : [];
  const place = codes.indexOf(step);
  if (!rule) plan.error([...path, 'rule'], `there is no rule "${ruleId}"${suggestion(ruleId, byId.keys(), 'correct the id')}`);
  else if (place < 0) plan.error([...path, 'step'], `the rule "${ruleId}" has no step "${step}"${suggestion(step, codes, 'correct it')}`);
  if (districts) checkDistricts(districts, [...path, 'districts'], grounds);
  const chosen = selector ? selectorOf(selector) : null;
  const all = [...gauges.values()].map(({ gauge }) => gauge);
  const own = rule ? all.filter((gauge) => selects(rule.selector, gauge) && (chosen === null || selects(chosen, gauge))) : [];
  if (rule && own.length === 0) plan.error(path, 'no gauge of the rule is meant by it, so it never proposes; correct the selector');
  if (rule?.shadow) plan.warning([...path, 'rule'], `"${ruleId}" runs for trial (shadow) and proposes nothing until that is removed`);
  return { id, rule: ruleId, step: place + 1, selector: chosen, level, hazard, districts: districts ?? null };
}

function approvalOf(
  { id, of, issueAfter, approvedBy, approvedOn, until }: PlannedOrders['approvals'][number],
  path: Path,
  { proposals, presets }: PlannedOrders,
  { plan, timeZone }: OrderGrounds,
): OrderApproval {
  const known = [...proposals, ...presets].map((one) => one.id);
  for (const [j, name] of of.entries()) {
    if (!known.includes(name))
      plan.error([...path, 'of', j], `there is no proposal or preset "${name}"${suggestion(name, known, 'correct the id')}`);
    else if (issueAfter !== undefined && presets.some((preset) => preset.id === name))
      plan.error([...path, 'of', j], `"${name}" is proposed by people, and only what a rule proposes is issued by itself; remove it here`);
  }
  const from = dayOf(approvedOn, timeZone);
  const to = dayOf(until, timeZone);
  if (from === null) plan.error([...path, 'approvedOn'], `"${approvedOn}" is not on the calendar; correct it`);
  if (to === null) plan.error([...path, 'until'], `"${until}" is not on the calendar; correct it`);
  // Its last day belongs to it.
  const end = to?.add({ days: 1 });
  if (from && end && Temporal.ZonedDateTime.compare(from, end) >= 0)
    plan.error([...path, 'until'], 'it ends before it begins; correct one of the two dates');
  if (from && end && Temporal.ZonedDateTime.compare(from.add({ years: 1, days: 1 }), end) < 0)
    plan.error([...path, 'until'], 'an approval holds for a year at most, so that somebody looks at it again; make it end earlier');
  return {
    id,
    kind: issueAfter === undefined ? 'onePerson' : 'issue',
    afterMs: issueAfter ?? null,
    approvedBy,
    approvedAt: from?.epochMilliseconds ?? 0,
    until: end?.epochMilliseconds ?? 0,
    of,
  };
}

/** The beginning of a day in the city; null when there is no such day. */
function dayOf(text: string, timeZone: string): Temporal.ZonedDateTime | null {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toZonedDateTime(timeZone);
  } catch {
    return null;
  }
}

function checkIds({ proposals, approvals, presets }: PlannedOrders, plan: YamlSource): void {
  const seen = new Set<string>();
  for (const [key, list] of Object.entries({ proposals, approvals, presets })) {
    for (const [i, { id }] of list.entries()) {
      if (seen.has(id))
        plan.error(['orders', key, i, 'id'], `the id "${id}" is there twice; give each proposal, approval and preset its own`);
      seen.add(id);
    }
  }
}

function checkDistricts(codes: readonly string[], path: Path, { plan, districts }: OrderGrounds): void {
  for (const [j, code] of codes.entries()) {
    if (!districts.has(code))
      plan.error([...path, j], `there is no district "${code}"${suggestion(code, districts, 'areas.geojson holds the districts')}`);
    if (codes.indexOf(code) < j) plan.error([...path, j], `"${code}" is there twice; remove one`);
  }
}

/** Nobody is sent to a place that is not designated for the hazard, so without one an order could name none (D§2.2). */
function checkShelters(hazard: OrderHazard, { proposals, presets }: PlannedOrders, { plan, shelters }: OrderGrounds): void {
  const designation = DESIGNATIONS[hazard];
  if (shelters.some(({ hazards }) => hazards.includes(designation))) return;
  const inProposals = proposals.findIndex((one) => one.hazard === hazard);
  const path = inProposals < 0 ? ['presets', presets.findIndex((one) => one.hazard === hazard)] : ['proposals', inProposals];
  plan.warning(
    ['orders', ...path, 'hazard'],
    `shelters.csv has no place that is designated for ${designation}, so an order could send people nowhere; add one there`,
  );
}
