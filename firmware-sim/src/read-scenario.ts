import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { OFFICE_DAY_IDS, STREET_DAY_IDS } from './crowd-days.ts';
import type { Course } from './course.ts';
import { type DeviceKind, GAUGE_RHYTHM } from './device.ts';
import type { Fault } from './faults.ts';
import { FLOOD_EVENT_IDS } from './flood-events.ts';
import { FIRMWARE, HASTIEST_MS, type Scenario, type ScenarioDevice } from './scenario.ts';
import { SimProblem } from './sim-problem.ts';

/** Devices of one process; more belong into a second one. */
const DEVICES_MAX = 20_000;

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration as people write it: `90s`, `10m`, `2.5h`, `1d`. */
const duration = z.string().transform((text, ctx) => {
  const match = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text);
  if (match) return Number(match[1]) * UNITS_MS[match[2] as keyof typeof UNITS_MS];
  ctx.addIssue({ code: 'custom', message: `"${text}" is no duration; write it like 90s, 10m, 2.5h or 1d` });
  return z.NEVER;
});

const timeOfDay = z.string().transform((text, ctx) => {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (match && Number(match[1]) < 24 && Number(match[2]) < 60) return Number(match[1]) + Number(match[2]) / 60;
  ctx.addIssue({ code: 'custom', message: `"${text}" is no time of day; write it like "18:30", in quotes` });
  return z.NEVER;
});

const flood = z.enum(FLOOD_EVENT_IDS as [string, ...string[]], {
  error: `is no flood that the simulator knows; take one of ${FLOOD_EVENT_IDS.join(', ')}`,
}) as unknown as z.ZodType<(typeof FLOOD_EVENT_IDS)[number]>;
const streetDay = z.enum(STREET_DAY_IDS as [string, ...string[]], {
  error: `is no day of a street; take one of ${STREET_DAY_IDS.join(', ')}`,
}) as unknown as z.ZodType<(typeof STREET_DAY_IDS)[number]>;
const officeDay = z.enum(OFFICE_DAY_IDS as [string, ...string[]], {
  error: `is no day of an office; take one of ${OFFICE_DAY_IDS.join(', ')}`,
}) as unknown as z.ZodType<(typeof OFFICE_DAY_IDS)[number]>;

const span = { at: duration, for: duration };
const fault = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('spike'), ...span, add: z.number() }),
    z.strictObject({ kind: z.literal('stuck'), ...span }),
    z.strictObject({ kind: z.literal('drift'), ...span, addPerHour: z.number() }),
    z.strictObject({ kind: z.literal('clock1970'), ...span }),
    z.strictObject({ kind: z.literal('clockAhead'), ...span, ahead: duration }),
    z.strictObject({ kind: z.literal('gap'), ...span, shuffled: z.boolean().default(false) }),
    z.strictObject({ kind: z.literal('dead'), ...span }),
    z.strictObject({ kind: z.literal('duplicate'), ...span }),
    z.strictObject({ kind: z.literal('reboot'), at: duration }),
  ],
  { error: 'take one of spike, stuck, drift, clock1970, clockAhead, gap, dead, duplicate, reboot, with its fields' },
);

const common = {
  device: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is no device id: letters, digits, - and _, 64 at most'),
  /** Makes this many of them: `-0001`, `-0002` … is put behind the id. */
  times: z.int().min(1).max(DEVICES_MAX).optional(),
  every: duration.optional(),
  faults: z.array(fault).default([]),
};
const water = z.union(
  [
    z.strictObject({ flood, base: z.number(), peak: z.number(), begins: duration.default(0) }),
    z.strictObject({ points: z.array(z.tuple([duration, z.number()])).min(1) }),
  ],
  { error: 'says what the water does: flood, base and peak (and begins), or points: [[0s, 0.4], [30m, 1.2]]' },
);
const device = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('level'),
      ...common,
      start: z.number(),
      /** Elevation of a sensor that reports the distance down to the water. */
      sensor: z.number().optional(),
      standbyEvery: duration.optional(),
      lifeSignEvery: duration.optional(),
      water,
    }),
    z.strictObject({
      kind: z.literal('rain'),
      ...common,
      rain: z.strictObject({ flood, peakMmPerHour: z.number().positive(), begins: duration.default(0) }),
    }),
    z.strictObject({
      kind: z.literal('counter'),
      ...common,
      timeOfDay: timeOfDay.optional(),
      crowd: z.union(
        [
          z.strictObject({ day: streetDay, peakPerHour: z.number().positive(), dwell: duration }),
          z.strictObject({ people: z.array(z.tuple([duration, z.number().min(0)])).min(1) }),
        ],
        { error: `says who comes: day (${STREET_DAY_IDS.join(', ')}), peakPerHour and dwell, or people: [[0s, 0], [2h, 120]]` },
      ),
    }),
    z.strictObject({
      kind: z.literal('window'),
      ...common,
      timeOfDay: timeOfDay.optional(),
      queue: z.strictObject({ day: officeDay, peakWaiting: z.number().positive() }),
    }),
  ],
  { error: 'take one of level, rain, counter, window' },
);
const scenario = z.strictObject({
  name: z.string().min(1),
  speed: z.number().positive().max(100_000).default(1),
  timeOfDay: timeOfDay.default(0),
  begins: duration.default(0),
  length: duration.optional(),
  /** No device reports more often than this in our time, however fast the world runs. */
  hastiest: duration.default(HASTIEST_MS),
  devices: z.array(device).min(1, 'name at least one device'),
});

