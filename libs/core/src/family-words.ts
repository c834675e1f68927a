import type { Language } from './delivery.ts';

/** What family hear, and what somebody of the LINE account is told of their family code, in one language. The same words on every way. */
export interface FamilyWords {
  readonly atShelter: (since: string) => string;
  readonly named: (shelter: string, since: string) => string;
  readonly safe: (at: string) => string;
  /** Of every code of which nothing can be told, whyever. */
  readonly nothing: string;
  readonly nothingHint: string;
  readonly tooMany: string;
  /** A button has at most 20 characters. */
  readonly label: string;
  readonly yes: string;
  readonly stop: string;
  /** For what consent is given, and until when. */
  readonly purpose: (city: string) => string;
  readonly yourCode: (code: string) => string;
  readonly howToAsk: (address: string) => string;
  readonly stopped: string;
}

const ja: FamilyWords = {
  atShelter: (since) => `避難所にいます（${since} から）`,
  named: (shelter, since) => `${shelter}にいます（${since} から）`,
  safe: (at) => `「無事です」と知らせがありました（${at}）`,
  nothing: 'このコードで知らせられることはありません。',
  nothingHint: 'コードの間違い、まだ知らせがない、知らせないことにした、のどれかです。どれかは分かりません。',
  tooMany: '続けて調べることはできません。10分ほど待ってください。',
  label: '家族に知らせる',
  yes: '同意してコードを受け取る',
  stop: '家族に知らせるのをやめる',
  purpose: (city) =>
    `家族コードを受け取ると、コードを知っている人が、あなたがこのLINEで「無事です」と知らせたことと、その時刻を調べられます。災害の前に渡しておけます。${city}はこのためだけに使います。いつでもやめられ、1年使わないと消えます。`,
  yourCode: (code) => `あなたの家族コードは ${code} です。`,
  howToAsk: (address) => `家族は、このLINEにコードを送るか、${address} で調べられます。「無事です」と送ると、家族に伝わるようになります。`,
  stopped: '家族コードを消しました。このコードではもう調べられません。',
};

const jaEasy: FamilyWords = {
  atShelter: (since) => `避難所(ひなんじょ)に います（${since} から）`,
  named: (shelter, since) => `${shelter}に います（${since} から）`,
  safe: (at) => `「無事(ぶじ)です」と 連絡(れんらく)が ありました（${at}）`,
  nothing: 'この コードで 教(おし)えられることは ありません。',
  nothingHint: 'コードが まちがい、まだ 連絡(れんらく)が ない、本人(ほんにん)が やめた、の どれかです。どれかは 分(わ)かりません。',
  tooMany: '何回(なんかい)も 続(つづ)けて 調(しら)べられません。10分(ぷん) 待(ま)ってください。',
  label: '家族(かぞく)に 知(し)らせる',
  yes: 'コードを もらう',
  stop: '知(し)らせるのを やめる',
  purpose: (city) =>
    `家族(かぞく)コードを もらうと、コードを 知(し)っている 人(ひと)が、あなたの 無事(ぶじ)を 調(しら)べられます。あなたが LINEで「無事(ぶじ)です」と 言(い)った 時間(じかん)も 分(わ)かります。災害(さいがい)の 前(まえ)に もらえます。${city}は ほかのことに 使(つか)いません。いつでも やめられます。1年(ねん) 使(つか)わないと 消(け)します。`,
  yourCode: (code) => `あなたの 家族(かぞく)コードは ${code} です。`,
  howToAsk: (address) =>
    `家族(かぞく)は、この LINEに コードを 送(おく)るか、${address} で 調(しら)べます。「無事(ぶじ)です」と 送(おく)ると、家族(かぞく)に 伝(つた)わります。`,
  stopped: '家族(かぞく)コードを 消(け)しました。もう 調(しら)べられません。',
};

