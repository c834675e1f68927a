import { createHash, randomBytes } from 'node:crypto';
import {
  type Bounces,
  categoriesOf,
  type Charset,
  choicesOf,
  type Clock,
  type Directory,
  DRILL_CHOICE,
  EVACUATION_CATEGORY,
  isAssigned,
  type Keys,
  type Language,
  type Letter,
  type Letters,
  LINK_MS,
  mailIdentity,
  type Playbook,
  recipientOfLeavingToken,
  residentChoices,
} from '#core';

export interface SignUpOptions {
  readonly letters: Letters;
  readonly bounces: Bounces;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly clock: Clock;
  /** The one in force. */
  readonly playbook: Pick<Playbook, 'routes' | 'districts' | 'drills'>;
  /** Told when a letter waits. */
  readonly onLetter: () => void;
  /** 128 bits that nobody can guess, in hexadecimal digits; the machine's own unless told otherwise. */
  readonly newToken?: () => string;
}

/** What somebody wants to hear, and how it is written. */
export interface Choices {
  readonly language: Language;
  readonly charset: Charset;
  readonly districts: readonly string[];
  /** Of those that the city offers, drills among them as one. */
  readonly categories: readonly string[];
}

/** A form as its owner sees it. */
export interface OpenForm {
  readonly state: 'open' | 'chosen' | 'left';
  readonly address: string;
  /** Whether mail goes there already: then it is a change, and leaving is offered. */
  readonly isSubscribed: boolean;
  /** What is chosen now; what most people choose when nothing is. */
  readonly choices: Choices;
}

const TOKEN_BYTES = 16;
const DEFAULT: Omit<Choices, 'categories'> = { language: 'ja', charset: 'utf-8', districts: [] };

/**
 * How people sign up for disaster mail, change what they chose, and leave (D§4.1). It begins with an empty mail and goes on with a link that only
 * the owner of the address gets, so that nobody learns from outside whether an address is known (S17) and nobody signs up somebody else.
 */
export class SignUp {
  readonly #options: SignUpOptions;

  constructor(options: SignUpOptions) {
    this.#options = options;
  }

  /** Somebody sent an empty mail: a letter with a link goes to them, unless one just did. `full`: they should try again later. */
  async invite(address: string): Promise<'taken' | 'full'> {
    const { letters, directory, clock, onLetter, newToken = () => randomBytes(TOKEN_BYTES).toString('hex') } = this.#options;
    const known = await directory.subscriber('disaster-mail', address);
    const token = newToken();
    const at = clock.now();
    const letter = letterOf('invitation', address, {
      origin: hashOf(token),
      token,
      expiresAt: at + LINK_MS,
      language: known?.language ?? DEFAULT.language,
      charset: known?.charset ?? DEFAULT.charset,
    });
    const kept = await letters.invite({ tokenHash: hashOf(token), at, letter });
    if (kept === 'kept') onLetter();
    return kept === 'full' ? 'full' : 'taken';
  }

  /** The form behind a link; null when there is none, or when its day is over. */
  async form(token: string): Promise<OpenForm | null> {
    const { letters, directory, clock, playbook } = this.#options;
    const link = await letters.link(hashOf(token), clock.now());
    if (!link) return null;
    const known = await directory.subscriber('disaster-mail', link.address);
    const first = residentChoices(playbook, 'disaster-mail')
      .filter((choice) => choice !== DRILL_CHOICE)
      .slice(0, 1);
    const choices = known ?? { ...DEFAULT, categories: first };
    const { language, charset, districts, categories } = choices;
    return {
      state: link.state,
      address: link.address,
      isSubscribed: known !== null,
      choices: { language, charset, districts, categories: choicesOf(categories) },
    };
  }

