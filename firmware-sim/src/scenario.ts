import type { Course } from './course.ts';
import type { DeviceSpec } from './device.ts';
import type { Fault } from './faults.ts';

/** One device of a scenario: what it is, what happens at its place, and what goes wrong with it. */
export interface ScenarioDevice {
  readonly spec: DeviceSpec;
  readonly course: Course;
  /** Hour of the day at the begin, for crowds and offices. */
  readonly dayHour: number;
  readonly faults: readonly Fault[];
}

/** What a run shows. Read from YAML by `readScenario`, or made in a test. */
export interface Scenario {
  readonly name: string;
  /** How many times faster than life. */
  readonly speed: number;
  /** How much of the world's time has passed when the run begins. */
  readonly beginsAtMs: number;
  /** Length in the world's time; null: until it is stopped. */
  readonly lengthMs: number | null;
  /** However fast the world runs, no device reports more often than once in so many real milliseconds. */
  readonly hastiestMs: number;
  readonly devices: readonly ScenarioDevice[];
}

/** Devices that say only what they are told: for tests that play a story by hand. */
export function handheld(ids: readonly string[]): Scenario {
  return {
    name: 'by hand',
    speed: 1,
    beginsAtMs: 0,
    lengthMs: null,
    hastiestMs: 0,
    devices: ids.map((id) => ({
      spec: {
        id,
        kind: 'level',
        startM: null,
        standbyEveryMs: 600_000,
        lifeSignEveryMs: 86_400_000,
        observeEveryMs: 300_000,
        sensorM: null,
        firmware: FIRMWARE,
      },
      course: { kind: 'hand' },
      dayHour: 0,
      faults: [],
    })),
  };
}

/** Version that the simulated devices report. */
export const FIRMWARE = 'sim-1.0.0';

/** A device reports no more often than this, really, unless its scenario says otherwise: a service admits 20 a second at the most (S28). */
export const HASTIEST_MS = 200;
