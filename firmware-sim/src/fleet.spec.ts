import type { ReportBody } from '#wire';
import { BareBroker } from '../../test/support/bare-broker.ts';
import { Fleet } from './fleet.ts';
import { parseScenario } from './read-scenario.ts';
import { handheld, type Scenario } from './scenario.ts';

let broker: BareBroker;
let fleets: Fleet[];

beforeEach(async () => {
  broker = await BareBroker.start();
  fleets = [];
});

afterEach(async () => {
  await Promise.all(fleets.map(async (fleet) => fleet.close()));
  await broker.down();
});

const started = async (scenario: Scenario, backoff = { firstMs: 20, maxMs: 200 }): Promise<Fleet> => {
  const keys = Object.fromEntries(scenario.devices.map(({ spec }) => [spec.id, 'secret']));
  const fleet = await Fleet.start({ broker: broker.url, keys, scenario, backoff });
  fleets.push(fleet);
  return fleet;
};

const seqs = (reports: readonly ReportBody[]): readonly number[] => reports.map(({ seq = -1 }) => seq);
const upTo = (last: number): readonly number[] => Array.from({ length: last + 1 }, (_, index) => index);

const RISING = `
name: rising
speed: 600
devices:
  - { device: r-01, kind: level, start: 0.5, standbyEvery: 2m, every: 2m, water: { points: [[0s, 0.4], [5m, 0.6], [10h, 5]] }, faults: FAULTS }
`;
const rising = (faults = '[]') => parseScenario(RISING.replace('FAULTS', faults), 'rising.yaml');

it('sends values that a test enters, as often as it says, the last one now', async () => {
  const fleet = await started(handheld(['tama-03']));
  const before = Date.now();
  await fleet.device('tama-03').reports([4.3, 4.55, 4.6], { everyMs: 60_000 });
  const reports = broker.reports('tama-03');
  expect(reports.map(({ level }) => level)).toEqual([4.3, 4.55, 4.6]);
  const times = reports.map(({ t }) => Date.parse(String(t)));
  expect(times[1]! - times[0]!).toBe(60_000);
  expect(times[2]).toBeGreaterThanOrEqual(before);
  expect(times[2]).toBeLessThanOrEqual(Date.now());
  expect(seqs(reports)).toEqual([0, 1, 2]);
});

it('says that it is online, and good-bye when it is closed', async () => {
  const fleet = await started(handheld(['tama-03']));
  await broker.until(() => broker.states.length === 1);
  await fleet.close();
  expect(broker.states.map(({ text }) => JSON.parse(text) as unknown)).toEqual([{ online: true, fw: 'sim-1.0.0' }, { online: false }]);
});

it('leaves its Last Will when the radio goes', async () => {
  const fleet = await started(handheld(['tama-03']));
  fleet.device('tama-03').cut();
  await broker.until(() => broker.states.some(({ text }) => text === '{"online":false}'));
  expect(fleet.device('tama-03').isUp).toBe(false);
});

it('F37 buffers through a radio gap and sends the rest as one batch, nothing missing and nothing twice', async () => {
  const fleet = await started(handheld(['tama-03']));
  const gauge = fleet.device('tama-03');
  await gauge.reports([1.0]);
  gauge.cut();
  const rest = gauge.reports([1.1, 1.2, 1.3], { everyMs: 1_000 });
  expect(gauge.figures.waiting).toBe(3);
  gauge.restore();
  await rest;
  expect(broker.packets.map(({ reports }) => reports.length)).toEqual([1, 3]);
  expect(seqs(broker.reports('tama-03'))).toEqual([0, 1, 2, 3]);
});

it('F24 loses nothing when the broker restarts and forgets everything, and is back by itself', async () => {
  const fleet = await started(handheld(['tama-03', 'tama-04']));
  const both = [fleet.device('tama-03'), fleet.device('tama-04')];
  await Promise.all(both.map(async (gauge) => gauge.reports([1, 2])));
  await broker.down();
  const rest = Promise.all(both.map(async (gauge) => gauge.reports([3, 4, 5], { everyMs: 500 })));
  await broker.up();
  await rest;
  for (const id of ['tama-03', 'tama-04']) expect(new Set(seqs(broker.reports(id)))).toEqual(new Set(upTo(4)));
});

