import {
  admit,
  admitManual,
  admitRegister,
  type DeviceId,
  emptyMark,
  type Gauge,
  type GaugeId,
  type MaintenanceAt,
  type ManualCount,
  type Mark,
  type OperationStatus,
  QUARANTINE_BYTES_MAX,
  type QuarantineEntry,
  type QuarantineReason,
  type Reading,
  type RegisterCount,
} from '#core';
import type { Decoded } from '#wire';
import { type Feeds, shareOut } from './feeds.ts';

/** Something a device handed in, decoded, waiting for its group. */
export interface Packet {
  readonly device: DeviceId;
  readonly decoded: Decoded;
  readonly receivedAt: number;
  /** What goes to quarantine if need be. */
  readonly payload: () => Uint8Array;
  /** A count by a person, in place of reports. */
  readonly manual?: { readonly gauge: Gauge; readonly count: ManualCount };
  /** The count of a shelter's register, in place of reports. */
  readonly register?: { readonly gauge: Gauge; readonly count: RegisterCount };
}

/** What became of one report. Its quantities are stored or recognised as repeats, or it said nothing that its gauges can use. */
export interface ReportResult {
  readonly stored: number;
  readonly duplicates: number;
  readonly quarantined: QuarantineReason | null;
}

/** What one group commit has to keep. Marks hold only the gauges that the group moved. */
export interface GroupDecision {
  readonly readings: readonly Reading[];
  readonly marks: ReadonlyMap<GaugeId, Mark>;
  readonly quarantine: readonly QuarantineEntry[];
  readonly duplicates: number;
  /** Per packet, per report; empty for a packet that could not be decoded. */
  readonly results: readonly (readonly ReportResult[])[];
}

/**
 * Decides a group of packets in their order. Pure: the marks that were given stay as they are, so a group whose append failed can be
 * forgotten and its repeat is judged as if for the first time.
 */
export function decideGroup({
  packets,
  marks,
  feeds,
  statusOf,
  maintenanceOf,
}: {
  readonly packets: readonly Packet[];
  readonly marks: ReadonlyMap<GaugeId, Mark>;
  readonly feeds: Feeds;
  readonly statusOf: (device: DeviceId) => OperationStatus;
  readonly maintenanceOf: (gauge: GaugeId) => MaintenanceAt;
}): GroupDecision {
  const moved = new Map<GaugeId, Mark>();
  const readings: Reading[] = [];
  const quarantine: QuarantineEntry[] = [];
  const results: ReportResult[][] = [];
  let duplicates = 0;

  for (const packet of packets) {
    const { device, decoded, receivedAt } = packet;
    const own: ReportResult[] = [];
    results.push(own);
    if (packet.manual) {
      const { gauge, count } = packet.manual;
      const mark = moved.get(gauge.id) ?? marks.get(gauge.id) ?? emptyMark(gauge.id);
      const admission = admitManual(mark, count, gauge, receivedAt, statusOf(device));
      moved.set(gauge.id, admission.mark);
      readings.push(...admission.readings);
      own.push({ stored: admission.readings.length, duplicates: 0, quarantined: null });
      continue;
    }
    if (packet.register) {
      const { gauge, count } = packet.register;
      const mark = moved.get(gauge.id) ?? marks.get(gauge.id) ?? emptyMark(gauge.id);
      const admission = admitRegister(mark, count, gauge, receivedAt, statusOf(device));
      moved.set(gauge.id, admission.mark);
      readings.push(...admission.readings);
      duplicates += admission.duplicates;
      own.push({ stored: admission.readings.length, duplicates: admission.duplicates, quarantined: null });
      continue;
    }
    if ('reason' in decoded) {
      quarantine.push(entry(packet, decoded.reason, decoded.detail));
      continue;
    }
    const gauges = feeds.get(device);
    if (!gauges) {
      quarantine.push(entry(packet, 'unknownGauge', `no gauge of the playbook names the device ${device}`));
      for (const _ of decoded.reports) own.push({ stored: 0, duplicates: 0, quarantined: 'unknownGauge' });
      continue;
    }
    const status = statusOf(device);
    const empty: number[] = [];
    for (const [index, report] of decoded.reports.entries()) {
      let stored = 0;
      let repeated = 0;
      for (const share of shareOut(report, gauges)) {
        const { id } = share.gauge;
        const mark = moved.get(id) ?? marks.get(id) ?? emptyMark(id);
        const admission = admit(mark, share.report, share.gauge, receivedAt, status, maintenanceOf(id));
        if (admission.mark !== mark) moved.set(id, admission.mark);
        for (const reading of admission.readings) readings.push(reading);
        stored += admission.readings.length;
        repeated += admission.duplicates;
      }
      // Nothing stored and nothing repeated: the report names no quantity that its gauges know.
      const useless = stored + repeated === 0;
      if (useless) empty.push(index);
      duplicates += repeated;
      own.push({ stored, duplicates: repeated, quarantined: useless ? 'noQuantity' : null });
    }
    if (empty.length > 0) quarantine.push(entry(packet, 'noQuantity', emptiness(empty, decoded.reports.length, gauges)));
  }
  return { readings, marks: moved, quarantine, duplicates, results };
}

function entry({ device, receivedAt, payload }: Packet, reason: QuarantineReason, detail: string): QuarantineEntry {
  // A copy: the payload may be a window on the buffer of a whole network read, which would be kept alive by it.
  return { device, receivedAt, reason, detail, payload: Uint8Array.from(payload().subarray(0, QUARANTINE_BYTES_MAX)) };
}

function emptiness(empty: readonly number[], count: number, gauges: readonly Gauge[]): string {
  const names = gauges.map((gauge) => gauge.id).join(', ');
  return `${empty.length} of ${count} reports name no quantity that can be used for ${names}; the first is number ${empty[0]! + 1}`;
}
