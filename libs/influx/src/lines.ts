import { Point } from '@influxdata/influxdb-client';
import type { LogEntry } from '#core';

/**
 * Where the position stands: always at the same place, so that a newer one takes that of the older. It lies in the future because a bucket
 * with a retention drops what lies too far back, and never what is to come.
 */
const REACHED_AT = Date.UTC(2200, 0);

/**
 * One entry as a line of the line protocol, in milliseconds. Gauge and quantity name the series and the instant of observation the point, so
 * the same observation is the same point however often it is written. Throws for a number that is none.
 */
export function lineOf({ position, reading }: LogEntry): string {
  const { gauge, quantity, observedAt, receivedAt, raw, value, quality, why } = reading;
  const point = new Point('reading').tag('gauge', gauge).tag('quantity', quantity).timestamp(observedAt);
  point.floatField('value', value).floatField('raw', raw).intField('receivedAt', receivedAt);
  return written(point.stringField('quality', quality).stringField('why', why).intField('position', position));
}

/** The position up to which the log is here, as a line. */
export const reachedLine = (position: number): string =>
  written(new Point('reached').tag('stage', 'history').intField('position', position).timestamp(REACHED_AT));

function written(point: Point): string {
  const line = point.toLineProtocol();
  if (line === undefined) throw new TypeError('a point without a field is no point');
  return line;
}
