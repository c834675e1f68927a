import { describe, expect, it } from '@jest/globals';
import { converse, languageOfProfile } from './converse.ts';
import { LANGUAGES } from './delivery.ts';
import type { KnownSubscriber } from './directory.ts';
import { CHOICES_MAX, NEW_TALK, type Talk, type TalkAct, type TalkEvent, type TalkHeard, type TalkReply } from './talk.ts';
import { hazardsOf, type PlaceNow, type ShelterNow, type TalkFacts } from './talk-facts.ts';
import { button, intentOf } from './talk-intent.ts';
import { TALK_WORDS } from './talk-words-by-language.ts';
import { districtOutlines } from './whereabouts.ts';

const T0 = Date.parse('2026-07-01T23:41:00+09:00');
const MINUTE = 60_000;
const CODES = ['sakuradai', 'kitahara', 'seguchi', 'matsuba', 'yokouchi', 'honmachi', 'kawara', 'minato', 'kamidani', 'higashi', 'nishi'];

const square = (index: number) => {
  const lon = 137 + index * 0.1;
  return [
    [lon, 34],
    [lon + 0.1, 34],
    [lon + 0.1, 34.1],
    [lon, 34.1],
    [lon, 34],
  ];
};
const OUTLINES = districtOutlines({
  features: CODES.map((code, index) => ({ properties: { code }, geometry: { type: 'Polygon', coordinates: [square(index)] } })),
});

const aPlace = (fields: Partial<PlaceNow> = {}): PlaceNow => ({
  id: 'ose-seguchi',
  name: '瀬口',
  kind: 'river',
  river: '大瀬川',
  areas: [{ code: 'seguchi' }],
  publicAlert: 'allowed',
  capacity: null,
  latest: { at: T0 - 2 * MINUTE, receivedAt: T0 - 2 * MINUTE, value: 3.82, quality: 'ok' },
  ratePerHour: 0.42,
  passed: null,
  next: { name: '危険水位', distance: 0.18 },
  expected: { everyMs: 5 * MINUTE },
  blindSince: null,
  severity: 40,
  alerts: [],
  window: null,
  ...fields,
});
const aShelter = (id: string, fields: Partial<ShelterNow> = {}): ShelterNow => ({
  id,
  name: id,
  address: '見本市本町1-2',
  lat: 34.05,
  lon: 137.25,
  hazards: ['洪水', '地震'],
  opening: { state: 'open' },
  occupancyPercent: 31,
  full: false,
  ...fields,
});
const known = (fields: Partial<KnownSubscriber> = {}): KnownSubscriber => ({
  recipient: '17',
  channel: 'line',
  address: 'U1',
  language: 'ja',
  districts: ['seguchi'],
  categories: ['evacuation', 'flood'],
  charset: 'utf-8',
  standby: null,
  state: 'active',
  ...fields,
});
const facts = (fields: Partial<TalkFacts> = {}): TalkFacts => ({
  city: '見本市',
  timeZone: 'Asia/Tokyo',
  now: T0,
  districts: CODES.map((code) => ({ code, name: `${code}町` })),
  outlines: OUTLINES,
  categories: ['flood', 'congestion'],
  nameIn: (language, name) => (language === 'vi' ? `${name}@vi` : name),
  subscriber: null,
  profileLanguage: null,
  familyCode: null,
  familyWord: null,
  familyAddress: 'https://sonae.example.jp/family',
  places: [aPlace()],
  shelters: [],
  windows: [{ id: 'window-shimin', name: '市民課' }],
  hazards: [],
  ticket: null,
  ...fields,
});

const many = (of: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ code: `${of}-${index}`, name: `${of}-${index}` }));

let serial = 0;
const event = (heard: TalkHeard, at = T0): TalkEvent => ({ id: `E${(serial += 1)}`, person: 'U1', at, replyToken: 't', heard });
const step = (talk: Talk, heard: TalkHeard, given: TalkFacts = facts(), at = T0) =>
  converse(talk, event(heard, at), intentOf(heard, talk, [], given.now), given);
const press = (data: string): TalkHeard => ({ kind: 'button', data });
const say = (text: string): TalkHeard => ({ kind: 'text', text });
const textOf = (reply: TalkReply | null): string =>
  (reply?.messages ?? []).flatMap((message) => (message.kind === 'text' ? [message.text] : [])).join('\n');
