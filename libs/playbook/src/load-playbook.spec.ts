import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Edit, lineWith, SAMPLE, withEdited } from './broken-playbook.ts';
import { checkPlaybook } from './check-playbook.ts';
import { loadPlaybook } from './load-playbook.ts';
import { describeProblems } from './problem.ts';

interface Broken {
  readonly title: string;
  readonly edit: Edit | readonly Edit[];
  /** The file, and the only text on the line that the problem is reported at, or its number; the first line when there is none. Lines below it. */
  readonly at: readonly [file: string, line?: string | number, below?: number];
  readonly severity?: 'warning';
  readonly message: string;
  /** How many more problems the same slip has. */
  readonly more?: number;
}

const plan = (from: string, to: string): Edit => ({ file: 'playbook.yaml', from, to });
const gauges = (from: string, to: string): Edit => ({ file: 'gauges.csv', from, to });
const thresholds = (from: string, to: string): Edit => ({ file: 'thresholds.csv', from, to });
const wording = (from: string, to: string): Edit => ({ file: 'wording/ja.yaml', from, to });
/** A wording of orders in the Japanese file. */
const orderWording = (kind: string): Edit => wording('  turn:\n', `  order:\n    ${kind}\n  turn:\n`);
const shelters = (from: string, to: string): Edit => ({ file: 'shelters.csv', from, to });

