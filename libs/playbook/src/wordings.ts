import {
  CALLED_KIND,
  type Language,
  LANGUAGES,
  ORDER_PARAMETERS,
  ORDER_PARAMETERS_NEEDED,
  ORDER_TOLD_KINDS,
  ORDER_WORDING,
  PARAMETERS,
  placesOf,
  RESET_KIND,
  TRANSITION_KINDS,
  VIGIL_KINDS,
  type Wording,
} from '#core';
import { z } from 'zod';
import { suggestion } from './nearest.ts';
import { CODE, CODE_WANTED, oneOf, words } from './plan-fields.ts';
import type { Findings } from './problem.ts';
import { keys, type Path, YamlSource } from './yaml-source.ts';

/** LINE takes 5,000 UTF-16 units (D§3.3); what parameters and the marks of a drill add stays below the rest. */
const BODY_LENGTH_MAX = 4_000;
/** Longer subjects are cut by phones. */
const SUBJECT_LENGTH_MAX = 100;

/** Abolished in 2021 (D§2.2). */
const ABOLISHED = ['避難勧告'] as const;
/** Orders are given by a person; a rule's message states facts (D§0 R1). */
const ORDERS = ['避難指示', '高齢者等避難', '緊急安全確保'] as const;
/** Half-width kana, characters of single vendors, and emoji: unreadable on some handsets (D§4.2). */
const UNSAFE = /[\uFF61-\uFF9F\u2460-\u24FF\u2150-\u218F\u3220-\u33FF]|\p{Extended_Pictographic}/u;

const ORDER_KINDS = ['proposed', ...ORDER_TOLD_KINDS] as const;
const RULE_KINDS = [...TRANSITION_KINDS, ...VIGIL_KINDS, RESET_KIND, CALLED_KIND] as const;

// Not trimmed: the place of a word inside a text is counted from its beginning.
const text = (wanted: string) => z.string({ error: wanted }).regex(/\S/, { error: wanted });
const message = keys({ subject: text('a subject in one line'), body: text('a text') });
const perKind = keys({
  raised: message.optional(),
  climbed: message.optional(),
  steppedDown: message.optional(),
  cleared: message.optional(),
  reminded: message.optional(),
  escalated: message.optional(),
  reset: message.optional(),
  called: message.optional(),
  proposed: message.optional(),
  given: message.optional(),
  updated: message.optional(),
  lifted: message.optional(),
  corrected: message.optional(),
});

const schema = keys({
  language: oneOf(LANGUAGES),
  reviewer: words('the name or office that approved these texts'),
  names: z
    .record(z.string(), words('how this language writes the name'), { error: 'names in Japanese, each with how this language writes it' })
    .optional(),
  messages: z.record(z.string().regex(CODE, { error: CODE_WANTED }), perKind, {
    error: 'wordings, each with raised, climbed, steppedDown, cleared, reset, for staff reminded, escalated, and for tickets called',
  }),
});

/** A language's texts and where they stand. */
export interface LocatedWording extends Wording {
  readonly source: YamlSource;
}

/** Reads the texts of one file of `wording/` and checks what can be told without the rules. */
export function readWording(file: string, bytes: Uint8Array, findings: Findings): LocatedWording | null {
  const source = new YamlSource(file, bytes, findings);
  const read = source.read(schema);
  if (!read) return null;
  const messages: Record<string, { readonly subject: string; readonly body: string }> = {};
  for (const [wording, kinds] of Object.entries(read.messages)) {
    const isOrder = wording === ORDER_WORDING;
    for (const kind of isOrder ? RULE_KINDS : ORDER_KINDS) {
      if (kinds[kind])
        source.error(
          ['messages', wording, kind],
          isOrder
            ? `orders are never ${kind}; the wording ${ORDER_WORDING} has ${ORDER_KINDS.join(', ')}`
            : `only the wording ${ORDER_WORDING} has ${kind}; remove it here`,
        );
    }
    for (const kind of isOrder ? ORDER_KINDS : RULE_KINDS) {
      const said = kinds[kind];
      if (!said) continue;
      messages[`${wording}.${kind}`] = said;
      const path = ['messages', wording, kind];
      const about = isOrder ? ABOUT_ORDERS : ABOUT_RULES;
      checkText(source, [...path, 'subject'], said.subject, findings, about);
      checkText(source, [...path, 'body'], said.body, findings, about);
      checkLengths(source, path, said);
      if (isOrder) checkOrderWhole(source, path, said);
    }
  }
  const base = { language: read.language, reviewer: read.reviewer, messages, source };
  return read.names ? { ...base, names: read.names } : base;
}

