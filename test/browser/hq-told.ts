import type { DeliveryDto, MessageDto, ReachReportDto, TimelineDto, TransitionDto } from '#wire';

export const reachOf = (index: number): TimelineDto['reach'] => [
  {
    channel: 'line',
    planned: 2_140,
    accepted: index === 4 ? 2_000 : 2_140,
    waiting: index === 4 ? 140 : 0,
    refused: 0,
    dead: 0,
    suppressed: 0,
  },
  { channel: 'email', planned: 318, accepted: 312, waiting: 0, refused: 5, dead: 1, suppressed: 0 },
  { channel: 'disaster-mail', planned: 1_204, accepted: 1_204, waiting: 0, refused: 0, dead: 0, suppressed: 0 },
];

export const messagesOf = (item: TransitionDto): MessageDto[] => [
  {
    id: `${item.id}/residents/ja`,
    audience: 'residents',
    language: 'ja',
    subject: `【見本市】${item.gaugeName}の水位が${item.toName}に達しました`,
    body: `${item.gaugeName}の水位が${item.toName}に達しました。\n川の近くにいる人は、川から離れてください。\n市から避難の情報が出ることがあります。`,
    level: null,
    translated: true,
    issuedAt: item.decidedAt,
  },
  {
    id: `${item.id}/residents/ja-easy`,
    audience: 'residents',
    language: 'ja-easy',
    subject: '川の 水が 増えています',
    body: '川(かわ)の 水(みず)が 増(ふ)えています。\n川から 離(はな)れて ください。',
    level: null,
    translated: true,
    issuedAt: item.decidedAt,
  },
  {
    id: `${item.id}/residents/en`,
    audience: 'residents',
    language: 'en',
    subject: `River level warning`,
    body: 'The river has reached its danger level. Keep away from the river.',
    level: null,
    translated: true,
    issuedAt: item.decidedAt,
  },
];

export function deliveriesOf(item: TransitionDto): DeliveryDto[] {
  const row = (number: number, fields: Partial<DeliveryDto>): DeliveryDto => ({
    number,
    id: `${item.id}/residents/ja/line/${number}`,
    transitionId: item.id,
    channel: 'line',
    endpoint: 'line',
    lane: 'flood',
    language: 'ja',
    recipients: 500,
    state: 'sent',
    attempts: 1,
    firstAttemptAt: item.decidedAt + 40,
    settledAt: item.decidedAt + 310,
    dueAt: item.decidedAt,
    lastReason: '',
    receipt: `5a1f20c${number}-3d1e-8a77-b0b1-0f6d7c1e99a${number}`,
    ...fields,
  });
  const mail = { channel: 'email', recipients: 1, endpoint: 'example.jp' } as const;
  return [
    row(1, {}),
    row(2, { attempts: 2 }),
    row(3, {
      recipients: 140,
      state: 'queued',
      settledAt: null,
      attempts: 3,
      lastReason: '応答がありません(10 秒)。30 秒後に送り直します',
    }),
    row(4, { ...mail }),
    row(5, { ...mail, state: 'refused', lastReason: '550 5.1.1 宛先がありません' }),
    row(6, { ...mail, state: 'dead', attempts: 9, lastReason: '期限まで受け付けられませんでした' }),
    row(7, { channel: 'disaster-mail', endpoint: 'disaster-mail', recipients: 1_204, language: 'ja' }),
    row(8, { language: 'en', recipients: 61 }),
  ];
}

/** Two districts of one message: in the second a chunk still waits, and a mail did not arrive. */
export function reachReportOf(of: string, now: number): ReachReportDto {
  const none = { addressed: 0, accepted: 0, waiting: 0, unknown: 0, failed: 0, confirmed: 0, bounced: 0, blocked: 0, suppressed: 0 };
  const line = { ...none, addressed: 2_140, accepted: 2_000, waiting: 140, confirmed: 61 };
  const mail = { ...none, addressed: 1_206, accepted: 1_204, failed: 2, bounced: 1 };
  const both = { ...none, addressed: 3_346, accepted: 3_204, waiting: 140, failed: 2, bounced: 1, confirmed: 61 };
  const district = { households: null, channels: [] };
  return {
    of,
    at: now,
    residents: both,
    others: none,
    channels: [
      { channel: 'line', ...line },
      { channel: 'disaster-mail', ...mail },
    ],
    languages: [
      { language: 'ja', ...both },
      { language: 'vi', ...none, addressed: 61, accepted: 61 },
    ],
    districts: [
      { ...district, ...line, code: 'honmachi', name: '本町', population: 4_360, notReached: 140, percent: 46 },
      {
        ...district,
        ...mail,
        code: 'seguchi',
        name: '瀬口',
        population: null,
        notReached: 2,
        percent: null,
        channels: [{ channel: 'disaster-mail', ...mail }],
      },
    ],
  };
}
