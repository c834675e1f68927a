import { type Language, type Letter, type LetterKind, TALK_WORDS } from '#core';

/** What letters name. */
export interface LetterPlace {
  readonly city: string;
  /** Address of this service as residents reach it, without a slash at the end. */
  readonly publicUrl: string;
  /** Where an empty mail begins a change. */
  readonly entryAddress: string;
  /** The one sender, which carriers must let through. */
  readonly senderAddress: string;
  /** Districts by code. */
  readonly districts: ReadonlyMap<string, { readonly name: string }>;
  /** How a language writes a name of the playbook. */
  readonly nameIn: (language: Language, name: string) => string;
}

/**
 * The words of a letter. Nobody knows yet in which language somebody reads who writes for the first time, so an invitation is in Japanese with a line
 * in each other language; to an old handset only in those that it can show. Later letters are in the language that was chosen.
 */
export function letterWords(letter: Letter, place: LetterPlace): { readonly subject: string; readonly body: string } {
  return letter.kind === 'invitation' ? invitation(letter, place) : { welcome, goodbye }[letter.kind](letter, place);
}

function invitation({ token, charset }: Letter, { city, publicUrl, senderAddress }: LetterPlace): { subject: string; body: string } {
  const others =
    charset === 'iso-2022-jp' ? (['ja-easy', 'en'] as const) : (['ja-easy', 'en', 'zh-Hans', 'zh-Hant', 'ko', 'vi', 'pt'] as const);
  return {
    subject: `【仮登録】${city} 災害情報メール`,
    body: [
      `${city} 災害情報メールのお申し込みありがとうございます。`,
      'まだ登録は終わっていません。',
      '24時間以内に次のページを開き、地区と言語を選んで登録してください。',
      '',
      `${publicUrl}/mail/${token}`,
      '',
      'すでに登録している方は、同じページで変更・配信停止ができます。',
      `メールは ${senderAddress} から届きます。受信できるように設定してください。`,
      'このメールに心当たりがない場合は、何もしないでください。登録されません。',
      '',
      ...others.map((language) => INVITING[language]),
      '',
      city,
    ].join('\n'),
  };
}

function welcome({ language, districts, categories }: Letter, place: LetterPlace): { subject: string; body: string } {
  const { name, separator, categories: named } = TALK_WORDS[language];
  const words = WORDS[language];
  const city = place.nameIn(language, place.city);
  const areas = districts.map((code) => place.nameIn(language, place.districts.get(code)?.name ?? code));
  const topics = categories.map((category) => (named as Readonly<Record<string, string>>)[category] ?? category);
  return {
    subject: words.subject.welcome(city),
    body: [
      words.registered(city),
      '',
      `${words.language}: ${name}`,
      `${words.districts}: ${areas.join(separator)}`,
      `${words.topics}: ${topics.join(separator)}`,
      '',
      words.change(place.entryAddress),
      words.sender(place.senderAddress),
      '',
      city,
    ].join('\n'),
  };
}

function goodbye({ language }: Letter, place: LetterPlace): { subject: string; body: string } {
  const words = WORDS[language];
  const city = place.nameIn(language, place.city);
  return { subject: words.subject.goodbye(city), body: [words.left, words.again(place.entryAddress), '', city].join('\n') };
}

const INVITING: Readonly<Record<Exclude<Language, 'ja'>, string>> = {
  'ja-easy': 'まだ 終(お)わっていません。上(うえ)の ページを 開(ひら)いて、登録(とうろく)してください。',
  en: 'You are not registered yet. Open the page above within 24 hours and choose your language.',
  'zh-Hans': '尚未完成登记。请在24小时内打开上面的页面，选择语言并登记。',
  'zh-Hant': '尚未完成登記。請在24小時內開啟上面的頁面，選擇語言並登記。',
  ko: '아직 등록되지 않았습니다. 24시간 이내에 위 페이지를 열어 언어를 선택하고 등록해 주세요.',
  vi: 'Bạn chưa đăng ký xong. Hãy mở trang ở trên trong vòng 24 giờ và chọn ngôn ngữ.',
  pt: 'O cadastro ainda não terminou. Abra a página acima em até 24 horas e escolha o idioma.',
};

interface LetterWords {
  readonly subject: Readonly<Record<Exclude<LetterKind, 'invitation'>, (city: string) => string>>;
  readonly registered: (city: string) => string;
  readonly language: string;
  readonly districts: string;
  readonly topics: string;
  readonly change: (entry: string) => string;
  readonly sender: (address: string) => string;
  readonly left: string;
  readonly again: (entry: string) => string;
}