/** The languages of a playbook, each once. */
export function byLanguage(wordings: readonly LocatedWording[]): ReadonlyMap<Language, LocatedWording> {
  const found = new Map<Language, LocatedWording>();
  for (const wording of wordings) {
    const other = found.get(wording.language);
    if (other)
      wording.source.error(
        ['language'],
        `the language ${wording.language} is already in ${other.source.file}; put its texts into one file`,
      );
    else found.set(wording.language, wording);
  }
  return found;
}

/** What may stand in a text, and which words may not. */
interface About {
  readonly parameters: readonly string[];
  readonly orders: readonly string[];
}

const ABOUT_RULES: About = { parameters: PARAMETERS, orders: ORDERS };
/** Here a person ordered, so the names of orders are what is told. */
const ABOUT_ORDERS: About = { parameters: ORDER_PARAMETERS, orders: [] };

/** A city may say an order in its own words, but not leave out what is ordered, where, and what to do. */
function checkOrderWhole(source: YamlSource, path: Path, said: { readonly subject: string; readonly body: string }): void {
  const used = usedIn({ subject: '', body: said.body });
  if (placesOf(said.subject).includes('text')) source.error([...path, 'subject'], '{text} has many lines; use it in the body only');
  const lacking = used.has('text') ? [] : ORDER_PARAMETERS_NEEDED.filter((name) => !used.has(name));
  if (lacking.length > 0)
    source.error(
      [...path, 'body'],
      `the text does not say {${lacking.join('}, {')}}; write {text} for all words of the service, or add what is missing`,
    );
}

function checkText(source: YamlSource, path: Path, said: string, findings: Findings, { parameters, orders }: About): void {
  for (const match of said.matchAll(/\{([^{}]*)\}/g)) {
    const name = match[1]!;
    if (parameters.includes(name)) continue;
    findings.error(
      source.within(path, said, match.index),
      `unknown parameter {${name}}${suggestion(name, parameters, `known are ${parameters.join(', ')}`)}`,
    );
  }
  const stray = said.replaceAll(/\{[^{}]*\}/g, (place) => ' '.repeat(place.length)).search(/[{}]/);
  if (stray >= 0) findings.error(source.within(path, said, stray), 'a brace stands alone; write parameters as {gauge} and no other braces');

  for (const word of ABOLISHED) {
    for (const offset of occurrences(said, word)) {
      findings.error(
        source.within(path, said, offset),
        `${word} was abolished on 2021-05-20 and must not be told to anybody; rewrite the sentence`,
      );
    }
  }
  for (const word of orders) {
    for (const offset of occurrences(said, word)) {
      findings.error(source.within(path, said, offset), `${word} is an order, and only a person orders; state what was measured instead`);
    }
  }
  const unsafe = UNSAFE.exec(said);
  if (unsafe) {
    findings.warning(
      source.within(path, said, unsafe.index),
      `"${unsafe[0]}" cannot be read on every handset; write it in ordinary characters`,
    );
  }
}

/** Finds a word also when spaces, line ends or readings in parentheses stand between its characters, as やさしい日本語 writes it. */
function occurrences(said: string, word: string): readonly number[] {
  const between = '(?:\\s|[(（][\\p{Script=Hiragana}\\p{Script=Katakana}ー]*[)）])*';
  const pattern = new RegExp(word.split('').join(between), 'gu');
  return [...said.matchAll(pattern)].map(({ index }) => index);
}

function checkLengths(source: YamlSource, path: Path, { subject, body }: { readonly subject: string; readonly body: string }): void {
  if (subject.includes('\n')) source.error([...path, 'subject'], 'the subject has more than one line; write it in one');
  if (subject.length > SUBJECT_LENGTH_MAX) {
    source.error(
      [...path, 'subject'],
      `the subject has ${subject.length} characters, ${SUBJECT_LENGTH_MAX} are read on a phone; shorten it`,
    );
  }
  if (body.length > BODY_LENGTH_MAX) {
    source.error(
      [...path, 'body'],
      `the text has ${body.length} characters, more than the ${BODY_LENGTH_MAX} that fit into every channel; shorten it`,
    );
  }
}

/** Parameters that a message uses. */
export const usedIn = ({ subject, body }: { readonly subject: string; readonly body: string }): ReadonlySet<string> =>
  new Set([...placesOf(subject), ...placesOf(body)]);