const labels = (reply: TalkReply | null): readonly string[] => (reply?.choices ?? []).map(({ label }) => label);

/** Somebody whose acts come true, as the directory makes them. */
class Resident {
  talk: Talk = NEW_TALK;
  subscriber: KnownSubscriber | null = null;
  acts: TalkAct[] = [];
  readonly #given: Partial<TalkFacts>;

  constructor(given: Partial<TalkFacts> = {}) {
    this.#given = given;
  }

  does(heard: TalkHeard, at = T0): TalkReply | null {
    const { talk, acts, reply } = step(this.talk, heard, facts({ ...this.#given, subscriber: this.subscriber }), at);
    this.talk = talk;
    this.acts.push(...acts);
    for (const act of acts) {
      if (act.kind === 'subscribe') this.subscriber = known({ ...this.subscriber, ...act });
      if (act.kind === 'leave') this.subscriber = null;
      if (act.kind === 'block' && this.subscriber) this.subscriber = { ...this.subscriber, state: 'blocked' };
      if (act.kind === 'unblock' && this.subscriber) this.subscriber = { ...this.subscriber, state: 'active' };
    }
    return reply;
  }
}

describe('the sign-up', () => {
  it('goes from follow over language, districts by button and by place, and categories to a summary', () => {
    const nam = new Resident();
    const greeting = nam.does({ kind: 'follow' });
    expect(textOf(greeting)).toContain('見本市');
    expect(labels(greeting)).toEqual(['日本語', 'やさしい日本語', 'English', '简体中文', '繁體中文', '한국어', 'Tiếng Việt', 'Português']);

    const asked = nam.does(press(button.language('vi')));
    expect(textOf(asked)).toContain(TALK_WORDS.vi.signUp.chooseDistricts);
    expect(nam.acts).toEqual([]);

    nam.does({ kind: 'place', place: { lat: 34.05123456, lon: 137.25987654 } });
    expect(nam.subscriber).toMatchObject({ language: 'vi', districts: ['seguchi'], categories: ['evacuation', 'flood'] });
    const second = nam.does(press(button.district('honmachi', true, 0)));
    expect(textOf(second)).toContain('seguchi町@vi, honmachi町@vi');

    const categories = nam.does(press(button.districtsDone));
    expect(labels(categories)).toEqual(['Xong', '✓ mực nước sông', '– mức đông người']);
    nam.does(press(button.category('congestion', true, 0)));
    nam.does(press(button.category('flood', false, 0)));
    const done = nam.does(press(button.categoriesDone));
    expect(nam.subscriber).toMatchObject({ districts: ['seguchi', 'honmachi'], categories: ['evacuation', 'congestion'] });
    expect(textOf(done)).toBe(
      TALK_WORDS.vi.signUp.done({ districts: 'seguchi町@vi, honmachi町@vi', categories: 'thông tin sơ tán, mức đông người' }),
    );
  });

  it('greets in the language of the profile', () => {
    const given = { profileLanguage: 'ko' };
    expect(textOf(step(NEW_TALK, { kind: 'follow' }, facts(given)).reply)).toContain(TALK_WORDS.ko.signUp.chooseLanguage);
  });

  it('has somebody who stops after the first district warned all the same', () => {
    const stopped = new Resident();
    stopped.does({ kind: 'follow' });
    stopped.does(press(button.district('kawara', true, 0)));
    expect(stopped.subscriber).toMatchObject({ districts: ['kawara'], categories: ['evacuation', 'flood'] });
  });

  it('S39: keeps nothing of a place that was sent to choose a district', () => {
    const sender = new Resident();
    sender.does({ kind: 'follow' });
    sender.does(press(button.language('en')));
    sender.does({ kind: 'place', place: { lat: 34.05123456, lon: 137.25987654 } });
    expect(JSON.stringify([sender.talk, sender.acts])).not.toMatch(/34\.05|137\.2[56]/);
  });

  it('says of a place outside the city that it is outside, and chooses nothing', () => {
    const far = new Resident();
    far.does(press(button.language('en')));
    expect(textOf(far.does({ kind: 'place', place: { lat: 35.68, lon: 139.76 } }))).toContain(TALK_WORDS.en.signUp.outside('見本市'));
    expect(far.acts).toEqual([]);
  });

  it('shows all districts at once as long as there is room for them', () => {
    const reply = step(NEW_TALK, say('地区'), facts({ subscriber: known() })).reply;
    expect(labels(reply)).toHaveLength(2 + CODES.length);
    expect(labels(reply)).toContain('✓ seguchi町');
    expect(labels(reply)).not.toContain('次へ');
  });

  it('stays on the page on which a district or a category was chosen', () => {
    const districts = many('d', 30);
    const given = facts({ districts, subscriber: known() });
    expect(labels(step(NEW_TALK, press(button.district('d-20', true, 2)), given).reply)).toContain('✓ d-20');
    const categories = many('c', 30).map(({ code }) => code);
    expect(labels(step(NEW_TALK, press(button.category('c-15', true, 1)), facts({ categories, subscriber: known() })).reply)).toContain(
      '✓ c-15',
    );
  });

  it('does not end without a district, for nothing would ever arrive', () => {
    expect(textOf(step(NEW_TALK, press(button.districtsDone)).reply)).toContain(TALK_WORDS.ja.signUp.noneChosen);
  });

  it('cannot switch evacuation off', () => {
    const { acts } = step(NEW_TALK, press(button.category('evacuation', false, 0)), facts({ subscriber: known() }));
    expect(acts).toEqual([]);
  });

  it('offers drills as one choice, which stands for all that the person chose, and follows it', () => {
    const pupil = new Resident({ categories: ['flood', 'congestion', 'drill'] });
    pupil.subscriber = known();
    expect(labels(pupil.does(press(button.topic('categories'))))).toContain('– 訓練');
    expect(labels(pupil.does(press(button.category('drill', true, 0))))).toContain('✓ 訓練');
    expect(pupil.subscriber.categories).toEqual(['evacuation', 'flood', 'exercise/evacuation', 'exercise/flood']);
    pupil.does(press(button.category('congestion', true, 0)), T0 + 1);
    expect(pupil.subscriber.categories.filter((category) => category.includes('congestion'))).toEqual([
      'congestion',
      'exercise/congestion',
    ]);
    expect(textOf(pupil.does(press(button.topic('settings'))))).toContain('避難情報・川の水位・混雑・訓練');
    pupil.does(press(button.category('drill', false, 0)), T0 + 2);
    expect(pupil.subscriber.categories).toEqual(['evacuation', 'flood', 'congestion']);
  });

  it('lets somebody who takes part in drills leave altogether, also after the city stopped holding any', () => {
    const pupil = new Resident();
    pupil.subscriber = known({ categories: ['evacuation', 'exercise/evacuation', 'exercise/flood', 'flood'] });
    pupil.does(press(button.topic('leaveYes')));
    expect(pupil.subscriber).toBeNull();
  });

  it('leaves the group of a member of staff as it is, also when they leave as a resident', () => {
    const officer = new Resident();
    officer.subscriber = known({ districts: [], categories: ['staff:duty'] });
    officer.does(press(button.district('kawara', true, 0)));
    expect(officer.subscriber.categories).toEqual(['evacuation', 'staff:duty', 'flood']);
    officer.does(press(button.topic('leaveYes')));
    expect(officer.subscriber).toMatchObject({ districts: [], categories: ['staff:duty'] });
    officer.subscriber = known({ districts: [], categories: ['exercise/staff:duty'] });
    officer.does(press(button.district('kawara', true, 0)), T0 + 1);
    expect(officer.subscriber.categories).toContain('exercise/staff:duty');
  });
});

describe('coming and going', () => {
  it('F64: a later unfollow is not undone by an earlier follow that comes after it', () => {
    const gone = new Resident();
    gone.subscriber = known();
    gone.does({ kind: 'unfollow' }, T0 + 2_000);
    expect(gone.does({ kind: 'follow' }, T0 + 1_000)).toBeNull();
    expect(gone.subscriber.state).toBe('blocked');
    expect(textOf(gone.does({ kind: 'follow' }, T0 + 3_000))).toContain('おかえりなさい');
    expect(gone.subscriber).toMatchObject({ state: 'active', districts: ['seguchi'] });
  });

  it('F64: shuffled choices come to what was chosen last of each, in any order', () => {
    const taps: readonly (readonly [string, number])[] = [
      [button.district('kawara', true, 0), 1],
      [button.district('minato', true, 0), 2],
      [button.district('kawara', false, 0), 3],
      [button.district('honmachi', true, 0), 4],
    ];
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2, 1, 3, 0, 2],
    ]) {
      const tapper = new Resident();
      for (const index of order) tapper.does(press(taps[index]![0]), T0 + taps[index]![1]);
      expect(tapper.subscriber?.districts).toEqual(['honmachi', 'minato']);
    }
  });

  it('leaves after asking back, forgets everything, and ignores what was pressed before', () => {
    const leaver = new Resident();
    leaver.subscriber = known();
    expect(labels(leaver.does(say('配信停止')))).toEqual(['はい、止めます', 'いいえ、続けます']);
    expect(leaver.subscriber).not.toBeNull();
    leaver.does(press(button.topic('leaveYes')), T0 + 5_000);
    expect(leaver.acts.at(-1)).toEqual({ kind: 'leave' });
    leaver.does(press(button.district('kawara', true, 0)), T0 + 4_000);
    expect(leaver.subscriber).toBeNull();
    leaver.does(press(button.district('kawara', true, 0)), T0 + 6_000);
    expect(leaver.subscriber).toMatchObject({ districts: ['kawara'] });
  });

  it('takes somebody who writes for somebody who came back, unless the block is newer', () => {
    const back = new Resident();
    back.subscriber = known();
    back.does({ kind: 'unfollow' }, T0);
    back.does(say('水位'), T0 - 1_000);
    expect(back.subscriber.state).toBe('blocked');
    back.does(say('水位'), T0 + 1_000);
    expect(back.subscriber.state).toBe('active');
  });

  it('blocks nobody whom the directory does not know', () => {
    expect(step(NEW_TALK, { kind: 'unfollow' })).toMatchObject({ acts: [], talk: { returnBy: null } });
    expect(step(NEW_TALK, { kind: 'unfollow' }, facts({ subscriber: known() })).talk.returnBy).toBeGreaterThan(T0);
  });
});

