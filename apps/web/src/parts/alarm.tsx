import { useMutation } from '@tanstack/react-query';
import type { AlarmDto } from '#wire';
import { api } from '../api.ts';
import { shortTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { hrefOf } from '../place.ts';
import { mayAnswer, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { Action } from './action.tsx';
import { HeartbeatAlarm, isSounding } from './heartbeat.tsx';
import { Link } from './link.tsx';
import { useTones } from './use-tones.ts';

/**
 * Alerts that were escalated to the desk sound until enough persons have said that they look after them; an order that a channel has not taken for
 * everybody sounds until it has, or until a person has settled the rest (F69). A channel that is not proven sounds until somebody has answered.
 */
export function Alarm() {
  const words = useWords();
  const { status } = usePicture();
  const alarms = status?.alarms ?? [];
  const unconfirmed = status?.unconfirmed ?? [];
  useTones(alarms.length > 0 || unconfirmed.length > 0 || (status?.heartbeat?.channels.some(isSounding) ?? false));
  return (
    <div role="alert">
      {unconfirmed.length > 0 && (
        <div className="border-fault bg-panel text-ink border-y-4 px-3 py-2">
          <p className="text-fault text-lg font-bold">
            <span aria-hidden="true">▲ </span>
            {words.unconfirmed}
          </p>
          <ul>
            {unconfirmed.map(({ transitionId, channel, recipients, since }) => (
              <li key={`${transitionId} ${channel}`}>
                {words.unconfirmedOn(channel, recipients)} ({words.since(shortTime(since, since))}){' '}
                <Link
                  href={hrefOf({ at: 'deliveries', transition: transitionId })}
                  className="text-action inline-flex min-h-8 items-center underline"
                >
                  {words.toReach}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      {alarms.length > 0 && (
        <div className="border-fault bg-panel text-ink border-y-4 px-3 py-2">
          <p className="text-fault text-lg font-bold">
            <span aria-hidden="true">▲ </span>
            {words.alarm}
          </p>
          <ul>
            {alarms.map((alarm) => (
              <AlarmLine key={alarm.alertId} alarm={alarm} />
            ))}
          </ul>
        </div>
      )}
      <HeartbeatAlarm />
    </div>
  );
}

function AlarmLine({ alarm }: { readonly alarm: AlarmDto }) {
  const words = useWords();
  const session = useSession();
  const { now, isCut } = usePulse();
  const answer = useMutation({ mutationFn: () => api.answer(alarm.alertId) });
  const { alertId, gaugeName, stepName, status, since, answeredBy, wanted } = alarm;
  const answered = answer.isSuccess || answeredBy.includes(session.user);
  return (
    <li className="flex flex-wrap items-center gap-x-4">
      <Link href={hrefOf({ at: 'alert', id: alertId, show: 'all' })} className="text-action flex min-h-10 items-center font-bold underline">
        {words.mark(status)}
        {gaugeName} {words.limit(stepName)}
      </Link>
      <span>
        ({words.since(shortTime(since, now ?? since))}) {words.alarmAnswers(answeredBy.length, wanted)}
        {answeredBy.length > 0 && ` ${answeredBy.join(', ')}`}
      </span>
      {mayAnswer(session) && (
        <Action look="solid" isDisabled={isCut || answered || answer.isPending} onPress={() => answer.mutate()}>
          {answered ? words.alarmAnswered : words.alarmAnswer}
        </Action>
      )}
      {answer.isError && <span className="text-fault">{words.alarmAnswerFailed(answer.error.message)}</span>}
    </li>
  );
}
