import { useQuery } from '@tanstack/react-query';
import type { GaugeDto, GaugeFaultsDto } from '#wire';
import { api } from '../api.ts';
import { dayTime } from '../figures.ts';
import { Fold } from '../parts/fold.tsx';
import { useWords, type Words } from '../words/words.ts';
import { EndMaintenance } from './care.tsx';

/** Faults change with days, not with readings. */
const REFETCH_MS = 60_000;

/** What is wrong with the gauge and its device: what holds now is said at once, the figures are a click away. */
export function Faults({ gauge }: { readonly gauge: GaugeDto }) {
  const words = useWords();
  const { data } = useQuery({
    queryKey: ['faults', gauge.id],
    queryFn: () => api.faults(gauge.id),
    refetchInterval: REFETCH_MS,
  });
  if (!data) return null;
  return (
    <section aria-label={words.deviceHealth} className="border-line border-t pt-1">
      {data.maintenance.map(({ id, from, until, reason, by }) => (
        <p key={id} className="flex flex-wrap items-center gap-x-3">
          <span>
            <strong>{words.quality('maintenance')}</strong> {words.span(dayTime(from), dayTime(until))} ・{reason} ({by})
          </span>
          <EndMaintenance gauge={gauge} maintenance={{ id, from, until, reason, by }} />
        </p>
      ))}
      {data.faults.map(({ kind, why }) => (
        <p key={kind} className="text-warn font-bold">
          <span aria-hidden="true">× </span>
          {why}
        </p>
      ))}
      <Fold title={words.deviceHealth}>
        <p>{deviceText(data, words)}</p>
        <Days days={data.days} />
      </Fold>
    </section>
  );
}

/** One line of what the device told about itself; what never happened is left out. */
function deviceText({ device }: GaugeFaultsDto, words: Words): string {
  const { missing, gaps, lastGapAt, restarts, lastRestartAt, counterResets, lastCounterResetAt, clockOffsetMs, batteryV } = device;
  const told = [
    restarts > 0 && lastRestartAt !== null ? words.restarts(restarts, dayTime(lastRestartAt)) : '',
    gaps > 0 && lastGapAt !== null ? words.gaps(gaps, missing, dayTime(lastGapAt)) : '',
    counterResets > 0 && lastCounterResetAt !== null ? words.counterResets(counterResets, dayTime(lastCounterResetAt)) : '',
    clockOffsetMs === null ? '' : words.clockOffset(Math.round(clockOffsetMs / 1_000)),
    batteryV === null ? '' : words.battery(batteryV.toFixed(2)),
  ].filter(Boolean);
  return told.length === 0 ? words.deviceSilent : told.join(' ・ ');
}

function Days({ days }: Pick<GaugeFaultsDto, 'days'>) {
  const words = useWords();
  if (days.length === 0) return null;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
    <section tabIndex={0} aria-label={words.flagsByDay} className="ring-inside max-h-72 overflow-auto">
      <table className="w-full">
        <caption className="text-dim text-start">{words.flagsByDay}</caption>
        <thead className="text-dim">
          <tr>
            <th scope="col">{words.day}</th>
            <th scope="col" className="figures">
              {words.readingsCount}
            </th>
            <th scope="col" className="pl-4">
              {words.flag}
            </th>
            <th scope="col" className="pl-4">
              {words.lastReason}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, readings, flags, last }) => (
            <tr key={day} className="border-line border-t">
              <th scope="row" className="font-normal whitespace-nowrap">
                {day}
              </th>
              <td className="figures">{readings}</td>
              <td className="pl-4">
                {Object.entries(flags)
                  .map(([flag, count]) => `${words.quality(flag)} ${count}`)
                  .join('、') || words.quality('ok')}
              </td>
              <td className="text-dim pl-4">{last?.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
