import type { Language } from '#core';

/** Everything the pages at a shelter's door say, and those where family ask, in one language. A missing text does not compile. */
export interface DoorWords {
  readonly title: string;
  readonly drill: string;
  readonly languages: string;
  readonly ask: string;
  readonly noName: string;
  readonly onceForAll: string;
  readonly persons: (count: number) => string;
  readonly more: string;
  readonly send: string;
  readonly notOpen: string;
  readonly known: (ticket: number) => string;
  readonly others: string;
  readonly done: string;
  readonly ticket: string;
  readonly ticketHint: string;
  readonly since: (time: string) => string;
  readonly mistake: string;
  readonly leave: string;
  readonly leaveHint: string;
  readonly left: string;
  readonly leftHint: string;
  readonly back: string;
  readonly notes: {
    readonly unknown: string;
    readonly busy: string;
    readonly full: string;
    readonly stale: string;
  };
  readonly family: {
    readonly title: string;
    /** For what consent is given, and until when. */
    readonly purpose: (city: string) => string;
    readonly agree: string;
    readonly nameShelter: string;
    readonly give: string;
    readonly mustAgree: string;
    readonly code: string;
    readonly codeHint: (address: string) => string;
    readonly withdraw: string;
    readonly withdrawn: string;
    readonly askTitle: string;
    readonly askLead: string;
    readonly askButton: string;
  };
}

const ja: DoorWords = {
  title: '避難所の受付',
  drill: '【訓練】これは訓練です',
  languages: '表示する言語',
  ask: '何人で来ましたか',
  noName: '人数を押すと受付が終わります。名前や住所は聞きません。',
  onceForAll: '家族で1回だけ押してください。',
  persons: (count) => `${count}人`,
  more: '9人以上',
  send: '受付する',
  notOpen: 'この避難所の開設はまだ確認できていません。受付はできます。中に入り、係員がいれば声をかけてください。',
  known: (ticket) => `この電話では受付が済んでいます（番号 ${ticket}）`,
  others: 'ほかの家族を受付する',
  done: '受付しました',
  ticket: '番号',
  ticketHint: '番号を覚えておいてください。電話がなくても、番号を係員に言えば退所できます。',
  since: (time) => `${time} から`,
  mistake: '人数をまちがえたときは、「退所する」を押してから、もう一度受付してください。',
  leave: '退所する',
  leaveHint: '避難所を出るときに押してください。',
  left: '退所しました',
  leftHint: '気をつけてお帰りください。戻ってきたときは、下の人数を押してください。',
  back: '戻ってきました。何人ですか',
  notes: {
    unknown: 'このコードは使えません。入口の紙が新しくなっていないか見てください。どうぞ中に入り、受付の係員に声をかけてください。',
    busy: 'いま受付がたいへん混んでいます。どうぞ中に入り、1分ほどしてからもう一度試すか、係員に声をかけてください。',
    full: 'ここでの受付はできませんでした。どうぞ中に入り、受付の係員に人数を伝えてください。',
    stale: '画面が古くなっていました。いまの状態は次のとおりです。',
  },
  family: {
    title: '家族に無事を知らせる（希望する人だけ）',
    purpose: (city) =>
      `家族コードを受け取ると、コードを知っている人が、あなたが避難所にいることと、いつからいるかを調べられます。${city}はこのためだけに使います。名前は登録しません。いつでもやめられ、30日たつと消えます。`,
    agree: '読みました。家族が調べることに同意します',
    nameShelter: '避難所の名前も伝えてよい',
    give: '家族コードを受け取る',
    mustAgree: '家族コードを受け取るには、「同意します」に印をつけてください。',
    code: '家族コード',
    codeHint: (address) => `このコードを家族に伝えてください。家族は ${address} で調べられます。`,
    withdraw: '家族に知らせるのをやめる',
    withdrawn: '家族コードを消しました。このコードではもう調べられません。',
    askTitle: '家族の無事を調べる',
    askLead: '家族から受け取った家族コードを入れてください。',
    askButton: '調べる',
  },
};

