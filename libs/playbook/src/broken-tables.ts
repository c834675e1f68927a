import { type Broken, plan, gauges, thresholds, shelters } from './broken-playbook.ts';

/** Slips in gauges, thresholds, districts and shelters. */
export const BROKEN_TABLES: readonly Broken[] = [
  // gauges.csv
  {
    title: 'a gauge of an unknown district',
    edit: gauges('大瀬川,kitahara,', '大瀬川,kitahra,'),
    at: ['gauges.csv', 'kitahra'],
    message: 'area: there is no district "kitahra" in areas.geojson; did you mean "kitahara"?',
    more: 7,
  },
  {
    title: 'a gauge without a district',
    edit: gauges('大瀬川,kitahara,', '大瀬川,,'),
    at: ['gauges.csv', 'ose-kitahara,,北原'],
    severity: 'warning',
    message: 'area is empty, so the route "residents-river" reaches no resident about "ose-kitahara"; name its districts',
    more: 3,
  },
  {
    title: 'two gauges with one id',
    edit: gauges('sakura-goryu,,', 'sakura-yokouchi,,'),
    at: ['gauges.csv', '合流点'],
    message: 'id: "sakura-yokouchi" is already the gauge of line 9; give each gauge its own id',
    more: 3,
  },
  {
    title: 'two gauges of one device and quantity',
    edit: gauges('sakura-goryu,,', 'sakura-goryu,sakura-yokouchi,'),
    at: ['gauges.csv', '合流点'],
    message: 'device sakura-yokouchi already reports level for the gauge "sakura-yokouchi"; name another device or quantity',
  },
  {
    title: 'an unknown column',
    edit: gauges('crestM', 'crest'),
    at: ['gauges.csv', 'id,device'],
    message: 'unknown column "crest"; did you mean "crestM"?',
  },
  {
    title: 'a missing column',
    edit: gauges('id,device,name,kind', 'id,device,name,sort'),
    at: ['gauges.csv', 'id,device'],
    message:
      'unknown column "sort"; known are id, name, kind, device, quantity, river, area, lat, lon, datum, zeroHeightM, crestM, sensorElevationM, offset, capacity, closing, publicAlert, standbyIntervalS, observeIntervalS, min, max, step10min, stepHour, stuckAfterMin, upstream, link, areaM2, note',
    more: 1,
  },
  {
    title: 'a number that is none',
    edit: gauges('T.P.,0,15.00', 'T.P.,0,約15'),
    at: ['gauges.csv', '約15'],
    message: 'crestM: "約15" is not an elevation in metres such as 6.60; correct it or leave the cell empty',
  },
  {
    title: 'an unknown kind',
    edit: gauges('市民課,window', '市民課,windows'),
    at: ['gauges.csv', 'windows'],
    message: 'kind: "windows" is not one of river, rain, road, shelter, spot, window, weather, link; did you mean "window"?',
  },
  {
    title: 'swapped coordinates',
    edit: gauges('34.3145,137.6880', '137.6880,34.3145'),
    at: ['gauges.csv', '137.6880,34.3145'],
    message: 'lat and lon: 137.688, 34.3145 look swapped; latitude is 34.3145 and longitude 137.688',
  },
  {
    title: 'no capacity where a band needs it',
    edit: gauges(',1200,allowed', ',,allowed'),
    at: ['gauges.csv', 'spot-ekimae'],
    message: 'capacity is empty, and the rule "spot-crowd" judges "spot-ekimae" in percent of it; write a number of persons',
  },
  {
    title: 'an unknown gauge upstream',
    edit: gauges('ose-kitahara,,,\n', 'ose-kitahra,,,\n'),
    at: ['gauges.csv', 'ose-kitahra'],
    message: 'upstream: there is no gauge "ose-kitahra"; did you mean "ose-kitahara"?',
  },
  {
    title: 'water that flows in a circle',
    edit: gauges('T.P.,0,15.00,,,,allowed,,300,,,,,,,', 'T.P.,0,15.00,,,,allowed,,300,,,,,,ose-seguchi,'),
    at: ['gauges.csv', 'ose-kitahara,,北原'],
    message: 'upstream: going up from "ose-kitahara" leads back to it; water does not, correct the column',
    more: 1,
  },
  {
    title: 'a limit that no believed reading reaches',
    edit: gauges('T.P.,0,15.00', 'T.P.,0,12.20'),
    at: ['gauges.csv', '12.20'],
    message: 'the threshold 14.3 lies outside min -2.6 … max 14.2, so it could never be reached; correct it, min or max',
  },
  {
    title: 'a row with a cell too many',
    edit: gauges('危険水位は未設定', '危険水位は,未設定'),
    at: ['gauges.csv', '危険水位は,未設定'],
    message: 'the row has 28 cells for 27 columns; put a text that contains a comma in "quotes"',
  },
  {
    title: 'a quote that is not closed',
    edit: gauges('山あいで出水が早い', '"山あい'),
    at: ['gauges.csv', '"山あい'],
    message: 'the table cannot be read (CSV_QUOTE_NOT_CLOSED); look for a "quote" that is not closed, or doubled inside a cell',
  },
  {
    title: 'a gauge that no rule watches',
    edit: [
      plan('kinds: [shelter, spot, window]', 'kinds: [spot, window]'),
      plan('selector: { kinds: [shelter] }', 'selector: { gauges: [shelter-honmachi] }'),
    ],
    at: ['gauges.csv', 'shelter-higashi'],
    severity: 'warning',
    message: 'no rule watches "shelter-higashi"; add it to the selector of a rule',
    more: 2,
  },
  // thresholds.csv
  {
    title: 'a threshold of an unknown gauge',
    edit: thresholds('ose-kako,start', 'ose-kakou,start'),
    at: ['thresholds.csv', 'ose-kakou'],
    message: 'there is no gauge "ose-kakou" in gauges.csv; did you mean "ose-kako"?',
  },
  {
    title: 'an inverted pair of thresholds',
    edit: thresholds('ose-kawara,warn,3.60', 'ose-kawara,warn,4.60'),
    at: ['thresholds.csv', 'ose-kawara,flood'],
    severity: 'warning',
    message: 'ose-kawara: flood 4.3 is not above warn 4.6; ask the owner of the river which is right',
  },
  {
    title: 'an equal pair of thresholds',
    edit: thresholds('ose-kawara,warn,3.60', 'ose-kawara,warn,4.30'),
    at: ['thresholds.csv', 'ose-kawara,flood'],
    severity: 'warning',
    message: 'ose-kawara: flood 4.3 is not above warn 4.3; ask the owner of the river which is right',
  },
  {
    title: 'a version that is there twice',
    edit: thresholds('ose-kawara,warn,3.60,,', 'ose-kawara,warn,3.60,,\nose-kawara,warn,3.70,,'),
    at: ['thresholds.csv', 'ose-kawara,warn,3.70'],
    message: 'ose-kawara has a warn valid from the same time in line 12; remove one or give it a later validFrom',
  },
  {
    title: 'a day that does not exist',
    edit: thresholds('2024-04-01', '2024-02-30'),
    at: ['thresholds.csv', '2024-02-30'],
    message: 'validFrom: "2024-02-30" is no date; write 2026-04-01, or 2026-04-01T09:00:00+09:00, or leave it empty',
  },
  {
    title: 'a threshold without a value',
    edit: thresholds('ose-kako,flood,1.90', 'ose-kako,flood,'),
    at: ['thresholds.csv', 'ose-kako,flood'],
    message: 'valueM is empty; write the limit in the unit of the gauge',
  },
  // areas.geojson
  {
    title: 'a ring that is not closed',
    edit: { file: 'areas.geojson', from: '            [137.658, 34.321]\n', to: '            [137.658, 34.322]\n' },
    at: ['areas.geojson', 4],
    message: 'the district "sakuradai" (桜台): a ring is not closed; repeat its first position at the end',
  },
  {
    title: 'latitude before longitude',
    edit: { file: 'areas.geojson', from: '[137.6572, 34.2968]', to: '[34.2968, 137.6572]' },
    at: ['areas.geojson', 4],
    message:
      'the district "sakuradai" (桜台): 137.6572, 34.2968 look swapped; latitude is 34.2968 and longitude 137.6572 (GeoJSON writes longitude first)',
  },
  {
    title: 'a district without a name',
    edit: { file: 'areas.geojson', from: '"name": "北原"', to: '"title": "北原"' },
    at: ['areas.geojson', 20],
    message: 'name is missing or no text; write the name of the district',
    more: 12,
  },
  {
    title: 'GeoJSON that is none',
    edit: { file: 'areas.geojson', from: '"code": "kitahara",', to: '"code": "kitahara"' },
    at: ['areas.geojson', 22],
    message: 'this is not JSON; look for a missing comma, quote or bracket here, or export the file again',
  },
  // shelters.csv
  {
    title: 'a shelter without a position',
    edit: shelters('34.2990,137.7195', ','),
    at: ['shelters.csv', '東小学校'],
    severity: 'warning',
    message: 'the row has no 名称, 緯度 or 経度 that can be used and was left out; people cannot be sent to it, complete it',
    more: 1,
  },
  {
    title: 'a shelter with a capacity in words',
    edit: shelters(',180,', ',"約1,800人",'),
    at: ['shelters.csv', '約1,800人'],
    severity: 'warning',
    message: '想定収容人数: "約1,800人" was read as 1800; write digits only',
  },
  {
    title: 'a shelter that lost its check digit',
    edit: shelters('992011,shelter-higashi', '99201,shelter-higashi'),
    at: ['shelters.csv', '99201,shelter-higashi'],
    severity: 'warning',
    message:
      '全国地方公共団体コード: "99201" was read as "992011" (a spreadsheet drops leading zeros and the check digit); format the column as text',
  },
];
