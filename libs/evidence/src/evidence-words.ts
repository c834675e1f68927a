import type { Language, Quality } from '#core';

/** What an enclosure says around its figures. Staff read Japanese or English. */
export interface EvidenceWords {
  readonly title: string;
  readonly rule: string;
  readonly verdict: string;
  readonly limits: string;
  readonly readings: string;
  readonly time: string;
  readonly value: string;
  readonly quality: string;
  readonly age: string;
  readonly received: (seconds: number) => string;
  readonly version: string;
  readonly page: string;
  readonly chain: string;
  readonly none: string;
  readonly chart: (facts: { readonly gauge: string; readonly from: string; readonly to: string; readonly latest: string }) => string;
  readonly legend: string;
  readonly qualities: Readonly<Record<Quality, string>>;
}

const ja: EvidenceWords = {
  title: '判断の根拠',
  rule: '規則',
  verdict: '判定',
  limits: '基準',
  readings: '使った観測値',
  time: '観測時刻',
  value: '値',
  quality: '品質',
  age: '到着まで',
  received: (seconds) => (seconds < 120 ? `${seconds}秒` : `${Math.round(seconds / 60)}分`),
  version: 'playbook の版',
  page: '対策本部の画面で見る',
  chain: '判断から配信までの記録',
  none: 'この判断に観測値は使っていません。',
  chart: ({ gauge, from, to, latest }) => `${gauge} ${from}から${to}までの記録。最新 ${latest}`,
  legend: '× は判断に使えない値です。',
  qualities: {
    ok: '良',
    outOfRange: '範囲外',
    stepTooLarge: '急変',
    constant: '変化なし',
    maintenance: '点検中',
    manual: '手入力',
    missing: '欠測',
    estimated: '推定',
    backfilled: '後から到着',
    clockSuspect: '時計が疑わしい',
  },
};

const en: EvidenceWords = {
  title: 'Grounds',
  rule: 'Rule',
  verdict: 'Verdict',
  limits: 'Limits',
  readings: 'Readings it rests on',
  time: 'Observed',
  value: 'Value',
  quality: 'Quality',
  age: 'On the way',
  received: (seconds) => (seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`),
  version: 'Playbook version',
  page: 'Open at headquarters',
  chain: 'From readings to deliveries',
  none: 'No reading was used for this.',
  chart: ({ gauge, from, to, latest }) => `${gauge} from ${from} to ${to}. Latest ${latest}`,
  legend: '× is a value that no decision may rest on.',
  qualities: {
    ok: 'ok',
    outOfRange: 'out of range',
    stepTooLarge: 'step too large',
    constant: 'constant',
    maintenance: 'maintenance',
    manual: 'manual',
    missing: 'missing',
    estimated: 'estimated',
    backfilled: 'backfilled',
    clockSuspect: 'clock doubtful',
  },
};

export const evidenceWords = (language: Language): EvidenceWords => (language === 'ja' || language === 'ja-easy' ? ja : en);
