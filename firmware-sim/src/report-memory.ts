import type { ReportBody } from '#wire';
import { BATCH_REPORTS_MAX } from './report-packet.ts';

/** Six days at the shortest interval of D§1.1: a radio gap of a long weekend fits. */
export const UNSENT_MAX = 4_320;
/** Reports kept after the broker took them, for a service that asks again: two hours at 2 minutes. */
const SENT_MAX = 60;

/**
 * The non-volatile memory of a device. A report stays *unsent* until its packet is acknowledged, then *sent* until the service says
 * that it is kept (`…/ack`), or until newer ones need the room. Nothing above the highest acknowledged number is lost by a gap, a broken
 * connection, a reboot of the device, or a broker that forgets everything (F24). One packet is under way at a time, so order is kept.
 */
export class ReportMemory {
  private unsent: ReportBody[] = [];
  private sent: ReportBody[] = [];
  private underWay: readonly ReportBody[] = [];
  private keptHigh = -1;
  private confirmed = false;
  private lost = 0;

  /** Reports not acknowledged yet. */
  get waiting(): number {
    return this.unsent.length;
  }

  /** Reports that had to make room before they were acknowledged. */
  get dropped(): number {
    return this.lost;
  }

  /** Keeps a new report. When the memory is full the oldest one that is not under way goes, and is counted. */
  keep(report: ReportBody): void {
    if (this.unsent.length >= UNSENT_MAX) {
      this.unsent.splice(this.underWay.length, 1);
      this.lost += 1;
    }
    this.unsent.push(report);
  }

  /** The oldest reports as one packet, or null while nothing waits or a packet is under way. `order` may shuffle what is waiting. */
  take(order: (reports: readonly ReportBody[]) => readonly ReportBody[] = (reports) => reports): readonly ReportBody[] | null {
    if (this.underWay.length > 0 || this.unsent.length === 0) return null;
    this.unsent = [...order(this.unsent)];
    this.underWay = this.unsent.slice(0, BATCH_REPORTS_MAX);
    return this.underWay;
  }

  /** A packet was acknowledged. One that a broken connection interrupted before goes again all the same: a repeat is harmless. */
  acknowledged(packet: readonly ReportBody[]): void {
    if (packet !== this.underWay) return;
    this.sent.push(...this.unsent.splice(0, packet.length));
    this.underWay = [];
    // Before the first `…/ack` nobody promised to confirm: then the acknowledgement of the packet is the last word.
    this.sent = this.sent.slice(-(this.confirmed ? UNSENT_MAX : SENT_MAX));
  }

  /** The connection broke: what was under way waits again, and the receiver recognises it if it did arrive. */
  interrupted(): void {
    this.underWay = [];
  }

  /** The service keeps everything up to `seq`. */
  kept(seq: number): void {
    this.confirmed = true;
    this.keptHigh = seq;
    this.sent = this.sent.filter((report) => (report.seq ?? 0) > seq);
  }

  /** The broker forgot this device: everything above the highest kept number goes again. Only if somebody confirms at all. */
  forgotten(): void {
    if (this.confirmed) this.again(this.keptHigh + 1, Number.POSITIVE_INFINITY);
  }

  /** Sends the reports of these numbers again, ends included. Returns how many are still here. */
  again(from: number, to: number): number {
    const asked = this.sent.filter(({ seq = 0 }) => seq >= from && seq <= to);
    this.sent = this.sent.filter((report) => !asked.includes(report));
    this.unsent.splice(this.underWay.length, 0, ...asked);
    return asked.length;
  }

  /** A rebooted device counts from zero: its old confirmations say nothing about the new numbers. */
  renumbered(): void {
    this.interrupted();
    this.sent = [];
    this.keptHigh = -1;
  }
}
