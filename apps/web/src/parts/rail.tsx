import { hrefOf, type Place } from '../place.ts';
import { useWords } from '../words/words.ts';
import { Link } from './link.tsx';

/** The places of the page: a rail at the left, a bar at the bottom of a narrow screen. */
export function Rail({ place }: { readonly place: Place }) {
  const words = useWords();
  const atSituation = place.at === 'situation' || place.at === 'gauge' || place.at === 'alert';
  const items = [
    { href: hrefOf({ at: 'situation', show: 'all' }), word: words.situation, here: atSituation, icon: 'M2 11 6 7l3 3 7-8M2 16h14' },
    {
      href: hrefOf({ at: 'orders' }),
      word: words.orders,
      here: place.at === 'orders' || place.at === 'order',
      icon: 'M3 8v4h3l7 4V4L6 8zM15 8v4',
    },
    {
      href: hrefOf({ at: 'deliveries', transition: null }),
      word: words.deliveries,
      here: place.at === 'deliveries' || place.at === 'deadLetters',
      icon: 'M2 4h14v10H2zM2 4l7 6 7-6',
    },
    {
      href: hrefOf({ at: 'shelters' }),
      word: words.shelters,
      here: place.at === 'shelters' || place.at === 'checkIn',
      icon: 'M2 8l7-6 7 6M4 7v9h10V7M7 16v-5h4v5',
    },
    {
      href: hrefOf({ at: 'reports' }),
      word: words.reports,
      here: place.at === 'reports',
      icon: 'M9 16C5 11 4 9 4 7a5 5 0 0 1 10 0c0 2-1 4-5 9zM9 5v4M9 10v1',
    },
    { href: hrefOf({ at: 'drills' }), word: words.drills, here: place.at === 'drills', icon: 'M4 16V2l10 3-10 4M2 16h5' },
    {
      href: hrefOf({ at: 'silences' }),
      word: words.silencesShort,
      here: place.at === 'silences',
      icon: 'M3 7v4h3l4 4V3L6 7zM13 6l4 6M17 6l-4 6',
    },
    {
      href: hrefOf({ at: 'records' }),
      word: words.records,
      here: place.at === 'records' || place.at === 'audit',
      icon: 'M4 2h10v14H4zM7 6h4M7 9h4M7 12h4',
    },
  ];
  return (
    <nav
      aria-label={words.places}
      className="bg-panel border-line flex shrink-0 max-lg:sticky max-lg:bottom-0 max-lg:z-20 max-lg:order-last max-lg:border-t lg:w-18 lg:flex-col lg:border-r"
    >
      {items.map(({ href, word, here, icon }) => (
        <Link
          key={href}
          href={href}
          aria-current={here ? 'page' : undefined}
          className={`ring-inside hover:bg-raised flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 py-1.5 text-xs max-lg:text-[11px] lg:h-16 lg:flex-none ${
            here ? 'text-action font-bold shadow-[inset_0_3px_0_var(--action)] lg:shadow-[inset_4px_0_0_var(--action)]' : 'text-dim'
          }`}
        >
          <svg aria-hidden="true" width="20" height="20" viewBox="0 0 18 18" fill="none" stroke="currentColor" strokeWidth={here ? 2 : 1.5}>
            <path d={icon} />
          </svg>
          {word}
        </Link>
      ))}
    </nav>
  );
}
