import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { DrillAsk, UsualDrillDto } from '#wire';
import { api } from '../api.ts';
import { dayTime, figure, rhythmOf } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Failed } from '../parts/failed.tsx';
import { Fold } from '../parts/fold.tsx';
import { useActKey } from '../parts/use-act-key.ts';
import { useWords } from '../words/words.ts';

const MINUTE_MS = 60_000;
const MINUTES_MAX = 1_440;
const SPEED_MAX = 600;
const BOX = 'border-edge rounded-8 bg-panel min-h-10 border px-2';

/** Prepares a drill: one of the usual ones with what it is for, or another one. Nothing begins by it. */
export function DrillPrepare() {
  const words = useWords();
  const client = useQueryClient();
  const field = useId();
  const { isCut } = usePulse();
  const { key, renew } = useActKey();
  const [reason, setReason] = useState('');
  const usual = useQuery({ queryKey: ['usual-drills'], queryFn: api.usualDrills });
  const prepare = useMutation({
    mutationFn: (ask: DrillAsk) => api.prepareDrill(ask, key),
    onSuccess: () => {
      renew();
      setReason('');
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['drills'] }),
  });
  const why = reason.trim();
  const off = why === '' || isCut || prepare.isPending;
  return (
    <div className="flex flex-col gap-3">
      <label htmlFor={field}>{words.drillReason}</label>
      <input id={field} maxLength={500} className={BOX} value={reason} onChange={({ target }) => setReason(target.value)} />
      <div role="alert">
        <Failed error={prepare.error} onRenewed={() => prepare.variables && prepare.mutate(prepare.variables)} />
      </div>
      <section aria-labelledby={`${field}-usual`} className="flex flex-col gap-2">
        <h3 id={`${field}-usual`}>{words.usualDrills}</h3>
        {usual.isError && (
          <p role="alert" className="text-fault">
            {words.readFailed} <Action onPress={() => void usual.refetch()}>{words.again}</Action>
          </p>
        )}
        {usual.data?.length === 0 && <p className="text-dim">{words.noUsualDrills}</p>}
        {usual.data?.map(({ id, name, lastsMs, script, note }) => (
          <div key={id} className="border-line flex flex-col gap-1 border-t pt-2">
            <p>
              <strong>{name}</strong> <span className="text-dim">{words.drillLasts(words.duration(rhythmOf(lastsMs)))}</span>
            </p>
            <p>{script === null ? words.drillNoScript : words.drillScript(script.name, figure(script.speed, ''))}</p>
            {note !== '' && <p className="text-dim">{note}</p>}
            <Action className="self-start" isDisabled={off} onPress={() => prepare.mutate({ usual: id, reason: why })}>
              {words.prepareUsual(name)}
            </Action>
          </div>
        ))}
      </section>
      <Fold title={words.freeDrill}>
        <Free usual={usual.data ?? []} off={off} onPrepare={(ask) => prepare.mutate({ ...ask, reason: why })} />
      </Fold>
    </div>
  );
}

interface FreeProps {
  readonly usual: readonly UsualDrillDto[];
  readonly off: boolean;
  readonly onPrepare: (ask: Omit<Extract<DrillAsk, { name: string }>, 'reason'>) => void;
}

/** A drill of its own; the past that it plays is one that the playbook knows. */
function Free({ usual, off, onPrepare }: FreeProps) {
  const words = useWords();
  const field = useId();
  const { now } = usePulse();
  const [name, setName] = useState('');
  const [minutes, setMinutes] = useState('60');
  const [flood, setFlood] = useState('');
  const [speed, setSpeed] = useState('60');
  const scripts = new Map<string, NonNullable<UsualDrillDto['script']>>(
    usual.flatMap(({ script }) => (script ? [[`${script.source}/${script.name}`, script] as const] : [])),
  );
  const script = scripts.get(flood) ?? null;
  const endsAt = now === null ? null : now + Number(minutes) * MINUTE_MS;
  return (
    <form
      className="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (endsAt !== null && !off)
          onPrepare({ name: name.trim(), endsAt, script: script && { ...script, map: [...script.map], speed: Number(speed) } });
      }}
    >
      <label htmlFor={`${field}-name`}>{words.drillName}</label>
      <input id={`${field}-name`} required maxLength={60} className={BOX} value={name} onChange={({ target }) => setName(target.value)} />
      <label htmlFor={`${field}-minutes`}>{words.drillMinutes}</label>
      <input
        id={`${field}-minutes`}
        type="number"
        required
        min={1}
        max={MINUTES_MAX}
        className={`${BOX} w-32`}
        value={minutes}
        onChange={({ target }) => setMinutes(target.value)}
      />
      {endsAt !== null && Number(minutes) > 0 && <p className="text-dim">{words.drillEndsThen(dayTime(endsAt))}</p>}
      <label htmlFor={`${field}-flood`}>{words.drillFlood}</label>
      <select id={`${field}-flood`} className={BOX} value={flood} onChange={({ target }) => setFlood(target.value)}>
        <option value="">{words.drillNoScript}</option>
        {[...scripts].map(([key, one]) => (
          <option key={key} value={key}>
            {one.name}
          </option>
        ))}
      </select>
      {script && (
        <>
          <label htmlFor={`${field}-speed`}>{words.drillSpeed}</label>
          <input
            id={`${field}-speed`}
            type="number"
            required
            min={1}
            max={SPEED_MAX}
            className={`${BOX} w-32`}
            value={speed}
            onChange={({ target }) => setSpeed(target.value)}
          />
        </>
      )}
      <Action type="submit" look="solid" className="mt-2 self-start" isDisabled={off || name.trim() === ''}>
        {words.prepareFree}
      </Action>
    </form>
  );
}
