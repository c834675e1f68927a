import type { Transition } from './alert.ts';
import type { Language } from './delivery.ts';
import type { OperationStatus } from './operation-status.ts';
import { type Quantity, UNITS } from './quantity.ts';

// What the service says in words of its own in every language, whatever the playbook holds. Each text of a message says the same as the
// Japanese one above it and no more.

interface Words {
  readonly subject: string;
  readonly body: string;
}

type ByLanguage<T> = Readonly<Record<Language, T>>;

/** Stands before the link under words that had to stay Japanese: where to read on in one's own language (D§8). */
export const ELSEWHERE: ByLanguage<string> = {
  ja: 'くわしくは',
  'ja-easy': 'やさしい 日本語(にほんご)の ページ',
  en: 'This notice is not available in English. See the city page in English:',
  'zh-Hans': '本通知没有中文版。请看本市的中文网页：',
  'zh-Hant': '本通知沒有中文版。請看本市的中文網頁：',
  ko: '이 알림은 한국어판이 없습니다. 시의 한국어 페이지를 보십시오:',
  vi: 'Thông báo này không có bản tiếng Việt. Hãy xem trang tiếng Việt của thành phố:',
  pt: 'Este aviso não está disponível em português. Veja a página da cidade em português:',
};

/** How numbers and dates are written. English names the month first, as signs and broadcasts for visitors in Japan do. */
export const LOCALES: ByLanguage<string> = {
  ja: 'ja-JP',
  'ja-easy': 'ja-JP',
  en: 'en-US',
  'zh-Hans': 'zh-CN',
  'zh-Hant': 'zh-TW',
  ko: 'ko-KR',
  vi: 'vi-VN',
  pt: 'pt-BR',
};

/** Between the districts of a list. */
export const SEPARATORS: ByLanguage<string> = {
  ja: '・',
  'ja-easy': '・',
  en: ', ',
  'zh-Hans': '、',
  'zh-Hant': '、',
  ko: ', ',
  vi: ', ',
  pt: ', ',
};

const unitsOf = (persons: string, minutes: string, calling: string): Readonly<Record<Quantity, string>> => ({
  level: 'm',
  rain: 'mm',
  count: persons,
  in: persons,
  out: persons,
  waiting: persons,
  waitMin: minutes,
  calling,
  weather: '',
});

/** The unit behind a number. */
export const UNIT_WORDS: ByLanguage<Readonly<Record<Quantity, string>>> = {
  ja: UNITS,
  'ja-easy': { ...unitsOf('人(にん)', '分(ふん)', '番(ばん)'), level: 'メートル', rain: 'ミリ' },
  en: unitsOf('people', 'min', ''),
  'zh-Hans': unitsOf('人', '分钟', '号'),
  'zh-Hant': unitsOf('人', '分鐘', '號'),
  ko: unitsOf('명', '분', '번'),
  vi: unitsOf('người', 'phút', ''),
  pt: unitsOf('pessoas', 'min', ''),
};

/**
 * How words of a drill and of a test are marked. The Japanese word stays in every language: it is what the law and the loudspeakers say
 * (D§8).
 */
export const MARKS: Readonly<Record<Exclude<OperationStatus, 'actual'>, ByLanguage<{ readonly subject: string; readonly line: string }>>> =
  {
    exercise: {
      ja: { subject: '【訓練】', line: '【訓練】これは訓練です。' },
      'ja-easy': { subject: '【訓練】', line: '【訓練】これは 練習(れんしゅう)です。本当(ほんとう)では ありません。' },
      en: { subject: '【訓練】[DRILL] ', line: '【訓練】This is a drill. It is not real.' },
      'zh-Hans': { subject: '【訓練】[演练] ', line: '【訓練】这是演练，不是真实情况。' },
      'zh-Hant': { subject: '【訓練】[演練] ', line: '【訓練】這是演練，不是真實情況。' },
      ko: { subject: '【訓練】[훈련] ', line: '【訓練】이것은 훈련입니다. 실제 상황이 아닙니다.' },
      vi: { subject: '【訓練】[DIỄN TẬP] ', line: '【訓練】Đây là diễn tập, không phải tình huống thật.' },
      pt: { subject: '【訓練】[SIMULADO] ', line: '【訓練】Isto é um simulado. Não é real.' },
    },
    test: {
      ja: { subject: '【試験】', line: '【試験】これは試験配信です。' },
      'ja-easy': { subject: '【試験】', line: '【試験】これは テストです。本当(ほんとう)では ありません。' },
      en: { subject: '【試験】[TEST] ', line: '【試験】This is a test. It is not real.' },
      'zh-Hans': { subject: '【試験】[测试] ', line: '【試験】这是测试信息，不是真实情况。' },
      'zh-Hant': { subject: '【試験】[測試] ', line: '【試験】這是測試訊息，不是真實情況。' },
      ko: { subject: '【試験】[시험] ', line: '【試験】이것은 시험 발송입니다. 실제 상황이 아닙니다.' },
      vi: { subject: '【試験】[THỬ NGHIỆM] ', line: '【試験】Đây là tin thử nghiệm, không phải tình huống thật.' },
      pt: { subject: '【試験】[TESTE] ', line: '【試験】Isto é um teste. Não é real.' },
    },
  };

