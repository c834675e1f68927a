import { useEffect, useRef } from 'react';

/** A busy gauge or a fan-out changes many times a second; what hangs on it is fetched again at most this often. */
const REFETCH_MS_MIN = 2_000;

/** Fetches again when `stamp` changes, soon, and never more often than the bound. */
export function useRefetchOn(stamp: string, refetch: () => unknown): void {
  const last = useRef({ stamp, at: 0 });
  useEffect(() => {
    if (last.current.stamp === stamp) return undefined;
    const wait = Math.max(0, last.current.at + REFETCH_MS_MIN - performance.now());
    const timer = setTimeout(() => {
      last.current = { stamp, at: performance.now() };
      refetch();
    }, wait);
    return () => clearTimeout(timer);
  }, [stamp, refetch]);
}
