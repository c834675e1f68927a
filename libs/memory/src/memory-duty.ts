import {
  type ActDraft,
  ACTS_MAX,
  type Alert,
  type AlertAct,
  type AlertId,
  type AlertSilence,
  type Answer,
  type Ledger,
  type SilenceDraft,
  silenceId,
} from '#core';

/** What people on duty did, for the ledger in memory; each as the `Ledger` promises. */
export class MemoryDuty {
  readonly #acts: AlertAct[] = [];
  readonly #silences: AlertSilence[] = [];
  readonly #answers = new Map<AlertId, Answer[]>();

  /** `alert`: the one that is raised now; `wasThere`: whether it ever was; `after`: the newest transition. */
  act(
    { id, alertId, kind, by, at, text }: ActDraft,
    { alert, wasThere, after }: { readonly alert: Alert | null; readonly wasThere: boolean; readonly after: number },
  ): AlertAct | null {
    const known = this.#acts.find((act) => act.id === id);
    if (known) return known;
    if (!alert && !(kind === 'note' && wasThere)) return null;
    if (this.acts(alertId).length >= ACTS_MAX) return null;
    const act = { id, alertId, kind, by, at, text, step: alert?.step ?? 0, after };
    this.#acts.push(act);
    return act;
  }

  acts(id: AlertId): readonly AlertAct[] {
    return this.#acts.filter((act) => act.alertId === id);
  }

  addSilence({ key, matcher, covers, reason, by, at, endsAt }: SilenceDraft, after: number): AlertSilence {
    const known = this.#silences.find((silence) => silence.key === key);
    if (known) return known;
    const number = this.#silences.length + 1;
    const draft = { key, matcher, covers, reason, by, at, endsAt };
    const silence: AlertSilence = { ...draft, id: silenceId(number), number, after, ended: null, told: false };
    this.#silences.push(silence);
    return silence;
  }

  endSilence(id: string, end: NonNullable<AlertSilence['ended']>): AlertSilence | null {
    const index = this.#silences.findIndex((silence) => silence.id === id);
    const silence = this.#silences[index];
    if (!silence || silence.ended !== null || silence.endsAt <= end.at) return silence ?? null;
    const ended = { ...silence, ended: end };
    this.#silences[index] = ended;
    return ended;
  }

  silences({ open = false, before = Infinity, limit }: Parameters<Ledger['silences']>[0]): readonly AlertSilence[] {
    return this.#silences
      .filter(({ told, number }) => number < before && !(open && told))
      .toReversed()
      .slice(0, limit);
  }

  /** Marks silences whose end was worked off. */
  told(ids: readonly string[]): void {
    for (const [index, one] of this.#silences.entries()) if (ids.includes(one.id)) this.#silences[index] = { ...one, told: true };
  }

  answer(answer: Answer): void {
    const answers = this.#answers.get(answer.alertId) ?? [];
    if (!answers.some(({ by }) => by === answer.by)) answers.push(answer);
    this.#answers.set(answer.alertId, answers);
  }

  answers(id: AlertId): readonly Answer[] {
    return (this.#answers.get(id) ?? []).toSorted((a, b) => a.at - b.at || (a.by < b.by ? -1 : Number(a.by > b.by)));
  }
}
