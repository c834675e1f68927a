import { createContext, useContext } from 'react';
import type { ja } from './ja.ts';

/** The shape that every language has to fill: the keys of Japanese, a function with the same parameters where Japanese has one. */
export type Words = {
  readonly [Key in keyof typeof ja]: (typeof ja)[Key] extends (...parameters: infer Parameters) => string
    ? (...parameters: Parameters) => string
    : string;
};

export const WordsContext = createContext<Words | null>(null);

/** The words of the language that is switched on. */
export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('words are used outside of their provider');
  return words;
}
