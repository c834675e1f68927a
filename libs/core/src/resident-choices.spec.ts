import { describe, expect, it } from '@jest/globals';
import { categoriesOf, choicesOf, residentChoices } from './resident-choices.ts';
import type { Playbook } from './playbook.ts';

const route = (category: string, channels: readonly string[]) => ({ audience: { kind: 'residents', category }, channels });

describe('what residents choose', () => {
  it.each([
    ['nothing of drills', ['evacuation', 'flood'], ['evacuation', 'flood']],
    ['drills beside floods', ['evacuation', 'flood', 'drill'], ['evacuation', 'flood', 'exercise/evacuation', 'exercise/flood']],
    ['drills alone', ['evacuation', 'drill'], ['evacuation', 'exercise/evacuation']],
    ['drills as a member of staff', ['evacuation', 'staff:duty', 'drill'], ['evacuation', 'staff:duty', 'exercise/evacuation']],
    ['staff whom the city put into drills', ['staff:duty', 'exercise/staff:duty'], ['staff:duty', 'exercise/staff:duty']],
    [
      'a test user who takes part in drills',
      ['evacuation', 'test/staff:duty', 'drill'],
      ['evacuation', 'test/staff:duty', 'exercise/evacuation'],
    ],
    ['nothing', [], []],
  ])('stands in the directory and is read back: %s', (_, choices, categories) => {
    expect(categoriesOf(choices)).toEqual(categories);
    expect(choicesOf(categories)).toEqual(choices);
  });

  it('is offered by channel, drills only where the city holds some', () => {
    const staff = { audience: { kind: 'staff', group: 'duty' }, channels: ['line'] };
    const routes = [
      route('evacuation', ['line']),
      route('flood', ['line', 'disaster-mail']),
      staff,
      route('windows', ['line']),
      route('flood', ['line']),
    ];
    const city = { routes } as unknown as Pick<Playbook, 'routes' | 'drills'>;
    expect(residentChoices(city, 'line')).toEqual(['flood', 'windows']);
    expect(residentChoices({ ...city, drills: { usual: [] } }, 'disaster-mail')).toEqual(['flood', 'drill']);
  });
});
