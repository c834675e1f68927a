import { readFileSync } from 'node:fs';
import { aGauge } from '../../../test/support/builders.ts';
import { compileCondition } from './compile.ts';
import { CONDITION_READINGS_MAX } from '#core';
import { STEPS_MAX, TEXT_MAX, WINDOW_MINUTES_MAX } from './limits.ts';
import {
  AROUND_METHODS,
  CLOCK_FIELDS,
  GAUGE_FIELDS,
  LOOKUPS,
  LOOPS,
  PLAIN_CALLS,
  PLAIN_METHODS,
  VARIABLES,
  WEATHER_FIELDS,
  WINDOWS,
} from './vocabulary.ts';

const page = readFileSync(new URL('../../../docs/conditions.md', import.meta.url), 'utf8');

describe('the page on conditions', () => {
  it.each(
    [VARIABLES, GAUGE_FIELDS, WEATHER_FIELDS, CLOCK_FIELDS, WINDOWS, LOOKUPS]
      .flatMap((words) => Object.keys(words))
      .concat(AROUND_METHODS, LOOPS, PLAIN_CALLS, PLAIN_METHODS),
  )('explains %s', (word) => {
    expect(page).toMatch(new RegExp(`\`[^\`]*\\b${word}\\b[^\`]*\``));
  });

  it('names the limits as they are', () => {
    for (const limit of [TEXT_MAX, WINDOW_MINUTES_MAX, CONDITION_READINGS_MAX, STEPS_MAX])
      expect(page).toContain(limit.toLocaleString('en'));
  });

  const gauge = aGauge({ id: 'ose-kawara', capacity: 10 });
  const gauges = new Map(['ose-kawara', 'ose-seguchi', 'ose-kitahara'].map((id) => [id, { ...gauge, id }]));
  const known = { gauges, selected: [gauge], rules: [{ id: 'river-level', selector: {} }], steps: 1 };
  const written = [...page.matchAll(/`([^`\n]+)`/g)]
    .map(([, text]) => text!)
    .filter((text) => /^(?!condition)[a-z].*[(.[]/.test(text) && !text.includes('…'));

  it.each(written)('has an example that can be read: %s', (text) => {
    const { problems } = compileCondition(text, known);
    // A single word is no whole condition; everything else about it must be right.
    expect(problems.filter(({ message }) => !/条件の答えは|steps に/.test(message))).toEqual([]);
  });

  it('has the example of the first lines', () => {
    const block = /condition: \|\n((?: {4}.*\n)+)/.exec(page)![1]!;
    expect(compileCondition(block, known).condition?.windowMs).toBe(30 * 60_000);
  });
});
