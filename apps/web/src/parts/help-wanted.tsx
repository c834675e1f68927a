import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { usePicture } from '../live/use-live.ts';
import { hrefOf } from '../place.ts';
import { mayReadReports, useSession } from '../session.ts';
import { site } from '../site.ts';
import { useWords } from '../words/words.ts';
import { Link } from './link.tsx';
import { useRefetchOn } from './use-refetch-on.ts';
import { useTones } from './use-tones.ts';

/**
 * Somebody asks for help: every place of the page sounds until a person has said to act on it. Shown to those alone who may read reports; a drill
 * hears no residents.
 */
export function HelpWanted() {
  const session = useSession();
  return site === '' && mayReadReports(session) ? <Calls /> : null;
}

function Calls() {
  const words = useWords();
  const { reportsHeard } = usePicture();
  const reports = useQuery({ queryKey: ['help-wanted'], queryFn: api.helpWanted });
  useRefetchOn(String(reportsHeard), reports.refetch);
  const waiting = reports.data?.items.length ?? 0;
  useTones(waiting > 0);
  return (
    <div role="alert">
      {waiting > 0 && (
        <div className="border-fault bg-panel text-ink flex flex-wrap items-center gap-x-4 border-y-4 px-3 py-2">
          <p className="text-fault text-lg font-bold">
            <span aria-hidden="true">▲ </span>
            {words.helpWanted}
          </p>
          <span>{words.helpWantedCount(waiting)}</span>
          <Link href={hrefOf({ at: 'reports' })} className="text-action inline-flex min-h-10 items-center font-bold underline">
            {words.toReports}
          </Link>
        </div>
      )}
    </div>
  );
}