const answer = (places: readonly PlaceNow[]) => textOf(step(NEW_TALK, say('水位'), facts({ places, subscriber: known() })).reply);

describe('水位', () => {
  it('tells value, distance to the next mark, trend and age', () => {
    expect(answer([aPlace()])).toContain(
      '■ 大瀬川 瀬口\n3.82 m\n危険水位まで あと 0.18 m\n↑ 上がっています（1時間に 0.42 m）\n23:39 の値（2分前）',
    );
  });

  it.each([
    ['passed its mark', { passed: { name: '危険水位', distance: 0.21 } }, '危険水位を 0.21 m 超えています'],
    ['hardly moves', { ratePerHour: -0.02 }, '→ ほぼ変わりません'],
    ['falls', { ratePerHour: -0.5 }, '↓ 下がっています（1時間に 0.50 m）'],
    ['is doubtful', { latest: { at: T0, receivedAt: T0, value: 9.9, quality: 'stepTooLarge' } }, 'この値は確認中です'],
  ])('tells of a river that %s', (_, fields, line) => {
    expect(answer([aPlace(fields)])).toContain(line);
  });

  it.each([
    ['is blind', { blindSince: T0 - 30 * MINUTE }],
    ['is old', { latest: { at: T0 - 16 * MINUTE, receivedAt: T0 - 16 * MINUTE, value: 3.82, quality: 'ok' } }],
    ['was never heard', { latest: null }],
  ])('tells of a gauge that %s that nobody knows, and no value', (_, fields) => {
    const text = answer([aPlace(fields)]);
    expect(text).toContain('いまの水位は分かりません');
    expect(text).not.toContain('3.82');
  });

  it('never says that anything is safe', () => {
    expect(answer([aPlace({ next: { name: '観測開始水位', distance: 3 }, severity: 0 })])).toContain('安全とは限りません');
  });

  it('shows the rivers of one’s districts only, none that is for staff, the most dangerous first', () => {
    const text = answer([
      aPlace({ id: 'a', name: '低い', severity: 1 }),
      aPlace({ id: 'b', name: '高い', severity: 90 }),
      aPlace({ id: 'c', name: '潮', publicAlert: 'staffOnly' }),
      aPlace({ id: 'd', name: '遠い', areas: [{ code: 'minato' }] }),
      aPlace({ id: 'e', name: '広場', kind: 'spot' }),
    ]);
    expect(text.match(/■ .*/g)).toEqual(['■ 大瀬川 高い', '■ 大瀬川 低い']);
  });

  it('asks somebody without districts for districts', () => {
    expect(textOf(step(NEW_TALK, say('水位')).reply)).toContain(TALK_WORDS.ja.signUp.chooseDistricts);
  });

  it('does not answer what was asked too long ago, and carries out what was chosen then', () => {
    const late = T0 - 11 * MINUTE;
    expect(step(NEW_TALK, say('水位'), facts({ subscriber: known() }), late).reply).toBeNull();
    const chosen = step(NEW_TALK, press(button.district('kawara', true, 0)), facts(), late);
    expect(chosen.acts).toHaveLength(1);
    expect(chosen.reply).not.toBeNull();
  });
});

