import type { Language } from './delivery.ts';
import type { OrderHazard, OrderLevel } from './order.ts';

/**
 * What an order says in one language. The service writes these itself, for law fixes the names and what they ask of people (D§2.1, D§2.2); a
 * city adds its own lines by the playbook's wording `order`.
 *
 * `|` is a place where a line may end. Japanese sentences keep the order district → hazard → 警戒レベル → name → who → what to do.
 */
export interface OrderWords {
  readonly hazards: Readonly<Record<OrderHazard, string>>;
  /** The flood of known rivers. */
  readonly riverFlood: (rivers: string) => string;
  /** Why: something threatens (levels 3 and 4), or happens (level 5). */
  readonly reason: (hazard: string, level: OrderLevel) => string;
  /** Who is to do what. */
  readonly act: Readonly<Record<OrderLevel, readonly string[]>>;
  readonly subject: {
    readonly given: (of: SubjectParts) => string;
    readonly updated: (of: SubjectParts) => string;
    readonly lifted: (of: SubjectParts) => string;
    readonly takenBack: (of: SubjectParts) => string;
    readonly updateTakenBack: (of: SubjectParts) => string;
    readonly liftTakenBack: (of: SubjectParts) => string;
  };
  readonly given: (of: LeadParts) => string;
  readonly updated: (of: LeadParts) => string;
  readonly levelChanged: (from: string, to: string) => string;
  readonly added: (areas: string) => string;
  readonly removed: (areas: string) => string;
  readonly destinationsChanged: string;
  readonly lifted: (of: LeadParts) => readonly string[];
  readonly takenBack: (of: LeadParts) => readonly string[];
  readonly updateTakenBack: (of: LeadParts) => readonly string[];
  readonly liftTakenBack: (of: LeadParts) => readonly string[];
  /** Beside the end of an order: another one that goes on. */
  readonly standing: (of: { readonly areas: string; readonly level: string; readonly what: string }) => string;
  readonly since: (when: string) => string;
  readonly liftedAt: (when: string) => string;
  readonly areas: (areas: string) => string;
  /** Head of the list of places that are designated for the hazard. */
  readonly destinations: string;
  readonly destination: (name: string, address: string) => string;
  readonly moreDestinations: (count: number) => string;
  /** Stands before the link. */
  readonly details: string;
  readonly issuer: (city: string, when: string) => string;
}

/** `level` is number and name, `what` the rivers or the hazard. */
export interface SubjectParts {
  readonly city: string;
  readonly level: string;
  readonly what: string;
}

export interface LeadParts {
  readonly areas: string;
  readonly reason: string;
  readonly level: string;
}

/** A time as a sentence of the language has it. */
export const WHEN: Readonly<Record<Language, (date: string, time: string) => string>> = {
  ja: (date, time) => `${date} ${time}`,
  'ja-easy': (date, time) => `${date} ${time}`,
  en: (date, time) => `${date}, ${time}`,
  'zh-Hans': (date, time) => `${date} ${time}`,
  'zh-Hant': (date, time) => `${date} ${time}`,
  ko: (date, time) => `${date} ${time}`,
  vi: (date, time) => `${time} ngày ${date}`,
  pt: (date, time) => `${date}, ${time}`,
};

