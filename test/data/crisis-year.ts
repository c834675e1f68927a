import {
  admit,
  emptyMark,
  type Evidence,
  isUsable,
  type LevelRule,
  limitsAt,
  limitTable,
  type Playbook,
  type Reading,
  stepAt,
  type Transition,
} from '#core';
import { replay } from '#pipeline/replay';
import { type ReadingTable, readReadings } from '#readings-csv';
import { aReport } from '../support/builders.ts';
import { crisisMunicipality, crisisObservations, type Observation, writeReadings } from './crisis-gauges.ts';
import { foundMunicipality } from './municipality.ts';
import { Neighbours } from './neighbours.ts';
import { replayUnchecked } from './replay-unchecked.ts';

/** The step from which residents hear of the river: `warn`. */
const PUBLIC_STEP = 2;

/** A reading that the checks doubt, with the step that its value would have reached. */
export interface Doubted {
  readonly reading: Reading;
  readonly step: number;
}

/** A year of crisis gauges, judged by the engine as it is and by weaker ones for comparison. */
export interface CrisisYear {
  readonly playbook: Playbook;
  readonly observations: readonly Observation[];
  readonly neighbours: Neighbours;
  readonly readings: number;
  readonly seconds: number;
  /** With the checks, two readings in a row. */
  readonly checked: readonly Transition[];
  /** Without any check, two readings in a row. */
  readonly unchecked: readonly Transition[];
  /** Without any check, every reading believed alone. */
  readonly atOnce: readonly Transition[];
  /** Readings that the checks doubt, by gauge and instant. */
  readonly doubted: ReadonlyMap<string, Doubted>;
}

/** Replays the year into a folder that the caller removes. */
export async function replayCrisisYear(data: string, file: (name: string) => string): Promise<CrisisYear> {
  const municipality = crisisMunicipality(data);
  const observations = crisisObservations(data);
  const playbook = await foundMunicipality(file('playbook'), municipality);
  const series: ReadingTable = await readReadings([writeReadings(file('year.csv'), observations)]);
  const startedAt = performance.now();
  const { transitions, readings } = replay(playbook, series);
  const seconds = (performance.now() - startedAt) / 1000;
  const impatient = { ...playbook, rules: [{ ...riverRule(playbook), confirm: { readings: 1 } }] };
  return {
    playbook,
    observations,
    neighbours: new Neighbours(municipality.gauges, observations),
    readings,
    seconds,
    checked: transitions,
    unchecked: replayUnchecked(playbook, series),
    atOnce: replayUnchecked(impatient, series),
    doubted: doubtedReadings(playbook, observations),
  };
}

/** The one level rule of the municipality. */
export const riverRule = ({ rules }: Playbook): LevelRule => rules.find((rule): rule is LevelRule => rule.kind === 'level')!;

const keyOf = (gauge: string, at: number): string => `${gauge}/${at}`;

/** Whether residents would hear of a value of this step. */
export const isPublicStep = ({ step }: Doubted): boolean => step >= PUBLIC_STEP;

function doubtedReadings(playbook: Playbook, observations: readonly Observation[]): ReadonlyMap<string, Doubted> {
  const rule = riverRule(playbook);
  const tables = new Map([...playbook.gauges.values()].map((gauge) => [gauge.id, limitTable(rule, gauge)]));
  const marks = new Map([...playbook.gauges.keys()].map((id) => [id, emptyMark(id)]));
  const doubted = new Map<string, Doubted>();
  for (const { gauge, at, level } of observations) {
    const admission = admit(marks.get(gauge)!, aReport({ at, values: { level } }), playbook.gauges.get(gauge)!, at, 'actual');
    marks.set(gauge, admission.mark);
    for (const reading of admission.readings) {
      if (reading.quality === 'ok') continue;
      doubted.set(keyOf(gauge, at), { reading, step: stepAt(limitsAt(tables.get(gauge)!, at), reading.value) });
    }
  }
  return doubted;
}

/** The readings on which an alarm rests, by its own decision record: the newest usable ones, as many as the rule asks for. */
export function witnessesOf({ record }: Transition, { confirm, greatestAgeMs }: LevelRule): readonly Evidence[] {
  const usable = record.evidence.filter((seen) => isUsable(seen.quality) && seen.receivedAt - seen.at <= greatestAgeMs);
  return usable.slice('readings' in confirm ? -confirm.readings : 0);
}

/** Witnesses of an alarm that the checks doubt, whatever the engine that raised it thought of them. */
export const doubtfulWitnesses = ({ gauge }: Transition, witnesses: readonly Evidence[], { doubted }: CrisisYear): readonly Evidence[] =>
  witnesses.filter((seen) => seen.quality !== 'ok' || doubted.has(keyOf(gauge, seen.at)));
