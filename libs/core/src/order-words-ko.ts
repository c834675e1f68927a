import type { OrderWords } from './order-words.ts';

/** Orders in Korean. */
export const korean: OrderWords = {
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
