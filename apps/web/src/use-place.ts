import { useSyncExternalStore } from 'react';
import { hrefOf, type Place, placeOf } from './place.ts';

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
addEventListener('popstate', tell);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const url = () => location.pathname + location.search;

/** The place that the address bar shows. */
export function usePlace(): Place {
  const [pathname = '', search = ''] = useSyncExternalStore(subscribe, url).split(/(?=\?)/);
  return placeOf(pathname, search);
}

/** Goes to another place of this page without loading it anew. */
export function goTo(href: string): void {
  if (href === url()) return;
  history.pushState(null, '', href);
  tell();
}

export const go = (place: Exclude<Place, { at: 'nowhere' }>): void => goTo(hrefOf(place));