const en: FamilyWords = {
  atShelter: (since) => `At a shelter (since ${since})`,
  named: (shelter, since) => `At ${shelter} (since ${since})`,
  safe: (at) => `Said “I am safe” (${at})`,
  nothing: 'There is nothing that we can tell with this code.',
  nothingHint: 'The code may be wrong, there may be no news yet, or the person chose not to tell. We cannot say which.',
  tooMany: 'You cannot ask again so soon. Please wait about ten minutes.',
  label: 'Let family know',
  yes: 'Agree, get a code',
  stop: 'Stop telling family',
  purpose: (city) =>
    `With a family code, whoever knows the code can see that you said “I am safe” here, and when. You can hand it out before a disaster. ${city} uses this for nothing else. You can stop at any time; it is deleted after 1 year without use.`,
  yourCode: (code) => `Your family code is ${code}`,
  howToAsk: (address) => `Family can send the code to this account or ask at ${address} . When you send “I am safe”, they can see it.`,
  stopped: 'Your family code is deleted. Nobody can ask with it any more.',
};

const zhHans: FamilyWords = {
  atShelter: (since) => `在避难所（${since} 起）`,
  named: (shelter, since) => `在${shelter}（${since} 起）`,
  safe: (at) => `本人已报平安（${at}）`,
  nothing: '用此码没有可以告知的信息。',
  nothingHint: '可能是码有误、还没有消息，或本人选择不告知。我们无法说明是哪一种。',
  tooMany: '不能连续查询。请等待约10分钟。',
  label: '让家人知道',
  yes: '同意并领取家庭码',
  stop: '不再让家人查询',
  purpose: (city) =>
    `领取家庭码后，知道此码的人可以查询您在此LINE报平安一事和时间。可以在灾害前交给家人。${city}仅用于此目的。随时可以停止，1年不使用即删除。`,
  yourCode: (code) => `您的家庭码是 ${code}`,
  howToAsk: (address) => `家人可以把此码发送到本LINE，或在 ${address} 查询。您发送“我平安”后，家人即可查到。`,
  stopped: '家庭码已删除，无法再用它查询。',
};

const zhHant: FamilyWords = {
  atShelter: (since) => `在避難所（${since} 起）`,
  named: (shelter, since) => `在${shelter}（${since} 起）`,
  safe: (at) => `本人已報平安（${at}）`,
  nothing: '用此碼沒有可以告知的資訊。',
  nothingHint: '可能是碼有誤、還沒有消息，或本人選擇不告知。我們無法說明是哪一種。',
  tooMany: '不能連續查詢。請等待約10分鐘。',
  label: '讓家人知道',
  yes: '同意並領取家庭碼',
  stop: '不再讓家人查詢',
  purpose: (city) =>
    `領取家庭碼後，知道此碼的人可以查詢您在此LINE報平安一事和時間。可以在災害前交給家人。${city}僅用於此目的。隨時可以停止，1年不使用即刪除。`,
  yourCode: (code) => `您的家庭碼是 ${code}`,
  howToAsk: (address) => `家人可以把此碼傳送到本LINE，或在 ${address} 查詢。您傳送「我平安」後，家人即可查到。`,
  stopped: '家庭碼已刪除，無法再用它查詢。',
};

