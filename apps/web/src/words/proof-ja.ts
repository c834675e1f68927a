/** A count of people, already with its separators, or how many there are. */
interface Parts {
  readonly waiting: string | null;
  readonly unknown: string | null;
  readonly failed: string | null;
  readonly bounced: string | null;
  readonly blocked: string | null;
  readonly confirmed: string | null;
  readonly suppressed: string | null;
}

/** The words about whom messages reached, and about what waits for a person, in Japanese. */
export const PROOF_WORDS = {
  reach: '届き方',
  reachOfOrder: '発令の届き方',
  toOrder: '発令を開く',
  reachNobody: 'この変化では、まだだれにも送っていません。',
  reachResidents: '住民',
  reachOthers: '職員ほか',
  reachByChannel: '手段ごと',
  reachByDistrict: '地区ごと（届いた割合の低い順）',
  reachByLanguage: '言語ごと',
  reachSheet: '広報車のための表（CSV）',
  reachAccepted: (accepted: string, addressed: string) => `${addressed}人中 ${accepted}人に受け付けられた`,
  reachRests: ({ waiting, unknown, failed, bounced, blocked, confirmed, suppressed }: Parts) =>
    [
      waiting && `待ち ${waiting}`,
      unknown && `不明 ${unknown}`,
      failed && `届かず ${failed}`,
      bounced && `うち戻り ${bounced}`,
      blocked && `うちブロック ${blocked}`,
      confirmed && `本人が確認 ${confirmed}`,
      suppressed && `送らず ${suppressed}`,
    ]
      .filter(Boolean)
      .join('・'),
  district: '地区',
  population: '人口',
  notReached: '届いていない',
  ofPopulation: '人口に対して',
  percent: (percent: number | null) => (percent === null ? '人口不明' : `${percent}%`),
  channelStates: '送る手段の状態',
  channelsAllWork: (names: string) => `送る手段はすべて動いています（${names}）。`,
  channelOk: '動いています',
  toDead: (count: string) => `届かなかった配信 ${count} 件を片づける`,
  toCallList: '電話連絡の一覧（印刷用）',
  allDown: 'どの手段でも知らせを送れません',
  allDownWhat: '電話・無線・広報車に切り替えてください。送れるようになると、残りは自動で送ります。',
  toReach: '届き方を見る',
  ordersGiven: '発令',
  // Held
  held: '送信を止めています',
  heldSince: (time: string, why: string) => `${time} から：${why}`,
  heldWaiting: (count: string) => `${count} 件の配信が待っています。再開すると、いまも正しい知らせだけを送ります。`,
  releaseWhy: '再開する理由（必ず書きます）',
  releaseIt: '送信を再開する',
  mayNotRelease: (role: string) => `送信を再開できるのは決定者と管理者です（あなたは${role}）。`,
  // Dead letters
  dead: '届かなかった配信',
  deadLead: 'くり返しても受け付けられなかったものです。原因を直して送り直すか、ほかの方法で伝えて閉じます。',
  noDead: '届かなかった配信はありません。',
  deadWhich: '対象',
  deadChosen: (count: number) => `選んだ ${count} 件`,
  deadAll: (where: string) => `${where} のすべて`,
  deadReason: '理由・どう伝えたか（必ず書きます）',
  deadRetry: (what: string) => `${what}を送り直す`,
  deadClose: (what: string) => `${what}を閉じる（ほかの方法で伝えた）`,
  deadSettled: (count: string) => `${count} 件を片づけました。`,
  deadMore: 'まだ残っています。もう一度押してください。',
  mayNotSettle: (role: string) => `片づけられるのは当番・決定者・管理者です（あなたは${role}）。`,
  chooseOne: (number: string) => `配信 ${number} を選ぶ`,
} as const;
