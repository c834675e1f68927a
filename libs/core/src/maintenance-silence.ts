import { type AlertSilence, SILENCE_REASON_CHARS_MAX, type SilenceDraft } from './alert-silence.ts';
import type { Playbook } from './playbook.ts';
import type { MaintenanceWindow } from './upkeep.ts';

/** No key of a person's request looks like this: those begin with the name of an account and a slash. */
const KEY = 'maintenance: ';

/** What has to be done so that the silence of a gauge in maintenance is not told. */
export interface MaintenanceSilences {
  readonly begin: readonly SilenceDraft[];
  /** Ids of those whose maintenance was over early. */
  readonly end: readonly string[];
}

/**
 * A gauge that somebody works on is silent for a reason that everybody can read beside it. So while its maintenance lasts, words to staff that
 * it is blind are held back, with who and why; when it is over, staff are told what still stands, as after any silence. Words to residents, and
 * of other rules, are not touched. `windows` are those that lie open, `open` the silences that do; what follows from a repeat is nothing.
 */
export function maintenanceSilences(
  { rules }: Pick<Playbook, 'rules'>,
  { windows, open, now }: { readonly windows: readonly MaintenanceWindow[]; readonly open: readonly AlertSilence[]; readonly now: number },
): MaintenanceSilences {
  const blind = rules.filter(({ kind }) => kind === 'blind').map(({ id }) => id);
  const under = windows.filter(({ from, until }) => from <= now && now < until);
  const keys = new Set(under.map(keyOf));
  return {
    begin: (blind.length === 0 ? [] : under)
      .filter((window) => open.every(({ key }) => key !== keyOf(window)))
      .map((window) => ({
        key: keyOf(window),
        matcher: { rules: blind, gauges: [window.gauge] },
        covers: ['staff'],
        reason: `保守中: ${window.reason}`.slice(0, SILENCE_REASON_CHARS_MAX),
        by: window.by,
        at: now,
        endsAt: window.until,
      })),
    end: open
      .filter(({ key, ended, endsAt }) => key.startsWith(KEY) && ended === null && endsAt > now && !keys.has(key))
      .map(({ id }) => id),
  };
}

const keyOf = ({ id }: MaintenanceWindow): string => `${KEY}${id}`;
