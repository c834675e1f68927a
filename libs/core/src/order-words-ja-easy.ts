import type { OrderWords } from './order-words.ts';

/** Orders in easy Japanese (やさしい日本語). */
export const easyJapanese: OrderWords = {
  hazards: {
    flood: '川(かわ)の 水(みず)が あふれる',
    landslide: '山(やま)や がけが くずれる',
    stormSurge: '海(うみ)の 水(みず)が 高(たか)く なる',
    earthquake: '地震(じしん)の',
    tsunami: '津波(つなみ)が 来(く)る',
    fire: '大(おお)きな 火事(かじ)の',
    inlandFlood: '道(みち)や 家(いえ)に 水(みず)が 入(はい)る',
    volcano: '火山(かざん)の',
  },
  riverFlood: (rivers) => `${rivers}の 水(みず)が あふれる`,
  reason: (hazard, level) => (level === 5 ? `${hazard} 危険(きけん)が いま あります。` : `${hazard} 危険(きけん)が あります。`),
  act: {
    3: [
      '避難(ひなん)に 時間(じかん)が かかる 人(ひと)は、 いま 逃(に)げてください。',
      'ほかの 人(ひと)は、 逃(に)げる 準備(じゅんび)を してください。',
    ],
    4: [
      '全員(ぜんいん) 危(あぶ)ない 場所(ばしょ)から 逃(に)げてください。',
      '外(そと)が 危(あぶ)ない ときは、 近(ちか)くの 安全(あんぜん)な 建物(たてもの)に 行(い)ってください。',
    ],
    5: [
      '命(いのち)が 危(あぶ)ない です。 すぐ 安全(あんぜん)な ことを してください。',
      'いま いる ところより 安全(あんぜん)な ところに 行(い)ってください。',
    ],
  },
  subject: {
    given: ({ city, level, what }) => `【緊急(きんきゅう)】${city} ${level}（${what}）`,
    updated: ({ city, level, what }) => `【緊急(きんきゅう)・変(か)わりました】${city} ${level}（${what}）`,
    lifted: ({ city, level, what }) => `【終(お)わり】${city} ${level}は 終(お)わりました（${what}）`,
    takenBack: ({ city, level, what }) => `【まちがい】${city} ${level}は 出(で)ていません（${what}）`,
    updateTakenBack: ({ city, level, what }) => `【まちがい】${city} ${level}（${what}）`,
    liftTakenBack: ({ city, level, what }) => `【まちがい】${city} ${level}は 続(つづ)いています（${what}）`,
  },
  given: ({ areas, reason, level }) => `${areas}の 人(ひと)への お知(し)らせです。\n${reason}\n${level}が 出(で)ました。`,
  updated: ({ areas, reason, level }) =>
    `${areas}の 人(ひと)への お知(し)らせです。\n${reason}\n${level}の お知(し)らせが 変(か)わりました。`,
  levelChanged: (from, to) => `前(まえ)： ${from}\nいま： ${to}`,
  added: (areas) => `新(あたら)しい 町(まち)： ${areas}`,
  removed: (areas) => `もう 入(はい)らない 町(まち)： ${areas}`,
  destinationsChanged: '逃(に)げる ところが 変(か)わりました。',
  lifted: ({ areas, level }) => [
    `${areas}の 人(ひと)への お知(し)らせです。`,
    `${level}は 終(お)わりました。`,
    'まだ 危(あぶ)ない ところに 行(い)かないで ください。',
  ],
  takenBack: ({ areas, level }) => [
    `${areas}の 人(ひと)への お知(し)らせです。`,
    `さっきの ${level}は まちがいです。`,
    `${level}は 出(で)ていません。`,
    'ほかの お知(し)らせが 出(で)ている ときは、 それを 見(み)て 逃(に)げてください。',
  ],
  updateTakenBack: ({ level }) => ['さっきの 変(か)わった お知(し)らせは まちがいです。', `いまは ${level}です。`],
  liftTakenBack: ({ areas, reason, level }) => [
    '「終(お)わり」の お知(し)らせは まちがいです。',
    `${areas}の 人(ひと)への お知(し)らせです。`,
    reason,
    `${level}は まだ 続(つづ)いています。`,
  ],
  standing: ({ areas, level, what }) => `${areas}では、${level}（${what}）が まだ 続(つづ)いています。`,
  since: (when) => `出(で)た 時間(じかん)： ${when}`,
  liftedAt: (when) => `終(お)わった 時間(じかん)： ${when}`,
  areas: (areas) => `町(まち)： ${areas}`,
  destinations: '逃(に)げる ところ：',
  destination: (name, address) => `・${name} （${address}）`,
  moreDestinations: (count) => `・ほかに ${count}つ`,
  details: 'もっと 知(し)りたい ときは',
  issuer: (city, when) => `${city} 災害対策本部(さいがいたいさくほんぶ) （${when}）`,
};