it('F24 sends everything above the highest confirmed number again to a broker that forgot the device', async () => {
  const fleet = await started(handheld(['tama-03']));
  await fleet.device('tama-03').reports([1, 2, 3, 4]);
  await broker.tell('sonae/v1/tama-03/ack', { seq: 1 }, false);
  await fleet.device('tama-03').reports([5]);
  await broker.down();
  await broker.up();
  await broker.until(() => seqs(broker.reports('tama-03')).length > 5);
  expect(seqs(broker.reports('tama-03')).slice(5)).toEqual([2, 3, 4]);
});

it('sends reports again when the service asks for them, and answers', async () => {
  const fleet = await started(handheld(['tama-03']));
  await fleet.device('tama-03').reports([1, 2, 3, 4]);
  await broker.tell('sonae/v1/tama-03/cmd', { id: 'c1', do: 'resend', expires: Date.now() + 60_000, from: 1, to: 2 }, false);
  await broker.until(() => broker.reports('tama-03').length > 4);
  expect(seqs(broker.reports('tama-03')).slice(4)).toEqual([1, 2]);
  expect(broker.acks).toEqual(['{"id":"c1","ok":true,"detail":"2 reports"}']);
});

it('obeys a retained configuration and says which one it obeys', async () => {
  await broker.tell('sonae/v1/r-01/cfg', { rev: 7, mode: 'observe', interval: 300 }, true);
  await started(rising());
  await broker.until(() => broker.states.some(({ text }) => text.includes('"cfgRev":7')));
  await broker.until(() => broker.reports('r-01').some(({ interval }) => interval === 0.5));
  await broker.tell('sonae/v1/r-01/cfg', { rev: 8, mode: 'observe', interval: 120 }, true);
  await broker.until(() => broker.reports('r-01').some(({ interval }) => interval === 0.2));
  expect(broker.states.at(-1)?.text).toContain('"cfgRev":8');
});

it('stands by below start with one sign of life, and observes above it', async () => {
  await started(rising());
  await broker.until(() => broker.reports('r-01').some(({ mode }) => mode === 'observe'));
  const reports = broker.reports('r-01');
  const firstObserving = reports.findIndex(({ mode }) => mode === 'observe');
  expect(firstObserving).toBe(1);
  expect(reports[0]).toMatchObject({ seq: 0, mode: 'standby', interval: 144 });
  expect(reports[1]).toMatchObject({ seq: 1, mode: 'observe', interval: 0.2 });
});

it('F37 shuffles the backlog after an outage when the scenario says so, and loses none of it', async () => {
  await started(rising('[{ kind: gap, at: 4m, for: 14m, shuffled: true }]'));
  await broker.until(() => broker.packets.some(({ reports }) => reports.length > 5));
  const batch = broker.packets.find(({ reports }) => reports.length > 5)!;
  const order = seqs(batch.reports);
  expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  await broker.until(() => broker.reports('r-01').length > order.length + 4);
  const all = seqs(broker.reports('r-01')).toSorted((a, b) => a - b);
  expect(all).toEqual(upTo(all.at(-1)!));
});

it('F47 begins to count again after a reboot', async () => {
  await started(rising('[{ kind: reboot, at: 14m }]'));
  await broker.until(() => seqs(broker.reports('r-01')).filter((seq) => seq === 0).length === 2);
  expect(seqs(broker.reports('r-01')).lastIndexOf(0)).toBeGreaterThan(3);
});

it('says whose key the broker refuses, and leaves nothing behind', async () => {
  broker.refused.add('tama-03');
  await expect(started(handheld(['tama-03']))).rejects.toThrow(/refuses tama-03.*device rotate tama-03/);
});

it('says that the broker cannot be reached', async () => {
  const keys = { 'tama-03': 'secret' };
  const scenario = handheld(['tama-03']);
  await expect(Fleet.start({ broker: 'mqtt://127.0.0.1:1', keys, scenario, connectMsMax: 500 })).rejects.toThrow(
    /ECONNREFUSED.*is the service running/,
  );
});

it('says which keys are missing', async () => {
  await expect(Fleet.start({ broker: broker.url, keys: {}, scenario: handheld(['a', 'b']) })).rejects.toThrow(/no key for a, b; add/);
});