const ko: FamilyWords = {
  atShelter: (since) => `대피소에 있습니다 (${since}부터)`,
  named: (shelter, since) => `${shelter}에 있습니다 (${since}부터)`,
  safe: (at) => `“무사합니다”라는 연락이 있었습니다 (${at})`,
  nothing: '이 코드로 알려 드릴 수 있는 것이 없습니다.',
  nothingHint: '코드가 틀렸거나, 아직 연락이 없거나, 본인이 알리지 않기로 했을 수 있습니다. 어느 쪽인지는 알 수 없습니다.',
  tooMany: '연달아 알아볼 수 없습니다. 10분쯤 기다려 주세요.',
  label: '가족에게 알리기',
  yes: '동의하고 코드 받기',
  stop: '가족에게 알리기 중지',
  purpose: (city) =>
    `가족 코드를 받으면 코드를 아는 사람이 당신이 이 LINE에서 “무사합니다”라고 알린 사실과 시각을 알아볼 수 있습니다. 재해 전에 건네둘 수 있습니다. ${city}은(는) 이 목적으로만 사용합니다. 언제든지 그만둘 수 있고 1년간 쓰지 않으면 삭제됩니다.`,
  yourCode: (code) => `당신의 가족 코드는 ${code} 입니다.`,
  howToAsk: (address) =>
    `가족은 이 LINE에 코드를 보내거나 ${address} 에서 알아볼 수 있습니다. “무사합니다”라고 보내면 가족에게 전해집니다.`,
  stopped: '가족 코드를 삭제했습니다. 이 코드로는 더 이상 알아볼 수 없습니다.',
};

const vi: FamilyWords = {
  atShelter: (since) => `Đang ở nơi trú ẩn (từ ${since})`,
  named: (shelter, since) => `Đang ở ${shelter} (từ ${since})`,
  safe: (at) => `Đã báo “Tôi an toàn” (${at})`,
  nothing: 'Không có gì để báo với mã này.',
  nothingHint: 'Có thể mã sai, chưa có tin, hoặc người đó không muốn báo. Chúng tôi không thể nói là trường hợp nào.',
  tooMany: 'Không thể hỏi liên tiếp. Hãy đợi khoảng 10 phút.',
  label: 'Báo cho gia đình',
  yes: 'Đồng ý nhận mã',
  stop: 'Thôi báo gia đình',
  purpose: (city) =>
    `Khi có mã gia đình, ai biết mã có thể xem việc bạn đã báo “Tôi an toàn” ở đây và lúc nào. Có thể đưa mã trước thiên tai. ${city} chỉ dùng cho việc này. Bạn có thể dừng bất cứ lúc nào; 1 năm không dùng sẽ xóa.`,
  yourCode: (code) => `Mã gia đình của bạn là ${code}`,
  howToAsk: (address) => `Gia đình gửi mã vào LINE này hoặc hỏi tại ${address} . Khi bạn gửi “tôi an toàn”, gia đình sẽ thấy.`,
  stopped: 'Đã xóa mã gia đình. Không ai hỏi bằng mã này được nữa.',
};

const pt: FamilyWords = {
  atShelter: (since) => `Está em um abrigo (desde ${since})`,
  named: (shelter, since) => `Está em ${shelter} (desde ${since})`,
  safe: (at) => `Avisou “estou bem” (${at})`,
  nothing: 'Não há nada que possamos informar com este código.',
  nothingHint: 'O código pode estar errado, ainda não há notícias ou a pessoa preferiu não informar. Não podemos dizer qual.',
  tooMany: 'Não é possível perguntar de novo tão cedo. Espere cerca de dez minutos.',
  label: 'Avisar a família',
  yes: 'Concordo, quero',
  stop: 'Parar de avisar',
  purpose: (city) =>
    `Com um código de família, quem souber o código pode ver que você avisou aqui “estou bem” e quando. Pode ser dado antes de um desastre. ${city} não usa isto para mais nada. Você pode parar quando quiser; é apagado após 1 ano sem uso.`,
  yourCode: (code) => `Seu código de família é ${code}`,
  howToAsk: (address) =>
    `A família pode enviar o código a esta conta ou perguntar em ${address} . Quando você envia “estou bem”, ela pode ver.`,
  stopped: 'Seu código de família foi apagado. Ninguém pode mais perguntar com ele.',
};

/** The words of every language. */
export const FAMILY_WORDS: Readonly<Record<Language, FamilyWords>> = {
  ja,
  'ja-easy': jaEasy,
  en,
  'zh-Hans': zhHans,
  'zh-Hant': zhHant,
  ko,
  vi,
  pt,
};
