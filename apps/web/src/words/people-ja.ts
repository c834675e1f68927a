import type { ResidentReportDto } from '#wire';

const REPORT_KIND = { needHelp: '助けが必要', flooding: '浸水の知らせ', safe: '無事の知らせ' } as const;
const REPORT_STATE = { new: '未対応', seen: '対応中', closed: '終了' } as const;

/** The words about shelters and residents' reports in Japanese. */
export const PEOPLE_WORDS = {
  // Shelters
  shelters: '避難所',
  sheltersLead: (open: number, all: number, full: number) =>
    `${all}か所のうち ${open}か所を開設中${full > 0 ? `・満員 ${full}か所` : ''}。`,
  noShelters: '避難所がまだありません。playbook の shelters.csv に書くと、ここに並びます。',
  shelterState: (state: 'open' | 'closed' | null) => (state === 'open' ? '開設中' : state === 'closed' ? '閉鎖' : '開設していない'),
  shelterFull: '満員',
  shelterHazards: (hazards: readonly string[]) =>
    hazards.length === 0 ? '指定された災害がありません' : `使える災害：${hazards.join('・')}`,
  shelterPeople: (count: string, capacity: string | null, percent: number | null) =>
    `${count}人${capacity === null ? '' : ` / 定員 ${capacity}人`}${percent === null ? '' : `（${percent}%）`}`,
  shelterUnknown: (capacity: string | null) => `人数不明${capacity === null ? '' : ` / 定員 ${capacity}人`}`,
  shelterSaid: (by: string, time: string, note: string) => `${by} が ${time} に確認${note === '' ? '' : `：${note}`}`,
  shelterSay: (name: string) => `${name} の開設・閉鎖を知らせる`,
  shelterNote: '伝えること（入口、持ち物など。任意）',
  openShelter: (name: string) => `「${name}」は開いていると知らせる`,
  closeShelter: (name: string) => `「${name}」は閉まっていると知らせる`,
  shelterMeans: 'LINE で避難所をたずねた人に、いまから伝わります。間違えたら、もう一度知らせ直してください。',
  toDesk: (name: string) => `${name} の受付（来た人・帰った人を数える）`,
  mayNotOpenShelter: (role: string) => `開設・閉鎖を知らせられるのは運用・当番・決定者・管理者です（あなたは${role}）。`,
  // Reports
  reports: '通報',
  reportsLead: '住民が LINE で知らせてきたことです。助けが必要な人が先に並びます。',
  noReports: '通報はまだありません。',
  noReportsHere: '訓練では、住民からの通報は受けません。実運用の画面で見てください。',
  mayNotReadReports: (role: string) =>
    `通報には人のいる場所が書かれているため、運用・当番・決定者・管理者だけが見られます（あなたは${role}）。`,
  reportKind: (kind: ResidentReportDto['kind']) => REPORT_KIND[kind],
  reportState: (state: ResidentReportDto['state']) => REPORT_STATE[state],
  reportPlace: (lat: string, lon: string) => `北緯 ${lat}・東経 ${lon}（約10m）`,
  reportNoPlace: '場所は知らされていません',
  reportSafe: (time: string) => `同じ人が ${time} に「無事」と知らせています`,
  reportBy: (by: string, time: string, note: string) => `${by} が ${time} に記録${note === '' ? '' : `：${note}`}`,
  reportNote: 'メモ（任意）',
  seeReport: (number: number) => `通報 ${number} に対応していると記録する`,
  closeReport: (number: number) => `通報 ${number} を終える`,
  reportAct: (number: number) => `通報 ${number} への対応を記録する`,
  reportTitle: (number: number) => `通報 ${number}`,
  helpWanted: '助けを求める通報があります',
  helpWantedCount: (count: number) => `まだだれも対応していない通報 ${count}件`,
  toReports: '通報を見る',
  map: '地図',
  mapSentence: (gauges: number, shelters: number, reports: number) =>
    `観測所 ${gauges}か所、避難所 ${shelters}か所、場所のわかる通報 ${reports}件の位置。同じ内容は一覧にあります。`,
  mapNothing: '地図に示せる場所がありません。',
  mapLegend: '△ 観測所　⌂ 避難所（塗りは開設中）　● 番号は通報',
  mapNorth: '北',
} as const;
