import { hrefOf, type Place, placeOf } from './place.ts';

const back = (href: string): Place => {
  const url = new URL(href, 'http://hq.example');
  return placeOf(url.pathname, url.search);
};

describe('places', () => {
  const places: Exclude<Place, { at: 'nowhere' }>[] = [
    { at: 'situation', show: 'all' },
    { at: 'situation', show: 'limit-flood' },
    { at: 'gauge', id: 'oose/1 あ?', show: 'unknown' },
    { at: 'alert', id: 'river-level@oose-01#3', show: 'all' },
    { at: 'deliveries', transition: 'river-level@oose-01#3/2' },
    { at: 'deliveries', transition: null },
    { at: 'deadLetters' },
    { at: 'orders' },
    { at: 'order', id: 'o55f06fda371c' },
    { at: 'shelters' },
    { at: 'checkIn', id: 'shelter-honmachi' },
    { at: 'reports' },
    { at: 'drills' },
    { at: 'records' },
    { at: 'silences' },
    { at: 'audit' },
    { at: 'lineage', id: 'river-level@oose-01#3/2/public/ja/line/0123456789abcdef' },
  ];
  it.each(places)('have one URL each: %j', (place) => {
    expect(back(hrefOf(place))).toEqual(place);
  });

  it.each(['/hq/gauges', '/hq/gauges/a/b', '/hq/map', '/hq/deliveries/none', '/hq/drills/a', '/elsewhere', '/hq/gauges/%E0%A4%A'])(
    '%s is nowhere',
    (href) => {
      expect(back(href)).toEqual({ at: 'nowhere' });
    },
  );
});
