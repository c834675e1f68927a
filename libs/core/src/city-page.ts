import type { Language } from './delivery.ts';

/** The residents' page of the city in a language (product §14): the link that messages carry. */
export const cityPage = (publicUrl: string, language: Language): string => `${publicUrl.replace(/\/$/, '')}/?lang=${language}`;