const WORDS: Readonly<Record<Language, LetterWords>> = {
  ja: {
    subject: { welcome: (city) => `【本登録】${city} 災害情報メール`, goodbye: (city) => `【配信停止】${city} 災害情報メール` },
    registered: (city) => `${city} 災害情報メールに登録しました。`,
    language: '言語',
    districts: '地区',
    topics: '情報',
    change: (entry) => `変更・配信停止は、${entry} に空メールを送ってください。`,
    sender: (address) => `メールは ${address} から届きます。`,
    left: '配信を停止し、メールアドレスと登録内容を消しました。避難情報も届きません。',
    again: (entry) => `もう一度登録するときは、${entry} に空メールを送ってください。`,
  },
  'ja-easy': {
    subject: {
      welcome: (city) => `【登録(とうろく)しました】${city} 災害(さいがい)のメール`,
      goodbye: (city) => `【メールを 止(と)めました】${city} 災害(さいがい)のメール`,
    },
    registered: (city) => `${city}の 災害(さいがい)の メールに 登録(とうろく)しました。`,
    language: 'ことば',
    districts: '地区(ちく)',
    topics: 'お知(し)らせ',
    change: (entry) => `変(か)えるとき、止(と)めるときは、${entry} に 何(なに)も 書(か)かない メールを 送(おく)ってください。`,
    sender: (address) => `メールは ${address} から 来(き)ます。`,
    left: 'メールを 止(と)めました。メールアドレスを 消(け)しました。避難(ひなん)の お知(し)らせも 来(き)ません。',
    again: (entry) => `もう一度(いちど) 登録(とうろく)するときは、${entry} に 何(なに)も 書(か)かない メールを 送(おく)ってください。`,
  },
  en: {
    subject: { welcome: (city) => `[Registered] ${city} disaster mail`, goodbye: (city) => `[Unsubscribed] ${city} disaster mail` },
    registered: (city) => `You are registered for disaster mail of ${city}.`,
    language: 'Language',
    districts: 'Districts',
    topics: 'Topics',
    change: (entry) => `To change this or to unsubscribe, send an empty mail to ${entry}.`,
    sender: (address) => `Mail comes from ${address}. Please let it through.`,
    left: 'You are unsubscribed. Your address and choices are deleted. Evacuation orders will not reach you by mail either.',
    again: (entry) => `To register again, send an empty mail to ${entry}.`,
  },
  'zh-Hans': {
    subject: { welcome: (city) => `【登记完成】${city} 灾害邮件`, goodbye: (city) => `【已停止】${city} 灾害邮件` },
    registered: (city) => `您已登记${city}的灾害邮件。`,
    language: '语言',
    districts: '地区',
    topics: '信息',
    change: (entry) => `如需更改或停止，请向 ${entry} 发送空白邮件。`,
    sender: (address) => `邮件由 ${address} 发出，请允许接收。`,
    left: '已停止发送，您的邮箱地址和选择已删除。避难信息也不会再发送。',
    again: (entry) => `如需重新登记，请向 ${entry} 发送空白邮件。`,
  },
  'zh-Hant': {
    subject: { welcome: (city) => `【登記完成】${city} 災害郵件`, goodbye: (city) => `【已停止】${city} 災害郵件` },
    registered: (city) => `您已登記${city}的災害郵件。`,
    language: '語言',
    districts: '地區',
    topics: '資訊',
    change: (entry) => `如需變更或停止，請向 ${entry} 寄送空白郵件。`,
    sender: (address) => `郵件由 ${address} 寄出，請允許接收。`,
    left: '已停止寄送，您的電子郵件地址和選擇已刪除。避難資訊也不會再寄送。',
    again: (entry) => `如需重新登記，請向 ${entry} 寄送空白郵件。`,
  },
  ko: {
    subject: { welcome: (city) => `[등록 완료] ${city} 재난 메일`, goodbye: (city) => `[수신 중지] ${city} 재난 메일` },
    registered: (city) => `${city} 재난 메일에 등록되었습니다.`,
    language: '언어',
    districts: '지구',
    topics: '정보',
    change: (entry) => `변경하거나 중지하려면 ${entry} 로 빈 메일을 보내 주세요.`,
    sender: (address) => `메일은 ${address} 에서 발송됩니다. 수신되도록 설정해 주세요.`,
    left: '수신을 중지하고 메일 주소와 등록 내용을 삭제했습니다. 대피 정보도 더 이상 발송되지 않습니다.',
    again: (entry) => `다시 등록하려면 ${entry} 로 빈 메일을 보내 주세요.`,
  },
  vi: {
    subject: { welcome: (city) => `[Đã đăng ký] Thư thiên tai ${city}`, goodbye: (city) => `[Đã dừng] Thư thiên tai ${city}` },
    registered: (city) => `Bạn đã đăng ký nhận thư thiên tai của ${city}.`,
    language: 'Ngôn ngữ',
    districts: 'Khu vực',
    topics: 'Thông tin',
    change: (entry) => `Để thay đổi hoặc dừng, hãy gửi một thư trống đến ${entry}.`,
    sender: (address) => `Thư được gửi từ ${address}. Hãy cho phép nhận thư này.`,
    left: 'Đã dừng gửi thư. Địa chỉ và các lựa chọn của bạn đã được xóa. Bạn cũng sẽ không nhận được lệnh sơ tán qua thư.',
    again: (entry) => `Để đăng ký lại, hãy gửi một thư trống đến ${entry}.`,
  },
  pt: {
    subject: {
      welcome: (city) => `[Cadastrado] E-mail de desastres ${city}`,
      goodbye: (city) => `[Cancelado] E-mail de desastres ${city}`,
    },
    registered: (city) => `Você está cadastrado no e-mail de desastres de ${city}.`,
    language: 'Idioma',
    districts: 'Bairros',
    topics: 'Informações',
    change: (entry) => `Para alterar ou cancelar, envie um e-mail vazio para ${entry}.`,
    sender: (address) => `Os e-mails vêm de ${address}. Permita o recebimento.`,
    left: 'O envio foi cancelado. Seu endereço e suas escolhas foram apagados. As ordens de evacuação também não chegarão por e-mail.',
    again: (entry) => `Para se cadastrar de novo, envie um e-mail vazio para ${entry}.`,
  },
};
