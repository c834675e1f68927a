import { useMutation } from '@tanstack/react-query';
import type { ProvenChannelDto } from '#wire';
import { api } from '../api.ts';
import { ageOf, dayTime, shortTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { hrefOf } from '../place.ts';
import { mayAnswer, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { Action } from './action.tsx';
import { Link } from './link.tsx';

/** What of the heartbeat needs no eyes; everything else is said in words and set apart. */
const CALM: ReadonlySet<ProvenChannelDto['state']> = new Set(['proven', 'waiting']);

/** When the way from a gauge to a phone was proven last, channel by channel, in one line. Nothing where the playbook asks for none. */
export function HeartbeatLine() {
  const words = useWords();
  const { status } = usePicture();
  const channels = status?.heartbeat?.channels ?? [];
  if (channels.length === 0) return null;
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 px-3 py-2">
      <span className="text-dim">{words.heartbeat}</span>
      {channels.map((proof) => (
        <ChannelProof key={proof.channel} proof={proof} />
      ))}
    </p>
  );
}

function ChannelProof({ proof: { channel, state, since, provenAt } }: { readonly proof: ProvenChannelDto }) {
  const words = useWords();
  const { now } = usePulse();
  const age = words.ago(ageOf(provenAt ?? since, now ?? since));
  const last = provenAt === null ? words.heartbeatNever(dayTime(since)) : age;
  return (
    <span className={CALM.has(state) ? '' : 'text-warn font-bold'}>
      {!CALM.has(state) && <span aria-hidden="true">▲ </span>}
      {words.channel(channel)} {last}
      {words.heartbeatState(state)}
    </span>
  );
}

/** In the status line: the oldest proof, and that is calm; or that something is not proven. Leads to all of it. */
export function HeartbeatSign() {
  const words = useWords();
  const { status } = usePicture();
  const { now } = usePulse();
  const channels = status?.heartbeat?.channels ?? [];
  if (channels.length === 0 || now === null) return null;
  const proven = channels.flatMap(({ state, provenAt }) => (state === 'proven' && provenAt !== null ? [provenAt] : []));
  const calm = channels.every(({ state }) => CALM.has(state));
  return (
    <Link
      href={hrefOf({ at: 'deliveries', transition: null })}
      className={`whitespace-nowrap underline ${calm ? 'text-dim' : 'text-warn font-bold'}`}
    >
      {calm
        ? `${words.heartbeatShort} ${proven.length === 0 ? words.heartbeatSoon : words.ago(ageOf(Math.min(...proven), now))}`
        : `▲ ${words.heartbeatTrouble}`}
    </Link>
  );
}

/** Alarms of the heartbeat that nobody has answered: they sound. */
export const isSounding = ({ alarm }: ProvenChannelDto): boolean => alarm !== null && alarm.answeredBy.length === 0;

/** Channels on which two beats in a row did not arrive, until a proof does. */
export function HeartbeatAlarm() {
  const words = useWords();
  const { status } = usePicture();
  const old = (status?.heartbeat?.channels ?? []).filter(({ alarm }) => alarm !== null);
  if (old.length === 0) return null;
  return (
    <div className="border-fault bg-panel text-ink border-y-4 px-3 py-2">
      <p className="text-fault text-lg font-bold">
        <span aria-hidden="true">▲ </span>
        {words.heartbeatAlarm}
      </p>
      <p>{words.heartbeatWhatToDo}</p>
      <ul>
        {old.map((proof) => (
          <AlarmLine key={proof.channel} proof={proof} />
        ))}
      </ul>
    </div>
  );
}

function AlarmLine({ proof: { channel, alarm, provenAt, since } }: { readonly proof: ProvenChannelDto }) {
  const words = useWords();
  const session = useSession();
  const { now, isCut } = usePulse();
  const answer = useMutation({ mutationFn: () => api.answer(alarm!.alertId) });
  const answered = answer.isSuccess || alarm!.answeredBy.includes(session.user);
  return (
    <li className="flex flex-wrap items-center gap-x-4">
      <span className="font-bold">{words.channel(channel)}</span>
      <span>
        {provenAt === null ? words.heartbeatNever(dayTime(since)) : words.heartbeatLast(shortTime(provenAt, now ?? provenAt))}
        {alarm!.answeredBy.length > 0 && ` ${words.heartbeatAnswered(alarm!.answeredBy.join(', '))}`}
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
