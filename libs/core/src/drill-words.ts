import type { Language, Message } from './delivery.ts';
import type { DrillEnding } from './drill.ts';

/** What stands in every word of a drill (D§8). */
export const DRILL_MARK = '【訓練】';

/** What stands in every word of a test. */
const TEST_MARK = '【試験】';

/** `aborted`: a real event ended it, and whatever comes now is real. */
export type DrillNotice = 'started' | 'ended' | 'aborted';

/** Which words its audience hears when a drill ends. */
export const noticeOfEnd = (ending: DrillEnding): DrillNotice => (ending === 'realEvent' ? 'aborted' : 'ended');

interface NoticeWords {
  readonly subject: string;
  readonly first: string;
  readonly body: string;
  readonly last: string;
}

/**
 * What the audience of a drill hears from the drill itself, with the mark in subject, first line and last line. Not the ordinary marks: at the end
 * "this is a drill" would take back the one thing that has to be said, that what comes now is real.
 */
export function drillNotice(
  notice: DrillNotice,
  {
    name,
    until,
    language,
    isFast = false,
  }: {
    readonly name: string;
    /** In real time. */
    readonly until: string;
    readonly language: Language;
    /** Whether the drill's clock runs faster than real time, so that its messages name hours which have not come yet. */
    readonly isFast?: boolean;
  },
): { readonly subject: string; readonly body: string } {
  const { subject, first, body, last } = WORDS[language][notice];
  const filled = (text: string): string => text.replaceAll(/\{(name|until)\}/g, (_, key) => (key === 'name' ? name : until));
  const lines = [
    `${DRILL_MARK}${first}`,
    filled(body),
    ...(isFast && notice === 'started' ? [FAST[language]] : []),
    `${DRILL_MARK}${last}`,
  ];
  return { subject: `${DRILL_MARK}${subject}`, body: lines.join('\n') };
}

/**
 * The line that ends words of a drill or a test, for whoever writes something behind them: it has to stand there again, for what is printed or
 * read to its end must not end as if it were real. Empty for real words.
 */
export const closingMark = ({ status, body }: Pick<Message, 'status' | 'body'>): string =>
  status === 'actual' ? '' : body.trimEnd().split('\n').at(-1)!;

/** Whether words carry the mark of a drill where everybody sees it: in the subject, the first line and the last one. */
export const isMarked = (words: Pick<Message, 'subject' | 'body'>): boolean => carryMark(words, DRILL_MARK);

/** As `isMarked`, for the mark of a test. */
export const isMarkedAsTest = (words: Pick<Message, 'subject' | 'body'>): boolean => carryMark(words, TEST_MARK);

function carryMark({ subject, body }: Pick<Message, 'subject' | 'body'>, mark: string): boolean {
  const lines = body.trimEnd().split('\n');
  return [subject, lines[0]!, lines.at(-1)!].every((text) => text.includes(mark));
}

const FAST: Readonly<Record<Language, string>> = {
  ja: '訓練の中では時間が速く進みます。お知らせにある時刻は、訓練の中の時刻です。',
  'ja-easy':
    '練習(れんしゅう)の 時間(じかん)は 本当(ほんとう)より 速(はや)いです。お知(し)らせの 時間(じかん)は 練習(れんしゅう)の 時間(じかん)です。',
  en: 'Time passes faster in the drill. The times in its notices are times of the drill.',
  'zh-Hans': '演练中的时间比实际快。通知中的时间是演练中的时间。',
  'zh-Hant': '演練中的時間比實際快。通知中的時間是演練中的時間。',
  ko: '훈련에서는 시간이 더 빨리 흐릅니다. 알림에 적힌 시각은 훈련 속의 시각입니다.',
  vi: 'Trong diễn tập, thời gian trôi nhanh hơn thật. Giờ ghi trong thông báo là giờ của diễn tập.',
  pt: 'No simulado o tempo passa mais depressa. As horas dos avisos são as do simulado.',
};

