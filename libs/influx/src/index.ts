export { HistoryUnavailable } from './history-unavailable.ts';
export { InfluxReadingHistory } from './influx-reading-history.ts';
export type { InfluxReadingHistoryOptions } from './influx-reading-history.ts';
export type { InfluxAddress } from './influx-connection.ts';
