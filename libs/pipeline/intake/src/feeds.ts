import { type DeviceId, type Gauge, type GaugeId, type Report } from '#core';

/** Which gauges a device speaks for, in the order of the playbook. */
export type Feeds = ReadonlyMap<DeviceId, readonly Gauge[]>;

export function feedsOf(gauges: ReadonlyMap<GaugeId, Gauge>): Feeds {
  const feeds = new Map<DeviceId, Gauge[]>();
  for (const gauge of gauges.values()) {
    const known = feeds.get(gauge.device);
    if (known) known.push(gauge);
    else feeds.set(gauge.device, [gauge]);
  }
  return feeds;
}

/** The part of a report that is one gauge's. */
export interface Share {
  readonly gauge: Gauge;
  readonly report: Report;
}

/**
 * Shares a report among the gauges of its device: a quantity goes to the first gauge that judges it, a distance counts as a level, those
 * who came and went to the place whose people they are, and what nobody judges stays with the first gauge. A gauge without a share is not named.
 */
export function shareOut(report: Report, gauges: readonly Gauge[]): readonly Share[] {
  const [first] = gauges;
  if (!first) return [];
  if (gauges.length === 1) return [{ gauge: first, report }];
  const byDoors = gauges.some(({ quantity }) => quantity === 'in' || quantity === 'out');
  const place = byDoors ? undefined : gauges.find(({ quantity }) => quantity === 'count');
  const values = new Map<Gauge, Record<string, number>>();
  for (const [name, value] of Object.entries(report.values)) {
    const quantity = name === 'distance' ? 'level' : name;
    const passing = quantity === 'in' || quantity === 'out';
    const gauge = gauges.find((candidate) => candidate.quantity === quantity) ?? (passing ? place : undefined) ?? first;
    const known = values.get(gauge);
    if (known) known[name] = value;
    else values.set(gauge, { [name]: value });
  }
  return [...values].map(([gauge, own]) => ({ gauge, report: { ...report, values: own } }));
}
