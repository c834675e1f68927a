import {
  type Accounts,
  type ActKind,
  actId,
  type AlertSilence,
  type Clock,
  isOver,
  type Ledger,
  matches,
  maySilence,
  NOTE_CHARS_MAX,
  type Playbook,
  type Role,
  type SilenceMatcher,
  SILENCE_MS_MAX,
  SILENCES_OPEN_MAX,
} from '#core';
import type { SilenceAsk, SilenceDto, StaffDto } from '#wire';
import { Refusal } from './refusal.ts';

/** Roles that something can be assigned to: whoever may act on an alert. */
const ACTING: ReadonlySet<Role> = new Set(['operator', 'duty', 'decider', 'admin']);

export interface AlertActsOptions {
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly playbook: Playbook;
}

/** Who asks, and the key by which a repeat of the same request is known; null when the request brought none. */
export interface Asking {
  readonly by: string;
  readonly role: Role;
  readonly key: string | null;
  /** Network address of whoever asks. */
  readonly from?: string | undefined;
}

/** What people do to one episode of an alert, and what they hold back. Everything enters at the ledger, with who and when. */
export class AlertActs {
  readonly #options: AlertActsOptions;

  constructor(options: AlertActsOptions) {
    this.#options = options;
  }

  /**
   * Mutes, unmutes, assigns (`text` is the person) or notes (`text` are the words). Rejects with a `Refusal` when the alert is not raised in
   * this episode, the person is nobody who could act, or the words are none or too many.
   */
  async act(
    alertId: string,
    kind: Exclude<ActKind, 'acknowledge'>,
    { text = '', by, key, from }: Asking & { readonly text?: string },
  ): Promise<void> {
    const { ledger, clock } = this.#options;
    if (kind === 'assign' && !(await this.staff()).some(({ name }) => name === text))
      throw new Refusal('invalid', `${text} is nobody to whom an alert can be assigned`);
    if (kind === 'note' && (text.trim() === '' || text.length > NOTE_CHARS_MAX))
      throw new Refusal('invalid', `a note has between 1 and ${NOTE_CHARS_MAX} characters`);
    const at = clock.now();
    const draft = { alertId, kind, by, at, text: text.trim(), ...(from !== undefined && { from }) };
    const act = await ledger.act({ ...draft, id: actId(draft, key ?? String(at)) });
    if (!act) throw new Refusal('conflict', `alert ${alertId} is not raised any more; reload the page`);
  }

  /** People to whom an alert can be assigned. */
  async staff(): Promise<readonly StaffDto[]> {
    const users = await this.#options.accounts.users();
    return users.filter(({ disabled, role }) => !disabled && ACTING.has(role)).map(({ name, role }) => ({ name, role }));
  }

  /** Begins a silence. Rejects with a `Refusal` when the role may not, the end is no end, or the names match nothing. */
  async silence(ask: SilenceAsk, { by, role, key, from }: Asking): Promise<SilenceDto> {
    const { ledger, clock } = this.#options;
    const at = clock.now();
    const covers = [...new Set(ask.covers)];
    if (!maySilence(role, covers)) {
      throw new Refusal('forbidden', 'Messages to residents are silenced by a decider; messages to staff by duty, decider or admin.');
    }
    if (ask.endsAt <= at) throw new Refusal('invalid', 'endsAt must be in the future');
    if (ask.endsAt - at > SILENCE_MS_MAX) throw new Refusal('invalid', 'a silence ends within seven days');
    const { rules, gauges, rivers, areas } = ask.matcher;
    const matcher: SilenceMatcher = {
      ...(rules && { rules }),
      ...(gauges && { gauges }),
      ...(rivers && { rivers }),
      ...(areas && { areas }),
    };
    if (!this.#matchesSomething(matcher)) throw new Refusal('invalid', 'no rule of the playbook watches such a gauge; correct the names');
    if ((await ledger.silences({ open: true, limit: SILENCES_OPEN_MAX })).length >= SILENCES_OPEN_MAX)
      throw new Refusal('conflict', `there are ${SILENCES_OPEN_MAX} silences; end some of them first`);
    const asked = { key: `${by}/${key ?? at}`, matcher, covers, reason: ask.reason, by, at, endsAt: ask.endsAt };
    const draft = { ...asked, ...(from !== undefined && { from }) };
    return this.#dto(await ledger.addSilence(draft));
  }

  /** Ends a silence before its time; one that is over stays as it is. */
  async endSilence(id: string, by: string, from?: string): Promise<SilenceDto> {
    const ended = await this.#options.ledger.endSilence(id, by, this.#options.clock.now(), from);
    if (!ended) throw new Refusal('notFound', `there is no silence ${id}`);
    return this.#dto(ended);
  }

  /** Newest first, before the number when one is given. */
  async silences(query: { readonly before?: number; readonly limit: number }): Promise<readonly SilenceDto[]> {
    return (await this.#options.ledger.silences(query)).map((silence) => this.#dto(silence));
  }

  #matchesSomething(matcher: SilenceMatcher): boolean {
    const { playbook } = this.#options;
    const gauges = [...playbook.gauges.values()];
    return playbook.rules.some(({ id }) => gauges.some((gauge) => matches(matcher, id, gauge)));
  }

  #dto({ id, number, matcher, covers, reason, by, at, endsAt, ended, ...silence }: AlertSilence): SilenceDto {
    const active = !isOver({ endsAt, ended }, this.#options.clock.now()) && !silence.told;
    const { rules, gauges, rivers, areas } = matcher;
    return {
      id,
      number,
      matcher: {
        ...(rules && { rules: [...rules] }),
        ...(gauges && { gauges: [...gauges] }),
        ...(rivers && { rivers: [...rivers] }),
        ...(areas && { areas: [...areas] }),
      },
      covers: [...covers],
      reason,
      by,
      at,
      endsAt,
      ended: ended && { by: ended.by, at: ended.at },
      active,
    };
  }
}
