import type { AlertLevel } from './alert-level.ts';
import type { Language } from './delivery.ts';

type Names = Readonly<Record<AlertLevel, string>>;

/** What each level is called: the order of the municipality from 3 on, the weather agency's information below (D§2.1, D§2.3). */
export const LEVEL_NAMES: Readonly<Record<Language, Names>> = {
  ja: { 1: '早期注意情報', 2: '注意報', 3: '高齢者等避難', 4: '避難指示', 5: '緊急安全確保' },
  'ja-easy': {
    1: '早期注意情報(そうきちゅういじょうほう)',
    2: '注意報(ちゅういほう)',
    3: '高齢者等避難(こうれいしゃとうひなん)',
    4: '避難指示(ひなんしじ)',
    5: '緊急安全確保(きんきゅうあんぜんかくほ)',
  },
  en: {
    1: 'Early Notice',
    2: 'Advisory',
    3: 'Evacuation of the Elderly and Others',
    4: 'Evacuation Order',
    5: 'Emergency Safety Measures',
  },
  'zh-Hans': { 1: '早期注意信息', 2: '注意报', 3: '高龄者等避难', 4: '避难指示', 5: '紧急安全确保' },
  'zh-Hant': { 1: '早期注意資訊', 2: '注意報', 3: '高齡者等避難', 4: '避難指示', 5: '緊急安全確保' },
  ko: {
    1: '조기 주의 정보',
    2: '주의보',
    3: '고령자 등 피난',
    4: '피난 지시',
    5: '긴급 안전 확보',
  },
  vi: {
    1: 'Thông tin chú ý sớm',
    2: 'Tin chú ý',
    3: 'Sơ tán người cao tuổi và người cần thời gian',
    4: 'Chỉ thị sơ tán',
    5: 'Bảo đảm an toàn khẩn cấp',
  },
  pt: {
    1: 'Aviso antecipado',
    2: 'Aviso de atenção',
    3: 'Evacuação de idosos e outros',
    4: 'Ordem de evacuação',
    5: 'Medidas urgentes de segurança',
  },
};

const LEVEL_WORDS: Readonly<Record<Language, (level: AlertLevel) => string>> = {
  ja: (level) => `警戒レベル${level}`,
  'ja-easy': (level) => `警戒(けいかい)レベル${level}`,
  en: (level) => `Alert Level ${level}`,
  'zh-Hans': (level) => `警戒级别${level}`,
  'zh-Hant': (level) => `警戒等級${level}`,
  ko: (level) => `경계 레벨 ${level}`,
  vi: (level) => `Cảnh báo cấp ${level}`,
  pt: (level) => `Nível de alerta ${level}`,
};

/** The level by its number alone: 警戒レベル4. */
export const levelWord = (level: AlertLevel, language: Language): string => LEVEL_WORDS[language](level);

/** Number and name, which never go without each other: 警戒レベル4 避難指示. */
export function levelText(level: AlertLevel, language: Language): string {
  const between = ['en', 'vi', 'pt'].includes(language) ? ', ' : ' ';
  return `${levelWord(level, language)}${between}${LEVEL_NAMES[language][level]}`;
}

/**
 * The same with the Japanese name behind it for those whose writing does not show it: it is what the loudspeakers say and the sirens mean, and
 * a text keeps the official word once (D§8).
 */
export const levelTextGlossed = (level: AlertLevel, language: Language): string =>
  ['en', 'ko', 'vi', 'pt'].includes(language) ? `${levelText(level, language)} (${LEVEL_NAMES.ja[level]})` : levelText(level, language);

/** Stands between level 5 and level 4 wherever both are shown (D§2.1): level 5 is not always given, and is too late. */
export const LEVEL_DIVIDER: Readonly<Record<Language, string>> = {
  ja: '警戒レベル4までに必ず避難',
  'ja-easy': '警戒(けいかい)レベル4までに 必(かなら)ず 逃(に)げて ください',
  en: 'Be sure to evacuate by Alert Level 4',
  'zh-Hans': '务必在警戒级别4之前避难',
  'zh-Hant': '務必在警戒等級4之前避難',
  ko: '경계 레벨 4까지 반드시 피난',
  vi: 'Phải sơ tán trước khi hết cảnh báo cấp 4',
  pt: 'Evacue sem falta até o nível de alerta 4',
};
