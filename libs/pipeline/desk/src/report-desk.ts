import {
  type Clock,
  districtAt,
  districtOutlines,
  isUrgent,
  type KeptReport,
  type Playbook,
  type ReportCursor,
  type ResidentReportKind,
  type ResidentReports,
  type ResidentReportState,
} from '#core';
import type { ResidentReportDto } from '#wire';
import { Refusal } from './refusal.ts';

export interface ReportDeskOptions {
  readonly reports: ResidentReports;
  readonly clock: Clock;
  /** The one in force. */
  readonly playbook: Playbook;
  /** Shows reports that are new or changed on every screen. */
  readonly onChanged: (reports: readonly ResidentReportDto[]) => void;
}

/** What residents reported, and what staff makes of it. */
export class ReportDesk {
  readonly #options: ReportDeskOptions;

  constructor(options: ReportDeskOptions) {
    this.#options = options;
  }

  /** Those who need help first, then the newest; `next` is where the next page begins, null at the end. */
  async list({
    cursor,
    limit,
    ...query
  }: {
    readonly kind?: ResidentReportKind;
    readonly state?: ResidentReportState;
    readonly cursor?: string;
    readonly limit: number;
  }): Promise<{ readonly items: readonly ResidentReportDto[]; readonly next: string | null }> {
    const after = cursor === undefined ? null : cursorOf(cursor);
    const found = await this.#options.reports.list({ ...query, ...(after && { after }), limit });
    const last = found.length === limit ? found.at(-1)! : null;
    return { items: found.map((report) => this.#shown(report)), next: last && `${isUrgent(last) ? 'u' : 'n'}${last.number}` };
  }

  /** Sets down that somebody saw or closed a report; every screen hears of it. Again changes nothing. */
  async act(id: string, kind: 'see' | 'close', { by, note }: { readonly by: string; readonly note: string }): Promise<ResidentReportDto> {
    const { reports, clock, onChanged } = this.#options;
    const report = await reports.act(id, { kind, by, note, at: clock.now() });
    if (!report) throw new Refusal('notFound', `there is no report ${id}; reports are forgotten after 30 days`);
    const shown = this.#shown(report);
    onChanged([shown]);
    return shown;
  }

  /** Takes word that residents reported something, and shows it. */
  async told(ids: readonly string[]): Promise<void> {
    const found = await Promise.all(ids.map((id) => this.#options.reports.report(id)));
    const shown = found.flatMap((report) => (report ? [this.#shown(report)] : []));
    if (shown.length > 0) this.#options.onChanged(shown);
  }

  #shown(report: KeptReport): ResidentReportDto {
    const { playbook } = this.#options;
    const code = report.place && districtAt(districtOutlines(playbook.areasGeoJson), report.place);
    const { id, number, kind, at, place, text, state, by, note, actedAt, safeSince } = report;
    return {
      id,
      number,
      kind,
      at,
      place,
      text,
      state,
      by,
      note,
      actedAt,
      safeSince,
      district: code === null ? null : { code, name: playbook.districts.get(code)?.name ?? code },
    };
  }
}

function cursorOf(text: string): ReportCursor {
  const parts = /^([un])(\d{1,15})$/.exec(text);
  if (!parts) throw new Refusal('invalid', 'the cursor is not one of this list');
  return { urgent: parts[1] === 'u', number: Number(parts[2]) };
}
