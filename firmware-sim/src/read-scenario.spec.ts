import { globSync } from 'node:fs';
import { parseScenario, readScenario } from './read-scenario.ts';

it.each(globSync('firmware-sim/scenarios/*.yaml'))('%s is sound', async (file) => {
  const { devices } = await readScenario(file);
  expect(devices.length).toBeGreaterThan(0);
});

it('has two thousand gauges in the fleet', async () => {
  expect((await readScenario('firmware-sim/scenarios/fleet.yaml')).devices).toHaveLength(2000);
});

it('turns durations and times of the day into numbers', () => {
  const scenario = parseScenario(
    `
name: s
timeOfDay: "18:30"
begins: 1.5h
length: 1d
devices:
  - { device: a, kind: counter, every: 90s, crowd: { day: fireworks-2014, peakPerHour: 100, dwell: 30m }, faults: [{ kind: reboot, at: 10m }] }
`,
    's.yaml',
  );
  expect(scenario).toMatchObject({ beginsAtMs: 5_400_000, lengthMs: 86_400_000, speed: 1, hastiestMs: 200 });
  expect(scenario.devices[0]).toMatchObject({
    dayHour: 18.5,
    spec: { observeEveryMs: 90_000 },
    faults: [{ kind: 'reboot', from: 600_000 }],
  });
});

const GAUGE = '  - { device: a, kind: level, start: 1, water: { points: [[0s, 1]] } }';
it.each([
  [
    'an unknown flood',
    'name: s\ndevices:\n  - device: a\n    kind: rain\n    rain: { flood: noah, peakMmPerHour: 3 }',
    /s\.yaml:5: .*is no flood .* obihiro-2016/,
  ],
  [
    'a duration without unit',
    'name: s\nlength: "10"\ndevices:\n  - { device: a, kind: rain }',
    /s\.yaml:2: length: "10" is no duration; write it like 90s/,
  ],
  ['a key too many', `name: s\nspeeed: 3\ndevices:\n${GAUGE}`, /s\.yaml:1: the file: .*speeed/],
  [
    'a kind that does not exist',
    'name: s\ndevices:\n  - device: a\n    kind: boat',
    /s\.yaml:4: devices\.0\.kind: take one of level, rain, counter, window/,
  ],
  ['no device', 'name: s\ndevices: []', /s\.yaml:2: devices: name at least one device/],
  ['the same device twice', `name: s\ndevices:\n${GAUGE}\n${GAUGE}`, /device a is there twice/],
  ['broken YAML', 'name: s\ndevices: [', /s\.yaml:2: /],
])('names file and line of %s', (_, text, message) => {
  expect(() => parseScenario(text, 's.yaml')).toThrow(message);
});