/** What is said of a reset where the playbook has no words for it: that nobody may take it for an all-clear, and that somebody watches on. */
const RESET_WORDS: ByLanguage<Words> = {
  ja: {
    subject: '【規則の変更】{city} {gauge}',
    body: '{gauge}についてお知らせしていた内容は、\n規則が変わったため、いったん区切ります。\n状況がおさまったことを示すものではありません。\n{city}は監視を続けており、\n警戒が必要なときは改めてお知らせします。\n{date} {time}',
  },
  'ja-easy': {
    subject: '【お知(し)らせの きまりが 変(か)わりました】{gauge}',
    body: '{gauge}の お知(し)らせは、きまりが 変(か)わったので、ここで 一度(いちど) 終(お)わります。\nまだ 安全(あんぜん)とは 言(い)えません。\n{city}は 見(み)ています。あぶないときは、また お知(し)らせします。\n{date} {time}',
  },
  en: {
    subject: '[{city}] {gauge}: rule changed',
    body: 'The rule behind our notice about {gauge} has changed, so that notice ends here.\nThis does not mean that the danger is over.\n{city} keeps watching and will tell you again when care is needed.\n{date}, {time}',
  },
  'zh-Hans': {
    subject: '【规则变更】{city} {gauge}',
    body: '由于判断规则已变更，此前关于{gauge}的通知到此告一段落。\n这并不表示危险已经解除。\n{city}将继续监测，需要警戒时会再次通知。\n{date} {time}',
  },
  'zh-Hant': {
    subject: '【規則變更】{city} {gauge}',
    body: '由於判斷規則已變更，先前關於{gauge}的通知到此告一段落。\n這並不表示危險已經解除。\n{city}將持續監測，需要警戒時會再次通知。\n{date} {time}',
  },
  ko: {
    subject: '[{city}] {gauge} 규칙 변경',
    body: '판단 규칙이 변경되어 {gauge}에 대한 지금까지의 알림을 일단 마칩니다.\n위험이 사라졌다는 뜻은 아닙니다.\n{city}에서는 계속 감시하며, 경계가 필요하면 다시 알려 드립니다.\n{date} {time}',
  },
  vi: {
    subject: '[{city}] {gauge}: quy tắc thay đổi',
    body: 'Quy tắc của thông báo về {gauge} đã thay đổi nên thông báo đó kết thúc tại đây.\nĐiều này không có nghĩa là đã hết nguy hiểm.\n{city} vẫn tiếp tục theo dõi và sẽ báo lại khi cần cảnh giác.\n{time} ngày {date}',
  },
  pt: {
    subject: '[{city}] {gauge}: regra alterada',
    body: 'A regra do aviso sobre {gauge} mudou; por isso, aquele aviso termina aqui.\nIsto não significa que o perigo passou.\n{city} continua monitorando e avisará de novo quando for preciso ter cuidado.\n{date}, {time}',
  },
};

