import {
  ASKED_KIND,
  CALLED_KIND,
  type GaugeId,
  type Language,
  LANGUAGES,
  type Playbook,
  type Quantity,
  type RuleId,
  QUANTITIES,
  TRANSITION_KINDS,
  type Transition,
  stepsOf,
} from '#core';
import { z } from 'zod';
import { readExampleFiles } from './folder.ts';
import { suggestion } from './nearest.ts';
import { code, duration, id, oneOf, someOf, words } from './plan-fields.ts';
import { Findings, type Place, type Problem } from './problem.ts';
import { expandTimeline, type TimelinePoint, TimelineUnreadable } from './timeline.ts';
import { keys, type Path, YamlSource } from './yaml-source.ts';

/**
 * A story of `examples/`: readings in, transitions and messages out. Only the gauges of its timelines take part; whoever runs it leaves the
 * others out of the playbook, or their silence would be part of every story. Each reading arrives when it was observed, in real operation,
 * at a service that began to listen at `startAt`.
 */
export interface Example {
  /** Where it stands, for the report of a run. */
  readonly place: Place;
  readonly name: string;
  /** Epoch milliseconds; all other times of the story count from here. */
  readonly startAt: number;
  /** How long the clock runs: to the last reading, or on to `until`, for silence is a story too. */
  readonly lengthMs: number;
  readonly timelines: readonly ExampleTimeline[];
  /** Exactly these, in the order of time: one more or less is a failure. */
  readonly transitions: readonly ExpectedTransition[];
  /** Each of these must be found among the messages; others may be there. */
  readonly messages: readonly ExpectedMessage[];
  /** Routes that must say nothing in this story. */
  readonly quietRoutes: readonly string[];
}

interface ExampleTimeline {
  readonly gauge: GaugeId;
  readonly quantity: Quantity;
  /** Values that a person counted, in place of the device. */
  readonly byPerson: boolean;
  /** In the order of time; `at` counts from the start of the story. */
  readonly points: readonly TimelinePoint[];
}

interface ExpectedTransition {
  readonly place: Place;
  readonly atMs: number;
  readonly gauge: GaugeId;
  readonly rule: RuleId;
  readonly kind: Transition['kind'];
  /** `Transition.to`. */
  readonly to: number;
}

interface ExpectedMessage {
  readonly place: Place;
  readonly route: string;
  /** As the route hears it: the climb to its first step is `raised`, the fall below it `cleared`. */
  readonly kind: Transition['kind'];
  readonly language: Language;
  /** Each must stand in the subject or in the body. */
  readonly contains: readonly string[];
}

const STORY_KINDS = [...TRANSITION_KINDS, ASKED_KIND, CALLED_KIND] as const;

const NUMBER_WANTED = 'the number that is called';
const ticketNumber = z.int({ error: NUMBER_WANTED }).min(0, { error: NUMBER_WANTED });

const timelineText = words('a timeline such as 3.80 +0.10 every 10m x12');
const start = words('a time such as "2026-07-01T03:00:00+09:00"').refine(
  (text) => /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
  {
    error: 'this is no time with an offset; write for example "2026-07-01T03:00:00+09:00"',
  },
);

const story = keys({
  name: words('what the story shows'),
  start,
  until: duration.optional(),
  timeline: someOf(
    keys({
      gauge: id,
      after: duration.optional(),
      /** Another one than the gauge's own, such as the number being called. */
      quantity: oneOf(QUANTITIES).optional(),
      byPerson: z.boolean({ error: 'true or false' }).default(false),
      levels: timelineText.optional(),
      values: timelineText.optional(),
    }),
    'a list of gauges with levels or values',
  ),
  expect: keys({
    transitions: z.array(
      keys({ at: duration, gauge: id, rule: id, kind: oneOf(STORY_KINDS), step: code.optional(), number: ticketNumber.optional() }),
      {
        error: 'a list of transitions, [] for none',
      },
    ),
    messages: z
      .array(
        keys({
          route: id,
          kind: oneOf(STORY_KINDS),
          language: oneOf(LANGUAGES),
          contains: someOf(words('a piece of text'), 'a list of pieces of text'),
        }),
        { error: 'a list of messages' },
      )
      .default([]),
    quiet: z.array(id, { error: 'a list of route ids' }).default([]),
  }),
});
type Story = z.output<typeof story>;

/** Reads and checks the stories of a playbook folder against the playbook; never throws for what is in it. */
export async function loadExamples(
  folder: string,
  playbook: Playbook,
): Promise<{ readonly examples: readonly Example[]; readonly problems: readonly Problem[] }> {
  const findings = new Findings();
  const files = await readExampleFiles(folder, findings);
  const examples = [...files].flatMap(([file, bytes]) => {
    const source = new YamlSource(file, bytes, findings);
    const read = source.read(story);
    return read ? exampleOf(read, source, playbook) : [];
  });
  return { examples: findings.failed ? [] : examples, problems: findings.list() };
}

