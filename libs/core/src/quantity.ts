/**
 * What a reading measures; the unit is fixed by the name: metres, millimetres, persons, cumulative persons, minutes, ticket number,
 * weather level 0–5 (D§2.3).
 */
export const QUANTITIES = ['level', 'rain', 'count', 'in', 'out', 'waiting', 'waitMin', 'calling', 'weather'] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** The unit of a quantity as people read it. */
export const UNITS: Readonly<Record<Quantity, string>> = {
  level: 'm',
  rain: 'mm',
  count: '人',
  in: '人',
  out: '人',
  waiting: '人',
  waitMin: '分',
  calling: '番',
  weather: '',
};
