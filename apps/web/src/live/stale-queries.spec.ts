import type { LiveEventDto } from '#wire';
import { staleBy } from './stale-queries.ts';

describe('what is asked for again', () => {
  it.each<[string, unknown, readonly (readonly string[])[]]>([
    ['the alert that somebody acted on', { type: 'acted', alerts: ['level@north#1'], silences: false }, [['alert', 'level@north#1']]],
    ['the silences when one began or ended', { type: 'acted', alerts: [], silences: true }, [['silences']]],
    ['the orders and the one that changed', { type: 'orders', orders: [{ id: 'order-1' }] }, [['orders'], ['order', 'order-1']]],
    ['nothing for what the line itself brings', { type: 'gauges', gauges: [] }, []],
    ['nothing for what a newer server tells', { type: 'weather' }, []],
  ])('is %s', (_, event, expected) => {
    expect(staleBy(event as LiveEventDto)).toEqual(expected);
  });
});
