import type { LiveEventDto } from '#wire';

/** What was fetched beside the live line and is old by one of its events: somebody acted, and this screen may show it too. */
export function staleBy(event: LiveEventDto): readonly (readonly string[])[] {
  if (event.type === 'acted') return [...event.alerts.map((alert) => ['alert', alert]), ...(event.silences ? [['silences']] : [])];
  if (event.type === 'orders') return [['orders'], ...event.orders.map(({ id }) => ['order', id])];
  return [];
}