/** That a rule is judged no more is the service's own news, so the words are its own too (F46, F49). */
const PARKED_WORDS: ByLanguage<Words> = {
  ja: {
    subject: '【規則停止】{rule}（{gauge}）',
    body: '{gauge}について、\n規則「{rule}」の判定を止めました。\n他の規則は動いています。\n理由：{why}\nplaybook を直してください。\n直すまで、この規則は知らせを出しません。',
  },
  'ja-easy': {
    subject: '【規則(きそく) 停止(ていし)】{rule}（{gauge}）',
    body: '{gauge}の 規則(きそく)「{rule}」を 止(と)めました。\n理由(りゆう)：{why}\n他(ほか)の 規則(きそく)は 動(うご)いています。\nplaybookを 直(なお)してください。',
  },
  en: {
    subject: 'Rule stopped: {rule} ({gauge})',
    body: 'The rule "{rule}" is judged on {gauge} no more. All other rules go on.\nWhy: {why}\nPut the playbook right. Until then this rule tells nobody anything.',
  },
  'zh-Hans': {
    subject: '【规则停止】{rule}（{gauge}）',
    body: '已停止对{gauge}判断规则“{rule}”。其他规则照常运行。\n原因：{why}\n请修正playbook。修正之前，该规则不会发出任何通知。',
  },
  'zh-Hant': {
    subject: '【規則停止】{rule}（{gauge}）',
    body: '已停止對{gauge}判斷規則「{rule}」。其他規則照常運作。\n原因：{why}\n請修正playbook。修正之前，該規則不會發出任何通知。',
  },
  ko: {
    subject: '[규칙 정지] {rule} ({gauge})',
    body: '{gauge}에 대한 규칙 "{rule}"의 판정을 중지했습니다. 다른 규칙은 계속 작동합니다.\n이유: {why}\nplaybook을 고쳐 주십시오. 고칠 때까지 이 규칙은 알림을 보내지 않습니다.',
  },
  vi: {
    subject: 'Quy tắc đã dừng: {rule} ({gauge})',
    body: 'Đã dừng xét quy tắc "{rule}" đối với {gauge}. Các quy tắc khác vẫn hoạt động.\nLý do: {why}\nHãy sửa playbook. Cho đến khi sửa xong, quy tắc này không gửi thông báo nào.',
  },
  pt: {
    subject: 'Regra parada: {rule} ({gauge})',
    body: 'A regra "{rule}" não é mais avaliada em {gauge}. As demais regras continuam.\nMotivo: {why}\nCorrija o playbook. Até lá, esta regra não avisa ninguém.',
  },
};

/** That counters alone never say "full" is the service's own promise, so the question to staff is in its own words (D§7). */
const ASKED_WORDS: ByLanguage<Words> = {
  ja: {
    subject: '【職員・確認のお願い】{gauge} は「{step}」ですか（{value}{unit}）',
    body: '{gauge}の計数器の値が「{step}」に達しました。\n{date} {time} {value}{unit}\n「{step}」は職員が現地で確かめてから知らせます。\n状況画面の{gauge}で\n「満員と確認」か「まだ入れる（人数）」を押してください。\n規則 {rule}',
  },
  'ja-easy': {
    subject: '【確(たし)かめてください】{gauge}は「{step}」ですか',
    body: '{gauge}に {value}{unit} いると 機械(きかい)が 言(い)っています（{date} {time}）。\n「{step}」かどうか、人(ひと)が 見(み)て 確(たし)かめてください。\n画面(がめん)で「満員(まんいん)と確認(かくにん)」か「まだ入(はい)れる」を 押(お)してください。',
  },
  en: {
    subject: 'Please confirm: is {gauge} "{step}"? ({value} {unit})',
    body: 'The counter of {gauge} has reached "{step}" ({date} {time}: {value} {unit}).\nA place is called "{step}" only after a person has looked.\nOn the situation screen, at {gauge}, press "Confirm full" or "Still room (people)".\nRule {rule}',
  },
  'zh-Hans': {
    subject: '【工作人员请确认】{gauge}是否“{step}”（{value}{unit}）',
    body: '{gauge}的计数器数值已达到“{step}”（{date} {time} {value}{unit}）。\n须由工作人员到现场确认后，才会通知“{step}”。\n请在状况画面的{gauge}处按“満員と確認”（确认已满）或“まだ入れる（人数）”（仍可进入）。\n规则 {rule}',
  },
  'zh-Hant': {
    subject: '【工作人員請確認】{gauge}是否「{step}」（{value}{unit}）',
    body: '{gauge}的計數器數值已達到「{step}」（{date} {time} {value}{unit}）。\n須由工作人員到現場確認後，才會通知「{step}」。\n請在狀況畫面的{gauge}處按「満員と確認」（確認已滿）或「まだ入れる（人数）」（仍可進入）。\n規則 {rule}',
  },
  ko: {
    subject: '[직원 확인 요청] {gauge}: "{step}"입니까? ({value}{unit})',
    body: '{gauge}의 계수기 값이 "{step}"에 도달했습니다({date} {time} {value}{unit}).\n직원이 현장에서 확인한 뒤에만 "{step}"을(를) 알립니다.\n상황 화면의 {gauge}에서 "満員と確認"(만원 확인) 또는 "まだ入れる（人数）"(아직 들어갈 수 있음)를 눌러 주십시오.\n규칙 {rule}',
  },
  vi: {
    subject: 'Xin xác nhận: {gauge} có "{step}" không? ({value} {unit})',
    body: 'Máy đếm ở {gauge} đã đạt "{step}" ({time} ngày {date}: {value} {unit}).\nChỉ thông báo "{step}" sau khi nhân viên đã đến tận nơi kiểm tra.\nTrên màn hình tình hình, tại {gauge}, hãy nhấn "満員と確認" (xác nhận đã đầy) hoặc "まだ入れる（人数）" (còn chỗ).\nQuy tắc {rule}',
  },
  pt: {
    subject: 'Confirme, por favor: {gauge} está "{step}"? ({value} {unit})',
    body: 'O contador de {gauge} atingiu "{step}" ({date}, {time}: {value} {unit}).\nUm local só é anunciado como "{step}" depois que uma pessoa verificar.\nNa tela de situação, em {gauge}, aperte "満員と確認" (confirmar lotado) ou "まだ入れる（人数）" (ainda há lugar).\nRegra {rule}',
  },
};