const jaEasy: DoorWords = {
  title: '避難所(ひなんじょ)の 受付(うけつけ)',
  drill: '【訓練】これは 訓練(くんれん)です。練習(れんしゅう)です',
  languages: 'ページの ことば',
  ask: '何人(なんにん)で 来(き)ましたか',
  noName: '人数(にんずう)を 押(お)してください。名前(なまえ)や 住所(じゅうしょ)は 聞(き)きません。',
  onceForAll: '家族(かぞく)で 1回(かい)だけ 押(お)してください。',
  persons: (count) => `${count}人(にん)`,
  more: '9人(にん)より 多(おお)い',
  send: '受付(うけつけ)する',
  notOpen:
    'ここが 避難所(ひなんじょ)か、まだ 分(わ)かりません。受付(うけつけ)は できます。中(なか)に 入(はい)って、係(かかり)の 人(ひと)に 話(はな)してください。',
  known: (ticket) => `この 電話(でんわ)は もう 受付(うけつけ)しました（番号(ばんごう) ${ticket}）`,
  others: 'ほかの 家族(かぞく)を 受付(うけつけ)する',
  done: '受付(うけつけ)しました',
  ticket: '番号(ばんごう)',
  ticketHint:
    'この 番号(ばんごう)を おぼえてください。電話(でんわ)が なくても、番号(ばんごう)を 係(かかり)の 人(ひと)に 言(い)えば 帰(かえ)れます。',
  since: (time) => `${time} から`,
  mistake: '人数(にんずう)を まちがえたときは、「帰(かえ)る」を 押(お)して、もう一度(いちど) 受付(うけつけ)してください。',
  leave: '帰(かえ)る',
  leaveHint: '避難所(ひなんじょ)を 出(で)るとき、押(お)してください。',
  left: '「帰(かえ)る」を 受付(うけつけ)しました',
  leftHint: '気(き)をつけて 帰(かえ)ってください。また 来(き)たときは、下(した)の 人数(にんずう)を 押(お)してください。',
  back: 'また 来(き)ました。何人(なんにん)ですか',
  notes: {
    unknown:
      'この コードは 使(つか)えません。入口(いりぐち)の 紙(かみ)を 見(み)てください。中(なか)に 入(はい)って、係(かかり)の 人(ひと)に 話(はな)してください。',
    busy: 'いま 人(ひと)が とても 多(おお)いです。中(なか)に 入(はい)ってください。1分(ぷん) 待(ま)って もう一度(いちど) 押(お)すか、係(かかり)の 人(ひと)に 話(はな)してください。',
    full: 'ここでは 受付(うけつけ)できませんでした。中(なか)に 入(はい)って、係(かかり)の 人(ひと)に 人数(にんずう)を 言(い)ってください。',
    stale: 'ページが 古(ふる)いです。いまは 次(つぎ)の とおりです。',
  },
  family: {
    title: '家族(かぞく)に 無事(ぶじ)を 知(し)らせる（したい人(ひと)だけ）',
    purpose: (city) =>
      `家族(かぞく)コードを もらうと、あなたが 避難所(ひなんじょ)に いることを 家族(かぞく)が 調(しら)べられます。コードを 知(し)っている 人(ひと)は、いつから いるかも 分(わ)かります。${city}は ほかのことに 使(つか)いません。名前(なまえ)は 聞(き)きません。いつでも やめられます。30日(にち)で 消(け)します。`,
    agree: '読(よ)みました。家族(かぞく)が 調(しら)べて いいです',
    nameShelter: '避難所(ひなんじょ)の 名前(なまえ)も 教(おし)えて いいです',
    give: '家族(かぞく)コードを もらう',
    mustAgree: '家族(かぞく)コードを もらうには、「いいです」に しるしを つけてください。',
    code: '家族(かぞく)コード',
    codeHint: (address) => `この コードを 家族(かぞく)に 教(おし)えてください。家族(かぞく)は ${address} で 調(しら)べます。`,
    withdraw: '家族(かぞく)に 知(し)らせるのを やめる',
    withdrawn: '家族(かぞく)コードを 消(け)しました。もう 調(しら)べられません。',
    askTitle: '家族(かぞく)が 無事(ぶじ)か 調(しら)べる',
    askLead: '家族(かぞく)から もらった 家族(かぞく)コードを 入(い)れてください。',
    askButton: '調(しら)べる',
  },
};

