import { FAMILY_WORDS, type FamilyAnswer, type FamilyWord, type Language } from '#core';
import { type Html, html } from '#html';
import { DOOR_WORDS } from './door-words.ts';
import { flag, framed } from './page-frame.ts';

/** Where family ask with a code. What they typed is not shown again: somebody else may look at the same screen. */
export function familyPage({
  city,
  language,
  isDrill,
  path,
  answer,
  timeText,
  nameIn,
}: {
  readonly city: string;
  readonly language: Language;
  readonly isDrill: boolean;
  readonly path: string;
  /** Null before anything was asked. */
  readonly answer: FamilyWord | null;
  readonly timeText: (at: number) => string;
  readonly nameIn: (name: string) => string;
}): Html {
  const { family } = DOOR_WORDS[language];
  const words = FAMILY_WORDS[language];
  const content = html`
    ${answer ? html`<div class="done" role="status">${told()}</div>` : ''}
    <form method="post" action="${path}?lang=${language}">
      <label for="code">${family.askLead}</label>
      <input
        type="text"
        id="code"
        name="code"
        maxlength="40"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        ${flag('required', true)}
      />
      <button>${family.askButton}</button>
    </form>
  `;
  return framed({ language, title: family.askTitle, under: city, isDrill, path, content });

  function told(): Html {
    switch (answer!.kind) {
      case 'shelter': {
        const { shelter, since } = answer as Extract<FamilyAnswer, { readonly kind: 'shelter' }>;
        const at = timeText(since);
        return html`<strong>${shelter === null ? words.atShelter(at) : words.named(nameIn(shelter), at)}</strong>`;
      }
      case 'safe':
        return html`<strong>${words.safe(timeText((answer as Extract<FamilyAnswer, { readonly kind: 'safe' }>).at))}</strong>`;
      case 'tooMany':
        return html`<strong>${words.tooMany}</strong>`;
      case 'nothing':
        return html`<strong>${words.nothing}</strong>
          <p class="soft">${words.nothingHint}</p>`;
    }
  }
}
