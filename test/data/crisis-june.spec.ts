import { jest } from '@jest/globals';
import type { Playbook } from '#core';
import { sharedData } from '../shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Published, tally, throughReplay, throughService } from './both-ways.ts';
import { crisisMunicipality, crisisObservations, writeReadings } from './crisis-gauges.ts';
import { publicAlarms, publicOnes, wrongInInboxes } from './heard-in-public.ts';
import { foundMunicipality } from './municipality.ts';
import { print } from './print.ts';

jest.setTimeout(900_000);

const data = sharedData();

(data ? describe : describe.skip)('the crisis gauges of 1–4 June 2026', () => {
  const folder = temporaryFolder();
  let playbook: Playbook;
  let replayed: Awaited<ReturnType<typeof throughReplay>>;
  let published: Published;

  beforeAll(async () => {
    playbook = await foundMunicipality(folder.file('playbook'), crisisMunicipality(data!));
    const files = [writeReadings(folder.file('june.csv'), crisisObservations(data!, '2026-06-01', '2026-06-05'))];
    replayed = await throughReplay(folder.file('playbook'), files);
    published = await throughService(playbook, files, replayed.told.length);
    const { readings, seconds, transitions } = published;
    const speaking = new Set(publicAlarms(transitions).map(({ gauge }) => gauge)).size;
    print(
      `Crisis gauges, June 2026: ${readings} readings of ${playbook.gauges.size} gauges; service ${seconds.toFixed(1)} s, replay ${replayed.seconds} s`,
      `${transitions.length} transitions, ${publicOnes(transitions).length} public, alarms of ${speaking} gauges: ${tally(transitions)}`,
    );
  });

  afterAll(() => folder.remove());

  it('come to the same transitions through the running service and through sonae replay', () => {
    expect(published.readings).toBe(replayed.readings);
    expect(published.told).toEqual(replayed.told);
  });

  it('tell the residents of each municipality the public transitions of its gauges, each once, and nothing else', () => {
    expect(publicOnes(published.transitions).length).toBeGreaterThan(50);
    expect(wrongInInboxes(playbook, published)).toEqual([]);
  });
});
