import type { HEARTBEAT_WORDS } from './heartbeat-ja.ts';

const STATE: Readonly<Record<Parameters<(typeof HEARTBEAT_WORDS)['heartbeatState']>[0], string>> = {
  proven: '',
  waiting: '',
  late: ' (being checked)',
  old: ' (does not arrive)',
  spared: ' (resting, so that this month’s messages last)',
  nobody: ' (no test user)',
  absent: ' (not set up)',
};

/** Words of the end-to-end heartbeat. */
export const HEARTBEAT_WORDS_EN: typeof HEARTBEAT_WORDS = {
  heartbeat: 'Last end-to-end proof',
  heartbeatShort: 'End-to-end proof',
  heartbeatSoon: 'soon',
  heartbeatTrouble: 'Look at the end-to-end proof',
  heartbeatNever: (since) => `not proven yet since ${since}`,
  heartbeatLast: (time) => `last proof that arrived ${time}`,
  heartbeatState: (state) => STATE[state],
  heartbeatAlarm: 'The end-to-end proof does not arrive',
  heartbeatWhatToDo:
    'The way from a gauge to a phone cannot be proven. Real messages may not arrive by this channel either. Check how it is set up, and have the telephone ready.',
  heartbeatAnswered: (by) => `looked after by ${by}`,
};
