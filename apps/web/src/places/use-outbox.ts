import { useCallback, useEffect, useRef, useState } from 'react';
import type { CheckInDto, CheckInStaffAsk } from '#wire';
import { api, Refused } from '../api.ts';
import { fateOf, nextOf, type Outbox, queued, readOutbox, refusedAs, without } from './check-in-outbox.ts';

/** Between two tries while the line is cut: soon enough when it is back, and no storm from many tablets. */
const AGAIN_MS = 3_000;

// Not crypto.randomUUID: a page over plain HTTP inside the town hall does not have it, and this is no secret.
const freshKey = (): string => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/**
 * Sends what is done at a desk, in its order, until the service has accepted it. Everything is kept on the tablet first: a page that is loaded again,
 * and a tablet that was switched off, go on with the same keys. By whom it was done is part of a key's meaning, so each person has an own list.
 */
export function useOutbox({
  shelter,
  user,
  onAccepted,
}: {
  readonly shelter: string;
  readonly user: string;
  readonly onAccepted: (dto: CheckInDto) => void;
}) {
  const name = `sonae.check-in.${user}.${shelter}`;
  const [outbox, setOutbox] = useState<Outbox>(() => readOutbox(localStorage.getItem(name)));
  const [isStuck, setStuck] = useState(false);
  const newest = useRef(outbox);
  const change = useCallback(
    (next: Outbox) => {
      newest.current = next;
      localStorage.setItem(name, JSON.stringify(next));
      setOutbox(next);
    },
    [name],
  );
  const next = nextOf(outbox)?.key ?? null;
  useEffect(() => {
    if (next === null) return;
    const over = new AbortController();
    const send = async (): Promise<void> => {
      const act = newest.current.find(({ key }) => key === next);
      if (!act || over.signal.aborted) return;
      let status = 200;
      let why = '';
      try {
        const dto = await api.checkIn(shelter, act.key, act.ask);
        onAccepted(dto);
      } catch (error) {
        status = error instanceof Refused ? error.status : 0;
        why = error instanceof Error ? error.message : String(error);
      }
      const fate = fateOf(status);
      if (fate === 'again') {
        setStuck(true);
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        return send();
      }
      setStuck(false);
      change(fate === 'done' ? without(newest.current, act.key) : refusedAs(newest.current, act.key, why));
    };
    void send();
    return () => over.abort();
  }, [next, shelter, change, onAccepted]);
  return {
    outbox,
    isStuck,
    add: (ask: CheckInStaffAsk) => change(queued(newest.current, { key: freshKey(), ask, madeAt: Date.now(), refused: null })),
    drop: (key: string) => change(without(newest.current, key)),
  };
}