const WORDS: Readonly<Record<Language, Readonly<Record<DrillNotice, NoticeWords>>>> = {
  ja: {
    started: {
      subject: '訓練を始めます',
      first: 'これは訓練です。',
      body: 'いまから「{name}」を始めます。{until}までの予定です。\n訓練のお知らせには、かならず【訓練】と書いてあります。',
      last: '実際に避難する必要はありません。',
    },
    ended: {
      subject: '訓練を終わります',
      first: '訓練を終わります。',
      body: '「{name}」を終わります。ご参加ありがとうございました。\nこれから届くお知らせは本物です。',
      last: 'と書いていないお知らせは、すべて本物です。',
    },
    aborted: {
      subject: '訓練を中止します',
      first: '訓練を中止します。',
      body: 'これから届くお知らせは本物です。\n「{name}」は、実際の災害のおそれがあるため、ここで中止します。',
      last: 'と書いていないお知らせは、すべて本物です。',
    },
  },
  'ja-easy': {
    started: {
      subject: '練習(れんしゅう)を 始(はじ)めます',
      first: 'これは 練習(れんしゅう)です。',
      body: '今(いま)から「{name}」を 始(はじ)めます。{until}までです。\n練習(れんしゅう)の お知(し)らせには、【訓練】と 書(か)いてあります。',
      last: '本当(ほんとう)に 逃(に)げなくて いいです。',
    },
    ended: {
      subject: '練習(れんしゅう)は 終(お)わりです',
      first: '練習(れんしゅう)は 終(お)わりです。',
      body: '「{name}」は 終(お)わりました。ありがとうございました。\nこれから 来(く)る お知(し)らせは 本当(ほんとう)です。',
      last: 'と 書(か)いていない お知(し)らせは、本当(ほんとう)です。',
    },
    aborted: {
      subject: '練習(れんしゅう)を やめます',
      first: '練習(れんしゅう)を やめます。',
      body: 'これから 来(く)る お知(し)らせは 本当(ほんとう)です。\n本当(ほんとう)に あぶないかもしれないので、「{name}」を やめます。',
      last: 'と 書(か)いていない お知(し)らせは、本当(ほんとう)です。',
    },
  },
  en: {
    started: {
      subject: '[DRILL] The drill begins',
      first: 'This is a drill.',
      body: '"{name}" begins now and is planned to last until {until}.\nEvery notice of the drill carries the word 【訓練】 (drill).',
      last: 'You do not have to leave your home.',
    },
    ended: {
      subject: '[DRILL] The drill is over',
      first: 'The drill is over.',
      body: '"{name}" has ended. Thank you for taking part.\nNotices that reach you from now on are real.',
      last: ' (drill): a notice without this word is real.',
    },
    aborted: {
      subject: '[DRILL] The drill is called off',
      first: 'The drill is called off.',
      body: 'Notices that reach you from now on are real.\n"{name}" stops here because there may be a real emergency.',
      last: ' (drill): a notice without this word is real.',
    },
  },
  'zh-Hans': {
    started: {
      subject: '[演练] 演练开始',
      first: '这是演练。',
      body: '现在开始“{name}”，预计到{until}结束。\n演练通知中一定写有【訓練】（演练）。',
      last: '不需要真的避难。',
    },
    ended: {
      subject: '[演练] 演练结束',
      first: '演练结束。',
      body: '“{name}”已结束，感谢您的参加。\n此后收到的通知都是真实的。',
      last: '（演练）：没有这个词的通知都是真实的。',
    },
    aborted: {
      subject: '[演练] 演练中止',
      first: '演练中止。',
      body: '此后收到的通知都是真实的。\n因可能发生真实灾害，“{name}”到此中止。',
      last: '（演练）：没有这个词的通知都是真实的。',
    },
  },
  'zh-Hant': {
    started: {
      subject: '[演練] 演練開始',
      first: '這是演練。',
      body: '現在開始「{name}」，預計到{until}結束。\n演練通知中一定寫有【訓練】（演練）。',
      last: '不需要真的避難。',
    },
    ended: {
      subject: '[演練] 演練結束',
      first: '演練結束。',
      body: '「{name}」已結束，感謝您的參加。\n此後收到的通知都是真實的。',
      last: '（演練）：沒有這個詞的通知都是真實的。',
    },
    aborted: {
      subject: '[演練] 演練中止',
      first: '演練中止。',
      body: '此後收到的通知都是真實的。\n因可能發生真實災害，「{name}」到此中止。',
      last: '（演練）：沒有這個詞的通知都是真實的。',
    },
  },
  ko: {
    started: {
      subject: '[훈련] 훈련을 시작합니다',
      first: '이것은 훈련입니다.',
      body: '지금부터 "{name}"을(를) 시작합니다. {until}까지 예정입니다.\n훈련 알림에는 반드시 【訓練】(훈련)이라고 적혀 있습니다.',
      last: '실제로 대피하지 않아도 됩니다.',
    },
    ended: {
      subject: '[훈련] 훈련을 마칩니다',
      first: '훈련을 마칩니다.',
      body: '"{name}"이(가) 끝났습니다. 참여해 주셔서 감사합니다.\n이제부터 받는 알림은 실제 상황입니다.',
      last: '(훈련): 이 말이 없는 알림은 모두 실제 상황입니다.',
    },
    aborted: {
      subject: '[훈련] 훈련을 중지합니다',
      first: '훈련을 중지합니다.',
      body: '이제부터 받는 알림은 실제 상황입니다.\n실제 재난의 우려가 있어 "{name}"을(를) 여기서 중지합니다.',
      last: '(훈련): 이 말이 없는 알림은 모두 실제 상황입니다.',
    },
  },
  vi: {
    started: {
      subject: '[DIỄN TẬP] Bắt đầu diễn tập',
      first: 'Đây là diễn tập.',
      body: '"{name}" bắt đầu bây giờ, dự kiến đến {until}.\nMọi thông báo diễn tập đều có chữ 【訓練】 (diễn tập).',
      last: 'Bạn không cần phải đi lánh nạn.',
    },
    ended: {
      subject: '[DIỄN TẬP] Kết thúc diễn tập',
      first: 'Diễn tập đã kết thúc.',
      body: '"{name}" đã kết thúc. Cảm ơn bạn đã tham gia.\nTừ bây giờ, thông báo gửi đến bạn là thật.',
      last: ' (diễn tập): thông báo không có chữ này là thật.',
    },
    aborted: {
      subject: '[DIỄN TẬP] Dừng diễn tập',
      first: 'Dừng diễn tập.',
      body: 'Từ bây giờ, thông báo gửi đến bạn là thật.\n"{name}" dừng tại đây vì có thể xảy ra thiên tai thật.',
      last: ' (diễn tập): thông báo không có chữ này là thật.',
    },
  },
  pt: {
    started: {
      subject: '[SIMULADO] O simulado começa',
      first: 'Isto é um simulado.',
      body: '"{name}" começa agora e vai até {until}, conforme previsto.\nTodo aviso do simulado traz a palavra 【訓練】 (simulado).',
      last: 'Não é preciso sair de casa.',
    },
    ended: {
      subject: '[SIMULADO] O simulado terminou',
      first: 'O simulado terminou.',
      body: '"{name}" terminou. Obrigado por participar.\nOs avisos que chegarem a partir de agora são reais.',
      last: ' (simulado): avisos sem esta palavra são reais.',
    },
    aborted: {
      subject: '[SIMULADO] O simulado foi cancelado',
      first: 'O simulado foi cancelado.',
      body: 'Os avisos que chegarem a partir de agora são reais.\n"{name}" para aqui porque pode haver uma emergência real.',
      last: ' (simulado): avisos sem esta palavra são reais.',
    },
  },
};
