import type { SessionDto } from '#wire';
import { ageOf, clockTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { Action } from './action.tsx';
import { HeartbeatSign } from './heartbeat.tsx';

interface Props {
  readonly session: SessionDto;
  readonly onSignOut: () => void;
  readonly onOtherLanguage: () => void;
}

/** The source of the truth, its age, the server's clock, and who is looking. */
export function StatusLine({ session, onSignOut, onOtherLanguage }: Props) {
  const words = useWords();
  const { status } = usePicture();
  const { now, hears, isCut } = usePulse();
  const newest = status?.newestReadingAt ?? null;
  const alive = hears && !isCut;
  return (
    <header className="bg-panel border-line flex min-h-12 flex-wrap items-center gap-x-2 lg:gap-x-4 border-b px-3 max-lg:pt-1.5">
      <h1 className="text-base whitespace-nowrap">
        {words.product} <span className="font-bold">{status?.city ?? ''}</span>
      </h1>
      {status && (
        <span
          className={`rounded-4 border px-1.5 text-[13px] font-bold ${status.operation === 'actual' ? 'border-edge' : 'border-warn bg-warn-soft text-warn'}`}
        >
          {words.operation(status.operation)}
        </span>
      )}
      {status?.drill && status.operation === 'actual' && (
        <a href="/drill/hq/" className="bg-drill text-on-drill rounded-4 px-1.5 text-[13px] font-bold underline">
          {words.drillRuns(status.drill.name)}
        </a>
      )}
      {status?.drill && status.operation === 'exercise' && (
        <span className="text-[13px]">
          {words.drillPace(status.drill.name, status.drill.speed, clockTime(status.drill.realTime).slice(0, 5))}
        </span>
      )}
      <span className="ml-auto flex items-center gap-x-3 whitespace-nowrap max-lg:order-1 max-lg:ml-0 max-lg:flex-wrap">
        <span>
          <span className="text-dim">{words.newest} </span>
          {newest === null || now === null ? words.noReadingYet : words.ago(ageOf(newest, now))}
        </span>
        <span className={alive ? '' : 'text-warn font-bold'}>
          <span aria-hidden="true">{alive ? '●' : '○'} </span>
          {alive ? words.live : words.waiting}
        </span>
        <HeartbeatSign />
      </span>
      <time className="text-base font-bold max-lg:ml-auto">{now === null ? '--:--:--' : clockTime(now)}</time>
      <span className="flex items-center gap-x-3 whitespace-nowrap max-lg:order-2 max-lg:ml-auto max-lg:gap-x-2">
        <span>
          {session.user} <span className="text-dim max-lg:hidden">{words.role(session.role)}</span>
        </span>
        <Action look="text" className="font-normal" onPress={onOtherLanguage}>
          {words.otherLanguage}
        </Action>
        <Action look="text" className="font-normal" onPress={onSignOut}>
          {words.signOut}
        </Action>
      </span>
    </header>
  );
}
