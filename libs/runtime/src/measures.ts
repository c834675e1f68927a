import { type Clock, type Ledger, type Playbook, proofAgeMs, type Quarantine, type ReadingLog, type RuleId } from '#core';
import type { Broker } from '#mqtt';
import type { FamilyDesk } from '#pipeline/desk';
import type { Dispatch } from '#pipeline/dispatch';
import type { HeartbeatStage } from '#pipeline/heartbeat';
import type { HistoryFollower } from '#pipeline/history';
import type { Intake } from '#pipeline/intake';
import type { Proposer } from '#pipeline/propose';
import type { Watch } from '#pipeline/watch';
import type { Adapters } from './adapters.ts';
import type { Measure, Sample } from './metrics.ts';
import type { Stages } from './stages.ts';

/** Alerts read for one scrape; beyond it the numbers by level would lie, and the list on the screen says so too. */
const ALERTS_MAX = 5_000;

export interface Measured {
  readonly broker: Broker;
  readonly intake: Intake;
  readonly watch: Watch;
  readonly history: HistoryFollower;
  readonly dispatch: Dispatch;
  readonly proposer: Pick<Proposer, 'setAside'>;
  readonly families: Pick<FamilyDesk, 'counts'>;
  readonly heartbeat: Pick<HeartbeatStage, 'now'>;
  readonly ledger: Ledger;
  readonly quarantine: Quarantine;
  readonly log: ReadingLog;
  readonly playbook: Playbook;
  /** What real life alone has; there are no letters without mail and no talks without LINE. */
  readonly adapters: Pick<Adapters, 'mail' | 'account'>;
  readonly clock: Clock;
  readonly stages: Pick<Stages, 'list'>;
}

/** What `/metrics` tells, under the names of product §15. When the system is still: accepted = stored + duplicates + quarantined, and stored = decided. */
export function measuresOf({
  broker,
  intake,
  watch,
  history,
  dispatch,
  proposer,
  families,
  heartbeat,
  ledger,
  quarantine,
  log,
  playbook,
  adapters,
  clock,
  stages,
}: Measured): readonly Measure[] {
  const logEnd = () => log.end();
  const blindRules = () => new Set(playbook.rules.filter(({ kind }) => kind === 'blind').map(({ id }) => id));
  return [
    counter(
      'sonae_readings_accepted_total',
      'Readings that devices handed in, packets in quarantine as one',
      () => intake.counters.accepted,
    ),
    counter('sonae_readings_stored_total', 'Readings kept in the log', () => intake.counters.stored),
    counter('sonae_readings_duplicates_total', 'Readings recognised as repeats', () => intake.counters.duplicates),
    counter('sonae_quarantined_total', 'Packets kept in quarantine', () => intake.counters.quarantined),
    counter('sonae_readings_decided_total', 'Readings judged and committed with their position', () => watch.decided),
    {
      name: 'sonae_intake_pending',
      help: 'Reports decoded and not yet kept',
      kind: 'gauge',
      read: () => [{ value: intake.depth.pending }],
    },
    { name: 'sonae_log_position', help: 'Position of the newest reading', kind: 'gauge', read: async () => [{ value: await logEnd() }] },
    {
      name: 'sonae_watch_lag',
      help: 'Readings kept and not yet judged',
      kind: 'gauge',
      read: async () => [{ value: (await logEnd()) - watch.position }],
    },
    {
      name: 'sonae_history_lag',
      help: 'Readings kept and not yet in the history',
      kind: 'gauge',
      read: async () => [{ value: (await logEnd()) - history.position }],
    },
    {
      name: 'sonae_quarantine_entries',
      help: 'Packets in quarantine now',
      kind: 'gauge',
      read: async () => [{ value: await quarantine.count() }],
    },
    { name: 'sonae_connections', help: 'Open device connections', kind: 'gauge', read: () => [{ value: broker.counters.connections }] },
    {
      name: 'sonae_refusals_total',
      help: 'Connections, packets and subscriptions refused, by reason',
      kind: 'counter',
      labels: ['reason'],
      read: () => Object.entries(broker.counters.refused).map(([reason, value]) => ({ value, labels: { reason } })),
    },
    { name: 'sonae_alerts_raised', help: 'Alerts raised now, by step', kind: 'gauge', labels: ['level'], read: () => raised(ledger) },
    { name: 'sonae_gauges_blind', help: 'Gauges that are silent for too long', kind: 'gauge', read: () => blind(ledger, blindRules()) },
    {
      name: 'sonae_stage_ok',
      help: 'Whether a stage or channel does its work (1) or is in trouble (0), by stage',
      kind: 'gauge',
      labels: ['stage'],
      read: () => stages.list().map(({ name, state }) => ({ value: state === 'ok' ? 1 : 0, labels: { stage: name } })),
    },
    {
      name: 'sonae_orders_set_aside',
      help: 'Orders and alerts behind them that could not be moved on without a person, and wait for one',
      kind: 'gauge',
      read: () => [{ value: proposer.setAside.length }],
    },
    {
      name: 'sonae_family_asks_total',
      help: 'Questions of family with a code, by how they ended',
      kind: 'counter',
      labels: ['answer'],
      read: () => Object.entries(families.counts).map(([answer, value]) => ({ value, labels: { answer } })),
    },
    {
      name: 'sonae_deliveries_total',
      help: 'Deliveries since this process began, by channel and outcome',
      kind: 'counter',
      labels: ['channel', 'outcome'],
      read: () => dispatch.counts().map(({ channel, outcome, deliveries }) => ({ value: deliveries, labels: { channel, outcome } })),
    },
    {
      name: 'sonae_delivery_queue',
      help: 'Deliveries that are not ended or wait for a person, by channel and state',
      kind: 'gauge',
      labels: ['channel', 'state'],
      read: () => queues(ledger),
    },
    ...desks(adapters),
    {
      name: 'sonae_heartbeat_age_seconds',
      help: 'Time since the newest beat from broker to channel that arrived, or since the first was due, by channel',
      kind: 'gauge',
      labels: ['channel'],
      read: () =>
        (heartbeat.now()?.channels ?? []).map((proof) => ({
          value: proofAgeMs(proof, clock.now()) / 1_000,
          labels: { channel: proof.channel },
        })),
    },
  ];
}