type DeviceEntry = z.infer<typeof device>;

/** Reads a scenario file. Everything that is wrong is told at once, each with file and line. */
export async function readScenario(file: string): Promise<Scenario> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SimProblem(`${file}: cannot be read; name a scenario file such as firmware-sim/scenarios/demo.yaml`, { cause });
  });
  return parseScenario(text, file);
}

/** The same from a text; `file` is for the messages. */
export function parseScenario(text: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors.map(({ message, pos }) => `${file}:${lines.linePos(pos[0]).line}: ${message.split('\n')[0]}`);
  if (broken.length > 0) throw new SimProblem(broken.join('\n'));
  const read = scenario.safeParse(document.toJS());
  if (!read.success) {
    throw new SimProblem(
      read.error.issues
        .map(({ path, message }) => `${file}:${lineOf(document, path, lines)}: ${path.join('.') || 'the file'}: ${message}`)
        .join('\n'),
    );
  }
  const { name, speed, timeOfDay: dayHour, begins, length, hastiest, devices } = read.data;
  const all = devices.flatMap((entry) => expand(entry, dayHour));
  const ids = new Set<string>();
  for (const { spec } of all) {
    if (ids.has(spec.id)) throw new SimProblem(`${file}: device ${spec.id} is there twice; give each its own id`);
    ids.add(spec.id);
  }
  if (all.length > DEVICES_MAX) throw new SimProblem(`${file}: ${all.length} devices; run at most ${DEVICES_MAX} in one process`);
  return { name, speed, beginsAtMs: begins, lengthMs: length ?? null, hastiestMs: hastiest, devices: all };
}

/** The line of the nearest part of the document that is there. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    const range =
      node !== null && typeof node === 'object' && 'range' in node ? (node.range as readonly number[] | null | undefined) : null;
    if (range) return lines.linePos(range[0] ?? 0).line;
  }
  return 1;
}

function expand(entry: DeviceEntry, usualDayHour: number): readonly ScenarioDevice[] {
  const ids =
    entry.times === undefined
      ? [entry.device]
      : Array.from({ length: entry.times }, (_, i) => `${entry.device}-${String(i + 1).padStart(4, '0')}`);
  const faults = entry.faults.map(faultOf);
  const everyMs = entry.every ?? DEFAULT_EVERY_MS[entry.kind];
  const course = courseOf(entry);
  return ids.map((id) => ({
    course,
    dayHour: ('timeOfDay' in entry ? entry.timeOfDay : undefined) ?? usualDayHour,
    faults,
    spec: {
      id,
      kind: entry.kind,
      startM: entry.kind === 'level' ? entry.start : null,
      standbyEveryMs:
        (entry.kind === 'level' ? entry.standbyEvery : undefined) ?? (entry.kind === 'level' ? GAUGE_RHYTHM.standbyEveryMs : everyMs),
      lifeSignEveryMs: (entry.kind === 'level' ? entry.lifeSignEvery : undefined) ?? GAUGE_RHYTHM.lifeSignEveryMs,
      observeEveryMs: everyMs,
      sensorM: entry.kind === 'level' ? (entry.sensor ?? null) : null,
      firmware: FIRMWARE,
    },
  }));
}

/** Counters and windows are polled every five minutes in Warsaw; rain gauges of the prefectures tell ten-minute sums. */
const DEFAULT_EVERY_MS: Readonly<Record<DeviceKind, number>> = {
  level: GAUGE_RHYTHM.observeEveryMs,
  rain: 600_000,
  counter: 300_000,
  window: 300_000,
};

function faultOf(entry: z.infer<typeof fault>): Fault {
  if (entry.kind === 'reboot') return { kind: 'reboot', from: entry.at, to: entry.at };
  const { at: from, for: length, ...rest } = entry;
  const time = { from, to: from + length };
  if (rest.kind === 'clockAhead') return { kind: 'clockAhead', ...time, aheadMs: rest.ahead };
  return { ...rest, ...time };
}

function courseOf(entry: DeviceEntry): Course {
  switch (entry.kind) {
    case 'level':
      if ('points' in entry.water)
        return { kind: 'points', points: entry.water.points.map(([at, level]) => [at / 3_600_000, level] as const) };
      return {
        kind: 'flood',
        flood: entry.water.flood,
        baseM: entry.water.base,
        peakM: entry.water.peak,
        beginsAtH: entry.water.begins / 3_600_000,
      };
    case 'rain':
      return { kind: 'rain', flood: entry.rain.flood, peakMmPerH: entry.rain.peakMmPerHour, beginsAtH: entry.rain.begins / 3_600_000 };
    case 'counter':
      if ('people' in entry.crowd)
        return { kind: 'people', points: entry.crowd.people.map(([at, count]) => [at / 3_600_000, count] as const) };
      return { kind: 'street', day: entry.crowd.day, peakPerHour: entry.crowd.peakPerHour, dwellH: entry.crowd.dwell / 3_600_000 };
    case 'window':
      return { kind: 'office', day: entry.queue.day, peakWaiting: entry.queue.peakWaiting };
  }
}
