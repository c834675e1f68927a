import type { GaugeDto } from '#wire';
import { Link } from '../parts/link.tsx';
import { useOpenOrders } from '../parts/use-open-orders.ts';
import { hrefOf } from '../place.ts';
import { useWords } from '../words/words.ts';

/** The orders for a gauge's districts that wait for a decision: what to do next, beside the value that asks for it. */
export function NextOrders({ gauge }: { readonly gauge: GaugeDto }) {
  const words = useWords();
  const own = new Set(gauge.areas.map(({ code }) => code));
  const { waiting } = useOpenOrders();
  const here = waiting.filter(({ content }) => content.districts.some(({ code }) => own.has(code)));
  if (here.length === 0) return null;
  return (
    <ul aria-label={words.proposalsHere} className="flex flex-col gap-2">
      {here.map(({ id, content }) => (
        <li key={id}>
          <Link
            href={hrefOf({ at: 'order', id })}
            className="border-action bg-panel text-action rounded-8 inline-flex min-h-10 items-center border px-4 py-1 text-sm font-bold hover:underline"
          >
            {words.toProposal(content.municipalLevel, content.districts.map(({ name }) => name).join('・'))}
          </Link>
        </li>
      ))}
    </ul>
  );
}
