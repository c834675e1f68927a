import { heardAs, type Playbook, routePartsOf, type Transition } from '#core';
import type { Example } from '#playbook';
import { replay, type Series } from '#pipeline/replay';
import { tellStory } from './story-dispatch.ts';

/** Where a story and the engine disagree, each in a line with its place. */
export async function runExample(playbook: Playbook, example: Example): Promise<readonly string[]> {
  const { transitions } = replay(playbook, seriesOf(example), { untilAt: example.startAt + example.lengthMs });
  return [...compareTransitions(playbook, example, transitions), ...(await compareMessages(playbook, example, transitions))];
}

function seriesOf({ startAt, timelines }: Example): Series {
  const rows = timelines
    .flatMap(({ points }, gauge) => points.map(({ at, value }) => ({ gauge, time: startAt + at, value })))
    .toSorted((a, b) => a.time - b.time);
  return {
    length: rows.length,
    gauges: timelines.map(({ gauge }) => gauge),
    quantities: timelines.map(({ quantity }) => quantity),
    byPerson: timelines.map(({ byPerson }) => byPerson),
    at: (index) => rows[index]!,
  };
}

function compareTransitions(
  playbook: Playbook,
  { transitions: expected, startAt, place }: Example,
  happened: readonly Transition[],
): readonly string[] {
  const rest = [...happened];
  const missing = expected.flatMap(({ place: where, atMs, gauge, rule, kind, to }) => {
    const index = rest.findIndex(
      (found) => found.at - startAt === atMs && found.gauge === gauge && found.ruleId === rule && found.kind === kind && found.to === to,
    );
    if (index >= 0) {
      rest.splice(index, 1);
      return [];
    }
    return [`${where.file}:${where.line} expected ${rule} ${kind} to step ${to} on ${gauge} at ${minutes(atMs)}, and it did not happen`];
  });
  const extra = rest.map(
    ({ at, gauge, ruleId, kind, to }) =>
      `${place.file}:${place.line} ${ruleId} ${kind} to step ${to} on ${gauge} at ${minutes(at - startAt)} was not expected`,
  );
  return [...missing, ...extra];
}

async function compareMessages(
  playbook: Playbook,
  { messages, quietRoutes, place }: Example,
  transitions: readonly Transition[],
): Promise<readonly string[]> {
  const languages = [...new Set(['ja' as const, ...messages.map(({ language }) => language)])];
  const byId = new Map(transitions.map((transition) => [transition.id, transition]));
  const told = (await tellStory(playbook, transitions, languages)).flatMap(({ message }) => {
    const { routeId, extra } = routePartsOf(message);
    const route = playbook.routes.find(({ id }) => id === routeId);
    const transition = byId.get(message.transitionId);
    // A note to staff beside the words of a change is no word of the change.
    return route && transition && (extra === '' || extra === 'group') ? [{ message, route, kind: heardAs(route, transition).kind }] : [];
  });
  const missing = messages.flatMap(({ place: where, route, kind, language, contains }) => {
    const texts = told
      .filter((found) => found.route.id === route && found.kind === kind && found.message.language === language)
      .map(({ message: { subject, body } }) => `${subject}\n${body}`);
    if (texts.some((text) => contains.every((piece) => text.includes(piece)))) return [];
    return [
      `${where.file}:${where.line} route ${route} says nothing on ${kind} in ${language} that contains ${contains.map((piece) => `"${piece}"`).join(' and ')}`,
    ];
  });
  const loud = quietRoutes
    .filter((route) => told.some((found) => found.route.id === route))
    .map((route) => `${place.file}:${place.line} route ${route} was to stay quiet and spoke`);
  return [...missing, ...loud];
}

const minutes = (ms: number): string => `${Math.round(ms / 600) / 100}m`;
