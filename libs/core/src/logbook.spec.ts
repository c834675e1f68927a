import { HOUR, T0 } from '../../../test/support/builders.ts';
import { type LogbookEntry, placeOf } from './logbook.ts';

describe('where an entry of the logbook is found again', () => {
  const until = T0 + HOUR;
  it.each<[string, object, ReturnType<typeof placeOf>]>([
    ['a correction by its quantity', { kind: 'correction', quantity: 'level' }, { at: T0, of: null, quantity: 'level' }],
    ['maintenance by its planned end', { kind: 'maintenance', until }, { at: until, of: null, quantity: null }],
    ['the early end of it by what it ends', { kind: 'maintenanceEnded', of: 'm-1' }, { at: T0, of: 'm-1', quantity: null }],
    ['the end of a finding by what it ends', { kind: 'findingEnded', of: 'f-1' }, { at: T0, of: 'f-1', quantity: null }],
    ['a note by its instant', { kind: 'note' }, { at: T0, of: null, quantity: null }],
    ['a count by its instant', { kind: 'count', quantity: 'count' }, { at: T0, of: null, quantity: null }],
    ['a finding by its instant', { kind: 'finding' }, { at: T0, of: null, quantity: null }],
  ])('%s', (_, entry, place) => {
    expect(placeOf({ at: T0, ...entry } as LogbookEntry)).toEqual(place);
  });
});
