import type { Language } from '#core';

/** Everything the pages say, in one language. A missing text does not compile. */
export interface PageWords {
  readonly title: (city: string) => string;
  readonly lead: string;
  readonly to: string;
  readonly languages: string;
  readonly language: string;
  readonly districts: string;
  readonly districtsHint: string;
  readonly topics: string;
  readonly evacuationHint: string;
  readonly handset: string;
  readonly handsetNew: string;
  readonly handsetOld: string;
  readonly terms: string;
  /** For what the data is used, and what becomes of it (D§8). */
  readonly purpose: (city: string) => string;
  readonly agree: string;
  readonly register: string;
  readonly change: string;
  readonly leaveTitle: string;
  readonly leaveHint: string;
  readonly leave: string;
  readonly problems: { readonly title: string; readonly districts: string; readonly agree: string };
  readonly chosen: string;
  readonly chosenHint: string;
  readonly left: string;
  readonly leftHint: string;
  readonly used: string;
  readonly unknown: string;
  /** Where to begin. */
  readonly begin: (entry: string) => string;
  readonly askLeave: string;
}

const ja: PageWords = {
  title: (city) => `${city} 災害情報メール`,
  lead: '受け取る言語・地区・情報を選んで、登録してください。',
  to: '届け先',
  languages: '表示する言語',
  language: 'メールの言語',
  districts: '地区',
  districtsHint: '住んでいる地区、働いている地区などを選んでください。いくつでも選べます。',
  topics: '情報の種類',
  evacuationHint: '避難情報は命を守るための情報です。必ずお送りします。',
  handset: '携帯電話の種類',
  handsetNew: 'スマートフォン・パソコン',
  handsetOld: '古い携帯電話（文字化けするとき。日本語と英語だけが読めます）',
  terms: '個人情報の取り扱い',
  purpose: (city) =>
    `${city}は、メールアドレスと選んだ内容を、災害情報メールを送るためだけに使います。アドレスは暗号化して保管し、配信を停止すると消します。氏名や位置は集めません。`,
  agree: '内容を読み、同意します',
  register: '登録する',
  change: '変更する',
  leaveTitle: '配信を停止する',
  leaveHint: '停止すると、避難情報も届かなくなります。メールアドレスと登録内容は消えます。',
  leave: '配信を停止する',
  problems: {
    title: '登録できませんでした。次のところを直してください。',
    districts: '地区を1つ以上選んでください。',
    agree: '個人情報の取り扱いに同意してください。',
  },
  chosen: '登録しました',
  chosenHint: '確認のメールを送りました。このページは閉じてかまいません。',
  left: '配信を停止しました',
  leftHint: 'メールアドレスと登録内容を消しました。避難情報もメールでは届きません。',
  used: 'この登録用ページは、すでに使われています。変更するときは、もう一度空メールを送ってください。',
  unknown: 'この登録用ページは使えません。24時間が過ぎたか、アドレスが違います。',
  begin: (entry) => `登録・変更は ${entry} に空メールを送ってください。`,
  askLeave: '災害情報メールの配信を停止しますか。',
};

const jaEasy: PageWords = {
  title: (city) => `${city} 災害(さいがい)の メール`,
  lead: 'ことば・地区(ちく)・お知(し)らせを 選(えら)んで、登録(とうろく)してください。',
  to: 'メールアドレス',
  languages: 'ページの ことば',
  language: 'メールの ことば',
  districts: '地区(ちく)',
  districtsHint: '住(す)んでいる ところ、働(はたら)いている ところを 選(えら)んでください。いくつでも いいです。',
  topics: 'お知(し)らせ',
  evacuationHint: '避難(ひなん)の お知(し)らせは 命(いのち)を 守(まも)ります。いつも 送(おく)ります。',
  handset: '携帯電話(けいたいでんわ)',
  handsetNew: 'スマートフォン・パソコン',
  handsetOld: '古(ふる)い 携帯電話(けいたいでんわ)（日本語(にほんご)と 英語(えいご)だけ 読(よ)めます）',
  terms: 'あなたの 情報(じょうほう)について',
  purpose: (city) =>
    `${city}は、メールアドレスと 選(えら)んだことを、災害(さいがい)の メールを 送(おく)るためだけに 使(つか)います。メールを 止(と)めると 消(け)します。名前(なまえ)や 場所(ばしょ)は 聞(き)きません。`,
  agree: '読(よ)みました。いいです',
  register: '登録(とうろく)する',
  change: '変(か)える',
  leaveTitle: 'メールを 止(と)める',
  leaveHint: '止(と)めると、避難(ひなん)の お知(し)らせも 来(き)ません。メールアドレスは 消(き)えます。',
  leave: 'メールを 止(と)める',
  problems: {
    title: '登録(とうろく)できません。次(つぎ)の ところを 直(なお)してください。',
    districts: '地区(ちく)を 1つ以上(いじょう) 選(えら)んでください。',
    agree: '「読(よ)みました。いいです」を 選(えら)んでください。',
  },
  chosen: '登録(とうろく)しました',
  chosenHint: 'メールを 送(おく)りました。この ページは 閉(と)じて いいです。',
  left: 'メールを 止(と)めました',
  leftHint: 'メールアドレスを 消(け)しました。避難(ひなん)の お知(し)らせも メールでは 来(き)ません。',
  used: 'この ページは もう 使(つか)いました。変(か)えるときは、もう一度(いちど) 何(なに)も 書(か)かない メールを 送(おく)ってください。',
  unknown: 'この ページは 使(つか)えません。24時間(じかん)が 過(す)ぎたか、アドレスが 違(ちが)います。',
  begin: (entry) => `登録(とうろく)するときは、${entry} に 何(なに)も 書(か)かない メールを 送(おく)ってください。`,
  askLeave: '災害(さいがい)の メールを 止(と)めますか。',
};