const ask = (given: Partial<TalkFacts>) => step(NEW_TALK, say('避難所'), facts({ subscriber: known(), ...given })).reply;

describe('避難所', () => {
  const near = aShelter('near', { lat: 34.05, lon: 137.252 });
  const far = aShelter('far', { lat: 34.05, lon: 137.28 });
  it('names the nearest open ones designated for the hazard at hand, with distance and crowding, and their places', () => {
    const reply = ask({ hazards: ['洪水'], shelters: [far, near, aShelter('quake', { hazards: ['地震'] })] });
    const text = textOf(reply);
    expect(text.match(/■ .*/g)).toEqual(['■ near', '■ far']);
    expect(text).toContain('約200 m・混み具合 31%');
    expect(text).toContain('2.8 km');
    expect(reply!.messages.slice(1)).toEqual([
      { kind: 'place', title: 'near', address: '見本市本町1-2', place: { lat: 34.05, lon: 137.252 } },
      { kind: 'place', title: 'far', address: '見本市本町1-2', place: { lat: 34.05, lon: 137.28 } },
    ]);
    expect(text).toContain('119');
  });

  it('names a full one after those with room', () => {
    const text = textOf(ask({ shelters: [{ ...near, full: true }, far] }));
    expect(text.match(/■ .*/g)).toEqual(['■ far', '■ near']);
    expect(text).toContain('満員');
  });

  it.each([
    ['nobody said anything of it', null],
    ['it was closed', { state: 'closed' } as const],
  ])('does not call a shelter open when %s, and says what to do', (_, opening) => {
    const reply = ask({ hazards: ['洪水'], shelters: [{ ...near, opening }] });
    expect(textOf(reply)).toContain(TALK_WORDS.ja.shelters.noneOpen);
    expect(textOf(reply)).toContain(TALK_WORDS.ja.shelters.danger);
    expect(textOf(reply)).toContain('まだ開いていません');
    expect(reply!.messages).toHaveLength(1);
  });

  it('sends nobody to a place that is not designated, also when it is the only one open', () => {
    const text = textOf(ask({ hazards: ['洪水', '高潮'], shelters: [near] }));
    expect(text).not.toContain('■');
    expect(text).toContain(TALK_WORDS.ja.shelters.noneFor('洪水・高潮'));
  });

  it('says in calm weather of a city without shelters that none is open, and names no hazard', () => {
    expect(textOf(ask({ hazards: [], shelters: [] }))).toContain(TALK_WORDS.ja.shelters.noneOpen);
  });

  it('asks for a place without districts, and answers from it', () => {
    const lost = new Resident({ shelters: [near] });
    expect(textOf(lost.does(say('避難所')))).toBe(TALK_WORDS.ja.shelters.ask);
    const reply = lost.does({ kind: 'place', place: { lat: 34.050449, lon: 137.251949 } });
    expect(textOf(reply)).toContain('約100 m');
    expect(JSON.stringify(lost.talk)).not.toContain('34.05');
  });
});