const en: DoorWords = {
  title: 'Shelter check-in',
  drill: '【訓練】 This is a drill',
  languages: 'Language of this page',
  ask: 'How many people are you?',
  noName: 'Press the number and you are checked in. No name or address is asked.',
  onceForAll: 'Press once for the whole family.',
  persons: (count) => (count === 1 ? '1 person' : `${count} people`),
  more: '9 or more',
  send: 'Check in',
  notOpen: 'We have not heard yet that this shelter is open. You can check in. Come in, and speak to staff if you see any.',
  known: (ticket) => `This phone is checked in already (number ${ticket})`,
  others: 'Check in another family',
  done: 'You are checked in',
  ticket: 'Number',
  ticketHint: 'Remember the number. Without a phone, tell it to staff when you leave.',
  since: (time) => `since ${time}`,
  mistake: 'Wrong number of people? Press “Leave”, then check in again.',
  leave: 'Leave',
  leaveHint: 'Press this when you leave the shelter.',
  left: 'You have left',
  leftHint: 'Take care on your way. When you come back, press the number of people below.',
  back: 'You are back: how many people?',
  notes: {
    unknown: 'This code cannot be used. See whether there is a newer sheet at the door. Please come in and speak to staff at the desk.',
    busy: 'Many people are checking in now. Please come in; try again in a minute, or speak to staff.',
    full: 'You could not be checked in here. Please come in and tell staff at the desk how many you are.',
    stale: 'This page was out of date. Things stand as follows.',
  },
  family: {
    title: 'Let family know that you are safe (only if you like)',
    purpose: (city) =>
      `With a family code, whoever knows the code can see that you are at a shelter and since when. ${city} uses this for nothing else. No name is kept. You can stop at any time, and it is deleted after 30 days.`,
    agree: 'I have read this and agree that family may ask',
    nameShelter: 'The name of the shelter may be told too',
    give: 'Get a family code',
    mustAgree: 'To get a family code, tick that you agree.',
    code: 'Family code',
    codeHint: (address) => `Give this code to your family. They can ask at ${address}`,
    withdraw: 'Stop letting family ask',
    withdrawn: 'Your family code is deleted. Nobody can ask with it any more.',
    askTitle: 'Is my family safe?',
    askLead: 'Enter the family code that you were given.',
    askButton: 'Ask',
  },
};

const zhHans: DoorWords = {
  title: '避难所登记',
  drill: '【訓練】这是演习',
  languages: '页面语言',
  ask: '你们一共几个人？',
  noName: '按人数即完成登记。不询问姓名和住址。',
  onceForAll: '一家人只需按一次。',
  persons: (count) => `${count}人`,
  more: '9人以上',
  send: '登记',
  notOpen: '尚未确认本避难所已开放，但可以登记。请进来，如有工作人员请告知。',
  known: (ticket) => `这部手机已登记（号码 ${ticket}）`,
  others: '为其他家庭登记',
  done: '登记完成',
  ticket: '号码',
  ticketHint: '请记住号码。没有手机时，离开时把号码告诉工作人员即可。',
  since: (time) => `${time} 起`,
  mistake: '人数有误时，请先按“离开”，再重新登记。',
  leave: '离开',
  leaveHint: '离开避难所时请按。',
  left: '已登记离开',
  leftHint: '路上小心。回来时请按下面的人数。',
  back: '回来了。几个人？',
  notes: {
    unknown: '此二维码无法使用。请看门口的纸是否已更换。请进来并告知登记处的工作人员。',
    busy: '现在登记的人很多。请先进来，约一分钟后再试，或告知工作人员。',
    full: '此处未能登记。请进来，把人数告诉登记处的工作人员。',
    stale: '页面已过时。现在的状态如下。',
  },
  family: {
    title: '让家人知道您平安（自愿）',
    purpose: (city) =>
      `领取家庭码后，知道此码的人可以查询您在避难所以及从何时起。${city}仅用于此目的。不登记姓名。随时可以停止，30天后删除。`,
    agree: '我已阅读并同意家人查询',
    nameShelter: '也可以告知避难所名称',
    give: '领取家庭码',
    mustAgree: '要领取家庭码，请勾选同意。',
    code: '家庭码',
    codeHint: (address) => `请把此码告诉家人。家人可在 ${address} 查询。`,
    withdraw: '不再让家人查询',
    withdrawn: '家庭码已删除，无法再用它查询。',
    askTitle: '查询家人是否平安',
    askLead: '请输入家人给您的家庭码。',
    askButton: '查询',
  },
};