const desks = ({ mail, account }: Measured['adapters']): readonly Measure[] => [
  ...(mail
    ? [
        {
          name: 'sonae_letters_waiting',
          help: 'Letters of sign-up and leaving that are not sent yet',
          kind: 'gauge' as const,
          read: async () => [{ value: await mail.letters.depth() }],
        },
      ]
    : []),
  ...(account
    ? [
        {
          name: 'sonae_talk_queue',
          help: 'What residents did on LINE and was not handled yet, and answers that are not sent yet',
          kind: 'gauge' as const,
          labels: ['part'],
          read: async () => Object.entries(await account.talks.depth()).map(([part, value]) => ({ value, labels: { part } })),
        },
      ]
    : []),
];

const counter = (name: string, help: string, read: () => number): Measure => ({
  name,
  help,
  kind: 'counter',
  read: () => [{ value: read() }],
});

async function raised(ledger: Ledger): Promise<readonly Sample[]> {
  const steps = new Map<number, number>();
  for (const { state, step } of await ledger.openAlerts(ALERTS_MAX)) if (state === 'raised') steps.set(step, (steps.get(step) ?? 0) + 1);
  return [...steps].map(([step, value]) => ({ value, labels: { level: String(step) } }));
}

async function blind(ledger: Ledger, rules: ReadonlySet<RuleId>): Promise<readonly Sample[]> {
  const gauges = new Set<string>();
  for (const { state, gauge, ruleId } of await ledger.openAlerts(ALERTS_MAX))
    if (state === 'raised' && rules.has(ruleId)) gauges.add(gauge);
  return [{ value: gauges.size }];
}

async function queues(ledger: Ledger): Promise<readonly Sample[]> {
  return (await ledger.queueDepths()).map(({ channel, state, deliveries }) => ({ value: deliveries, labels: { channel, state } }));
}
