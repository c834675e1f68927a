import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LiveStore, Pulse } from './live-store.ts';
import type { Picture } from './picture.ts';

export const LiveContext = createContext<LiveStore | null>(null);

function useStore(): LiveStore {
  const store = useContext(LiveContext);
  if (!store) throw new Error('the live picture is used outside of its provider');
  return store;
}

/** The newest picture; the component renders again when it is replaced. */
export function usePicture(): Picture {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, store.picture);
}

/** Server time and the state of the line, every second. */
export function usePulse(): Pulse {
  const store = useStore();
  return useSyncExternalStore(store.subscribePulse, store.pulse);
}
