import { site } from './site.ts';
import type { Show } from './situation/tally.ts';

/** Where the page is. One URL per thing, so that a link can be sent to a colleague. */
export type Place =
  | { readonly at: 'situation'; readonly show: Show }
  | { readonly at: 'gauge'; readonly id: string; readonly show: Show }
  | { readonly at: 'alert'; readonly id: string; readonly show: Show }
  | { readonly at: 'deliveries'; readonly transition: string | null }
  | { readonly at: 'orders' }
  | { readonly at: 'order'; readonly id: string }
  /** The desk of one shelter. */
  | { readonly at: 'checkIn'; readonly id: string }
  | { readonly at: 'deadLetters' }
  | { readonly at: 'shelters' }
  | { readonly at: 'reports' }
  | { readonly at: 'drills' }
  | { readonly at: 'records' }
  | { readonly at: 'silences' }
  | { readonly at: 'audit' }
  /** The chain behind an alert, transition, message or delivery. */
  | { readonly at: 'lineage'; readonly id: string }
  | { readonly at: 'nowhere' };

const ROOT = `${site}/hq`;

/** Reads a URL; whatever cannot be read is nowhere, and so is another site. */
export function placeOf(pathname: string, search: string): Place {
  if (!pathname.startsWith(site)) return { at: 'nowhere' };
  const parts = pathname.slice(site.length).replace(/\/+$/, '').split('/').slice(1);
  const query = new URLSearchParams(search);
  const show = showOf(query.get('show'));
  if (parts[0] !== 'hq') return { at: 'nowhere' };
  const [, kind, rawId, ...rest] = parts;
  const id = decode(rawId);
  if (kind === undefined) return { at: 'situation', show };
  if (rest.length > 0 || id === null) return { at: 'nowhere' };
  if (kind === 'gauges' && id) return { at: 'gauge', id, show };
  if (kind === 'alerts' && id) return { at: 'alert', id, show };
  if (kind === 'deliveries' && id === '') return { at: 'deliveries', transition: query.get('transition') };
  if (kind === 'orders') return id ? { at: 'order', id } : { at: 'orders' };
  if (kind === 'lineage' && id) return { at: 'lineage', id };
  if (kind === 'shelters' && id) return { at: 'checkIn', id };
  if (kind === 'deliveries' && id === 'dead') return { at: 'deadLetters' };
  if (kind === 'shelters' && id === '') return { at: 'shelters' };
  if (kind === 'reports' && id === '') return { at: 'reports' };
  if (kind === 'drills' && id === '') return { at: 'drills' };
  if (kind === 'records' && id === '') return { at: 'records' };
  if (kind === 'silences' && id === '') return { at: 'silences' };
  if (kind === 'audit' && id === '') return { at: 'audit' };
  return { at: 'nowhere' };
}

/** The URL of a place. */
export function hrefOf(place: Exclude<Place, { at: 'nowhere' }>): string {
  switch (place.at) {
    case 'situation':
      return `${ROOT}/${showQuery(place.show)}`;
    case 'gauge':
      return `${ROOT}/gauges/${encodeURIComponent(place.id)}${showQuery(place.show)}`;
    case 'alert':
      return `${ROOT}/alerts/${encodeURIComponent(place.id)}${showQuery(place.show)}`;
    case 'deliveries':
      return `${ROOT}/deliveries${place.transition === null ? '' : `?transition=${encodeURIComponent(place.transition)}`}`;
    case 'orders':
      return `${ROOT}/orders`;
    case 'order':
      return `${ROOT}/orders/${encodeURIComponent(place.id)}`;
    case 'checkIn':
      return `${ROOT}/shelters/${encodeURIComponent(place.id)}`;
    case 'deadLetters':
      return `${ROOT}/deliveries/dead`;
    case 'shelters':
      return `${ROOT}/shelters`;
    case 'reports':
      return `${ROOT}/reports`;
    case 'drills':
      return `${ROOT}/drills`;
    case 'records':
      return `${ROOT}/records`;
    case 'silences':
      return `${ROOT}/silences`;
    case 'audit':
      return `${ROOT}/audit`;
    case 'lineage':
      return `${ROOT}/lineage/${encodeURIComponent(place.id)}`;
  }
}

const showQuery = (show: Show): string => (show === 'all' ? '' : `?show=${encodeURIComponent(show)}`);

function showOf(text: string | null): Show {
  if (text === 'rising' || text === 'unknown' || text === 'crowded' || text === 'roads') return text;
  return text?.startsWith('limit-') ? `limit-${text.slice('limit-'.length)}` : 'all';
}

function decode(part: string | undefined): string | null {
  try {
    return decodeURIComponent(part ?? '');
  } catch {
    return null;
  }
}
