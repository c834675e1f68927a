import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { GaugeDto, LogbookEntryDto, MaintenanceDto } from '#wire';
import { api } from '../api.ts';
import { dayTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { useActKey } from '../parts/use-act-key.ts';
import { mayAcknowledge, useSession } from '../session.ts';
import { useWords, type Words } from '../words/words.ts';
import { valueText } from './sentence.ts';

const HOUR_MS = 3_600_000;
/** Ends that can be chosen, up to a week: whoever works longer at a gauge says so again. */
const HOURS = [1, 3, 6, 12, 24, 72, 168] as const;
/** As many characters as the service takes. */
const REASON_CHARS_MAX = 500;
const BOX = 'border-edge rounded-8 bg-panel min-h-10 border px-2';

/** What people did to a gauge and what was found out about it, and the forms to put it into maintenance and to leave a note. */
export function Care({ gauge }: { readonly gauge: GaugeDto }) {
  const words = useWords();
  const may = mayAcknowledge(useSession());
  const { data } = useQuery({ queryKey: ['logbook', gauge.id], queryFn: () => api.logbook(gauge.id), refetchInterval: 60_000 });
  return (
    <section aria-label={words.care} className="border-line border-t pt-1">
      <Fold title={words.care}>
        {data?.items.length === 0 && <p className="text-dim">{words.noEntries}</p>}
        <ol aria-label={words.care}>
          {data?.items.map((entry) => (
            <li key={entry.id} className="border-line border-t py-1">
              <span className="text-dim mr-2 whitespace-nowrap">{dayTime(entry.madeAt)}</span>
              {words.logbook(entry.kind)} {entryText(entry, gauge, words)}
              <span className="whitespace-pre-wrap">{entry.reason}</span> <span className="text-dim">({entry.by})</span>
            </li>
          ))}
        </ol>
        {may && <BeginMaintenance gauge={gauge} />}
        {may && <NewNote gauge={gauge} />}
      </Fold>
    </section>
  );
}

/** Ends a maintenance before its time. */
export function EndMaintenance({ gauge, maintenance }: { readonly gauge: GaugeDto; readonly maintenance: MaintenanceDto }) {
  const words = useWords();
  const { isCut } = usePulse();
  const renewed = useRenewed(gauge);
  const end = useMutation({ mutationFn: () => api.endMaintenance(gauge.id, maintenance.id), onSettled: renewed });
  if (!mayAcknowledge(useSession())) return null;
  return (
    <>
      <Action isDisabled={isCut || end.isPending} onPress={() => end.mutate()}>
        {words.endMaintenance}
      </Action>
      <span role="alert">{end.isError && <span className="text-fault">{words.countFailed(end.error.message)}</span>}</span>
    </>
  );
}

function BeginMaintenance({ gauge }: { readonly gauge: GaugeDto }) {
  const words = useWords();
  const { now, isCut } = usePulse();
  const field = useId();
  const { key, renew } = useActKey();
  const renewed = useRenewed(gauge);
  const [hours, setHours] = useState('');
  const [reason, setReason] = useState('');
  const begin = useMutation({
    mutationFn: (from: number) => api.maintain(gauge.id, key, { until: from + Number(hours) * HOUR_MS, reason }),
    onSuccess: async () => {
      renew();
      setHours('');
      setReason('');
      await renewed();
    },
  });
  const isWhole = hours !== '' && reason.trim() !== '';
  return (
    <form
      aria-labelledby={`${field}-title`}
      className="border-line mt-2 flex flex-col items-start gap-2 border-t pt-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && now !== null) begin.mutate(now);
      }}
    >
      <h4 id={`${field}-title`} className="font-bold">
        {words.newMaintenance}
      </h4>
      <p className="text-dim text-[13px]">{words.maintenanceMeans}</p>
      <label htmlFor={`${field}-end`}>{words.maintenanceFor}</label>
      <select id={`${field}-end`} required className={BOX} value={hours} onChange={(event) => setHours(event.target.value)}>
        <option value="">{words.choosePlease}</option>
        {HOURS.map((count) => (
          <option key={count} value={count}>
            {words.duration(count < 24 ? { count, unit: 'hour' } : { count: count / 24, unit: 'day' })}
          </option>
        ))}
      </select>
      <Reason id={`${field}-reason`} label={words.maintenanceReason} value={reason} onChange={setReason} />
      <Outcome act={begin} />
      <Action type="submit" isDisabled={!isWhole || isCut || begin.isPending}>
        {words.beginMaintenance}
      </Action>
    </form>
  );
}