const zhHant: DoorWords = {
  title: '避難所登記',
  drill: '【訓練】這是演習',
  languages: '頁面語言',
  ask: '你們一共幾個人？',
  noName: '按人數即完成登記。不詢問姓名和住址。',
  onceForAll: '一家人只需按一次。',
  persons: (count) => `${count}人`,
  more: '9人以上',
  send: '登記',
  notOpen: '尚未確認本避難所已開放，但可以登記。請進來，如有工作人員請告知。',
  known: (ticket) => `這支手機已登記（號碼 ${ticket}）`,
  others: '為其他家庭登記',
  done: '登記完成',
  ticket: '號碼',
  ticketHint: '請記住號碼。沒有手機時，離開時把號碼告訴工作人員即可。',
  since: (time) => `${time} 起`,
  mistake: '人數有誤時，請先按「離開」，再重新登記。',
  leave: '離開',
  leaveHint: '離開避難所時請按。',
  left: '已登記離開',
  leftHint: '路上小心。回來時請按下面的人數。',
  back: '回來了。幾個人？',
  notes: {
    unknown: '此二維碼無法使用。請看門口的紙是否已更換。請進來並告知登記處的工作人員。',
    busy: '現在登記的人很多。請先進來，約一分鐘後再試，或告知工作人員。',
    full: '此處未能登記。請進來，把人數告訴登記處的工作人員。',
    stale: '頁面已過時。現在的狀態如下。',
  },
  family: {
    title: '讓家人知道您平安（自願）',
    purpose: (city) =>
      `領取家庭碼後，知道此碼的人可以查詢您在避難所以及從何時起。${city}僅用於此目的。不登記姓名。隨時可以停止，30天後刪除。`,
    agree: '我已閱讀並同意家人查詢',
    nameShelter: '也可以告知避難所名稱',
    give: '領取家庭碼',
    mustAgree: '要領取家庭碼，請勾選同意。',
    code: '家庭碼',
    codeHint: (address) => `請把此碼告訴家人。家人可在 ${address} 查詢。`,
    withdraw: '不再讓家人查詢',
    withdrawn: '家庭碼已刪除，無法再用它查詢。',
    askTitle: '查詢家人是否平安',
    askLead: '請輸入家人給您的家庭碼。',
    askButton: '查詢',
  },
};