function exampleOf(read: Story, source: YamlSource, playbook: Playbook): Example {
  const timelines = read.timeline.flatMap((line, i) => timelineOf(line, i, source, playbook) ?? []);
  const lastAt = Math.max(0, ...timelines.map(({ points }) => points.at(-1)?.at ?? 0));
  if (read.until !== undefined && read.until < lastAt)
    source.error(['until'], `the last reading comes after ${read.until / 60_000}m; make until later`);
  // While a timeline cannot be read nobody knows when the story ends.
  const known = timelines.length === read.timeline.length;
  const lengthMs = known ? Math.max(lastAt, read.until ?? 0) : Number.POSITIVE_INFINITY;
  const { transitions, messages, quiet } = read.expect;
  for (const [i, route] of quiet.entries()) checkRoute(route, ['expect', 'quiet', i], source, playbook);
  return {
    place: source.at(['name']),
    name: read.name,
    startAt: Date.parse(read.start),
    lengthMs,
    timelines,
    transitions: transitions.map((expected, i) => transitionOf(expected, ['expect', 'transitions', i], lengthMs, source, playbook)),
    messages: messages.map((expected, i) => {
      const path = ['expect', 'messages', i];
      checkRoute(expected.route, [...path, 'route'], source, playbook);
      return { ...expected, place: source.at(path) };
    }),
    quietRoutes: quiet,
  };
}

function timelineOf(
  { gauge: gaugeId, after, quantity: other, byPerson, levels, values }: Story['timeline'][number],
  i: number,
  source: YamlSource,
  playbook: Playbook,
): ExampleTimeline | null {
  const path = ['timeline', i];
  const gauge = playbook.gauges.get(gaugeId);
  if (!gauge) {
    source.error(
      [...path, 'gauge'],
      `there is no gauge "${gaugeId}" in gauges.csv${suggestion(gaugeId, playbook.gauges.keys(), 'correct the id')}`,
    );
    return null;
  }
  const quantity = other ?? gauge.quantity;
  if (byPerson && (gauge.quantity !== 'count' || quantity !== 'count'))
    source.error([...path, 'byPerson'], `a person counts people, and "${gaugeId}" reports ${quantity}; remove it`);
  const own = quantity === 'level' ? 'levels' : 'values';
  const text = own === 'levels' ? levels : values;
  if (text === undefined || (levels !== undefined && values !== undefined)) {
    source.error(path, `"${gaugeId}" reports ${quantity}; give its timeline as ${own}, and nothing else`);
    return null;
  }
  try {
    const points = expandTimeline(text).map(({ at, value }) => ({ at: at + (after ?? 0), value }));
    return { gauge: gaugeId, quantity, byPerson, points };
  } catch (cause) {
    if (!(cause instanceof TimelineUnreadable)) throw cause;
    source.error([...path, own], cause.message);
    return null;
  }
}

function transitionOf(
  { at, gauge, rule: ruleId, kind, step, number }: Story['expect']['transitions'][number],
  path: Path,
  lengthMs: number,
  source: YamlSource,
  playbook: Playbook,
): ExpectedTransition {
  const place = source.at(path);
  if (!playbook.gauges.has(gauge)) {
    source.error(
      [...path, 'gauge'],
      `there is no gauge "${gauge}" in gauges.csv${suggestion(gauge, playbook.gauges.keys(), 'correct the id')}`,
    );
  }
  if (at > lengthMs) source.error([...path, 'at'], `the story ends after ${lengthMs / 60_000}m; give a later until or more readings`);
  const rule = playbook.rules.find((known) => known.id === ruleId);
  const ids = playbook.rules.map((known) => known.id);
  if (!rule) source.error([...path, 'rule'], `there is no rule "${ruleId}"${suggestion(ruleId, ids, 'correct the id')}`);

  if (rule && (rule.kind === 'queue' || kind === CALLED_KIND || number !== undefined)) {
    const called = rule.kind === 'queue' && kind === CALLED_KIND && number !== undefined && step === undefined;
    if (!called) source.error(path, 'a queue is called to a number and to nothing else; write kind: called and number');
    return { place, atMs: at, gauge, rule: ruleId, kind, to: number ?? 0 };
  }
  const codes = !rule || rule.kind === 'blind' ? null : stepsOf(rule).map((known) => known.code);
  const wantsStep = codes !== null && kind !== 'cleared';
  if (rule && wantsStep !== (step !== undefined)) {
    source.error(path, wantsStep ? `name the step that is reached, one of ${codes.join(', ')}` : 'nothing is reached here; remove step');
  } else if (codes && step !== undefined && !codes.includes(step)) {
    source.error([...path, 'step'], `the rule "${ruleId}" has no step "${step}"${suggestion(step, codes, 'correct it')}`);
  }
  const to = kind === 'cleared' ? 0 : codes && step !== undefined ? codes.indexOf(step) + 1 : 1;
  return { place, atMs: at, gauge, rule: ruleId, kind, to };
}

function checkRoute(route: string, path: Path, source: YamlSource, { routes }: Playbook): void {
  const ids = routes.map((known) => known.id);
  if (!ids.includes(route)) source.error(path, `there is no route "${route}"${suggestion(route, ids, 'correct the id')}`);
}
