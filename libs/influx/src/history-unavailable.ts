/** InfluxDB cannot be reached, does not answer in time, or takes nothing. What was to be kept counts as not kept; the same call may be repeated. */
export class HistoryUnavailable extends Error {
  override readonly name = 'HistoryUnavailable';
}