function NewNote({ gauge }: { readonly gauge: GaugeDto }) {
  const words = useWords();
  const { isCut } = usePulse();
  const field = useId();
  const { key, renew } = useActKey();
  const renewed = useRenewed(gauge);
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: () => api.noteGauge(gauge.id, key, text),
    onSuccess: async () => {
      renew();
      setText('');
      await renewed();
    },
  });
  return (
    <form
      className="border-line mt-2 flex flex-col items-start gap-2 border-t pt-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') add.mutate();
      }}
    >
      <Reason id={field} label={words.noticedHere} value={text} onChange={setText} />
      <Outcome act={add} />
      <Action type="submit" isDisabled={text.trim() === '' || isCut || add.isPending}>
        {words.writeDown}
      </Action>
    </form>
  );
}

/** One reading that somebody knows better. `corrected` is what was said of it so far. */
export interface Doubted {
  readonly at: number;
  readonly value: number;
  readonly corrected: number | null;
}

/** Says what a reading ought to have been. The reading itself stays, and no alert is judged anew. */
export function Correct({ gauge, doubted, onDone }: { readonly gauge: GaugeDto; readonly doubted: Doubted; readonly onDone: () => void }) {
  const words = useWords();
  const { isCut } = usePulse();
  const field = useId();
  const { key } = useActKey();
  const renewed = useRenewed(gauge);
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const correct = useMutation({
    mutationFn: (to: number | null) =>
      api.correct(gauge.id, `${key} ${to === null ? 'back' : 'to'}`, { quantity: gauge.quantity, at: doubted.at, value: to, reason }),
    onSuccess: async () => {
      await renewed();
      onDone();
    },
  });
  const isIdle = !isCut && !correct.isPending && reason.trim() !== '';
  return (
    <form
      aria-labelledby={`${field}-title`}
      className="border-line rounded-8 my-2 flex flex-col items-start gap-2 border p-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (isIdle && value !== '') correct.mutate(Number(value));
      }}
    >
      <h4 id={`${field}-title`} className="font-bold">
        {words.correctReading(dayTime(doubted.at), valueText(doubted.value, gauge.unit))}
      </h4>
      <p className="text-dim text-[13px]">{words.correctionMeans}</p>
      <label htmlFor={`${field}-value`}>{words.rightValue(gauge.unit)}</label>
      <input
        id={`${field}-value`}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- whoever pressed the button of a row goes on here
        autoFocus
        type="number"
        step="any"
        className={`${BOX} w-32`}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <Reason id={`${field}-reason`} label={words.correctionReason} value={reason} onChange={setReason} />
      <Outcome act={correct} />
      <div className="flex flex-wrap gap-2">
        <Action type="submit" isDisabled={!isIdle || value === ''}>
          {words.correctIt}
        </Action>
        {doubted.corrected !== null && (
          <Action isDisabled={!isIdle} onPress={() => correct.mutate(null)}>
            {words.takeBack}
          </Action>
        )}
        <Action look="text" onPress={onDone}>
          {words.leaveAsIs}
        </Action>
      </div>
    </form>
  );
}

function Reason({
  id,
  label,
  value,
  onChange,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        required
        rows={2}
        maxLength={REASON_CHARS_MAX}
        className="border-edge rounded-8 bg-panel w-full border p-2"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </>
  );
}

function Outcome({ act }: { readonly act: { readonly isSuccess: boolean; readonly error: Error | null } }) {
  const words = useWords();
  return (
    <>
      <div aria-live="polite">{act.isSuccess && <p className="font-bold">✓ {words.counted}</p>}</div>
      <div role="alert">{act.error && <p className="text-fault">{words.countFailed(act.error.message)}</p>}</div>
    </>
  );
}

/** Reads again everything that an entry of the logbook shows in. */
function useRenewed({ id }: GaugeDto): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(['logbook', 'faults', 'readings'].map((what) => client.invalidateQueries({ queryKey: [what, id] })));
}

/** What an entry is about, before the words of whoever made it. */
function entryText({ kind, at, was, value, from, until }: LogbookEntryDto, { unit }: GaugeDto, words: Words): string {
  if (kind === 'correction' && at !== null && was !== null)
    return `${dayTime(at)} ${valueText(was, unit)} → ${value === null ? words.takenBack : valueText(value, unit)}: `;
  if (kind === 'count' && value !== null) return `${valueText(value, unit)}: `;
  if (kind === 'maintenance' && from !== null && until !== null) return `${words.span(dayTime(from), dayTime(until))}: `;
  return '';
}
