import { isUsable, QUALITIES } from './reading.ts';
import { QUANTITIES, UNITS } from './quantity.ts';

describe('units', () => {
  it('are those that people read beside each quantity', () => {
    expect(QUANTITIES.map((quantity) => `${quantity} ${UNITS[quantity]}`.trim())).toEqual([
      'level m',
      'rain mm',
      'count 人',
      'in 人',
      'out 人',
      'waiting 人',
      'waitMin 分',
      'calling 番',
      'weather',
    ]);
  });
});

describe('isUsable', () => {
  it('lets only these qualities move an alert', () => {
    expect(QUALITIES.filter(isUsable)).toEqual(['ok', 'manual', 'estimated', 'clockSuspect']);
  });
});
