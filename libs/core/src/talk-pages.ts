import { CHOICES_MAX, type TalkChoice } from './talk.ts';
import type { TalkWords } from './talk-words.ts';

/** A button back and one on: the first and the last page leave one of them free. */
const TURNS = 2;

/** The part of a list that the buttons under one answer have room for. */
export interface TalkPage<Item> {
  /** From 0; the last one when a later one was asked for. */
  readonly page: number;
  readonly items: readonly Item[];
  /** The ways to the pages before and after it. */
  readonly turns: readonly TalkChoice[];
}

/**
 * Shares a list out over the buttons of answers, for LINE shows 13 at once (D§3.3) and cuts nothing off that somebody has to find. What fits is
 * shown whole. `taken` are buttons that stand beside the list; `turnTo` is the data of a button that turns to a page.
 */
export function talkPage<Item>(
  all: readonly Item[],
  asked: number,
  { words, taken, turnTo }: { readonly words: TalkWords; readonly taken: number; readonly turnTo: (page: number) => string },
): TalkPage<Item> {
  const room = CHOICES_MAX - taken;
  const perPage = all.length <= room ? room : room - TURNS;
  const last = Math.max(0, Math.ceil(all.length / perPage) - 1);
  const page = Math.min(asked, last);
  const turn = (label: string, to: number): readonly TalkChoice[] =>
    to < 0 || to > last ? [] : [{ kind: 'button', label, data: turnTo(to) }];
  return {
    page,
    items: all.slice(page * perPage, (page + 1) * perPage),
    turns: [...turn(words.labels.previous, page - 1), ...turn(words.labels.next, page + 1)],
  };
}