const en: PageWords = {
  title: (city) => `${city} disaster mail`,
  lead: 'Choose your language, districts and topics, then register.',
  to: 'Address',
  languages: 'Language of this page',
  language: 'Language of the mails',
  districts: 'Districts',
  districtsHint: 'Choose where you live, work or study. You can choose several.',
  topics: 'Topics',
  evacuationHint: 'Evacuation orders save lives. They are always sent.',
  handset: 'Kind of phone',
  handsetNew: 'Smartphone or computer',
  handsetOld: 'Old Japanese handset (if mails look garbled; Japanese and English only)',
  terms: 'Personal data',
  purpose: (city) =>
    `${city} uses your mail address and your choices only to send disaster mail. The address is stored encrypted and deleted when you unsubscribe. No names or positions are collected.`,
  agree: 'I have read this and agree',
  register: 'Register',
  change: 'Save changes',
  leaveTitle: 'Unsubscribe',
  leaveHint: 'You will not get evacuation orders by mail any more. Your address and choices are deleted.',
  leave: 'Unsubscribe',
  problems: {
    title: 'Not registered yet. Please correct the following.',
    districts: 'Choose at least one district.',
    agree: 'Please agree to the use of your data.',
  },
  chosen: 'You are registered',
  chosenHint: 'We have sent you a mail. You can close this page.',
  left: 'You are unsubscribed',
  leftHint: 'Your address and choices are deleted. Evacuation orders will not reach you by mail either.',
  used: 'This page was already used. To change something, send another empty mail.',
  unknown: 'This page cannot be used. 24 hours have passed, or the address is wrong.',
  begin: (entry) => `To register or change, send an empty mail to ${entry}.`,
  askLeave: 'Stop receiving disaster mail?',
};

const zhHans: PageWords = {
  title: (city) => `${city} 灾害邮件`,
  lead: '请选择语言、地区和信息种类，然后登记。',
  to: '收件地址',
  languages: '页面语言',
  language: '邮件语言',
  districts: '地区',
  districtsHint: '请选择居住、工作或上学的地区。可以选择多个。',
  topics: '信息种类',
  evacuationHint: '避难信息关系到生命安全，一定会发送。',
  handset: '手机种类',
  handsetNew: '智能手机・电脑',
  handsetOld: '旧式日本手机（出现乱码时。只能显示日语和英语）',
  terms: '个人信息的处理',
  purpose: (city) => `${city}仅为发送灾害邮件而使用您的邮箱地址和所选内容。地址加密保存，停止接收后即删除。不收集姓名和位置。`,
  agree: '我已阅读并同意',
  register: '登记',
  change: '更改',
  leaveTitle: '停止接收',
  leaveHint: '停止后也不会再收到避难信息。邮箱地址和登记内容将被删除。',
  leave: '停止接收',
  problems: { title: '尚未登记。请修改以下内容。', districts: '请至少选择一个地区。', agree: '请同意个人信息的处理。' },
  chosen: '登记完成',
  chosenHint: '已发送确认邮件。可以关闭本页面。',
  left: '已停止发送',
  leftHint: '邮箱地址和登记内容已删除。避难信息也不会再通过邮件发送。',
  used: '本页面已使用过。如需更改，请再次发送空白邮件。',
  unknown: '本页面无法使用。已超过24小时，或地址有误。',
  begin: (entry) => `登记或更改请向 ${entry} 发送空白邮件。`,
  askLeave: '要停止接收灾害邮件吗？',
};