const raised = (at: number, kind = 'level') => [{ state: 'raised', kind, stepCode: '', step: at, stepsMax: 3 }];

describe('hazardsOf', () => {
  it.each([
    ['a river at its danger mark', aPlace({ alerts: raised(2) }), ['洪水']],
    ['a road under water', aPlace({ kind: 'road', alerts: raised(2) }), ['内水氾濫']],
    ['a river that is only observed', aPlace({ alerts: raised(1) }), []],
    ['a river that rises fast', aPlace({ alerts: raised(2, 'rise') }), []],
    ['a tide that is for staff', aPlace({ alerts: raised(3), publicAlert: 'staffOnly' }), []],
    ['calm water', aPlace(), []],
  ])('of %s', (_, place, hazards) => {
    expect(hazardsOf([place])).toEqual(hazards);
  });
});

describe('混雑 and 窓口', () => {
  const spot = aPlace({
    id: 'spot',
    name: '駅前広場',
    kind: 'spot',
    river: null,
    capacity: 1_200,
    passed: { name: '混雑', distance: 10 },
    latest: { at: T0, receivedAt: T0, value: 780, quality: 'ok' },
  });
  const desk = aPlace({
    id: 'window-shimin',
    name: '市民課',
    kind: 'window',
    river: null,
    window: { calling: 41, waiting: 12, waitMin: 24.6 },
  });

  it('tells how full, how long and which number', () => {
    const text = textOf(step(NEW_TALK, say('混雑'), facts({ places: [spot, desk] })).reply);
    expect(text).toContain('■ 駅前広場\n混雑・65% (たった今)');
    expect(text).toContain('■ 市民課\n待っている人 12人・待ち時間 約25分・呼び出し中 41番');
  });

  it('tells of a counter that fell silent that nobody knows', () => {
    expect(textOf(step(NEW_TALK, say('混雑'), facts({ places: [{ ...spot, blindSince: T0 }] })).reply)).toContain(
      '■ 駅前広場\nいまの様子は分かりません',
    );
  });

  it.each(LANGUAGES)('%s: leads over pages to every window, district and category, and never shows more than 13 buttons', (language) => {
    const { next, previous } = TALK_WORDS[language].labels;
    for (const count of [1, 11, 12, 13, 14, 22, 23, 40]) {
      const all = many('place', count);
      const given: Partial<TalkFacts> = {
        districts: all,
        categories: all.map(({ code }) => code),
        windows: all.map(({ code, name }) => ({ id: code, name })),
        subscriber: known({ language }),
      };
      for (const topic of ['windows', 'districts', 'categories'] as const) {
        const seen: string[] = [];
        let reply = step(NEW_TALK, press(button.topic(topic)), facts(given)).reply;
        for (let turned = 0; reply !== null && turned <= count; turned += 1) {
          expect(reply.choices.length).toBeLessThanOrEqual(CHOICES_MAX);
          expect(labels(reply).includes(previous)).toBe(turned > 0);
          seen.push(...reply.choices.flatMap((choice) => /place-\d+/.exec(choice.kind === 'button' ? choice.data : '') ?? []));
          const onward = reply.choices.find(({ label }) => label === next);
          reply = onward?.kind === 'button' ? step(NEW_TALK, press(onward.data), facts(given)).reply : null;
        }
        expect(seen).toEqual(all.map(({ code }) => code));
      }
    }
  });

  it('goes back a page as well', () => {
    const windows = many('w', 14).map(({ code, name }) => ({ id: code, name }));
    const back = step(NEW_TALK, press(button.windowPage(0)), facts({ windows })).reply;
    const last = step(NEW_TALK, press(button.windowPage(99)), facts({ windows })).reply;
    expect(labels(back).slice(-2)).toEqual(['w-10', '次へ']);
    expect(labels(last)).toEqual(['w-11', 'w-12', 'w-13', '前へ']);
  });

  it('leads from the window over the number to the word that somebody is noted', () => {
    const waiter = new Resident({ places: [desk], ticket: { kind: 'waiting', calling: 41, ahead: 5 } });
    expect(labels(waiter.does(say('窓口')))).toEqual(['市民課']);
    expect(textOf(waiter.does(press(button.window('window-shimin'))))).toContain('いま呼び出している番号は 41番');
    expect(textOf(waiter.does(say('abc')))).toBe(TALK_WORDS.ja.windows.notNumber);
    expect(textOf(waiter.does(say('60')))).toContain('市民課 60番を受け付けました。あと5人以内');
    expect(textOf(waiter.does(say('60')))).toBe(TALK_WORDS.ja.help);
  });
});