  /**
   * Signs up, or changes what was chosen, and sends the letter that says so. `incomplete` when no district of the city is chosen; `closed` when the
   * link was used before, whatever for.
   */
  async choose(token: string, chosen: Choices): Promise<'done' | 'incomplete' | 'closed' | 'unknown'> {
    const { letters, bounces, directory, clock, playbook, onLetter } = this.#options;
    const link = await letters.link(hashOf(token), clock.now());
    if (!link) return 'unknown';
    if (link.state !== 'open') return 'closed';
    const districts = chosen.districts.filter((code) => playbook.districts.has(code));
    if (districts.length === 0) return 'incomplete';
    const offered = residentChoices(playbook, 'disaster-mail');
    const choices = [EVACUATION_CATEGORY, ...offered.filter((choice) => chosen.categories.includes(choice))];
    const assigned = ((await directory.subscriber('disaster-mail', link.address))?.categories ?? []).filter(isAssigned);
    const { language, charset } = chosen;
    const { address } = link;
    const subscriber = {
      channel: 'disaster-mail',
      address,
      language,
      charset,
      districts,
      categories: [...categoriesOf(choices), ...assigned],
    } as const;
    await directory.subscribe([subscriber]);
    const recipient = await directory.recipientOf('disaster-mail', address);
    if (recipient !== null) {
      // Their mail arrives, as this link has proved: what came back before is over.
      await bounces.forgetOf(recipient);
      await directory.setState(recipient, 'active');
    }
    const letter = letterOf('welcome', address, { ...this.#answer(token), language, charset, districts, categories: choices });
    const closed = await letters.closeLink(hashOf(token), 'chosen', letter);
    if (closed) onLetter();
    return closed ? 'done' : 'closed';
  }

  /** Leaves by the form: the address is forgotten, and a last letter says so. */
  async leave(token: string): Promise<'done' | 'closed' | 'unknown'> {
    const { letters, directory, clock, onLetter } = this.#options;
    const link = await letters.link(hashOf(token), clock.now());
    if (!link) return 'unknown';
    if (link.state !== 'open') return 'closed';
    const { address } = link;
    const { language, charset } = (await directory.subscriber('disaster-mail', address)) ?? DEFAULT;
    await directory.leave('disaster-mail', address);
    const letter = letterOf('goodbye', address, { ...this.#answer(token), language, charset });
    const closed = await letters.closeLink(hashOf(token), 'left', letter);
    if (closed) onLetter();
    return closed ? 'done' : 'closed';
  }

  /**
   * Leaves by what a mail carried (S18): at once, again without effect, and without a letter, for whoever pressed the button of their mail program
   * wants no more mail. False for a token that is none.
   */
  async leaveAtOnce(leavingToken: string): Promise<boolean> {
    return (await this.#forget(leavingToken)) !== null;
  }

  /** Leaves by a mail to the address that a mail carried: no page answers, so a letter does. */
  async leaveByMail(leavingToken: string): Promise<void> {
    const { letters, clock, onLetter } = this.#options;
    const gone = await this.#forget(leavingToken);
    if (!gone?.address) return;
    const now = clock.now();
    const { address, language, charset } = gone;
    await letters.add(letterOf('goodbye', address, { origin: leavingToken, expiresAt: now + LINK_MS, language, charset }), now);
    onLetter();
  }

  /** Null for a token that is none; without an address when its owner left before. */
  async #forget(leavingToken: string): Promise<(Pick<Choices, 'language' | 'charset'> & { readonly address: string | null }) | null> {
    const { directory, keys } = this.#options;
    const recipient = recipientOfLeavingToken(keys, leavingToken);
    if (recipient === null) return null;
    const known = await directory.subscriberOf(recipient);
    if (known?.channel !== 'disaster-mail') return { ...DEFAULT, address: null };
    await directory.leave('disaster-mail', known.address);
    return { language: known.language, charset: known.charset, address: known.address };
  }

  #answer(token: string): { readonly origin: string; readonly expiresAt: number } {
    return { origin: hashOf(token), expiresAt: this.#options.clock.now() + LINK_MS };
  }
}

/** By which a link is found: a copy of the database opens no form (S16). */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

function letterOf(
  kind: Letter['kind'],
  address: string,
  { origin, ...fields }: { readonly origin: string } & Pick<Letter, 'expiresAt' | 'language' | 'charset'> & Partial<Letter>,
): Letter {
  return { id: mailIdentity(`letter/${kind}/${origin}`), kind, address, token: '', districts: [], categories: [], ...fields };
}