/** Words for what must never go unsaid, whatever the playbook holds. */
export const SPARE_WORDS: Readonly<Partial<Record<Transition['kind'], ByLanguage<Words>>>> = {
  reset: RESET_WORDS,
  parked: PARKED_WORDS,
  asked: ASKED_WORDS,
};

/** The words of one message for several places. */
export interface GroupWords {
  /** Which places, how many, and what became of them. */
  readonly subject: (place: string, count: number, change: string) => string;
  /** What became of them: the step, said as a rise, a fall or an end. */
  readonly change: (kind: string, step: string) => string;
  /** How many are not listed. */
  readonly rest: (count: number) => string;
}

const changes =
  (cleared: (step: string) => string, below: (step: string) => string): GroupWords['change'] =>
  (kind, step) =>
    kind === 'cleared' ? cleared(step) : kind === 'steppedDown' ? below(step) : step;

const japaneseGroup: GroupWords = {
  subject: (place, count, change) => `${place}：${count}地点が${change}`,
  change: changes(
    (step) => `解除（${step}）`,
    (step) => `${step}を下回る`,
  ),
  rest: (count) => `ほか${count}地点`,
};

/** Staff read these; they are the service's own words, for no playbook can foresee how many places there are. */
export const GROUP_WORDS: ByLanguage<GroupWords> = {
  ja: japaneseGroup,
  'ja-easy': japaneseGroup,
  en: {
    subject: (place, count, change) => `${place}: ${change} at ${count} places`,
    change: changes(
      (step) => `all clear (${step})`,
      (step) => `below ${step}`,
    ),
    rest: (count) => `and ${count} more`,
  },
  'zh-Hans': {
    subject: (place, count, change) => `${place}：${count}处${change}`,
    change: changes(
      (step) => `解除（${step}）`,
      (step) => `低于${step}`,
    ),
    rest: (count) => `另有${count}处`,
  },
  'zh-Hant': {
    subject: (place, count, change) => `${place}：${count}處${change}`,
    change: changes(
      (step) => `解除（${step}）`,
      (step) => `低於${step}`,
    ),
    rest: (count) => `另有${count}處`,
  },
  ko: {
    subject: (place, count, change) => `${place}: ${count}개 지점 ${change}`,
    change: changes(
      (step) => `해제(${step})`,
      (step) => `${step} 미만`,
    ),
    rest: (count) => `그 외 ${count}개 지점`,
  },
  vi: {
    subject: (place, count, change) => `${place}: ${change} tại ${count} điểm`,
    change: changes(
      (step) => `hết cảnh báo (${step})`,
      (step) => `dưới ${step}`,
    ),
    rest: (count) => `và ${count} điểm khác`,
  },
  pt: {
    subject: (place, count, change) => `${place}: ${change} em ${count} pontos`,
    change: changes(
      (step) => `fim do alerta (${step})`,
      (step) => `abaixo de ${step}`,
    ),
    rest: (count) => `e mais ${count}`,
  },
};

