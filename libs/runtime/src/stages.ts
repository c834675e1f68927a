import { CHANNELS, type Clock } from '#core';
import type { StageDto } from '#wire';

type Name = StageDto['name'];

/** Somebody who knows how stages stand, asked whenever somebody looks. `why` is empty or null when the stage works. */
export type StagesSource = () => readonly { readonly name: Name; readonly why: string | null }[];

/** Who tells of what the settings leave out. */
export const SETTINGS_SAY = 'settings';
/** Who tells that the wall clock was moved. */
export const CLOCK_SAYS = 'clock';
/** Who tells of what was set aside so that the rest could go on. */
export const PARKED_SAYS = 'parked';
/** Who tells of a change of the playbook that is not in force. */
export const PLAYBOOK_SAYS = 'playbook';
/** Who tells that the record of what was done does not hold. */
export const AUDIT_SAYS = 'audit';
/** Who tells what is wrong with a drill: real life goes on. */
export const DRILL_SAYS = 'drill';
/** Who tells what comes back of mails, and that letters wait: the warnings themselves go on. */
export const MAIL_SAYS = 'mail';
export const LETTERS_SAY = 'letters';
/** Who tells of people at a shelter's door that somebody should look after. */
export const DOORS_SAY = 'doors';
/** Who tells that the heartbeat itself cannot go on: warnings still may. */
export const HEARTBEAT_SAYS = 'heartbeat';
/** Who tells that nothing leaves until a person releases it. */
export const HELD_SAYS = 'held';
/** Shown on the screen, but no reason to call a process unready that goes on with its work. */
const STILL_READY: ReadonlySet<string> = new Set([
  SETTINGS_SAY,
  CLOCK_SAYS,
  HELD_SAYS,
  PARKED_SAYS,
  PLAYBOOK_SAYS,
  AUDIT_SAYS,
  DRILL_SAYS,
  MAIL_SAYS,
  LETTERS_SAY,
  DOORS_SAY,
  HEARTBEAT_SAYS,
]);

/**
 * What leads to somebody else's platform, or follows at its own pace: LINE, relays of mail, other systems, the history (F19). Its trouble is told
 * by the others, on the screen and in `sonae_stage_ok`; whoever takes a process out of service for it would stop readings and decisions as well.
 */
const NOT_NEEDED_TO_SERVE: ReadonlySet<Name> = new Set<Name>([...CHANNELS, 'history']);

/**
 * How each stage stands, for the banner on the screen and for `/readyz`. A broken part is told by those that still work (P6). Several may
 * know of one stage: it works when all of them say so, and the word of one never hides the trouble that another one tells.
 */
export class Stages {
  readonly #clock: Clock;
  readonly #told = new Map<Name, Map<string, string>>();
  readonly #stages = new Map<Name, StageDto>();
  readonly #sources: { readonly source: StagesSource; readonly by: string }[] = [];
  /** Set once everything was started. */
  started = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `why` is a sentence for the duty officer; null means that the stage works as far as the one who tells (`by`) knows. */
  report(name: Name, why: string | null, by = ''): void {
    const told = this.#told.get(name) ?? new Map<string, string>();
    this.#told.set(name, told.set(by, why ?? ''));
    const all = [...told.values()].filter((one) => one !== '').join(' ');
    const state = all === '' ? 'ok' : 'degraded';
    const known = this.#stages.get(name);
    if (known && known.state === state && known.why === all) return;
    const since = known?.state === state ? known.since : this.#clock.now();
    this.#stages.set(name, { name, state, since, why: all });
  }

  /** From now on asks this one too, at every look: for those whose trouble comes without a word. */
  ask(source: StagesSource, by = `source ${this.#sources.length}`): void {
    this.#sources.push({ source, by });
  }

  list(): readonly StageDto[] {
    this.#look();
    return [...this.#stages.values()];
  }

  /** Whether everything was started, and this process takes readings, decides by them and answers; what lies outside it does not count. */
  get ready(): boolean {
    this.#look();
    const needed = [...this.#told].filter(([name]) => !NOT_NEEDED_TO_SERVE.has(name));
    return this.started && needed.every(([, told]) => [...told].every(([by, why]) => why === '' || STILL_READY.has(by)));
  }

  #look(): void {
    for (const { source, by } of this.#sources) for (const { name, why } of source()) this.report(name, why, by);
  }
}
