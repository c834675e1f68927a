import type { OrderWords } from './order-words.ts';

/** Orders in Japanese. */
export const japanese: OrderWords = {
  hazards: {
    flood: '川の氾濫',
    landslide: '土砂災害',
    stormSurge: '高潮',
    earthquake: '地震による災害',
    tsunami: '津波',
    fire: '大規模な火事',
    inlandFlood: '内水氾濫',
    volcano: '火山現象による災害',
  },
  riverFlood: (rivers) => `${rivers}の氾濫`,
  reason: (hazard, level) => (level === 5 ? `${hazard}が|発生しているか、|切迫しているため` : `${hazard}の|おそれがあるため`),
  act: {
    3: [
      '高齢の方や障害のある方など、|避難に時間がかかる方は、|危険な場所から避難してください。',
      'それ以外の方も、|いつでも避難できるように|準備してください。',
    ],
    4: [
      '対象の地区にいる方は全員、|危険な場所から避難してください。',
      '避難場所へ行くことが危険なときは、|近くの安全な建物や、|建物の中の少しでも安全な部屋へ|移動してください。',
    ],
    5: [
      '対象の地区にいる方は、|命が危険です。|直ちに安全を確保してください。',
      '避難場所へ行くことにこだわらず、|今いる所より少しでも安全な場所へ|移動してください。',
    ],
  },
  subject: {
    given: ({ city, level, what }) => `【緊急】${city} ${level}（${what}）`,
    updated: ({ city, level, what }) => `【緊急・変更】${city} ${level}（${what}）`,
    lifted: ({ city, level, what }) => `【解除】${city} ${level}を解除（${what}）`,
    takenBack: ({ city, level, what }) => `【訂正】${city} ${level}は発令していません（${what}）`,
    updateTakenBack: ({ city, level, what }) => `【訂正】${city} ${level}（${what}）`,
    liftTakenBack: ({ city, level, what }) => `【訂正】${city} ${level}は続いています（${what}）`,
  },
  given: ({ areas, reason, level }) => `${areas}に、|${reason}、|${level}を発令しました。`,
  updated: ({ areas, reason, level }) => `${areas}に、|${reason}発令している|${level}の内容を変更しました。`,
  levelChanged: (from, to) => `${from}から|${to}に変わりました。`,
  added: (areas) => `新しく対象になった地区：|${areas}`,
  removed: (areas) => `対象から外れた地区：|${areas}`,
  destinationsChanged: '避難先が変わりました。',
  lifted: ({ areas, level }) => [`${areas}に|発令していた|${level}を解除しました。`, '危険が残る場所には|近づかないでください。'],
  takenBack: ({ areas, level }) => [
    `先ほど${areas}に|お知らせした|${level}は、|誤って送ったものです。`,
    'この避難情報は発令していません。',
    'ほかに発令中の避難情報があるときは、|そちらに従ってください。',
  ],
  updateTakenBack: ({ level }) => ['先ほどの変更のお知らせは、|誤って送ったものです。', `${level}は、|次の内容で続いています。`],
  liftTakenBack: ({ areas, reason, level }) => [
    '先ほどの解除のお知らせは、|誤って送ったものです。',
    `${areas}には、|${reason}、|${level}を続けて発令しています。`,
  ],
  standing: ({ areas, level, what }) => `${areas}では、|${level}（${what}）が|続いています。`,
  since: (when) => `発令：${when}`,
  liftedAt: (when) => `解除：${when}`,
  areas: (areas) => `地区：|${areas}`,
  destinations: '避難先（この災害で使える場所）：',
  destination: (name, address) => `・${name}|（${address}）`,
  moreDestinations: (count) => `・ほか${count}か所`,
  details: 'くわしくは',
  issuer: (city, when) => `${city} 災害対策本部（${when} 発表）`,
};
