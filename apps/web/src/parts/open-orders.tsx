import type { OrderDto } from '#wire';
import { hrefOf } from '../place.ts';
import { useWords } from '../words/words.ts';
import { LevelChip } from './level-chip.tsx';
import { Link } from './link.tsx';
import { useOpenOrders } from './use-open-orders.ts';

/** Says wherever somebody works which order is in force and which waits for a decision, the gravest in full; with none there is nothing to see. */
export function OpenOrders() {
  const words = useWords();
  const { waiting, inForce } = useOpenOrders();
  const none = waiting.length + inForce.length === 0;
  return (
    <div aria-live="polite">
      {!none && (
        <div className="border-action bg-panel text-ink flex flex-wrap items-center gap-x-8 border-b-2 px-3 py-1">
          <Kind orders={inForce} says={words.inForceNow(inForce.length)} leads={words.toOrders(inForce.length)} />
          <Kind orders={waiting} says={words.proposalsWait(waiting.length)} leads={words.toProposals(waiting.length)} />
        </div>
      )}
    </div>
  );
}

function Kind({ orders, says, leads }: { readonly orders: readonly OrderDto[]; readonly says: string; readonly leads: string }) {
  const [first] = orders;
  if (!first) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3">
      <strong>{says}</strong>
      <LevelChip level={first.content.municipalLevel} />
      <span className="max-lg:hidden">{first.content.districts.map(({ name }) => name).join('・')}</span>
      <Link
        href={orders.length === 1 ? hrefOf({ at: 'order', id: first.id }) : hrefOf({ at: 'orders' })}
        className="text-action inline-flex min-h-10 items-center font-bold underline"
      >
        {leads}
      </Link>
    </div>
  );
}
