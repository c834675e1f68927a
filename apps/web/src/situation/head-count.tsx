import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { GaugeDto } from '#wire';
import { api } from '../api.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { useActKey } from '../parts/use-act-key.ts';
import { mayAcknowledge, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';

/** As many people as the service takes. */
const COUNT_MAX = 1_000_000;

/** What a person says of a place that only a person may call full: that it is, or how many are in it. */
export function HeadCount({ gauge, full }: { readonly gauge: GaugeDto; readonly full: NonNullable<GaugeDto['fullHouse']> }) {
  const words = useWords();
  const { isCut } = usePulse();
  const may = mayAcknowledge(useSession());
  const field = useId();
  const [people, setPeople] = useState('');
  const { key, renew } = useActKey();
  const count = useMutation({
    mutationFn: (body: { readonly full: true } | { readonly count: number }) => api.count(gauge.id, key, body),
    onSuccess: () => {
      renew();
      setPeople('');
    },
  });
  if (!may) return null;
  const isIdle = !isCut && !count.isPending;
  return (
    <section aria-label={words.headCount} className="border-line flex flex-col gap-2 border-t pt-2">
      <p className="text-dim">{words.headCountMeans(full.stepName)}</p>
      <div className="flex flex-wrap items-end gap-3">
        <Action look="solid" isDisabled={!isIdle} onPress={() => count.mutate({ full: true })}>
          {words.confirmFull(full.stepName)}
        </Action>
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (people !== '') count.mutate({ count: Number(people) });
          }}
        >
          <span className="flex flex-col">
            <label htmlFor={field}>{words.peopleInside}</label>
            <input
              id={field}
              type="number"
              min={0}
              max={COUNT_MAX}
              step={1}
              className="border-edge rounded-8 bg-panel min-h-10 w-28 border px-2"
              value={people}
              onChange={(event) => setPeople(event.target.value)}
            />
          </span>
          <Action type="submit" isDisabled={!isIdle || people === ''}>
            {words.stillRoom}
          </Action>
        </form>
      </div>
      <div aria-live="polite">{count.isSuccess && <p className="font-bold">✓ {words.counted}</p>}</div>
      {count.isError && (
        <p role="alert" className="text-fault">
          {words.countFailed(count.error.message)}
        </p>
      )}
    </section>
  );
}