const reports = (resident: Resident) => resident.acts.flatMap((act) => (act.kind === 'report' ? [act.report] : []));

describe('安否 and reports', () => {
  it('keeps a cry for help at once, and the place under the same id', () => {
    const caller = new Resident();
    expect(textOf(caller.does(say('助けて')))).toContain('30日後に消します');
    expect(reports(caller)).toMatchObject([{ kind: 'needHelp', place: null, text: '' }]);
    caller.does({ kind: 'place', place: { lat: 34.29256789, lon: 137.69049 } });
    caller.does(say('2階にいます'));
    const [first, ...more] = reports(caller);
    expect(more.map(({ id }) => id)).toEqual([first!.id, first!.id]);
    expect(more.at(-1)).toMatchObject({ place: { lat: 34.2926, lon: 137.6905 }, text: '2階にいます' });
  });

  it('keeps a report of flooding once there is a place or a word', () => {
    const seer = new Resident();
    seer.does(press(button.topic('flooding')));
    expect(reports(seer)).toEqual([]);
    seer.does(say('本町の橋の下'));
    expect(reports(seer)).toMatchObject([{ kind: 'flooding', place: null, text: '本町の橋の下' }]);
  });

  it('F60: keeps no control, no direction mark and no more than a few sentences', () => {
    const joker = new Resident();
    joker.does(press(button.topic('flooding')));
    joker.does(say(`a\u202Eb\u0000c\r\nd\u200B${'水'.repeat(600)}`));
    const { text } = reports(joker)[0]!;
    expect(text.startsWith('a b c d 水')).toBe(true);
    expect(text).toHaveLength(500);
  });

  it('keeps at most five new reports of one person in ten minutes', () => {
    const flooder = new Resident();
    for (let i = 0; i < 7; i += 1) flooder.does(say('無事です'));
    expect(reports(flooder)).toHaveLength(5);
  });

  it('keeps a cry for help of somebody who has reported all that one may', () => {
    const caller = new Resident();
    for (let i = 0; i < 7; i += 1) caller.does(say('無事です'));
    for (let i = 0; i < 7; i += 1) caller.does(say('助けて'));
    expect(reports(caller).map(({ kind }) => kind)).toEqual([...Array(5).fill('safe'), ...Array(5).fill('needHelp')]);
  });

  it('keeps the words in which somebody cries for help, or begins to tell of a flood', () => {
    const [caller, seer] = [new Resident(), new Resident()];
    caller.does(say('足が悪くて動けません。二階にいます'));
    expect(reports(caller)).toMatchObject([{ kind: 'needHelp', text: '足が悪くて動けません。二階にいます' }]);
    seer.does(say('道が冠水しています'));
    expect(reports(seer)).toEqual([]);
    seer.does({ kind: 'place', place: { lat: 34.29, lon: 137.69 } });
    expect(reports(seer)).toMatchObject([{ kind: 'flooding', text: '道が冠水しています' }]);
  });

  it('looks at thirty events of one person a minute, and at every cry for help', () => {
    const robot = new Resident();
    const answers = Array.from({ length: 40 }, () => robot.does(say('ヘルプ')));
    expect(answers.filter((one) => one !== null)).toHaveLength(30);
    expect(robot.does(say('助けて'))).not.toBeNull();
  });
});

describe('languageOfProfile', () => {
  it.each([
    ['ja', 'ja'],
    ['en-US', 'en'],
    ['zh-Hant', 'zh-Hant'],
    ['zh-TW', 'zh-Hant'],
    ['zh-CN', 'zh-Hans'],
    ['zh', 'zh-Hans'],
    ['pt-BR', 'pt'],
    ['vi', 'vi'],
    ['th', 'en'],
    ['', null],
    [null, null],
  ])('reads %s as %s', (tag, language) => {
    expect(languageOfProfile(tag)).toBe(language);
  });
});
