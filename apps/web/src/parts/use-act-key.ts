import { useState } from 'react';

// Not crypto.randomUUID: a page over plain HTTP inside the town hall does not have it, and this is no secret.
const freshKey = (): string => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** A key for one act: pressing twice, or again after a lost answer, is one act. `renew` when it has been taken. */
export function useActKey(): { readonly key: string; readonly renew: () => void } {
  const [key, setKey] = useState(freshKey);
  return { key, renew: () => setKey(freshKey()) };
}
