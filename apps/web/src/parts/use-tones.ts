import { useEffect } from 'react';
import { beep } from './beep.ts';

/** Between two tones: often enough to be heard in the next room, and not so often that somebody turns the sound off. */
const TONE_EVERY_MS = 4_000;

/** Sounds at once and again and again while something needs eyes. */
export function useTones(sounds: boolean): void {
  useEffect(() => {
    if (!sounds) return undefined;
    beep();
    const timer = setInterval(beep, TONE_EVERY_MS);
    return () => clearInterval(timer);
  }, [sounds]);
}
