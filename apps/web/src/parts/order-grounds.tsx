import type { OrderDetailDto } from '#wire';
import { dayTime, figure } from '../figures.ts';
import { hrefOf } from '../place.ts';
import { useWords } from '../words/words.ts';
import { Link } from './link.tsx';

/** What speaks for an order; each reading leads on to the chain behind it. */
export function OrderGrounds({ grounds: { readings, reports, weatherLevel } }: { readonly grounds: OrderDetailDto['grounds'] }) {
  const words = useWords();
  return (
    <ul className="flex flex-col gap-1">
      {readings.map((reading) => (
        <li key={`${reading.transitionId} ${reading.at}`}>
          <Link href={hrefOf({ at: 'lineage', id: reading.transitionId })} className="text-action underline">
            {[reading.river, reading.gaugeName].filter(Boolean).join(' ')}
          </Link>{' '}
          {reading.value !== null && (
            <strong>
              {figure(reading.value, reading.unit)} {reading.unit}
            </strong>
          )}{' '}
          {reading.stepName}
          {reading.limit !== null && ` ${figure(reading.limit, reading.unit)} ${reading.unit}`} ・{dayTime(reading.at)} ・
          {words.quality(reading.quality)}
          {reading.doubt !== null && <span className="text-warn font-bold"> {words.doubtOf(reading.doubt)}</span>}
        </li>
      ))}
      {reports.map(({ text, by, at }) => (
        <li key={`${by} ${at}`}>{words.fieldReport(text, by, dayTime(at))}</li>
      ))}
      <li className="text-dim">{weatherLevel ? words.weatherLevel(weatherLevel.level, dayTime(weatherLevel.at)) : words.noWeatherLevel}</li>
    </ul>
  );
}
