import { type CheckInParty, DOOR_PERSONS_MAX, type Language, shownCode } from '#core';
import { type Html, html } from '#html';
import { DOOR_WORDS, type DoorWords } from './door-words.ts';
import { framed } from './page-frame.ts';

/** Where a page stands: the shelter as the reader calls it, and the address of its door. */
export interface DoorPlace {
  readonly shelter: string;
  readonly city: string;
  readonly language: Language;
  readonly isDrill: boolean;
  /** `/shelter/{token}`, with what the place has in front. */
  readonly path: string;
  /** Where family ask, as it is called out. */
  readonly familyAddress: string;
}

/** Numbers with a button of their own: nine families of ten are no larger. */
const BUTTONS = 8;

/** The first page: one press counts a family. */
export function formPage(
  place: DoorPlace,
  {
    key,
    isOpen,
    known,
  }: {
    /** Of the page that the party will have. */
    readonly key: string;
    readonly isOpen: boolean;
    /** What this phone was checked in with before: then another family needs a step more, for the way back on a phone leads here. */
    readonly known: { readonly key: string; readonly ticket: number } | null;
  },
): Html {
  const { language, path } = place;
  const words = DOOR_WORDS[language];
  const content = known
    ? html`<p class="done"><a class="big" href="${path}/${known.key}?lang=${language}">${words.known(known.ticket)}</a></p>
        <p><a class="big" href="${path}?lang=${language}&other=yes">${words.others}</a></p>`
    : html`${isOpen ? '' : html`<p class="note">${words.notOpen}</p>`}
        <h2 id="ask">${words.ask}</h2>
        <p>${words.noName} <strong>${words.onceForAll}</strong></p>
        ${headsForm({ action: `${path}/${key}?lang=${language}`, turn: 0, words })}`;
  return frame(place, path, content);
}

/** The page of a party: its number, the way out, and whether family may ask. */
export function partyPage(
  place: DoorPlace,
  {
    key,
    party,
    sinceText,
    familyCode,
    note = null,
    said = null,
  }: {
    readonly key: string;
    readonly party: CheckInParty;
    readonly sinceText: string;
    /** Null without consent. */
    readonly familyCode: string | null;
    /** That the page was older than what happened since. */
    readonly note?: 'stale' | 'busy' | 'full' | null;
    readonly said?: 'withdrawn' | 'mustAgree' | null;
  },
): Html {
  const { language, path } = place;
  const words = DOOR_WORDS[language];
  const own = `${path}/${key}`;
  const isIn = party.state === 'in';
  const leaving = html`<form method="post" action="${own}/leave?lang=${language}">
    <input type="hidden" name="turn" value="${party.turn}" />
    <p>${words.leaveHint}</p>
    <button class="bad">${words.leave}</button>
    <p class="soft">${words.mistake}</p>
  </form>`;
  const coming = html`<h2 id="ask">${words.back}</h2>
    ${headsForm({ action: `${own}?lang=${language}`, turn: party.turn, words })}`;
  return frame(
    place,
    own,
    html`
      ${note === null ? '' : html`<p class="warn" role="alert">${words.notes[note]}</p>`}
      ${
        isIn
          ? html`<p class="done" role="status">
                <strong>${words.done}</strong> ${words.persons(party.persons)}${SEPARATOR}${words.since(sinceText)}
                <span class="soft">${words.ticket}</span><span class="figure">${party.ticket}</span>
              </p>
              <p>${words.ticketHint}</p>`
          : html`<p class="done" role="status">
                <strong>${words.left}</strong> ${sinceText}<span class="soft">${words.ticket}</span
                ><span class="figure">${party.ticket}</span>
              </p>
              <p>${words.leftHint}</p>`
      }
      ${isIn ? leaving : coming} ${familyPart(place, { own, familyCode, said, isIn })}
    `,
  );
}

const SEPARATOR = ' ・ ';

function familyPart(
  { language, city, familyAddress }: DoorPlace,
  {
    own,
    familyCode,
    said,
    isIn,
  }: {
    readonly own: string;
    readonly familyCode: string | null;
    readonly said: 'withdrawn' | 'mustAgree' | null;
    readonly isIn: boolean;
  },
): Html {
  const { family } = DOOR_WORDS[language];
  const told = said === null ? '' : html`<p class="${said === 'mustAgree' ? 'warn' : 'note'}" role="status">${family[said]}</p>`;
  if (familyCode !== null)
    return html`<section id="family">
      <h3>${family.code}</h3>
      <p class="code">${shownCode(familyCode)}</p>
      <p>${family.codeHint(familyAddress)}</p>
      <form method="post" action="${own}/family/withdraw?lang=${language}"><button class="bad">${family.withdraw}</button></form>
    </section>`;
  // Who has left has nothing to be asked about.
  if (!isIn) return told === '' ? html`` : html`<section>${told}</section>`;
  return html`<section id="family">
    <h3>${family.title}</h3>
    ${told}
    <p>${family.purpose(city)}</p>
    <form method="post" action="${own}/family?lang=${language}">
      <label class="choice"><input type="checkbox" name="agree" value="yes" /> <span>${family.agree}</span></label>
      <label class="choice"><input type="checkbox" name="name" value="yes" /> <span>${family.nameShelter}</span></label>
      <button class="quiet">${family.give}</button>
    </form>
  </section>`;
}

/** A page that only says something: why nobody was counted, and that the door is open all the same. */
export function notePage(place: Omit<DoorPlace, 'path'>, note: keyof DoorWords['notes'], { path }: { readonly path: string | null }): Html {
  return frame({ ...place, path: '' }, path, html`<p class="warn" role="alert">${DOOR_WORDS[place.language].notes[note]}</p>`);
}

function headsForm({ action, turn, words }: { readonly action: string; readonly turn: number; readonly words: DoorWords }): Html {
  const buttons = Array.from({ length: BUTTONS }, (_, i) => html`<button name="persons" value="${i + 1}">${words.persons(i + 1)}</button>`);
  const options = Array.from(
    { length: DOOR_PERSONS_MAX - BUTTONS },
    (_, i) => html`<option value="${i + BUTTONS + 1}">${words.persons(i + BUTTONS + 1)}</option>`,
  );
  return html`<form method="post" action="${action}" aria-labelledby="ask">
      <input type="hidden" name="turn" value="${turn}" />
      <div class="heads">${buttons}</div>
    </form>
    <form method="post" action="${action}">
      <input type="hidden" name="turn" value="${turn}" />
      <label for="more">${words.more}</label>
      <div class="row">
        <select id="more" name="persons">
          ${options}
        </select>
        <button class="quiet">${words.send}</button>
      </div>
    </form>`;
}

const frame = ({ language, shelter, isDrill }: DoorPlace, path: string | null, content: Html): Html =>
  framed({ language, title: DOOR_WORDS[language].title, under: shelter, isDrill, path, content });