const BROKEN: readonly Broken[] = [
  // playbook.yaml
  {
    title: 'a notice interval on news of water',
    edit: plan('    expiresAfter: 6h\n    wording: river', '    expiresAfter: 6h\n    noticeInterval: 30m\n    wording: river'),
    at: ['playbook.yaml', 'noticeInterval: 30m'],
    message: 'only the lane congestion may leave time between notices, and this one is flood; remove it',
  },
  {
    title: 'a notice interval that outlasts the words',
    edit: plan('    expiresAfter: 1h\n    wording: crowd', '    expiresAfter: 1h\n    noticeInterval: 60m\n    wording: crowd'),
    at: ['playbook.yaml', 'noticeInterval: 60m'],
    message: 'a notice that waits this long has expired before it is sent; make expiresAfter longer',
  },
  {
    title: 'staff that are told once for several gauges by the words for residents',
    edit: plan('    expiresAfter: 12h\n    wording: staffRiver', '    expiresAfter: 12h\n    mergeBy: area\n    wording: staffRiver'),
    at: ['playbook.yaml', 'mergeBy: area'],
    message: 'only residents hear once for several gauges, staff by groupBy; remove it here',
  },
  {
    title: 'gauges that are told together and wait one by one',
    edit: plan(
      '    expiresAfter: 1h\n    wording: crowd',
      '    expiresAfter: 1h\n    noticeInterval: 30m\n    mergeBy: area\n    wording: crowd',
    ),
    at: ['playbook.yaml', 'mergeBy: area'],
    message: 'it does not go with noticeInterval; remove one of the two',
  },
  {
    title: 'gauges that rise together and go down one by one',
    edit: plan('    mergeBy: river', '    transitions: [raised, cleared, steppedDown]\n    mergeBy: river'),
    at: ['playbook.yaml', 'transitions: [raised, cleared, steppedDown]'],
    message: 'with mergeBy one route tells both climbed and steppedDown; add the other one here',
  },
  {
    title: 'residents that wait for a group',
    edit: plan('    expiresAfter: 1h\n    wording: crowd', '    expiresAfter: 1h\n    groupBy: area\n    wording: crowd'),
    at: ['playbook.yaml', 'groupBy: area'],
    message: 'only messages to staff wait to be told together; remove it here',
  },
  {
    title: 'a wait for no group',
    edit: plan('    expiresAfter: 12h\n    wording: staffRiver', '    expiresAfter: 12h\n    groupWait: 30s\n    wording: staffRiver'),
    at: ['playbook.yaml', 'groupWait: 30s'],
    message: 'there is nothing to wait for without groupBy: river or area; add it',
  },
  {
    title: 'a wait for a group that is too long',
    edit: plan(
      '    expiresAfter: 12h\n    wording: staffRiver',
      '    expiresAfter: 12h\n    groupBy: river\n    groupWait: 10m\n    wording: staffRiver',
    ),
    at: ['playbook.yaml', 'groupWait: 10m'],
    message: 'routes[4].groupWait: staff waits for a group between 1s and 5m; change it',
  },
  {
    title: 'a wrong check digit',
    edit: plan("'992011'", "'992012'"),
    at: ['playbook.yaml', "code: '992012'"],
    message: 'city.code: the check digit of "992012" is wrong; with these first five digits the code is "992011"',
  },
  {
    title: 'a code that lost its digits',
    edit: plan("'992011'", '99201'),
    at: ['playbook.yaml', 'code: 99201'],
    message: 'city.code is 99201; write the six-digit municipality code in quotes such as "992011"',
  },
  {
    title: 'an unknown time zone',
    edit: plan('Asia/Tokyo', 'Asia/Tokio'),
    at: ['playbook.yaml', 'Asia/Tokio'],
    message: 'city.timeZone: the time zone is not known; write a name such as Asia/Tokyo',
  },
  {
    title: 'a language that is not there yet',
    edit: plan('[ja, ja-easy, en, zh-Hans, zh-Hant, ko, vi, pt]', '[ja, ja-easy, en, zh-Hans, zh-Hant, ko, vi, tl]'),
    at: ['playbook.yaml', 'languages:'],
    message: 'city.languages[7] is "tl"; write one of ja, ja-easy, en, zh-Hans, zh-Hant, ko, vi, pt',
  },
  {
    title: 'an unknown key',
    edit: plan('greatestAge: 30m # これ', 'greatesAge: 30m # これ'),
    at: ['playbook.yaml', 'greatesAge'],
    message: 'unknown key "greatesAge"; did you mean "greatestAge"?',
  },
  {
    title: 'a key of a later version',
    edit: plan('    clearMargin: 0.10', '    drills: yearly\n    clearMargin: 0.10'),
    at: ['playbook.yaml', 'drills: yearly'],
    message: '"drills" is not yet supported; remove it, this service would not act on it',
  },
  {
    title: 'a kind of rule of a later version',
    edit: plan('kind: blind\n    name: 観測所の不通', 'kind: timeToLevel\n    name: 観測所の不通'),
    at: ['playbook.yaml', 'kind: timeToLevel'],
    message:
      'rules[7].kind is "timeToLevel"; write one of level, band, rise, vote, sequence, cel, blind, queue, fault: this kind is not yet supported',
  },
  {
    title: 'a duration without a unit',
    edit: plan('greatestAge: 30m # これ', 'greatestAge: 30 # これ'),
    at: ['playbook.yaml', 'greatestAge: 30 #'],
    message: 'rules[0].greatestAge is 30; write a duration such as 30s, 10m or 3h',
  },
  {
    title: 'two ways to confirm',
    edit: plan('confirm: { readings: 2 } # 2回', 'confirm: { readings: 2, for: 10m } # 2回'),
    at: ['playbook.yaml', 'for: 10m'],
    message: 'rules[0].confirm: give either readings (how many in a row) or for (how long), one of them',
  },
  {
    title: 'a message that is valid for too long',
    edit: plan('expiresAfter: 6h', 'expiresAfter: 23h'),
    at: ['playbook.yaml', '23h'],
    message: 'routes[0].expiresAfter: a message is valid for 1m at least and 22h at most (LINE recognises repeats no longer); change it',
  },
  {
    title: 'a channel that there is not',
    edit: plan('channels: [line]', 'channels: [fax]'),
    at: ['playbook.yaml', '[fax]'],
    message: 'routes[3].channels[0] is "fax"; write one of line, email, disaster-mail, webhook, relay',
  },
  {
    title: 'YAML that is none',
    edit: plan('languages: [ja, ja-easy, en, zh-Hans, zh-Hant, ko, vi, pt]', 'languages: [ja, ja-easy, en'),
    at: ['playbook.yaml', 10],
    message:
      'this is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; check the indentation, colons and quotes here',
  },
  {
    title: 'a rule that selects no gauge',
    edit: [plan('selector: { kinds: [rain] }', 'selector: { kinds: [rain], rivers: [大瀬川] }')],
    at: ['playbook.yaml', 'kinds: [rain], rivers'],
    severity: 'warning',
    message: 'the rule "rain-heavy" selects no gauge and will never speak; correct its selector',
  },
  {
    title: 'a selector with an unknown gauge',
    edit: plan('selector: { kinds: [rain] }', 'selector: { gauges: [rain-kitahra] }'),
    at: ['playbook.yaml', 'rain-kitahra'],
    message: 'there is no gauge "rain-kitahra" in gauges.csv; did you mean "rain-kitahara"?',
    more: 1,
  },
  {
    title: 'a step that no gauge has',
    edit: plan('{ code: flood, name: 氾濫開始水位 }', '{ code: floods, name: 氾濫開始水位 }'),
    at: ['playbook.yaml', 'floods'],
    message: 'no gauge of this rule has a threshold "floods" in thresholds.csv; did you mean "flood"?',
    more: 1,
  },
  {
    title: 'a rule for another quantity',
    edit: plan('selector: { kinds: [rain] }', 'selector: { kinds: [rain, window] }'),
    at: ['playbook.yaml', 'quantity: rain'],
    message: 'the rule judges rain, but "window-shimin" reports waiting; correct one or narrow the selector',
    more: 5,
  },
  {
    title: 'bands that do not ascend',
    edit: plan('fromPercent: 85', 'fromPercent: 55'),
    at: ['playbook.yaml', 'fromPercent: 55'],
    message: '55 is not above the 60 before it; put them in ascending order',
  },
  {
    title: 'a band in the numbers of another measure',
    edit: plan('fromDensity: 2.0', 'fromPercent: 200'),
    at: ['playbook.yaml', 'fromPercent: 200'],
    message: 'rules[10].bands[1].fromPercent: the measure is density; write fromDensity',
    more: 1,
  },
  {
    title: 'a person’s yes below which there is no step',
    edit: plan('name: 半分以上, fromPercent: 50 }', 'name: 半分以上, fromPercent: 50, byPerson: true }'),
    at: ['playbook.yaml', 'name: 半分以上'],
    message: 'below the lowest band there is no step in which counters could wait for a person; add a band below it',
    more: 1,
  },
  {
    title: 'no ground where a band needs it',
    edit: gauges(',,600,\n', ',,,\n'),
    at: ['gauges.csv', 'spot-sando'],
    message: 'areaM2 is empty, and the rule "street-crowd" judges "spot-sando" in persons per square metre; write the ground in m²',
  },
  {
    title: 'a fault that is not for staff',
    edit: plan('    kind: fault\n', '    kind: fault\n    staffOnly: false\n'),
    at: ['playbook.yaml', 'staffOnly: false'],
    message: 'rules[14].staffOnly: what is wrong with a device is for staff; remove staffOnly: false',
  },
  {
    title: 'a finding that nobody looks for',
    edit: plan('    kind: fault\n', '    kind: fault\n    findings: [clock, rust]\n'),
    at: ['playbook.yaml', 'findings: [clock, rust]'],
    message: 'rules[14].findings[1] is "rust"; write one of cloned, clock, battery, drift, stuck',
  },
  {
    title: 'a queue that residents would hear',
    edit: plan('audience: { kind: tickets }', 'audience: { kind: residents, category: congestion }'),
    at: ['playbook.yaml', '[window-turn]'],
    message: '"window-turn" is a queue, which calls the holders of tickets; write audience: { kind: tickets }',
    more: 1,
  },
  {
    title: 'a queue of something that calls no numbers',
    edit: plan(
      'name: 窓口の順番\n    selector: { kinds: [window] }',
      'name: 窓口の順番\n    selector: { gauges: [window-shimin, spot-kahan] } # both',
    ),
    at: ['playbook.yaml', '# both'],
    message: '"spot-kahan" is a spot, and only windows call numbers; narrow it',
  },
  {
    title: 'a margin under which an alert never ends',
    edit: plan('clearMargin: 3', 'clearMargin: 12'),
    at: ['playbook.yaml', 'clearMargin: 12'],
    message: 'clearMargin 12 leads below zero on "window-fukushi", so the alert would never end; make it smaller',
  },
  {
    title: 'a route to a rule that is not there',
    edit: plan('rules: [underpass]', 'rules: [underpas]'),
    at: ['playbook.yaml', 'rules: [underpas]'],
    message: 'there is no rule "underpas"; did you mean "underpass"?',
  },
  {
    title: 'a staff rule on the way to residents',
    edit: plan('rules: [spot-crowd]\n', 'rules: [spot-crowd, shelter-crowd] # both\n'),
    at: ['playbook.yaml', '# both'],
    message: 'the rule "shelter-crowd" is staffOnly, and this route leads to residents; remove it here or the mark there',
  },
  {
    title: 'a route from a step that is not there',
    edit: plan('fromStep: warn', 'fromStep: warm'),
    at: ['playbook.yaml', 'fromStep: warm'],
    message: 'the rule "river-level" has no step "warm"; did you mean "warn"?',
  },
  {
    title: 'a route without the all-clear',
    edit: plan('transitions: [raised, cleared]', 'transitions: [raised]'),
    at: ['playbook.yaml', 'transitions: [raised]'],
    severity: 'warning',
    message: 'who hears the alarm of "blind" here never hears its all-clear; add cleared',
    more: 1,
  },
  {
    title: 'a route to residents without the all-clear (promise 3)',
    edit: plan('rules: [underpass]\n', 'rules: [underpass]\n    transitions: [raised, climbed, steppedDown]\n'),
    at: ['playbook.yaml', 'transitions: [raised, climbed, steppedDown]'],
    message: 'who hears the alarm of "underpass" here never hears its all-clear; add cleared',
  },
  {
    title: 'a route to residents that climbs and never steps down',
    edit: plan('rules: [underpass]\n', 'rules: [underpass]\n    transitions: [raised, climbed, cleared]\n'),
    at: ['playbook.yaml', 'transitions: [raised, climbed, cleared]'],
    message: 'who hears "underpass" climb here never hears that it steps down; add steppedDown',
  },
  {
    title: 'F51 a route that alarms residents, without words for an alert that a changed rule resets',
    edit: wording(
      [
        '    reset:',
        '      subject: 【窓口情報・規則の変更】{gauge}',
        '      body: |',
        '        {gauge}の窓口の混雑のお知らせは、知らせる規則が変わったため、',
        '        {time} にいったん区切りました。',
        '        混雑がおさまったことを示すものではありません。',
        '        混み合うときは改めてお知らせします。',
        '        {city}\n',
      ].join('\n'),
      '',
    ),
    at: ['playbook.yaml', 'wording: window'],
    message: 'there is no Japanese text window.reset; add it to wording/ja.yaml',
  },
  {
    title: 'a rule that nobody hears',
    edit: plan('[underpass, rain-heavy, window-waiting]', '[underpass, window-waiting]'),
    at: ['playbook.yaml', 'id: rain-heavy'],
    severity: 'warning',
    message: 'no route names the rule "rain-heavy", so nobody hears of it; add it to a route',
  },
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
  // wording
  {
    title: 'a missing Japanese text',
    edit: wording('    climbed:\n      subject: 【混雑情報】', '    climbd:\n      subject: 【混雑情報】'),
    at: ['wording/ja.yaml', 'climbd'],
    message: 'unknown key "climbd"; did you mean "climbed"?',
  },
  {
    title: 'a wording that a route names and no file has',
    edit: plan('wording: crowd', 'wording: crowds'),
    at: ['playbook.yaml', 'wording: crowds'],
    message: 'there is no Japanese text crowds.raised; add it to wording/ja.yaml',
    more: 12,
  },
  {
    title: 'a missing English text',
    edit: { file: 'wording/en.yaml', from: '  staffBlind:\n    raised:', to: '  staffBlind:\n    climbed:' },
    at: ['playbook.yaml', 'wording: staffBlind'],
    severity: 'warning',
    message: 'there is no text staffBlind.raised in en, so Japanese is sent; add it to wording/en.yaml',
  },
  {
    title: 'a missing language',
    edit: { file: 'wording/en.yaml', removed: true },
    at: ['playbook.yaml', 'languages'],
    severity: 'warning',
    message: 'there is no file with language: en in wording/; add it or remove the language',
  },
  {
    title: 'an unknown parameter',
    edit: wording('最後の値 {value}', '最後の値 {valu}'),
    at: ['wording/ja.yaml', '{valu}'],
    message: 'unknown parameter {valu}; did you mean "value"?',
  },
  {
    title: 'a parameter that this message never has',
    edit: wording('最後の値 {value}', '最後の値 {limit}'),
    at: ['wording/ja.yaml', '  staffBlind:', 1],
    message: '{limit} has no value when the rule "blind" has raised; remove it from this text',
    more: 1,
  },
  {
    title: 'a brace that stands alone',
    edit: wording('最後の値 {value}', '最後の値 {value'),
    at: ['wording/ja.yaml', '{value '],
    message: 'a brace stands alone; write parameters as {gauge} and no other braces',
  },
  {
    title: 'the abolished word',
    edit: wording('まだ水が残っています。', 'まだ水が残っています。\n        避難勧告が出ています。'),
    at: ['wording/ja.yaml', '避難勧告'],
    message: '避難勧告 was abolished on 2021-05-20 and must not be told to anybody; rewrite the sentence',
  },
  {
    title: 'the abolished word in a text of orders, where the names of orders may stand',
    edit: orderWording("given:\n      subject: '{city} 避難指示'\n      body: '{text} 避難勧告'"),
    at: ['wording/ja.yaml', '避難勧告'],
    message: '避難勧告 was abolished on 2021-05-20 and must not be told to anybody; rewrite the sentence',
  },
  {
    title: 'a text of orders that does not say where and what to do',
    edit: orderWording("given:\n      subject: '{city} {level}'\n      body: '{level}です。'"),
    at: ['wording/ja.yaml', "body: '{level}です。'"],
    message: 'the text does not say {area}, {act}; write {text} for all words of the service, or add what is missing',
  },
  {
    title: 'a text of orders with a parameter of rules',
    edit: orderWording("given:\n      subject: '{gauge}'\n      body: '{text}'"),
    at: ['wording/ja.yaml', "subject: '{gauge}'"],
    message: 'unknown parameter {gauge}; known are text, city, level, hazard, area, act, time, date',
  },
  {
    title: 'the whole text in the subject of an order',
    edit: orderWording("given:\n      subject: '{text}'\n      body: '{text}'"),
    at: ['wording/ja.yaml', "subject: '{text}'"],
    message: '{text} has many lines; use it in the body only',
  },
  {
    title: 'a kind that orders do not have',
    edit: orderWording("raised:\n      subject: '{city}'\n      body: '{text}'"),
    at: ['wording/ja.yaml', '  order:', 1],
    message: 'orders are never raised; the wording order has proposed, given, updated, lifted, corrected',
  },
  {
    title: 'a kind that only orders have',
    edit: wording('  turn:\n    called:', "  turn:\n    given:\n      subject: '{city}'\n      body: '{city}'\n    called:"),
    at: ['wording/ja.yaml', '    given:'],
    message: 'only the wording order has given; remove it here',
  },
  {
    title: 'the abolished word with its reading',
    edit: { file: 'wording/ja-easy.yaml', from: 'まだ 水(みず)は 高(たか)いです。', to: '避難(ひなん) 勧告(かんこく)です。' },
    at: ['wording/ja-easy.yaml', '勧告(かんこく)'],
    message: '避難勧告 was abolished on 2021-05-20 and must not be told to anybody; rewrite the sentence',
  },
  {
    title: 'an order',
    edit: wording('まだ水が残っています。', '避難指示。'),
    at: ['wording/ja.yaml', '避難指示。'],
    message: '避難指示 is an order, and only a person orders; state what was measured instead',
  },
  {
    title: 'a character that old handsets lack',
    edit: wording('まだ水が残っています。', '①まだ水が残っています。'),
    at: ['wording/ja.yaml', '①'],
    severity: 'warning',
    message: '"①" cannot be read on every handset; write it in ordinary characters',
  },
  {
    title: 'a name without an English form',
    edit: { file: 'wording/en.yaml', from: '  瀬口: Seguchi\n', to: '' },
    at: ['wording/en.yaml', 'names:'],
    severity: 'warning',
    message: '"瀬口" stays Japanese in en; add how this language writes it to names',
  },
  // drills
  {
    title: 'a drill that an unknown rule ends',
    edit: plan('rules: [river-level, underpass], fromStep: warn }', 'rules: [river-levle, underpass], fromStep: warn }'),
    at: ['playbook.yaml', 'river-levle'],
    message: 'there is no rule "river-levle"; name a rule of this playbook',
  },
  {
    title: 'a drill that an unknown step ends',
    edit: plan('underpass], fromStep: warn }', 'underpass], fromStep: start }'),
    at: ['playbook.yaml', 'underpass], fromStep: start'],
    message: 'the rule "underpass" has no step "start"; name one of warn, flood',
  },
  {
    title: 'a drill of a gauge that nobody knows',
    edit: plan('flood: taifu, speed: 60,', 'flood: taifu, speed: 60, map: [{ from: past-1, to: ose-seguti }],'),
    at: ['playbook.yaml', 'ose-seguti'],
    message: 'there is no gauge "ose-seguti" in gauges.csv',
  },
  {
    title: 'two drills of one name',
    edit: plan('{ id: tabletop,', '{ id: taifu,'),
    at: ['playbook.yaml', '{ id: taifu, name: 図上訓練'],
    message: 'the drill "taifu" is there twice; give each drill its own id',
  },
  {
    title: 'a speed with nothing to play',
    edit: plan('name: 図上訓練, lasts: 3h,', 'name: 図上訓練, lasts: 3h, speed: 60,'),
    at: ['playbook.yaml', '{ id: tabletop'],
    message: 'without a flood nothing plays, so speed and map mean nothing; name a flood or remove them',
  },
  {
    title: 'a drill without an end',
    edit: plan('name: 図上訓練, lasts: 3h,', 'name: 図上訓練, lasts: 25h,'),
    at: ['playbook.yaml', 'lasts: 25h'],
    message: 'drills.usual[1].lasts: a drill lasts from 1m to 24h',
  },
  {
    title: 'a flood that names a file elsewhere',
    edit: plan('flood: taifu,', 'flood: ../taifu,'),
    at: ['playbook.yaml', 'flood: ../taifu'],
    message: 'drills.usual[0].flood is "../taifu"; write the name of a file in floods/ without .csv, such as taifu',
  },
  // heartbeat
  {
    title: 'a heartbeat that nobody could live with',
    edit: plan('  every: 1h', '  every: 30s'),
    at: ['playbook.yaml', 'every: 30s'],
    message: 'heartbeat.every: the way is proven every 1m at most and every 24h at least; change it',
  },
  {
    title: 'a heartbeat that comes too late',
    edit: plan('  every: 1h', '  every: 25h'),
    at: ['playbook.yaml', 'every: 25h'],
    message: 'heartbeat.every: the way is proven every 1m at most and every 24h at least; change it',
  },
  {
    title: 'a heartbeat to neighbour systems',
    edit: plan('  channels: [line, disaster-mail, email]', '  channels: [line, webhook]'),
    at: ['playbook.yaml', 'channels: [line, webhook]'],
    message: 'heartbeat.channels[1] is "webhook"; write one of line, disaster-mail, email',
  },
  {
    title: 'a heartbeat that names a channel twice',
    edit: plan('  channels: [line, disaster-mail, email]', '  channels: [line, email, line]'),
    at: ['playbook.yaml', 'channels: [line, email, line]'],
    message: 'heartbeat.channels: a channel is there twice; name each once',
  },
  {
    title: 'a test user in the playbook',
    edit: plan('  every: 1h', '  every: 1h\n  line: U4af4980629'),
    at: ['playbook.yaml', 'line: U4af4980629'],
    message: 'unknown key "line"; known are every, channels, staff',
  },
  {
    title: 'staff who would hear of a dead channel by that channel alone',
    edit: plan('  staff: { group: duty, channels: [email, line] }\n\n# 何日', '  staff: { group: duty, channels: [email] }\n\n# 何日'),
    at: ['playbook.yaml', 'staff: { group: duty, channels: [email] }'],
    severity: 'warning',
    message: 'when email is dead, staff hear of it by email only; add another channel',
  },
  {
    title: 'a heartbeat of which staff hear nothing',
    edit: plan('  staff: { group: duty, channels: [email, line] }\n\n# 何日', '\n# 何日'),
    at: ['playbook.yaml', 'heartbeat:'],
    severity: 'warning',
    message: 'nobody on staff is told by message when the heartbeat stops, they see it on the screen only; add staff',
  },
  {
    title: 'a route in the lane of tests',
    edit: plan('    lane: congestion', '    lane: test'),
    at: ['playbook.yaml', 'lane: test'],
    message: 'routes[2].lane is "test"; write one of evacuation, flood, staff, congestion',
  },
  // files
  {
    title: 'a missing table',
    edit: { file: 'thresholds.csv', removed: true },
    at: ['thresholds.csv'],
    message: 'the file is missing; copy it from the sample city and edit it',
  },
  {
    title: 'a misnamed table',
    edit: { file: 'gauge.csv', contents: '' },
    at: ['gauge.csv'],
    severity: 'warning',
    message: 'this file is not read; did you mean "gauges.csv"?',
  },
  // examples
  {
    title: 'a story of an unknown gauge',
    edit: { file: 'examples/tide.yaml', from: '- gauge: ose-kako', to: '- gauge: ose-kakou' },
    at: ['examples/tide.yaml', '- gauge: ose-kakou'],
    message: 'there is no gauge "ose-kakou" in gauges.csv; did you mean "ose-kako"?',
  },
  {
    title: 'a timeline that cannot be read',
    edit: { file: 'examples/tide.yaml', from: 'every 10m x8', to: 'every ten minutes' },
    at: ['examples/tide.yaml', 'ten minutes'],
    message:
      '"1.00 +0.15 every ten minutes" is not understood; write for example 3.80 +0.10 every 10m x12, or 3.80 3.95 every 10m, or silence 40m',
  },
  {
    title: 'a story that expects an unknown step',
    edit: { file: 'examples/tide.yaml', from: 'step: flood', to: 'step: flod' },
    at: ['examples/tide.yaml', 'step: flod'],
    message: 'the rule "river-level" has no step "flod"; did you mean "flood"?',
  },
  {
    title: 'a story that names an unknown route',
    edit: { file: 'examples/tide.yaml', from: 'quiet: [residents-river]', to: 'quiet: [resident-river]' },
    at: ['examples/tide.yaml', 'quiet:'],
    message: 'there is no route "resident-river"; did you mean "residents-river"?',
  },
  {
    title: 'a policy that never ends at the desk',
    edit: plan('      - { after: 10m, desk: true }\n', ''),
    at: ['playbook.yaml', '    levels:'],
    message: 'escalation[0].levels: the last level, and no other, is the desk: write desk: true there',
  },
  {
    title: 'a level that calls people on no channel',
    edit: plan('group: leaders, channels: [email, line] }', 'group: leaders }'),
    at: ['playbook.yaml', 'group: leaders }'],
    message: 'escalation[0].levels[0]: give a group with its channels, or desk: true for the alarm on the screen',
  },
  {
    title: 'more answers than accounts that may give them',
    edit: plan('    answers: 1\n', '    answers: 2\n    of: [sato, sato]\n'),
    at: ['playbook.yaml', 'answers: 2'],
    message: '2 answers can never come from 1 accounts; make it smaller or name more',
  },
  {
    title: 'a policy for a rule that is not there',
    edit: plan('  - id: river-night\n    rules: [river-level]', '  - id: river-night\n    rules: [river-levle]'),
    at: ['playbook.yaml', 'rules: [river-levle]'],
    message: 'there is no rule "river-levle"; did you mean "river-level"?',
  },
  {
    title: 'a step that the rule of a policy does not have',
    edit: plan('    fromStep: warn\n    answers', '    fromStep: warm\n    answers'),
    at: ['playbook.yaml', 'fromStep: warm'],
    message: 'the rule "river-level" has no step "warm"; did you mean "warn"?',
  },
  {
    title: 'a proposal by a rule that is not there',
    edit: plan('rule: river-level, step: warn, level: 3', 'rule: river-levle, step: warn, level: 3'),
    at: ['playbook.yaml', 'id: river-elderly'],
    message: 'there is no rule "river-levle"; did you mean "river-level"?',
  },
  {
    title: 'a proposal at a step that its rule does not have',
    edit: plan('step: warn, level: 3', 'step: warm, level: 3'),
    at: ['playbook.yaml', 'id: river-elderly'],
    message: 'the rule "river-level" has no step "warm"; did you mean "warn"?',
  },
  {
    title: 'an order below level 3',
    edit: plan('level: 3, hazard: flood }', 'level: 2, hazard: flood }'),
    at: ['playbook.yaml', 'id: river-elderly'],
    message: 'orders.proposals[0].level is 2; write 3, 4 or 5',
  },
  {
    title: 'a proposal that no gauge can make',
    edit: plan('level: 3, hazard: flood }', 'level: 3, hazard: flood, selector: { gauges: [road-ekikita] } }'),
    at: ['playbook.yaml', 'id: river-elderly'],
    message: 'no gauge of the rule is meant by it, so it never proposes; correct the selector',
  },
  {
    title: 'a district of a preset that is not there',
    edit: plan('districts: [kitahara, seguchi]', 'districts: [kitahara, seguti]'),
    at: ['playbook.yaml', 'id: ose-upper'],
    message: 'there is no district "seguti"; did you mean "seguchi"?',
  },
  {
    title: 'a preset with the id of a proposal',
    edit: plan('id: ose-upper', 'id: river-leave'),
    at: ['playbook.yaml', 'name: 大瀬川 上流'],
    message: 'the id "river-leave" is there twice; give each proposal, approval and preset its own',
  },
  {
    title: 'an approval of what nobody proposes',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-eldery], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-05-01', until: '2027-04-30' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: 'there is no proposal or preset "river-eldery"; did you mean "river-elderly"?',
  },
  {
    title: 'an approval to issue by itself what people propose',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [ose-lower], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-05-01', until: '2027-04-30' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: '"ose-lower" is proposed by people, and only what a rule proposes is issued by itself; remove it here',
  },
  {
    title: 'an approval that says two things',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-elderly], issueAfter: 30m, onePerson: true, approvedBy: 市長, approvedOn: '2026-05-01', until: '2027-04-30' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: 'orders.approvals[0]: give either issueAfter (how long people have to answer) or onePerson: true, one of them',
  },
  {
    title: 'an approval that ends before it begins',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-elderly], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-05-01', until: '2026-04-01' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: 'it ends before it begins; correct one of the two dates',
  },
  {
    title: 'an approval for longer than a year',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-elderly], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-05-01', until: '2027-06-01' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: 'an approval holds for a year at most, so that somebody looks at it again; make it end earlier',
  },
  {
    title: 'an approval on a day that is not on the calendar',
    edit: plan(
      '  # いつもの範囲',
      "  approvals:\n    - { id: night, of: [river-elderly], issueAfter: 30m, approvedBy: 市長, approvedOn: '2026-02-30', until: '2027-04-30' }\n  # いつもの範囲",
    ),
    at: ['playbook.yaml', '    - { id: night,'],
    message: '"2026-02-30" is not on the calendar; correct it',
  },
  {
    title: 'a route with a name that is kept for orders',
    edit: plan('  - id: staff-faults\n', '  - id: order-staff\n'),
    at: ['playbook.yaml', 'id: order-staff'],
    message: 'the route id "order-staff" is kept for orders; choose another one',
  },
  {
    title: 'a rule in two policies',
    edit: plan(
      '# 避難情報(',
      '  - id: second\n    rules: [river-level]\n    fromStep: warn\n    expiresAfter: 6h\n    wording: staffCall\n    levels: [{ after: 5m, desk: true }]\n# 避難情報(',
    ),
    at: ['playbook.yaml', '- id: second', 1],
    message: '"river-level" is in the policy "river-night" already; leave it in one of the two',
  },
  {
    title: 'a call without words',
    edit: plan('wording: staffCall', 'wording: staffRiver'),
    at: ['playbook.yaml', '- id: river-night', 5],
    message: 'there is no Japanese text staffRiver.escalated; add it to wording/ja.yaml',
    more: 3,
  },
  {
    title: 'a reminder without words',
    edit: wording('    reminded:\n      subject: 【職員・再通知】', '    escalated:\n      subject: 【職員・再通知】'),
    at: ['playbook.yaml', 'wording: staffRiver'],
    message: 'there is no Japanese text staffRiver.reminded; add it to wording/ja.yaml',
  },
  {
    title: 'a reminder that no route carries',
    edit: plan('    transitions: [raised, climbed, steppedDown, cleared, reminded]\n', ''),
    at: ['playbook.yaml', '    reminder: 30m'],
    severity: 'warning',
    message: 'no route of "river-level" lists reminded, so nobody is reminded; add it to the transitions',
  },
  {
    title: 'a reminder for residents',
    edit: plan(
      '    fromStep: warn # 観測',
      '    transitions: [raised, climbed, steppedDown, cleared, reminded]\n    fromStep: warn # 観測',
    ),
    at: ['playbook.yaml', '    fromStep: warn # 観測', -1],
    message: 'reminders and calls are for staff; remove reminded and escalated here',
    more: 1,
  },
  {
    title: 'a reminder every second',
    edit: plan('reminder: 30m', 'reminder: 1s'),
    at: ['playbook.yaml', 'reminder: 1s'],
    message: 'rules[0].reminder: a reminder comes after 1m at the earliest; change it',
  },
  {
    title: 'a value in a reminder, which nothing was observed for',
    edit: wording('{waited}分たっても確認済み', '{value}たっても確認済み'),
    at: ['wording/ja.yaml', '    reminded:'],
    message: '{value} has no value when the rule "river-level" has reminded; remove it from this text',
  },
];

