import type { OrderWords } from './order-words.ts';

/** Orders in Vietnamese. */
export const vietnamese: OrderWords = {
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