const ko: DoorWords = {
  title: '대피소 접수',
  drill: '【訓練】 이것은 훈련입니다',
  languages: '페이지 언어',
  ask: '모두 몇 명입니까?',
  noName: '인원수를 누르면 접수가 끝납니다. 이름이나 주소는 묻지 않습니다.',
  onceForAll: '가족 전체가 한 번만 눌러 주세요.',
  persons: (count) => `${count}명`,
  more: '9명 이상',
  send: '접수',
  notOpen: '이 대피소가 열렸는지 아직 확인되지 않았습니다. 접수는 할 수 있습니다. 들어와서 담당자가 있으면 말해 주세요.',
  known: (ticket) => `이 전화로 이미 접수했습니다 (번호 ${ticket})`,
  others: '다른 가족 접수',
  done: '접수되었습니다',
  ticket: '번호',
  ticketHint: '번호를 기억해 주세요. 전화가 없어도 담당자에게 번호를 말하면 퇴소할 수 있습니다.',
  since: (time) => `${time}부터`,
  mistake: '인원수가 틀렸으면 “퇴소”를 누른 뒤 다시 접수해 주세요.',
  leave: '퇴소',
  leaveHint: '대피소를 나갈 때 눌러 주세요.',
  left: '퇴소했습니다',
  leftHint: '조심히 가십시오. 돌아오면 아래 인원수를 눌러 주세요.',
  back: '돌아왔습니다. 몇 명입니까?',
  notes: {
    unknown: '이 코드는 사용할 수 없습니다. 입구의 종이가 새것으로 바뀌었는지 봐 주세요. 들어와서 접수 담당자에게 말해 주세요.',
    busy: '지금 접수가 매우 많습니다. 들어와서 1분쯤 뒤에 다시 하거나 담당자에게 말해 주세요.',
    full: '여기서는 접수하지 못했습니다. 들어와서 접수 담당자에게 인원수를 말해 주세요.',
    stale: '화면이 오래되었습니다. 지금 상태는 다음과 같습니다.',
  },
  family: {
    title: '가족에게 무사함을 알리기 (원하는 사람만)',
    purpose: (city) =>
      `가족 코드를 받으면 코드를 아는 사람이 당신이 대피소에 있는지, 언제부터 있는지 알아볼 수 있습니다. ${city}은(는) 이 목적으로만 사용합니다. 이름은 등록하지 않습니다. 언제든지 그만둘 수 있고 30일이 지나면 삭제됩니다.`,
    agree: '읽었으며 가족이 알아보는 데 동의합니다',
    nameShelter: '대피소 이름도 알려도 됩니다',
    give: '가족 코드 받기',
    mustAgree: '가족 코드를 받으려면 동의에 표시해 주세요.',
    code: '가족 코드',
    codeHint: (address) => `이 코드를 가족에게 알려 주세요. 가족은 ${address} 에서 알아볼 수 있습니다.`,
    withdraw: '가족에게 알리기를 그만두기',
    withdrawn: '가족 코드를 삭제했습니다. 이 코드로는 더 이상 알아볼 수 없습니다.',
    askTitle: '가족이 무사한지 알아보기',
    askLead: '가족에게서 받은 가족 코드를 넣어 주세요.',
    askButton: '알아보기',
  },
};

const vi: DoorWords = {
  title: 'Đăng ký vào nơi trú ẩn',
  drill: '【訓練】 Đây là diễn tập',
  languages: 'Ngôn ngữ của trang',
  ask: 'Gia đình bạn có mấy người?',
  noName: 'Nhấn số người là xong. Không hỏi tên hay địa chỉ.',
  onceForAll: 'Cả gia đình chỉ nhấn một lần.',
  persons: (count) => `${count} người`,
  more: '9 người trở lên',
  send: 'Đăng ký',
  notOpen: 'Chưa xác nhận nơi trú ẩn này đã mở. Bạn vẫn đăng ký được. Hãy vào trong và báo cho nhân viên nếu có.',
  known: (ticket) => `Điện thoại này đã đăng ký (số ${ticket})`,
  others: 'Đăng ký cho gia đình khác',
  done: 'Đã đăng ký',
  ticket: 'Số',
  ticketHint: 'Hãy nhớ số này. Không có điện thoại thì nói số với nhân viên khi ra về.',
  since: (time) => `từ ${time}`,
  mistake: 'Nếu nhầm số người, hãy nhấn “Ra về” rồi đăng ký lại.',
  leave: 'Ra về',
  leaveHint: 'Nhấn khi bạn rời nơi trú ẩn.',
  left: 'Đã ghi nhận bạn ra về',
  leftHint: 'Đi đường cẩn thận. Khi quay lại, hãy nhấn số người bên dưới.',
  back: 'Đã quay lại: mấy người?',
  notes: {
    unknown: 'Mã này không dùng được. Hãy xem ở cửa có tờ giấy mới không. Xin mời vào và báo cho nhân viên.',
    busy: 'Hiện có rất nhiều người đăng ký. Xin mời vào, thử lại sau một phút hoặc báo cho nhân viên.',
    full: 'Không đăng ký được ở đây. Xin mời vào và nói số người với nhân viên.',
    stale: 'Trang đã cũ. Tình trạng hiện tại như sau.',
  },
  family: {
    title: 'Cho gia đình biết bạn an toàn (nếu muốn)',
    purpose: (city) =>
      `Khi có mã gia đình, ai biết mã có thể xem bạn đang ở nơi trú ẩn và từ lúc nào. ${city} chỉ dùng cho việc này. Không lưu tên. Bạn có thể dừng bất cứ lúc nào; sau 30 ngày sẽ xóa.`,
    agree: 'Tôi đã đọc và đồng ý cho gia đình hỏi',
    nameShelter: 'Được cho biết cả tên nơi trú ẩn',
    give: 'Nhận mã gia đình',
    mustAgree: 'Để nhận mã gia đình, hãy đánh dấu đồng ý.',
    code: 'Mã gia đình',
    codeHint: (address) => `Hãy đưa mã này cho gia đình. Gia đình hỏi tại ${address}`,
    withdraw: 'Không cho gia đình hỏi nữa',
    withdrawn: 'Đã xóa mã gia đình. Không ai hỏi bằng mã này được nữa.',
    askTitle: 'Gia đình tôi có an toàn không?',
    askLead: 'Hãy nhập mã gia đình mà bạn nhận được.',
    askButton: 'Hỏi',
  },
};

