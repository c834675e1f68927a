import type { ProvenChannelDto } from '#wire';

const STATE: Readonly<Record<ProvenChannelDto['state'], string>> = {
  proven: '',
  waiting: '',
  late: '（確かめています）',
  old: '（届いていません）',
  spared: '（今月の通数を残すため休んでいます）',
  nobody: '（試験の宛先がありません）',
  absent: '（送信の設定がありません）',
};

/** Words of the end-to-end heartbeat. */
export const HEARTBEAT_WORDS = {
  heartbeat: '最後の通し確認',
  heartbeatShort: '通し確認',
  heartbeatSoon: 'これから',
  heartbeatTrouble: '通し確認を見てください',
  heartbeatNever: (since: string) => `${since} からまだ一度も届いていません`,
  heartbeatLast: (time: string) => `最後に届いた通し確認 ${time}`,
  heartbeatState: (state: ProvenChannelDto['state']) => STATE[state],
  heartbeatAlarm: '通し確認が届いていません',
  heartbeatWhatToDo:
    '水位計から知らせの送り先までの道を確かめられません。この手段では本物の知らせも届かないおそれがあります。送信の設定を確かめ、電話などほかの手段を用意してください。',
  heartbeatAnswered: (by: string) => `対応：${by}`,
};