const zhHant: PageWords = {
  title: (city) => `${city} 災害郵件`,
  lead: '請選擇語言、地區和資訊種類，然後登記。',
  to: '收件地址',
  languages: '頁面語言',
  language: '郵件語言',
  districts: '地區',
  districtsHint: '請選擇居住、工作或上學的地區。可以選擇多個。',
  topics: '資訊種類',
  evacuationHint: '避難資訊關係到生命安全，一定會寄送。',
  handset: '手機種類',
  handsetNew: '智慧型手機・電腦',
  handsetOld: '舊式日本手機（出現亂碼時。只能顯示日語和英語）',
  terms: '個人資料的處理',
  purpose: (city) => `${city}僅為寄送災害郵件而使用您的電子郵件地址和所選內容。地址加密保存，停止接收後即刪除。不蒐集姓名和位置。`,
  agree: '我已閱讀並同意',
  register: '登記',
  change: '變更',
  leaveTitle: '停止接收',
  leaveHint: '停止後也不會再收到避難資訊。電子郵件地址和登記內容將被刪除。',
  leave: '停止接收',
  problems: { title: '尚未登記。請修改以下內容。', districts: '請至少選擇一個地區。', agree: '請同意個人資料的處理。' },
  chosen: '登記完成',
  chosenHint: '已寄出確認郵件。可以關閉本頁面。',
  left: '已停止寄送',
  leftHint: '電子郵件地址和登記內容已刪除。避難資訊也不會再透過郵件寄送。',
  used: '本頁面已使用過。如需變更，請再次寄送空白郵件。',
  unknown: '本頁面無法使用。已超過24小時，或地址有誤。',
  begin: (entry) => `登記或變更請向 ${entry} 寄送空白郵件。`,
  askLeave: '要停止接收災害郵件嗎？',
};

const ko: PageWords = {
  title: (city) => `${city} 재난 메일`,
  lead: '언어, 지구, 정보를 선택한 뒤 등록해 주세요.',
  to: '받는 주소',
  languages: '페이지 언어',
  language: '메일 언어',
  districts: '지구',
  districtsHint: '살거나 일하거나 다니는 지구를 선택해 주세요. 여러 곳을 선택할 수 있습니다.',
  topics: '정보의 종류',
  evacuationHint: '대피 정보는 생명을 지키는 정보이므로 반드시 보냅니다.',
  handset: '휴대전화의 종류',
  handsetNew: '스마트폰・컴퓨터',
  handsetOld: '오래된 일본 휴대전화 (글자가 깨질 때. 일본어와 영어만 표시)',
  terms: '개인정보 처리',
  purpose: (city) =>
    `${city}은(는) 메일 주소와 선택한 내용을 재난 메일을 보내는 데에만 사용합니다. 주소는 암호화하여 보관하고, 수신을 중지하면 삭제합니다. 이름이나 위치는 수집하지 않습니다.`,
  agree: '읽었으며 동의합니다',
  register: '등록',
  change: '변경',
  leaveTitle: '수신 중지',
  leaveHint: '중지하면 대피 정보도 받을 수 없습니다. 메일 주소와 등록 내용은 삭제됩니다.',
  leave: '수신 중지',
  problems: {
    title: '등록되지 않았습니다. 다음을 고쳐 주세요.',
    districts: '지구를 하나 이상 선택해 주세요.',
    agree: '개인정보 처리에 동의해 주세요.',
  },
  chosen: '등록되었습니다',
  chosenHint: '확인 메일을 보냈습니다. 이 페이지를 닫아도 됩니다.',
  left: '수신을 중지했습니다',
  leftHint: '메일 주소와 등록 내용을 삭제했습니다. 대피 정보도 메일로 오지 않습니다.',
  used: '이 페이지는 이미 사용되었습니다. 변경하려면 빈 메일을 다시 보내 주세요.',
  unknown: '이 페이지를 사용할 수 없습니다. 24시간이 지났거나 주소가 잘못되었습니다.',
  begin: (entry) => `등록이나 변경은 ${entry} 로 빈 메일을 보내 주세요.`,
  askLeave: '재난 메일 수신을 중지할까요?',
};

