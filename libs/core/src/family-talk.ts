import type { Language } from './delivery.ts';
import { type FamilyWord, shownCode } from './family-code.ts';
import { FAMILY_WORDS } from './family-words.ts';
import type { Talk, TalkChoice, TalkReply } from './talk.ts';
import { menu, said, sinceText } from './talk-answers.ts';
import type { TalkFacts } from './talk-facts.ts';
import { button } from './talk-intent.ts';
import { TALK_WORDS } from './talk-words-by-language.ts';

/** When somebody said last to be safe, by what decided it in their talk; null before, and after a cry for help. */
export const safeSaidAt = ({ decided }: Pick<Talk, 'decided'>): number | null => {
  const { safe, needHelp = Number.NEGATIVE_INFINITY } = decided;
  return safe !== undefined && safe > needHelp ? safe : null;
};

/** The button that leads to the family code. */
export const familyButton = (language: Language): TalkChoice => ({
  kind: 'button',
  label: FAMILY_WORDS[language].label,
  data: button.topic('family'),
});

/** What becomes of a family code, or what it is for and the question whether somebody wants one. */
export function familyReply(
  topic: 'family' | 'familyYes' | 'familyStop',
  language: Language,
  facts: Pick<TalkFacts, 'city' | 'nameIn' | 'familyCode' | 'familyAddress'>,
): TalkReply {
  const words = FAMILY_WORDS[language];
  const rest = menu(TALK_WORDS[language]);
  if (topic === 'familyStop') return said(words.stopped, rest);
  const stop: TalkChoice = { kind: 'button', label: words.stop, data: button.topic('familyStop') };
  if (facts.familyCode !== null)
    return said([words.yourCode(shownCode(facts.familyCode)), words.howToAsk(facts.familyAddress)].join('\n\n'), [stop, ...rest]);
  const yes: TalkChoice = { kind: 'button', label: words.yes, data: button.topic('familyYes') };
  return said(words.purpose(facts.nameIn(language, facts.city)), [yes, ...rest]);
}

/** What somebody hears who asked with a code. */
export function familyWordReply(language: Language, word: FamilyWord, facts: Pick<TalkFacts, 'nameIn' | 'now' | 'timeZone'>): TalkReply {
  const words = FAMILY_WORDS[language];
  const at = (instant: number): string => sinceText(TALK_WORDS[language], instant, facts);
  const text = (): string => {
    switch (word.kind) {
      case 'shelter':
        return word.shelter === null ? words.atShelter(at(word.since)) : words.named(facts.nameIn(language, word.shelter), at(word.since));
      case 'safe':
        return words.safe(at(word.at));
      case 'nothing':
        return [words.nothing, words.nothingHint].join('\n');
      case 'tooMany':
        return words.tooMany;
    }
  };
  return said(text(), menu(TALK_WORDS[language]));
}