const pt: DoorWords = {
  title: 'Entrada no abrigo',
  drill: '【訓練】 Isto é um treinamento',
  languages: 'Idioma da página',
  ask: 'Quantas pessoas são?',
  noName: 'Toque no número e pronto. Não pedimos nome nem endereço.',
  onceForAll: 'Toque uma vez só para toda a família.',
  persons: (count) => (count === 1 ? '1 pessoa' : `${count} pessoas`),
  more: '9 ou mais',
  send: 'Registrar',
  notOpen: 'Ainda não sabemos se este abrigo está aberto. Você pode se registrar. Entre e fale com a equipe, se houver.',
  known: (ticket) => `Este telefone já está registrado (número ${ticket})`,
  others: 'Registrar outra família',
  done: 'Registro feito',
  ticket: 'Número',
  ticketHint: 'Lembre-se do número. Sem telefone, diga-o à equipe ao sair.',
  since: (time) => `desde ${time}`,
  mistake: 'Errou o número de pessoas? Toque em “Sair” e registre de novo.',
  leave: 'Sair',
  leaveHint: 'Toque ao sair do abrigo.',
  left: 'Saída registrada',
  leftHint: 'Vá com cuidado. Ao voltar, toque no número de pessoas abaixo.',
  back: 'Voltei: quantas pessoas?',
  notes: {
    unknown: 'Este código não funciona. Veja se há uma folha mais nova na porta. Entre, por favor, e fale com a equipe.',
    busy: 'Há muitas pessoas se registrando. Entre, por favor; tente de novo em um minuto ou fale com a equipe.',
    full: 'Não foi possível registrar aqui. Entre, por favor, e diga à equipe quantas pessoas são.',
    stale: 'A página estava desatualizada. A situação é a seguinte.',
  },
  family: {
    title: 'Avisar a família que está bem (se quiser)',
    purpose: (city) =>
      `Com um código de família, quem souber o código pode ver que você está em um abrigo e desde quando. ${city} não usa isto para mais nada. Nenhum nome é guardado. Você pode parar quando quiser; é apagado após 30 dias.`,
    agree: 'Li e concordo que a família pergunte',
    nameShelter: 'Pode informar também o nome do abrigo',
    give: 'Receber um código de família',
    mustAgree: 'Para receber o código, marque que concorda.',
    code: 'Código de família',
    codeHint: (address) => `Dê este código à sua família. Ela pode perguntar em ${address}`,
    withdraw: 'Não deixar mais a família perguntar',
    withdrawn: 'Seu código de família foi apagado. Ninguém pode mais perguntar com ele.',
    askTitle: 'Minha família está bem?',
    askLead: 'Digite o código de família que você recebeu.',
    askButton: 'Perguntar',
  },
};

/** The words of every language. */
export const DOOR_WORDS: Readonly<Record<Language, DoorWords>> = {
  ja,
  'ja-easy': jaEasy,
  en,
  'zh-Hans': zhHans,
  'zh-Hant': zhHant,
  ko,
  vi,
  pt,
};
