import type { Language } from './delivery.ts';
import type { SubjectParts } from './order-words.ts';

/** What staff read of a proposal. It says twice that nothing is ordered yet. */
export interface ProposalWords {
  readonly subject: (of: SubjectParts) => string;
  readonly lead: (level: string) => readonly string[];
  readonly people: (households: string, persons: string) => string;
  readonly grounds: string;
  readonly reading: (place: string, value: string, step: string) => string;
  readonly doubt: (why: string) => string;
  readonly weather: (level: number) => string;
  readonly against: (text: string) => string;
  /** What an approved policy does about it unless somebody withdraws it. */
  readonly issues: (when: string, approvedBy: string) => string;
  readonly onePerson: (approvedBy: string) => string;
  readonly decide: string;
}

const japaneseProposal: ProposalWords = {
  subject: ({ city, level, what }) => `【職員・発令の案】${city} ${level}（${what}）`,
  lead: (level) => [`${level}の案です。|まだ発令していません。`],
  people: (households, persons) => `対象：${households}世帯 ${persons}人`,
  grounds: '根拠：',
  reading: (place, value, step) => `・${place} ${value}|（${step}）`,
  doubt: (why) => `　疑い：|${why}`,
  weather: (level) => `・気象庁の情報：レベル${level}相当`,
  against: (text) => `・${text}`,
  issues: (when, approvedBy) => `取り下げなければ、|${when}に|自動で発令します|（平常時の承認：${approvedBy}）。`,
  onePerson: (approvedBy) => `決定者1人の確認で|発令できます|（平常時の承認：${approvedBy}）。`,
  decide: '発令の画面で確かめて、|発令するか取り下げてください。',
};

const englishProposal: ProposalWords = {
  subject: ({ city, level, what }) => `[Staff, proposal] ${city} - ${level}: ${what}`,
  lead: (level) => [`Proposed: ${level}. Nothing is in force yet.`],
  people: (households, persons) => `Concerned: ${households} households, ${persons} people`,
  grounds: 'Grounds:',
  reading: (place, value, step) => `- ${place} ${value} (${step})`,
  doubt: (why) => `  In doubt: ${why}`,
  weather: (level) => `- Weather agency: equivalent to level ${level}`,
  against: (text) => `- ${text}`,
  issues: (when, approvedBy) => `Unless somebody withdraws it, it is issued by itself: ${when} (standing approval by ${approvedBy}).`,
  onePerson: (approvedBy) => `One decider is enough (standing approval by ${approvedBy}).`,
  decide: 'Look at it on the orders screen, and confirm or withdraw it.',
};

/** Staff of a Japanese city hall read Japanese, or English; other languages take the Japanese text. */
export const PROPOSAL_WORDS: Readonly<Partial<Record<Language, ProposalWords>>> = { ja: japaneseProposal, en: englishProposal };
