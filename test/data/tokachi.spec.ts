import { jest } from '@jest/globals';
import type { Playbook } from '#core';
import { sharedData } from '../shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Published, tally, throughReplay, throughService } from './both-ways.ts';
import { publicAlarms, publicOnes, wrongInInboxes } from './heard-in-public.ts';
import { foundMunicipality } from './municipality.ts';
import { print } from './print.ts';
import { tokachiBasin } from './river-basins.ts';
import { tokachiReadings } from './tokachi.ts';

jest.setTimeout(900_000);

const data = sharedData();

(data ? describe : describe.skip)('the four typhoons of August 2016 in the Tokachi basin', () => {
  const folder = temporaryFolder();
  let playbook: Playbook;
  let replayed: Awaited<ReturnType<typeof throughReplay>>;
  let published: Published;

  beforeAll(async () => {
    playbook = await foundMunicipality(folder.path, { ...tokachiBasin(data!).municipality, passageWithinH: 15 });
    const files = [tokachiReadings(data!)];
    replayed = await throughReplay(folder.path, files);
    published = await throughService(playbook, files, replayed.told.length);
    const { readings, seconds, transitions } = published;
    print(
      `Tokachi 2016: ${readings} readings of ${playbook.gauges.size} gauges; service ${seconds.toFixed(1)} s, replay ${replayed.seconds} s`,
      `${transitions.length} transitions, ${publicOnes(transitions).length} public: ${tally(transitions)}`,
    );
  });

  afterAll(() => folder.remove());

  it('come to the same transitions through the running service and through sonae replay', () => {
    expect(published.readings).toBe(replayed.readings);
    expect(published.told).toEqual(replayed.told);
  });

  it('tell the residents of each district the public transitions of its gauges, each once, and nothing else', () => {
    expect(publicOnes(published.transitions).length).toBeGreaterThan(100);
    expect(wrongInInboxes(playbook, published)).toEqual([]);
  });

  it.each([
    ['帯広', '301081281107050', '2016-08-31T04:00:00+09:00'],
    ['千代田', '301081281107060', '2016-08-31T05:00:00+09:00'],
    ['茂岩', '301081281107070', '2016-08-31T11:00:00+09:00'],
  ])('raise the flood step at %s before the peak of typhoon No. 10', (_, gauge, peak) => {
    const flood = publicAlarms(published.transitions).find(({ gauge: where, to }) => where === gauge && to === 3);
    expect(flood?.at).toBeLessThan(Date.parse(peak));
    expect(flood?.at).toBeGreaterThan(Date.parse(peak) - 24 * 3_600_000);
  });

  it.each(['ニペソツ', 'シイ十勝', 'トムラウシ', '国見橋'])('call %s, which is silent for the whole of the last flood, blind', (name) => {
    const gauge = [...playbook.gauges.values()].find((candidate) => candidate.name === name)!.id;
    const before = published.transitions.filter(({ ruleId, gauge: where, at }) => ruleId === 'blind' && where === gauge && at < LAST_FLOOD);
    expect(before.at(-1)?.kind).toBe('raised');
  });

  it('change no alert of a gauge while it is blind: a gap is not a state', () => {
    const blindSince = new Map<string, number>();
    const inTheDark = published.transitions.filter(({ ruleId, gauge, kind, at }) => {
      // The water that passed upstream is news of the gauge above, which is not blind.
      if (ruleId === 'passage') return false;
      if (ruleId !== 'blind') return at > (blindSince.get(gauge) ?? Number.POSITIVE_INFINITY);
      if (kind === 'raised') blindSince.set(gauge, at);
      else blindSince.delete(gauge);
      return false;
    });
    expect(blindSince.size).toBeGreaterThan(0);
    expect(inTheDark).toEqual([]);
  });

  it('neither raise nor clear by ニペソツ, which drops by 47 m to its zero for an hour and then is silent', () => {
    const drop = Date.parse('2016-08-23T09:00:00+09:00');
    const spoken = published.transitions.filter(
      ({ gauge, ruleId, at }) => gauge === '301081281107010' && ruleId === 'river-level' && at >= drop && at < LAST_FLOOD,
    );
    expect(spoken).toEqual([]);
  });
});

const LAST_FLOOD = Date.parse('2016-08-30T00:00:00+09:00');
