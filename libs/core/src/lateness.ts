import { isUsable, type Quality } from './reading.ts';

/**
 * How the service treats time, in one place. There is one policy, and it holds live, after a crash and in a replay alike, because every
 * part of it is decided from the readings (their two times and their order in the log) and never from the clock of the machine.
 *
 * 1. Everything is ordered by the time of **observation**. The order of arrival, which the log keeps, says only what was known when (D§7).
 * 2. There is an **allowance**: up to two expected intervals behind the newest observation of its gauge, and no more than half an hour (or
 *    three intervals) on the way. A reading that comes out of order within it takes its place in the window as if it had come in time.
 *    Nothing waits for the allowance to pass: a reading is judged the moment it is kept, for minutes matter (D§1.3), and what was told is
 *    not untold when a straggler shows how the river had hesitated.
 * 3. Beyond the allowance it is `backfilled`, and bears no witness: it raises, confirms, lowers and clears nothing. It completes the
 *    history, is drawn, and counts for "the peak was …": each episode of an alert says what was known live and what is known now
 *    (`peakOf`). It wakes nobody (D§0 R3). The note about a burst is that one entry on the episode, however many readings came.
 * 4. A clock that cannot be believed (before 2015, or more than two minutes ahead) is replaced by the time of receipt, with the flag
 *    `clockSuspect`: such a reading is of now, so it counts as live (F22).
 * 5. Instants are epoch milliseconds throughout. Zones exist only where people read a time, so midnight, the end of a year, 29 February
 *    and summer time decide nothing (F23).
 *
 * What a flag means under this policy: `live` may move an alert, `late` completes the past, `doubtful` does neither.
 */
export function witnessOf(quality: Quality): 'live' | 'late' | 'doubtful' {
  if (isUsable(quality)) return 'live';
  return quality === 'backfilled' ? 'late' : 'doubtful';
}
