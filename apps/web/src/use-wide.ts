import { useSyncExternalStore } from 'react';

/** From here on list and detail stand side by side; the same figure as Tailwind's `lg`. */
const wide = matchMedia('(min-width: 1024px)');
const dark = matchMedia('(prefers-color-scheme: dark)');

const watch = (query: MediaQueryList) => (listener: () => void) => {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};
const watchWide = watch(wide);
const watchDark = watch(dark);

export const useWide = (): boolean => useSyncExternalStore(watchWide, () => wide.matches);
export const useDark = (): boolean => useSyncExternalStore(watchDark, () => dark.matches);