describe('loadPlaybook', () => {
  it('finds nothing wrong with the sample city', async () => {
    expect(describeProblems(await checkPlaybook(SAMPLE))).toBe('no problems');
  });

  it.each(BROKEN)('tells $title at its line', async ({ edit, at: [file, line = 1, below = 0], severity = 'error', message, more = 0 }) => {
    await withEdited([edit].flat(), async (folder) => {
      const problems = await checkPlaybook(folder);
      const expected = below + (typeof line === 'number' ? line : await lineWith(folder, file, line));
      expect(problems).toContainEqual(expect.objectContaining({ file, line: expected, severity, message }));
      expect(problems).toHaveLength(1 + more);
    });
  });

  it('gives no playbook with an error, and one with warnings', async () => {
    await withEdited([plan('fromPercent: 85', 'fromPercent: 55')], async (folder) => {
      expect((await loadPlaybook(folder)).playbook).toBeNull();
    });
    await withEdited([thresholds('ose-kawara,warn,3.60', 'ose-kawara,warn,4.60')], async (folder) => {
      expect((await loadPlaybook(folder)).playbook?.gauges.has('ose-kawara')).toBe(true);
    });
  });

  it('tells problems of all files at once, by file and line', async () => {
    const edits = [
      wording('最後の値 {value}', '最後の値 {valu}'),
      gauges('T.P.,0,15.00', 'T.P.,0,約15'),
      thresholds('2024-04-01', '2024-02-30'),
      plan('Asia/Tokyo', 'Asia/Tokio'),
    ];
    await withEdited(edits, async (folder) => {
      const { problems } = await loadPlaybook(folder);
      const wrongWord = `wording/ja.yaml:${await lineWith(folder, 'wording/ja.yaml', '最後の値 {valu}')}`;
      expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual([
        'gauges.csv:2',
        'playbook.yaml:7',
        'thresholds.csv:7',
        wrongWord,
      ]);
      expect(describeProblems(problems).split('\n').slice(-2)).toEqual([
        `${wrongWord} error unknown parameter {valu}; did you mean "value"?`,
        '4 errors, 0 warnings',
      ]);
    });
  });

  it('reads a heartbeat, with an hour and all channels where nothing else is said, and none where there is none', async () => {
    const all = ['line', 'disaster-mail', 'email'];
    const sample = { everyMs: 3_600_000, channels: all, staff: { group: 'duty', channels: ['email', 'line'] } };
    expect((await loadPlaybook(SAMPLE)).playbook!.heartbeat).toEqual(sample);
    const bare = plan('  every: 1h\n  channels: [line, disaster-mail, email]\n', '  channels: [email, line]\n');
    await withEdited([bare], async (folder) =>
      expect((await loadPlaybook(folder)).playbook!.heartbeat).toEqual({ ...sample, channels: ['line', 'email'] }),
    );
    const text = await readFile(join(SAMPLE, 'playbook.yaml'), 'utf8');
    const own = text.slice(text.indexOf('heartbeat:\n'), text.indexOf('# 何日'));
    await withEdited([plan(own, '')], async (folder) => expect((await loadPlaybook(folder)).playbook).not.toHaveProperty('heartbeat'));
  });

  it('says that a folder is none', async () => {
    const { playbook, problems } = await loadPlaybook('no/such/folder');
    expect(playbook).toBeNull();
    expect(problems[0]?.message).toBe('the folder cannot be read (ENOENT); name a playbook folder');
  });

  it('changes its version with every byte of what it acts on, and not with the stories', async () => {
    const before = (await loadPlaybook(SAMPLE)).playbook!.version;
    expect(before).toMatch(/^[0-9a-f]{12}$/);
    await withEdited([plan('# 見本市', '#見本市')], async (folder) =>
      expect((await loadPlaybook(folder)).playbook!.version).not.toBe(before),
    );
    await withEdited([{ file: 'examples/tide.yaml', removed: true }], async (folder) =>
      expect((await loadPlaybook(folder)).playbook!.version).toBe(before),
    );
  });

  it('reads tables with a byte order mark and Windows line ends as it reads the others', async () => {
    const table = await readFile(join(SAMPLE, 'gauges.csv'), 'utf8');
    await withEdited([{ file: 'gauges.csv', contents: `\uFEFF${table.replaceAll('\n', '\r\n')}` }], async (folder) => {
      const { playbook, problems } = await loadPlaybook(folder);
      expect(problems).toEqual([]);
      expect(playbook).toMatchObject({ gauges: (await loadPlaybook(SAMPLE)).playbook!.gauges });
    });
  });

  it('reads CP932 with a warning', async () => {
    // "river" in CP932: 大瀬川. The rest of the table is ASCII.
    const header = 'id,name,kind,river,area,crestM,max,min\n';
    const name = Uint8Array.of(0x91, 0xe5, 0x90, 0xa3, 0x90, 0xec);
    const contents = Buffer.concat([Buffer.from(`${header}ose-seguchi,A,river,`), name, Buffer.from(',seguchi,6.6,,\n')]);
    await withEdited([{ file: 'gauges.csv', contents }], async (folder) => {
      const { problems } = await loadPlaybook(folder);
      expect(problems).toContainEqual({
        file: 'gauges.csv',
        line: 1,
        severity: 'warning',
        message: 'the file is CP932 (Shift_JIS) and was read as such; save it as "CSV UTF-8" so that no character is lost',
      });
      expect(problems.filter(({ message }) => message.includes('大瀬川'))).toEqual([]);
    });
  });

  it('keeps a cell that looks like a formula as text, and counts lines through cells with line breaks', async () => {
    const edits = [
      gauges('ose-kitahara,,北原,', 'ose-kitahara,,"=1+1\n北原",'),
      gauges('危険水位は未設定', '@メモ'),
      gauges('T.P.,0,5.00', 'T.P.,0,x'),
    ];
    await withEdited(edits.slice(0, 2), async (folder) => {
      expect((await loadPlaybook(folder)).playbook?.gauges.get('ose-kitahara')?.name).toBe('=1+1 北原');
    });
    await withEdited(edits, async (folder) => {
      const { problems } = await loadPlaybook(folder);
      expect(problems).toContainEqual(expect.objectContaining({ file: 'gauges.csv', line: 6, severity: 'error' }));
    });
  });

  it('fills what the table leaves empty', async () => {
    const { playbook } = await loadPlaybook(SAMPLE);
    expect(playbook!.gauges.get('ose-seguchi')).toEqual({
      id: 'ose-seguchi',
      device: 'ose-seguchi',
      name: '瀬口',
      kind: 'river',
      quantity: 'level',
      river: '大瀬川',
      areas: ['seguchi', 'honmachi'],
      lat: 34.302,
      lon: 137.6985,
      datum: 'T.P.',
      zeroHeightM: 0,
      crestM: 6.6,
      sensorElevationM: null,
      offset: 0,
      capacity: null,
      publicAlert: 'allowed',
      standbyIntervalMs: 86_400_000,
      observeIntervalMs: 300_000,
      plausible: { min: -11.3, max: 8.6, stepPer10Min: 1, stepPerHour: 3, stuckAfterMs: 10_800_000 },
      thresholds: [
        { code: 'start', value: 3.7, validFrom: 0 },
        { code: 'warn', value: 5.1, validFrom: 0 },
        { code: 'warn', value: 5, validFrom: Date.parse('2024-04-01T00:00:00+09:00') },
        { code: 'flood', value: 5.8, validFrom: 0 },
      ],
      upstream: 'ose-kitahara',
      link: null,
    });
    expect(playbook!.gauges.get('spot-sando')?.plausible).toMatchObject({ min: 0, max: 4_500, stepPer10Min: 4_500 });
  });
});
