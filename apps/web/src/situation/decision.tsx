import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { AlertBriefDto, GaugeDto, TransitionDto } from '#wire';
import { api } from '../api.ts';
import { dayClockTime, dayTime, figure, shortTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { useRefetchOn } from '../parts/use-refetch-on.ts';
import { hrefOf } from '../place.ts';
import { Link } from '../parts/link.tsx';
import { mayAcknowledge, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { AlertActs } from './alert-acts.tsx';
import { PeakLines } from './peak-lines.tsx';
import { isPlainKey } from './use-row-keys.ts';

/** Why one alert stands where it stands, with the readings it rests on, and the one thing to do about it here. */
export function Decision({ gauge, brief, byKey }: { readonly gauge: GaugeDto; readonly brief: AlertBriefDto; readonly byKey: boolean }) {
  const words = useWords();
  const { now, isCut } = usePulse();
  const session = useSession();
  const client = useQueryClient();
  const { data: alert, refetch } = useQuery({ queryKey: ['alert', brief.id], queryFn: () => api.alert(brief.id) });
  useRefetchOn(`${brief.changedAt} ${brief.step} ${brief.acknowledgedBy ?? ''}`, refetch);
  const acknowledge = useMutation({
    mutationFn: () => api.acknowledge(brief.id),
    onSettled: () => client.invalidateQueries({ queryKey: ['alert', brief.id] }),
  });

  const who = alert?.acknowledgedBy ?? brief.acknowledgedBy;
  const open = brief.state === 'raised' && who === null;
  const may = mayAcknowledge(session);
  const mayAct = open && may && !isCut && !acknowledge.isPending && !acknowledge.isSuccess;
  const { mutate } = acknowledge;
  useEffect(() => {
    if (!byKey || !mayAct) return undefined;
    const press = (event: KeyboardEvent) => {
      if (event.key === 'a' && isPlainKey(event) && !document.querySelector('[role=dialog]')) mutate();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [byKey, mayAct, mutate]);

  const last = alert?.transitions.toSorted((a, b) => b.number - a.number)[0];
  const title = brief.kind === 'blind' ? words.silence('raised') : words.limit(brief.stepName) || brief.ruleName;
  return (
    <section aria-label={title} className="border-line flex flex-col gap-2 border-t pt-2">
      <p>
        <span className="text-dim mr-2">{words.why}</span>
        {brief.state === 'pending' ? words.alertPending : (last?.record.verdict ?? title)}
        <span className="text-dim">
          {' '}
          ・{words.rule} {brief.ruleName}
          {last && ` ・${words.judgedAt(shortTime(last.decidedAt, now ?? last.decidedAt))}`}
          {brief.staffOnly && ` ・${words.staffOnly}`}
        </span>
      </p>
      {alert?.peak && <PeakLines peak={alert.peak} present={gauge.latest?.value ?? null} />}
      {open && !may && <p className="text-dim">{words.mayNotAcknowledge(session.role)}</p>}
      {open && may && (
        <Action look="solid" className="self-start" isDisabled={!mayAct} onPress={() => mutate()}>
          {acknowledge.isPending ? words.acknowledging : words.acknowledge(`${gauge.name} ${title}`)}
        </Action>
      )}
      <div aria-live="polite">
        {who !== null && (
          <p className="font-bold">
            ✓{' '}
            {alert?.acknowledgedAt
              ? words.acknowledged(who, shortTime(alert.acknowledgedAt, now ?? alert.acknowledgedAt))
              : words.acknowledgedBy(who)}
          </p>
        )}
      </div>
      {acknowledge.isError && (
        <p role="alert" className="text-fault">
          {words.acknowledgeFailed(acknowledge.error.message)}
        </p>
      )}
      {alert && <AlertActs alert={alert} isOpen={brief.state === 'raised'} />}
      {last && (
        <Fold title={words.evidence}>
          <p className="text-dim">
            {words.by} {last.record.by} ・{words.playbook} {last.record.playbookVersion}
          </p>
          <Evidence transition={last} unit={gauge.unit} />
          <Link
            href={hrefOf({ at: 'deliveries', transition: last.id })}
            className="text-action inline-flex min-h-10 items-center underline"
          >
            {words.outToRecord}
          </Link>{' '}
          <Link href={hrefOf({ at: 'lineage', id: last.id })} className="text-action inline-flex min-h-10 items-center underline">
            {words.lineage}
          </Link>
        </Fold>
      )}
    </section>
  );
}

function Evidence({ transition: { record }, unit }: { readonly transition: TransitionDto; readonly unit: string }) {
  const words = useWords();
  return (
    <table className="w-full">
      <thead className="text-dim">
        <tr>
          <th scope="col">{words.time}</th>
          <th scope="col" className="figures">
            {words.value} ({unit})
          </th>
          <th scope="col" className="pl-4">
            {words.flag}
          </th>
        </tr>
      </thead>
      <tbody>
        {record.evidence.map(({ position, at, receivedAt, value, quality, why }) => (
          <tr key={position} className="border-line border-t align-top">
            <td>
              {dayTime(at)} <span className="text-dim">{words.received(dayClockTime(receivedAt))}</span>
            </td>
            <td className="figures">{figure(value, unit)}</td>
            <td className="pl-4">
              {words.quality(quality)} {why}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