/** Words of the service to staff in front of an alert's own ones: for the subject, and as the first paragraph. */
export interface NoteWords {
  /** The alert came back so many times within the hour (F52). */
  readonly flapping: (times: number) => { readonly head: string; readonly lead: string };
  /** A silence ended whose alert still stands. */
  readonly silenceOver: (silence: { readonly id: string; readonly by: string; readonly reason: string }) => {
    readonly head: string;
    readonly lead: string;
  };
}

const japaneseNote: NoteWords = {
  flapping: (times) => ({
    head: `【${times}回目】人の判断を：`,
    lead: `同じ警報が1時間に${times}回目です。人の判断を求めます。混雑の知らせは止めています。水位・避難に関わる知らせは止めていません。`,
  }),
  silenceOver: ({ id, by, reason }) => ({
    head: '【通知再開】継続中：',
    lead: `通知の休止（${id}、${by}：${reason}）が終わりました。次の警報は続いています。`,
  }),
};

/** That an alert comes too often, and that it stands after a silence. */
export const NOTE_WORDS: ByLanguage<NoteWords> = {
  ja: japaneseNote,
  'ja-easy': japaneseNote,
  en: {
    flapping: (times) => ({
      head: `[${times} times] Please decide: `,
      lead: `The same alert came ${times} times within the hour. A person has to judge. Crowding news is held back; news of water and evacuation is not.`,
    }),
    silenceOver: ({ id, by, reason }) => ({
      head: '[Silence over] Still raised: ',
      lead: `The silence ${id} (${by}: ${reason}) is over. This alert is still raised.`,
    }),
  },
  'zh-Hans': {
    flapping: (times) => ({
      head: `【第${times}次】请人工判断：`,
      lead: `同一警报1小时内已发生${times}次，请人工判断。拥挤通知已暂停；水位和避难相关通知未暂停。`,
    }),
    silenceOver: ({ id, by, reason }) => ({
      head: '【恢复通知】仍在持续：',
      lead: `通知暂停（${id}，${by}：${reason}）已结束。以下警报仍在持续。`,
    }),
  },
  'zh-Hant': {
    flapping: (times) => ({
      head: `【第${times}次】請人工判斷：`,
      lead: `同一警報1小時內已發生${times}次，請人工判斷。擁擠通知已暫停；水位與避難相關通知未暫停。`,
    }),
    silenceOver: ({ id, by, reason }) => ({
      head: '【恢復通知】仍在持續：',
      lead: `通知暫停（${id}，${by}：${reason}）已結束。以下警報仍在持續。`,
    }),
  },
  ko: {
    flapping: (times) => ({
      head: `[${times}회째] 사람의 판단 필요: `,
      lead: `같은 경보가 1시간 동안 ${times}회째입니다. 사람의 판단이 필요합니다. 혼잡 알림은 멈추었으며, 수위와 피난 관련 알림은 멈추지 않았습니다.`,
    }),
    silenceOver: ({ id, by, reason }) => ({
      head: '[알림 재개] 계속 중: ',
      lead: `알림 중지(${id}, ${by}: ${reason})가 끝났습니다. 다음 경보는 계속되고 있습니다.`,
    }),
  },
  vi: {
    flapping: (times) => ({
      head: `[Lần thứ ${times}] Cần người quyết định: `,
      lead: `Cùng một cảnh báo đã xuất hiện ${times} lần trong một giờ. Cần có người xem xét. Tin về đông đúc đang tạm dừng; tin về mực nước và sơ tán không dừng.`,
    }),
    silenceOver: ({ id, by, reason }) => ({
      head: '[Thông báo trở lại] Vẫn tiếp diễn: ',
      lead: `Việc tạm dừng thông báo (${id}, ${by}: ${reason}) đã kết thúc. Cảnh báo sau vẫn tiếp diễn.`,
    }),
  },
  pt: {
    flapping: (times) => ({
      head: `[${times} vezes] Decida, por favor: `,
      lead: `O mesmo alerta ocorreu ${times} vezes em uma hora. Uma pessoa precisa decidir. Avisos de lotação estão suspensos; os de nível da água e evacuação, não.`,
    }),
    silenceOver: ({ id, by, reason }) => ({
      head: '[Avisos retomados] Continua: ',
      lead: `A suspensão de avisos (${id}, ${by}: ${reason}) terminou. O alerta abaixo continua.`,
    }),
  },
};