const japanese: OrderWords = {
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

/** The model sentences of D§8 for levels 3, 4 and 5, one thing to do in each. */
const easyJapanese: OrderWords = {
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

const english: OrderWords = {
  hazards: {
    flood: 'river flooding',
    landslide: 'landslides',
    stormSurge: 'storm surge',
    earthquake: 'earthquake damage',
    tsunami: 'a tsunami',
    fire: 'a large fire',
    inlandFlood: 'flooding of streets and houses',
    volcano: 'volcanic activity',
  },
  riverFlood: (rivers) => `flooding of the ${rivers}`,
  reason: (hazard, level) => (level === 5 ? `${hazard} is happening or about to happen` : `there is a danger of ${hazard}`),
  act: {
    3: [
      'The elderly, people with disabilities and others who need time: leave dangerous places now.',
      'Everyone else: get ready to leave at any time.',
    ],
    4: [
      'Everyone in these districts: leave dangerous places now.',
      'If going to a shelter is dangerous, go to a safe building nearby or to the safest room of your building.',
    ],
    5: [
      'Your life is in danger. Secure your safety at once.',
      'Do not insist on reaching a shelter. Move to a place that is even a little safer than where you are.',
    ],
  },
  subject: {
    given: ({ city, level, what }) => `[EMERGENCY] ${city} - ${level}: ${what}`,
    updated: ({ city, level, what }) => `[EMERGENCY, CHANGED] ${city} - ${level}: ${what}`,
    lifted: ({ city, level, what }) => `[LIFTED] ${city} - ${level}: ${what}`,
    takenBack: ({ city, level, what }) => `[CORRECTION] ${city} - not in force: ${level}: ${what}`,
    updateTakenBack: ({ city, level, what }) => `[CORRECTION] ${city} - ${level}: ${what}`,
    liftTakenBack: ({ city, level, what }) => `[CORRECTION] ${city} - still in force: ${level}: ${what}`,
  },
  given: ({ areas, reason, level }) => `${areas}: ${reason}.\n${level} is in force.`,
  updated: ({ areas, reason, level }) => `${areas}: ${reason}.\n${level} has changed.`,
  levelChanged: (from, to) => `Changed from ${from} to ${to}.`,
  added: (areas) => `New districts: ${areas}`,
  removed: (areas) => `No longer included: ${areas}`,
  destinationsChanged: 'The places to go to have changed.',
  lifted: ({ areas, level }) => [`${areas}: ${level} has been lifted.`, 'Stay away from places where danger remains.'],
  takenBack: ({ areas, level }) => [
    `${areas}: the notice of ${level} that we just sent was a mistake.`,
    'It is not in force.',
    'If another evacuation notice is in force for you, follow that one.',
  ],
  updateTakenBack: ({ level }) => ['The change that we just sent was a mistake.', `${level} goes on as follows.`],
  liftTakenBack: ({ areas, reason, level }) => [
    'The notice of lifting that we just sent was a mistake.',
    `${areas}: ${reason}.`,
    `${level} is still in force.`,
  ],
  standing: ({ areas, level, what }) => `Still in force in ${areas}: ${level} (${what}).`,
  since: (when) => `In force since: ${when}`,
  liftedAt: (when) => `Lifted: ${when}`,
  areas: (areas) => `Districts: ${areas}`,
  destinations: 'Places to go to (designated for this hazard):',
  destination: (name, address) => `- ${name} (${address})`,
  moreDestinations: (count) => `- and ${count} more`,
  details: 'Details:',
  issuer: (city, when) => `${city} Disaster Headquarters (issued ${when})`,
};

const simplifiedChinese: OrderWords = {
  hazards: {
    flood: '河流泛滥',
    landslide: '泥石流、滑坡等灾害',
    stormSurge: '风暴潮',
    earthquake: '地震灾害',
    tsunami: '海啸',
    fire: '大规模火灾',
    inlandFlood: '城市内涝',
    volcano: '火山灾害',
  },
  riverFlood: (rivers) => `${rivers}泛滥`,
  reason: (hazard, level) => (level === 5 ? `${hazard}已经发生或即将发生` : `有${hazard}的危险`),
  act: {
    3: ['老年人、残障人士等避难需要时间的人，请立即离开危险场所。', '其他人也请做好随时避难的准备。'],
    4: ['上述地区的所有人，请离开危险场所避难。', '如果前往避难场所有危险，请转移到附近安全的建筑物，或建筑物内较安全的房间。'],
    5: ['生命有危险，请立即确保安全。', '不必坚持前往避难场所，请转移到比现在稍微安全的地方。'],
  },
  subject: {
    given: ({ city, level, what }) => `【紧急】${city} ${level}（${what}）`,
    updated: ({ city, level, what }) => `【紧急・变更】${city} ${level}（${what}）`,
    lifted: ({ city, level, what }) => `【解除】${city} 解除${level}（${what}）`,
    takenBack: ({ city, level, what }) => `【更正】${city} 并未发布${level}（${what}）`,
    updateTakenBack: ({ city, level, what }) => `【更正】${city} ${level}（${what}）`,
    liftTakenBack: ({ city, level, what }) => `【更正】${city} ${level}仍然有效（${what}）`,
  },
  given: ({ areas, reason, level }) => `${areas}：${reason}，现发布${level}。`,
  updated: ({ areas, reason, level }) => `${areas}：${reason}，${level}的内容已变更。`,
  levelChanged: (from, to) => `由${from}变为${to}。`,
  added: (areas) => `新增地区：${areas}`,
  removed: (areas) => `不再包括的地区：${areas}`,
  destinationsChanged: '避难场所有变更。',
  lifted: ({ areas, level }) => [`${areas}：${level}已解除。`, '请不要靠近仍有危险的地方。'],
  takenBack: ({ areas, level }) => [
    `${areas}：刚才发送的${level}通知有误。`,
    '该避难信息并未发布。',
    '如有其他正在发布的避难信息，请按照该信息行动。',
  ],
  updateTakenBack: ({ level }) => ['刚才发送的变更通知有误。', `${level}按以下内容继续有效。`],
  liftTakenBack: ({ areas, reason, level }) => ['刚才发送的解除通知有误。', `${areas}：${reason}，${level}仍然有效。`],
  standing: ({ areas, level, what }) => `${areas}：${level}（${what}）仍然有效。`,
  since: (when) => `发布：${when}`,
  liftedAt: (when) => `解除：${when}`,
  areas: (areas) => `地区：${areas}`,
  destinations: '避难场所（适用于此类灾害）：',
  destination: (name, address) => `・${name}（${address}）`,
  moreDestinations: (count) => `・另有${count}处`,
  details: '详情请看',
  issuer: (city, when) => `${city}灾害对策本部（${when} 发布）`,
};

const traditionalChinese: OrderWords = {
  hazards: {
    flood: '河川氾濫',
    landslide: '土石流、崩塌等災害',
    stormSurge: '暴潮',
    earthquake: '地震災害',
    tsunami: '海嘯',
    fire: '大規模火災',
    inlandFlood: '市區淹水',
    volcano: '火山災害',
  },
  riverFlood: (rivers) => `${rivers}氾濫`,
  reason: (hazard, level) => (level === 5 ? `${hazard}已經發生或即將發生` : `有${hazard}的危險`),
  act: {
    3: ['長者、身心障礙者等避難需要時間的人，請立即離開危險場所。', '其他人也請做好隨時避難的準備。'],
    4: ['上述地區的所有人，請離開危險場所避難。', '如果前往避難場所有危險，請移動到附近安全的建築物，或建築物內較安全的房間。'],
    5: ['生命有危險，請立即確保安全。', '不必堅持前往避難場所，請移動到比現在稍微安全的地方。'],
  },
  subject: {
    given: ({ city, level, what }) => `【緊急】${city} ${level}（${what}）`,
    updated: ({ city, level, what }) => `【緊急・變更】${city} ${level}（${what}）`,
    lifted: ({ city, level, what }) => `【解除】${city} 解除${level}（${what}）`,
    takenBack: ({ city, level, what }) => `【更正】${city} 並未發布${level}（${what}）`,
    updateTakenBack: ({ city, level, what }) => `【更正】${city} ${level}（${what}）`,
    liftTakenBack: ({ city, level, what }) => `【更正】${city} ${level}仍然有效（${what}）`,
  },
  given: ({ areas, reason, level }) => `${areas}：${reason}，現發布${level}。`,
  updated: ({ areas, reason, level }) => `${areas}：${reason}，${level}的內容已變更。`,
  levelChanged: (from, to) => `由${from}變為${to}。`,
  added: (areas) => `新增地區：${areas}`,
  removed: (areas) => `不再包括的地區：${areas}`,
  destinationsChanged: '避難場所有變更。',
  lifted: ({ areas, level }) => [`${areas}：${level}已解除。`, '請不要靠近仍有危險的地方。'],
  takenBack: ({ areas, level }) => [
    `${areas}：剛才發送的${level}通知有誤。`,
    '該避難資訊並未發布。',
    '如有其他正在發布的避難資訊，請依照該資訊行動。',
  ],
  updateTakenBack: ({ level }) => ['剛才發送的變更通知有誤。', `${level}依以下內容繼續有效。`],
  liftTakenBack: ({ areas, reason, level }) => ['剛才發送的解除通知有誤。', `${areas}：${reason}，${level}仍然有效。`],
  standing: ({ areas, level, what }) => `${areas}：${level}（${what}）仍然有效。`,
  since: (when) => `發布：${when}`,
  liftedAt: (when) => `解除：${when}`,
  areas: (areas) => `地區：${areas}`,
  destinations: '避難場所（適用於此類災害）：',
  destination: (name, address) => `・${name}（${address}）`,
  moreDestinations: (count) => `・另有${count}處`,
  details: '詳情請看',
  issuer: (city, when) => `${city}災害對策本部（${when} 發布）`,
};

const korean: OrderWords = {
  hazards: {
    flood: '하천 범람',
    landslide: '산사태 등 토사 재해',
    stormSurge: '폭풍 해일',
    earthquake: '지진 재해',
    tsunami: '쓰나미',
    fire: '대규모 화재',
    inlandFlood: '시가지 침수',
    volcano: '화산 재해',
  },
  riverFlood: (rivers) => `${rivers} 범람`,
  reason: (hazard, level) => (level === 5 ? `${hazard} 발생 또는 임박` : `${hazard}의 우려가 있음`),
  act: {
    3: [
      '고령자, 장애인 등 피난에 시간이 걸리는 분은 위험한 장소에서 피난하십시오.',
      '그 밖의 분도 언제든지 피난할 수 있도록 준비하십시오.',
    ],
    4: [
      '위 지구에 있는 분은 모두 위험한 장소에서 피난하십시오.',
      '피난 장소로 가는 것이 위험하면 가까운 안전한 건물이나 건물 안의 조금이라도 안전한 방으로 이동하십시오.',
    ],
    5: [
      '생명이 위험합니다. 즉시 안전을 확보하십시오.',
      '피난 장소로 가는 것을 고집하지 말고 지금 있는 곳보다 조금이라도 안전한 곳으로 이동하십시오.',
    ],
  },
  subject: {
    given: ({ city, level, what }) => `[긴급] ${city} ${level} - ${what}`,
    updated: ({ city, level, what }) => `[긴급·변경] ${city} ${level} - ${what}`,
    lifted: ({ city, level, what }) => `[해제] ${city} ${level} 해제 - ${what}`,
    takenBack: ({ city, level, what }) => `[정정] ${city} ${level} 발령 없음 - ${what}`,
    updateTakenBack: ({ city, level, what }) => `[정정] ${city} ${level} - ${what}`,
    liftTakenBack: ({ city, level, what }) => `[정정] ${city} ${level} 계속 중 - ${what}`,
  },
  given: ({ areas, reason, level }) => `${areas}: ${reason}.\n${level} 발령.`,
  updated: ({ areas, reason, level }) => `${areas}: ${reason}.\n${level} 내용 변경.`,
  levelChanged: (from, to) => `변경: ${from} → ${to}`,
  added: (areas) => `새로 포함된 지구: ${areas}`,
  removed: (areas) => `제외된 지구: ${areas}`,
  destinationsChanged: '피난 장소가 변경되었습니다.',
  lifted: ({ areas, level }) => [`${areas}: ${level} 해제.`, '위험이 남아 있는 곳에는 가까이 가지 마십시오.'],
  takenBack: ({ areas, level }) => [
    `${areas}: 방금 보낸 ${level} 알림은 잘못 보낸 것입니다.`,
    '이 피난 정보는 발령되지 않았습니다.',
    '발령 중인 다른 피난 정보가 있으면 그 정보를 따르십시오.',
  ],
  updateTakenBack: ({ level }) => ['방금 보낸 변경 알림은 잘못 보낸 것입니다.', `다음 내용으로 계속 중: ${level}`],
  liftTakenBack: ({ areas, reason, level }) => ['방금 보낸 해제 알림은 잘못 보낸 것입니다.', `${areas}: ${reason}.`, `${level} 계속 중.`],
  standing: ({ areas, level, what }) => `${areas}: ${level}(${what}) 계속 유효합니다.`,
  since: (when) => `발령: ${when}`,
  liftedAt: (when) => `해제: ${when}`,
  areas: (areas) => `지구: ${areas}`,
  destinations: '피난 장소(이 재해에 사용할 수 있는 곳):',
  destination: (name, address) => `- ${name} (${address})`,
  moreDestinations: (count) => `- 그 외 ${count}곳`,
  details: '자세한 내용:',
  issuer: (city, when) => `${city} 재해대책본부 (${when} 발표)`,
};

const vietnamese: OrderWords = {
  hazards: {
    flood: 'sông tràn bờ',
    landslide: 'sạt lở đất đá',
    stormSurge: 'nước biển dâng do bão',
    earthquake: 'thiệt hại do động đất',
    tsunami: 'sóng thần',
    fire: 'hỏa hoạn lớn',
    inlandFlood: 'ngập nước trong khu dân cư',
    volcano: 'hoạt động núi lửa',
  },
  riverFlood: (rivers) => `${rivers} tràn bờ`,
  reason: (hazard, level) => (level === 5 ? `${hazard} đang xảy ra hoặc sắp xảy ra` : `có nguy cơ ${hazard}`),
  act: {
    3: [
      'Người cao tuổi, người khuyết tật và những người cần nhiều thời gian: hãy rời khỏi nơi nguy hiểm ngay bây giờ.',
      'Những người khác: hãy chuẩn bị để có thể sơ tán bất cứ lúc nào.',
    ],
    4: [
      'Tất cả mọi người trong các khu vực này: hãy rời khỏi nơi nguy hiểm ngay bây giờ.',
      'Nếu đến nơi lánh nạn là nguy hiểm, hãy sang tòa nhà an toàn gần đó hoặc căn phòng an toàn nhất trong tòa nhà của bạn.',
    ],
    5: [
      'Tính mạng đang bị đe dọa. Hãy bảo đảm an toàn ngay lập tức.',
      'Không cố đến nơi lánh nạn. Hãy chuyển đến chỗ an toàn hơn nơi bạn đang ở, dù chỉ một chút.',
    ],
  },
  subject: {
    given: ({ city, level, what }) => `[KHẨN CẤP] ${city} - ${level}: ${what}`,
    updated: ({ city, level, what }) => `[KHẨN CẤP, THAY ĐỔI] ${city} - ${level}: ${what}`,
    lifted: ({ city, level, what }) => `[DỠ BỎ] ${city} - ${level}: ${what}`,
    takenBack: ({ city, level, what }) => `[ĐÍNH CHÍNH] ${city} - không ban hành ${level}: ${what}`,
    updateTakenBack: ({ city, level, what }) => `[ĐÍNH CHÍNH] ${city} - ${level}: ${what}`,
    liftTakenBack: ({ city, level, what }) => `[ĐÍNH CHÍNH] ${city} - vẫn còn hiệu lực: ${level}: ${what}`,
  },
  given: ({ areas, reason, level }) => `${areas}: ${reason}.\nĐã ban hành ${level}.`,
  updated: ({ areas, reason, level }) => `${areas}: ${reason}.\nĐã thay đổi nội dung ${level}.`,
  levelChanged: (from, to) => `Thay đổi từ ${from} sang ${to}.`,
  added: (areas) => `Khu vực mới: ${areas}`,
  removed: (areas) => `Khu vực không còn áp dụng: ${areas}`,
  destinationsChanged: 'Nơi lánh nạn đã thay đổi.',
  lifted: ({ areas, level }) => [`${areas}: đã dỡ bỏ ${level}.`, 'Không đến gần những nơi vẫn còn nguy hiểm.'],
  takenBack: ({ areas, level }) => [
    `${areas}: thông báo ${level} vừa gửi là nhầm lẫn.`,
    'Thông tin sơ tán này không được ban hành.',
    'Nếu có thông tin sơ tán khác đang có hiệu lực, hãy làm theo thông tin đó.',
  ],
  updateTakenBack: ({ level }) => ['Thông báo thay đổi vừa gửi là nhầm lẫn.', `${level} vẫn tiếp tục với nội dung sau.`],
  liftTakenBack: ({ areas, reason, level }) => [
    'Thông báo dỡ bỏ vừa gửi là nhầm lẫn.',
    `${areas}: ${reason}.`,
    `${level} vẫn còn hiệu lực.`,
  ],
  standing: ({ areas, level, what }) => `${areas}: ${level} (${what}) vẫn còn hiệu lực.`,
  since: (when) => `Có hiệu lực từ: ${when}`,
  liftedAt: (when) => `Dỡ bỏ lúc: ${when}`,
  areas: (areas) => `Khu vực: ${areas}`,
  destinations: 'Nơi lánh nạn (dùng được cho thiên tai này):',
  destination: (name, address) => `- ${name} (${address})`,
  moreDestinations: (count) => `- và ${count} nơi khác`,
  details: 'Chi tiết:',
  issuer: (city, when) => `Trụ sở ứng phó thiên tai ${city} (phát hành ${when})`,
};

const portuguese: OrderWords = {
  hazards: {
    flood: 'transbordamento de rio',
    landslide: 'deslizamento de terra',
    stormSurge: 'maré de tempestade',
    earthquake: 'danos por terremoto',
    tsunami: 'tsunami',
    fire: 'incêndio de grandes proporções',
    inlandFlood: 'alagamento de ruas e casas',
    volcano: 'atividade vulcânica',
  },
  riverFlood: (rivers) => `transbordamento do ${rivers}`,
  reason: (hazard, level) => (level === 5 ? `${hazard} já está ocorrendo ou é iminente` : `há perigo de ${hazard}`),
  act: {
    3: [
      'Idosos, pessoas com deficiência e quem precisa de mais tempo: saiam agora dos lugares perigosos.',
      'As demais pessoas: preparem-se para sair a qualquer momento.',
    ],
    4: [
      'Todas as pessoas nestes bairros: saiam agora dos lugares perigosos.',
      'Se ir até o abrigo for perigoso, vá para um prédio seguro próximo ou para o cômodo mais seguro do seu prédio.',
    ],
    5: [
      'Sua vida está em perigo. Proteja-se imediatamente.',
      'Não insista em chegar ao abrigo. Vá para um lugar ao menos um pouco mais seguro do que onde está.',
    ],
  },
  subject: {
    given: ({ city, level, what }) => `[EMERGÊNCIA] ${city} - ${level}: ${what}`,
    updated: ({ city, level, what }) => `[EMERGÊNCIA, ALTERADO] ${city} - ${level}: ${what}`,
    lifted: ({ city, level, what }) => `[ENCERRADO] ${city} - ${level}: ${what}`,
    takenBack: ({ city, level, what }) => `[CORREÇÃO] ${city} - não está em vigor: ${level}: ${what}`,
    updateTakenBack: ({ city, level, what }) => `[CORREÇÃO] ${city} - ${level}: ${what}`,
    liftTakenBack: ({ city, level, what }) => `[CORREÇÃO] ${city} - continua em vigor: ${level}: ${what}`,
  },
  given: ({ areas, reason, level }) => `${areas}: ${reason}.\nEm vigor: ${level}.`,
  updated: ({ areas, reason, level }) => `${areas}: ${reason}.\nFoi alterado: ${level}.`,
  levelChanged: (from, to) => `Mudou de ${from} para ${to}.`,
  added: (areas) => `Novos bairros: ${areas}`,
  removed: (areas) => `Bairros que não fazem mais parte: ${areas}`,
  destinationsChanged: 'Os locais de abrigo mudaram.',
  lifted: ({ areas, level }) => [`${areas}: foi encerrado: ${level}.`, 'Não se aproxime de lugares onde ainda há perigo.'],
  takenBack: ({ areas, level }) => [
    `${areas}: o aviso que acabamos de enviar foi um erro: ${level}.`,
    'Ele não está em vigor.',
    'Se houver outra informação de evacuação em vigor, siga essa informação.',
  ],
  updateTakenBack: ({ level }) => ['O aviso de alteração que acabamos de enviar foi um erro.', `Continua em vigor, como segue: ${level}.`],
  liftTakenBack: ({ areas, reason, level }) => [
    'O aviso de encerramento que acabamos de enviar foi um erro.',
    `${areas}: ${reason}.`,
    `Continua em vigor: ${level}.`,
  ],
  standing: ({ areas, level, what }) => `${areas}: ${level} (${what}) continua em vigor.`,
  since: (when) => `Em vigor desde: ${when}`,
  liftedAt: (when) => `Encerrado em: ${when}`,
  areas: (areas) => `Bairros: ${areas}`,
  destinations: 'Abrigos (designados para este desastre):',
  destination: (name, address) => `- ${name} (${address})`,
  moreDestinations: (count) => `- e mais ${count}`,
  details: 'Detalhes:',
  issuer: (city, when) => `Centro de Operações de Desastre - ${city} (emitido: ${when})`,
};

/** Orders in every language. */
export const ORDER_WORDS: Readonly<Record<Language, OrderWords>> = {
  ja: japanese,
  'ja-easy': easyJapanese,
  en: english,
  'zh-Hans': simplifiedChinese,
  'zh-Hant': traditionalChinese,
  ko: korean,
  vi: vietnamese,
  pt: portuguese,
};

/** What staff read of a proposal. It says twice that nothing is ordered yet. */
export interface ProposalWords {
  readonly subject: (of: SubjectParts) => string;
  readonly lead: (level: string) => readonly string[];
  readonly people: (households: string, persons: string) => string;
  readonly grounds: string;
  readonly reading: (place: string, value: string, step: string) => string;
  readonly doubt: (why: string) => string;
  readonly weather: (level: number) => string;
  readonly against: (text: string) => string;
  /** What an approved policy does about it unless somebody withdraws it. */
  readonly issues: (when: string, approvedBy: string) => string;
  readonly onePerson: (approvedBy: string) => string;
  readonly decide: string;
}

const japaneseProposal: ProposalWords = {
  subject: ({ city, level, what }) => `【職員・発令の案】${city} ${level}（${what}）`,
  lead: (level) => [`${level}の案です。|まだ発令していません。`],
  people: (households, persons) => `対象：${households}世帯 ${persons}人`,
  grounds: '根拠：',
  reading: (place, value, step) => `・${place} ${value}|（${step}）`,
  doubt: (why) => `　疑い：|${why}`,
  weather: (level) => `・気象庁の情報：レベル${level}相当`,
  against: (text) => `・${text}`,
  issues: (when, approvedBy) => `取り下げなければ、|${when}に|自動で発令します|（平常時の承認：${approvedBy}）。`,
  onePerson: (approvedBy) => `決定者1人の確認で|発令できます|（平常時の承認：${approvedBy}）。`,
  decide: '発令の画面で確かめて、|発令するか取り下げてください。',
};

const englishProposal: ProposalWords = {
  subject: ({ city, level, what }) => `[Staff, proposal] ${city} - ${level}: ${what}`,
  lead: (level) => [`Proposed: ${level}. Nothing is in force yet.`],
  people: (households, persons) => `Concerned: ${households} households, ${persons} people`,
  grounds: 'Grounds:',
  reading: (place, value, step) => `- ${place} ${value} (${step})`,
  doubt: (why) => `  In doubt: ${why}`,
  weather: (level) => `- Weather agency: equivalent to level ${level}`,
  against: (text) => `- ${text}`,
  issues: (when, approvedBy) => `Unless somebody withdraws it, it is issued by itself: ${when} (standing approval by ${approvedBy}).`,
  onePerson: (approvedBy) => `One decider is enough (standing approval by ${approvedBy}).`,
  decide: 'Look at it on the orders screen, and confirm or withdraw it.',
};

/** Staff of a Japanese city hall read Japanese, or English; other languages take the Japanese text. */
export const PROPOSAL_WORDS: Readonly<Partial<Record<Language, ProposalWords>>> = { ja: japaneseProposal, en: englishProposal };