const vi: PageWords = {
  title: (city) => `Thư thiên tai ${city}`,
  lead: 'Hãy chọn ngôn ngữ, khu vực và loại thông tin, rồi đăng ký.',
  to: 'Địa chỉ nhận',
  languages: 'Ngôn ngữ của trang',
  language: 'Ngôn ngữ của thư',
  districts: 'Khu vực',
  districtsHint: 'Hãy chọn nơi bạn sống, làm việc hoặc đi học. Có thể chọn nhiều nơi.',
  topics: 'Loại thông tin',
  evacuationHint: 'Lệnh sơ tán bảo vệ tính mạng của bạn và luôn được gửi.',
  handset: 'Loại điện thoại',
  handsetNew: 'Điện thoại thông minh, máy tính',
  handsetOld: 'Điện thoại Nhật đời cũ (khi chữ bị lỗi; chỉ tiếng Nhật và tiếng Anh)',
  terms: 'Thông tin cá nhân',
  purpose: (city) =>
    `${city} chỉ dùng địa chỉ thư và các lựa chọn của bạn để gửi thư thiên tai. Địa chỉ được mã hóa khi lưu và bị xóa khi bạn dừng nhận. Không thu thập tên hay vị trí.`,
  agree: 'Tôi đã đọc và đồng ý',
  register: 'Đăng ký',
  change: 'Lưu thay đổi',
  leaveTitle: 'Dừng nhận thư',
  leaveHint: 'Khi dừng, bạn cũng không nhận được lệnh sơ tán. Địa chỉ và các lựa chọn sẽ bị xóa.',
  leave: 'Dừng nhận thư',
  problems: {
    title: 'Chưa đăng ký được. Hãy sửa những điểm sau.',
    districts: 'Hãy chọn ít nhất một khu vực.',
    agree: 'Hãy đồng ý với việc sử dụng thông tin cá nhân.',
  },
  chosen: 'Đã đăng ký',
  chosenHint: 'Chúng tôi đã gửi thư xác nhận. Bạn có thể đóng trang này.',
  left: 'Đã dừng gửi thư',
  leftHint: 'Địa chỉ và các lựa chọn của bạn đã được xóa. Bạn cũng sẽ không nhận lệnh sơ tán qua thư.',
  used: 'Trang này đã được sử dụng. Để thay đổi, hãy gửi lại một thư trống.',
  unknown: 'Không dùng được trang này. Đã quá 24 giờ hoặc địa chỉ không đúng.',
  begin: (entry) => `Để đăng ký hoặc thay đổi, hãy gửi một thư trống đến ${entry}.`,
  askLeave: 'Bạn muốn dừng nhận thư thiên tai?',
};

const pt: PageWords = {
  title: (city) => `E-mail de desastres ${city}`,
  lead: 'Escolha o idioma, os bairros e as informações e depois cadastre-se.',
  to: 'Endereço',
  languages: 'Idioma da página',
  language: 'Idioma dos e-mails',
  districts: 'Bairros',
  districtsHint: 'Escolha onde mora, trabalha ou estuda. Pode escolher vários.',
  topics: 'Informações',
  evacuationHint: 'As ordens de evacuação salvam vidas e são sempre enviadas.',
  handset: 'Tipo de telefone',
  handsetNew: 'Smartphone ou computador',
  handsetOld: 'Celular japonês antigo (se o texto aparecer errado; só japonês e inglês)',
  terms: 'Dados pessoais',
  purpose: (city) =>
    `${city} usa seu endereço e suas escolhas apenas para enviar o e-mail de desastres. O endereço é guardado cifrado e apagado quando você cancela. Não coletamos nomes nem posições.`,
  agree: 'Li e concordo',
  register: 'Cadastrar',
  change: 'Salvar alterações',
  leaveTitle: 'Cancelar o envio',
  leaveHint: 'As ordens de evacuação também não chegarão mais. Seu endereço e suas escolhas serão apagados.',
  leave: 'Cancelar o envio',
  problems: {
    title: 'O cadastro não foi feito. Corrija o seguinte.',
    districts: 'Escolha pelo menos um bairro.',
    agree: 'Concorde com o uso dos dados pessoais.',
  },
  chosen: 'Cadastro concluído',
  chosenHint: 'Enviamos um e-mail de confirmação. Você pode fechar esta página.',
  left: 'Envio cancelado',
  leftHint: 'Seu endereço e suas escolhas foram apagados. As ordens de evacuação também não chegarão por e-mail.',
  used: 'Esta página já foi usada. Para alterar, envie outro e-mail vazio.',
  unknown: 'Esta página não pode ser usada. Passaram 24 horas ou o endereço está errado.',
  begin: (entry) => `Para se cadastrar ou alterar, envie um e-mail vazio para ${entry}.`,
  askLeave: 'Deixar de receber o e-mail de desastres?',
};

export const PAGE_WORDS: Readonly<Record<Language, PageWords>> = {
  ja,
  'ja-easy': jaEasy,
  en,
  'zh-Hans': zhHans,
  'zh-Hant': zhHant,
  ko,
  vi,
  pt,
};
