/** The five levels of the national scheme, of the municipal orders as of the weather names (D§2.1, D§2.3). */
export const ALERT_LEVELS = [1, 2, 3, 4, 5] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

/**
 * The colours that the Cabinet Office fixed, and the text colour that reaches AA on each (D§2.1). They stand on chips of a level and nowhere
 * else, always with number and name, and with a border, for level 1 is white and a black-and-white print has no colours.
 */
export const LEVEL_COLOURS: Readonly<Record<AlertLevel, { readonly fill: string; readonly text: '#FFFFFF' | '#000000' }>> = {
  1: { fill: '#FFFFFF', text: '#000000' },
  2: { fill: '#F2E700', text: '#000000' },
  3: { fill: '#FF2800', text: '#000000' },
  4: { fill: '#AA00AA', text: '#FFFFFF' },
  5: { fill: '#0C000C', text: '#FFFFFF' },
};
