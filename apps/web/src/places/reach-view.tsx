import { useQuery } from '@tanstack/react-query';
import type { ReachReportDto } from '#wire';
import { api } from '../api.ts';
import { countWords, figure } from '../figures.ts';
import { Action } from '../parts/action.tsx';
import { Progress } from '../parts/progress.tsx';
import { useWords } from '../words/words.ts';

/** While it goes out, people watch it; the service counts anew every two seconds at most. */
const REACH_EVERY_MS = 3_000;
const ORDER_TRANSITION = /^order\//;

type Counts = ReachReportDto['residents'];

/** Whom one message reached: by channel with bars, by district with the fewest reached first, and by language. */
export function ReachView({ of }: { readonly of: string }) {
  const words = useWords();
  const reach = useQuery({ queryKey: ['reach', of], queryFn: () => api.reach(of), refetchInterval: REACH_EVERY_MS });
  if (reach.isError)
    return (
      <p role="alert" className="text-fault">
        {words.readFailed} <Action onPress={() => void reach.refetch()}>{words.again}</Action>
      </p>
    );
  if (!reach.data) return null;
  const { residents, others, channels, languages, districts } = reach.data;
  if (residents.addressed + others.addressed + residents.suppressed + others.suppressed === 0)
    return <p className="text-dim">{words.reachNobody}</p>;
  return (
    <section aria-labelledby="reach" className="flex flex-col gap-3">
      <h3 id="reach" className="flex flex-wrap items-center gap-x-4">
        {words.reach}
        {districts.length > 0 && (
          <a href={api.reachSheet(of)} download className="text-action inline-flex min-h-10 items-center font-normal underline">
            {words.reachSheet}
          </a>
        )}
      </h3>
      <Bar name={words.reachResidents} counts={residents} />
      <Bar name={words.reachOthers} counts={others} />
      <h4 className="font-bold">{words.reachByChannel}</h4>
      {channels.map((counts) => (
        <Bar key={counts.channel} name={words.channel(counts.channel)} counts={counts} />
      ))}
      {districts.length > 0 && <Districts districts={districts} />}
      {languages.length > 1 && (
        <>
          <h4 className="font-bold">{words.reachByLanguage}</h4>
          {languages.map((counts) => (
            <Bar key={counts.language} name={words.language(counts.language)} counts={counts} />
          ))}
        </>
      )}
    </section>
  );
}

/** The order that an order's transition belongs to; null for an alert's. */
export const orderOfTransition = (transition: string): string | null =>
  ORDER_TRANSITION.test(transition) ? (transition.split('/')[1] ?? null) : null;

/** Zeros are not worth a word. */
const some = (count: number): string | null => (count === 0 ? null : countWords(count));

function Bar({ name, counts }: { readonly name: string; readonly counts: Counts }) {
  const words = useWords();
  const { addressed, accepted, waiting, unknown, failed, bounced, blocked, confirmed, suppressed } = counts;
  if (addressed + suppressed === 0) return null;
  const rests = words.reachRests({
    waiting: some(waiting),
    unknown: some(unknown),
    failed: some(failed),
    bounced: some(bounced),
    blocked: some(blocked),
    confirmed: some(confirmed),
    suppressed: some(suppressed),
  });
  const of = Math.max(1, addressed);
  return (
    <Progress
      share={accepted / of}
      waiting={(waiting + unknown) / of}
      words={`${name}：${words.reachAccepted(figure(accepted, ''), figure(addressed, ''))}${rests === '' ? '' : ` ・${rests}`}`}
    />
  );
}

function Districts({ districts }: Pick<ReachReportDto, 'districts'>) {
  const words = useWords();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
    <section tabIndex={0} aria-label={words.reachByDistrict} className="ring-inside overflow-x-auto">
      <h4 className="font-bold">{words.reachByDistrict}</h4>
      <table className="w-full">
        <thead className="text-dim">
          <tr className="[&>th]:pr-4 [&>th]:whitespace-nowrap">
            <th scope="col">{words.district}</th>
            <th scope="col" className="figures">
              {words.ofPopulation}
            </th>
            <th scope="col" className="figures">
              {words.delivery('sent')}
            </th>
            <th scope="col" className="figures">
              {words.notReached}
            </th>
            <th scope="col" className="figures">
              {words.population}
            </th>
            <th scope="col">{words.reachByChannel}</th>
          </tr>
        </thead>
        <tbody>
          {districts.map(({ code, name, percent, accepted, notReached, population, channels }) => (
            <tr key={code} className="border-line h-9 border-t [&>td]:pr-4 [&>th]:pr-4">
              <th scope="row" className="whitespace-nowrap">
                <strong>{name}</strong>
              </th>
              <td className="figures">{words.percent(percent)}</td>
              <td className="figures">{figure(accepted, '')}</td>
              <td className={`figures ${notReached > 0 ? 'text-warn font-bold' : 'text-dim'}`}>{figure(notReached, '')}</td>
              <td className="figures text-dim">{countWords(population) ?? '—'}</td>
              <td className="text-dim whitespace-nowrap">
                {channels
                  .map((one) => `${words.channel(one.channel)} ${figure(one.accepted, '')}/${figure(one.addressed, '')}`)
                  .join(' ・')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
