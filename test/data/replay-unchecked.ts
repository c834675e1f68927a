import { Judge, type Playbook, type Transition } from '#core';
import type { ReadingTable } from '#readings-csv';
import { aReading } from '../support/builders.ts';

/** The rules of a playbook on a past without any check of quality, as a measure of what the checks keep and remove. */
export function replayUnchecked(playbook: Playbook, series: ReadingTable): readonly Transition[] {
  const judge = new Judge(playbook, { alerts: [], watches: [] }, series.at(0).time);
  for (let row = 0; row < series.length; row += 1) {
    const { gauge, time, value } = series.at(row);
    judge.observe({ position: row + 1, reading: aReading({ gauge: series.gauges[gauge]!, observedAt: time, value }) }, time);
  }
  return judge.take().transitions;
}
