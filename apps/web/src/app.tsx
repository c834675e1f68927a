import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SessionDto } from '#wire';
import { api, Refused } from './api.ts';
import { LiveStore } from './live/live-store.ts';
import { staleBy } from './live/stale-queries.ts';
import { LiveContext } from './live/use-live.ts';
import { Alarm } from './parts/alarm.tsx';
import { Announcer } from './parts/announcer.tsx';
import { Banner } from './parts/banner.tsx';
import { DrillFrame } from './parts/drill-frame.tsx';
import { HelpWanted } from './parts/help-wanted.tsx';
import { Keys } from './parts/keys.tsx';
import { Link } from './parts/link.tsx';
import { NoWayOut } from './parts/no-way-out.tsx';
import { OpenOrders } from './parts/open-orders.tsx';
import { Rail } from './parts/rail.tsx';
import { StatusLine } from './parts/status-line.tsx';
import { Veil } from './parts/veil.tsx';
import { hrefOf, type Place } from './place.ts';
import { Audit } from './places/audit.tsx';
import { CheckIn } from './places/check-in.tsx';
import { DeadLetters } from './places/dead-letters.tsx';
import { Deliveries } from './places/deliveries.tsx';
import { Drills } from './places/drills.tsx';
import { Lineage } from './places/lineage.tsx';
import { Order } from './places/order.tsx';
import { Orders } from './places/orders.tsx';
import { Records } from './places/records.tsx';
import { Reports } from './places/reports.tsx';
import { Shelters } from './places/shelters.tsx';
import { SignIn } from './places/sign-in.tsx';
import { Silences } from './places/silences.tsx';
import { Situation } from './places/situation.tsx';
import { SessionContext } from './session.ts';
import { site } from './site.ts';
import { usePlace } from './use-place.ts';
import { en } from './words/en.ts';
import { ja } from './words/ja.ts';
import { useWords, WordsContext } from './words/words.ts';

const LANGUAGE_KEY = 'sonae.language';
const CATALOGUES = { ja, en } as const;
type Language = keyof typeof CATALOGUES;
/** Where orders are shown anyway, and the desk of a shelter, over whose counter others look: nobody there decides on a proposal. */
const OWN_BUSINESS: ReadonlySet<Place['at']> = new Set(['orders', 'order', 'checkIn']);

/** The whole page: who is looking, in which language, and where. */
export function App() {
  const [language, setLanguage] = useState<Language>(() => (localStorage.getItem(LANGUAGE_KEY) === 'en' ? 'en' : 'ja'));
  const [wasOver, setWasOver] = useState(false);
  const client = useQueryClient();
  const session = useQuery({ queryKey: ['session'], queryFn: sessionOrNull, staleTime: Number.POSITIVE_INFINITY });
  const words = CATALOGUES[language];
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = site === '' ? words.title : `${words.mark('exercise')}${words.title}`;
    localStorage.setItem(LANGUAGE_KEY, language);
  }, [language, words]);

  const otherLanguage = () => setLanguage(language === 'ja' ? 'en' : 'ja');
  const leave = (over: boolean) => {
    setWasOver(over);
    // What one person saw is not left behind for the next. The question who is signed in stays: this page hangs on its answer.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    client.getMutationCache().clear();
    client.setQueryData(['session'], null);
  };
  const signOut = () => void api.signOut().finally(() => leave(false));

  if (session.isPending) return null;
  return (
    <WordsContext value={words}>
      <DrillFrame />
      {session.data ? (
        <SessionContext value={session.data}>
          <House session={session.data} onOver={() => leave(true)} onSignOut={signOut} onOtherLanguage={otherLanguage} />
        </SessionContext>
      ) : (
        <SignIn wasOver={wasOver} onSignedIn={(next) => client.setQueryData(['session'], next)} onOtherLanguage={otherLanguage} />
      )}
    </WordsContext>
  );
}

/** No session and no server both lead to the sign-in page, which says which of the two it is when somebody tries. */
async function sessionOrNull(): Promise<SessionDto | null> {
  try {
    return await api.session();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return null;
    throw error;
  }
}

interface HouseProps {
  readonly session: SessionDto;
  readonly onOver: () => void;
  readonly onSignOut: () => void;
  readonly onOtherLanguage: () => void;
}

function House({ session, onOver, onSignOut, onOtherLanguage }: HouseProps) {
  const words = useWords();
  const place = usePlace();
  const client = useQueryClient();
  const [store, setStore] = useState<LiveStore | null>(null);
  useEffect(() => {
    const live = new LiveStore(api.live, {
      resumed: () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' }),
      signedOut: onOver,
      event: (event) => {
        for (const queryKey of staleBy(event)) void client.invalidateQueries({ queryKey });
      },
    });
    setStore(live);
    live.start();
    return () => live.stop();
    // oxlint-disable-next-line react/exhaustive-deps -- one line per session, not one per render
  }, [client, session.user]);
  if (!store) return null;
  return (
    <LiveContext value={store}>
      <a href="#main" className="bg-panel text-action sr-only z-50 p-3 focus:not-sr-only focus:absolute">
        {words.skip}
      </a>
      <div className="flex h-dvh min-h-140 flex-col">
        <StatusLine session={session} onSignOut={onSignOut} onOtherLanguage={onOtherLanguage} />
        {/* However many alarms there are, the page below them stays in reach. */}
        <div className="max-h-[45dvh] shrink-0 overflow-y-auto">
          <NoWayOut />
          <Alarm />
          <HelpWanted />
          {OWN_BUSINESS.has(place.at) || <OpenOrders />}
        </div>
        <Banner />
        <div className="flex min-h-0 flex-1 max-lg:flex-col">
          <Rail place={place} />
          <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col">
            {place.at === 'deliveries' ? (
              <Deliveries transition={place.transition} />
            ) : place.at === 'orders' ? (
              <Orders />
            ) : place.at === 'order' ? (
              <Order key={place.id} id={place.id} />
            ) : place.at === 'checkIn' ? (
              <CheckIn key={`${session.user} ${place.id}`} id={place.id} />
            ) : place.at === 'deadLetters' ? (
              <DeadLetters />
            ) : place.at === 'shelters' ? (
              <Shelters />
            ) : place.at === 'reports' ? (
              <Reports />
            ) : place.at === 'drills' ? (
              <Drills />
            ) : place.at === 'records' ? (
              <Records />
            ) : place.at === 'silences' ? (
              <Silences />
            ) : place.at === 'audit' ? (
              <Audit />
            ) : place.at === 'lineage' ? (
              <Lineage key={place.id} id={place.id} />
            ) : place.at === 'nowhere' ? (
              <Nowhere />
            ) : (
              <Situation place={place} />
            )}
          </main>
        </div>
      </div>
      {/* A desk goes on counting while the line is cut, and says so by itself. */}
      {place.at !== 'checkIn' && <Veil />}
      <Keys />
      <Announcer />
    </LiveContext>
  );
}

function Nowhere() {
  const words = useWords();
  return (
    <div className="flex flex-col gap-2 p-6">
      <h2 className="text-lg">{words.nowhere}</h2>
      <p>{words.nowhereWhy}</p>
      <Link href={hrefOf({ at: 'situation', show: 'all' })} className="text-action underline">
        {words.toSituation}
      </Link>
    </div>
  );
}
