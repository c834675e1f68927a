import { type RefObject, useEffect, useState } from 'react';
import type { GaugeDto } from '#wire';

interface Options {
  readonly rows: readonly GaugeDto[];
  readonly chosen: string | null;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly scrollTo: (index: number) => void;
  readonly reveal: () => void;
}

/** Whether somebody is writing, so that letters are letters and not commands. */
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export const isPlainKey = (event: KeyboardEvent): boolean =>
  !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented && !isWriting(event.target);

/** j and k (and the arrows, within the list) move the focus over the rows; c shows the changes. Returns the one row that Tab stops at. */
export function useRowKeys({ rows, chosen, scroller, scrollTo, reveal }: Options): string | null {
  const [at, setAt] = useState<string | null>(null);
  const here = rows.findIndex((row) => row.id === (at ?? chosen));

  useEffect(() => {
    const move = (event: KeyboardEvent) => {
      if (!isPlainKey(event) || document.querySelector('[role=dialog]')) return;
      const inside = scroller.current?.contains(document.activeElement) ?? false;
      const step =
        event.key === 'j' || (inside && event.key === 'ArrowDown') ? 1 : event.key === 'k' || (inside && event.key === 'ArrowUp') ? -1 : 0;
      if (event.key === 'c') reveal();
      if (step === 0 || rows.length === 0) return;
      event.preventDefault();
      const index = here < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, here + (inside ? step : 0)));
      const { id } = rows[index]!;
      setAt(id);
      scrollTo(index);
      const row = () => scroller.current?.querySelector<HTMLElement>(`[data-gauge="${CSS.escape(id)}"]`);
      // At once where the row exists, or an Enter that follows quickly would miss it; a row far away exists only after the list has scrolled to it.
      const near = row();
      if (near) near.focus();
      else requestAnimationFrame(() => row()?.focus());
    };
    addEventListener('keydown', move);
    return () => removeEventListener('keydown', move);
  });

  return (here < 0 ? rows[0]?.id : rows[here]?.id) ?? null;
}
