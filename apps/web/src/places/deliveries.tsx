import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { DeliveryDto, TimelineDto } from '#wire';
import { api } from '../api.ts';
import { dayClockTime, dayTime, shortTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { LevelChip } from '../parts/level-chip.tsx';
import { HeartbeatLine } from '../parts/heartbeat.tsx';
import { Link } from '../parts/link.tsx';
import { useRefetchOn } from '../parts/use-refetch-on.ts';
import { hrefOf } from '../place.ts';
import { changeText } from '../situation/sentence.ts';
import { Reach } from '../situation/timeline.tsx';
import { useWide } from '../use-wide.ts';
import { useWords } from '../words/words.ts';
import { ChannelsNow } from './channels.tsx';
import { orderOfTransition, ReachView } from './reach-view.tsx';

/** On the page of deliveries; all of them are on the page of orders. */
const ORDERS_SHOWN = 5;

/** What was sent, in which words, and what became of it. */
export function Deliveries({ transition }: { readonly transition: string | null }) {
  const words = useWords();
  const wide = useWide();
  const { timeline } = usePicture();
  const chosen = timeline.find((item) => item.transition.id === transition);
  return (
    <div className="flex min-h-0 flex-1">
      {(wide || transition === null) && (
        <section aria-label={words.timeline} className="bg-panel border-line min-w-0 flex-1 overflow-y-auto border-r lg:flex-[0_0_34%]">
          <h2 className="px-3 pt-3 pb-1 text-lg">{words.deliveries}</h2>
          <ChannelsNow />
          <GivenOrders chosen={transition === null ? null : orderOfTransition(transition)} />
          <HeartbeatLine />
          {timeline.length === 0 && <p className="text-dim p-3">{words.noTimeline}</p>}
          <ol>
            {timeline.map((item) => (
              <Choice key={item.transition.id} item={item} chosen={item.transition.id === transition} />
            ))}
          </ol>
        </section>
      )}
      {(wide || transition !== null) && (
        <section aria-label={words.outcomes} className="bg-panel min-w-0 flex-1 overflow-y-auto p-3">
          {!wide && (
            <Link href={hrefOf({ at: 'deliveries', transition: null })} className="text-action inline-flex min-h-11 items-center underline">
              ← {words.back}
            </Link>
          )}
          {transition === null ? (
            <p className="text-dim p-6">{words.chooseDelivery}</p>
          ) : (
            <Outcome key={transition} transition={transition} item={chosen} />
          )}
        </section>
      )}
    </div>
  );
}

/** The newest orders; how far each of their changes came stands on their own page. */
function GivenOrders({ chosen }: { readonly chosen: string | null }) {
  const words = useWords();
  const orders = useQuery({ queryKey: ['orders-told'], queryFn: () => api.orders(null) });
  const given = (orders.data?.items ?? []).filter(({ givenAt }) => givenAt !== null).slice(0, ORDERS_SHOWN);
  if (given.length === 0) return null;
  return (
    <section aria-labelledby="orders-given" className="border-line border-t px-3 py-2">
      <h3 id="orders-given">{words.ordersGiven}</h3>
      <ul>
        {given.map(({ id, content, state, givenAt }) => (
          <li key={id}>
            <Link
              href={hrefOf({ at: 'order', id })}
              aria-current={id === chosen ? 'true' : undefined}
              className="text-action flex min-h-9 flex-wrap items-center gap-2 no-underline"
            >
              <LevelChip level={content.municipalLevel} />
              <span className="underline">{content.districts.map(({ name }) => name).join('・')}</span>
              <span className="text-ink">
                {givenAt !== null && dayTime(givenAt)} {words.orderState(state)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Choice({ item: { transition, reach }, chosen }: { readonly item: TimelineDto; readonly chosen: boolean }) {
  const words = useWords();
  const { now } = usePulse();
  return (
    <li className="border-line border-t">
      <Link
        href={hrefOf({ at: 'deliveries', transition: transition.id })}
        aria-current={chosen ? 'true' : undefined}
        className={`ring-inside hover:bg-raised flex flex-col px-3 py-2 ${chosen ? 'bg-chosen shadow-[inset_4px_0_0_var(--action)]' : ''}`}
      >
        <span>
          <span className="text-dim">{shortTime(transition.at, now ?? transition.at)}</span> <strong>{transition.gaugeName}</strong>{' '}
          {changeText(transition, words)}
        </span>
        <span className="text-[13px]">
          {reach.length === 0 ? (
            <span className="text-dim">{words.noReach}</span>
          ) : (
            reach.map((one) => <Reach key={one.channel} reach={one} />)
          )}
        </span>
      </Link>
    </li>
  );
}

function Outcome({ transition, item }: { readonly transition: string; readonly item: TimelineDto | undefined }) {
  const words = useWords();
  const order = orderOfTransition(transition);
  const messages = useQuery({ queryKey: ['messages', transition], queryFn: () => api.messages(transition) });
  const deliveries = useInfiniteQuery({
    queryKey: ['deliveries', transition],
    queryFn: ({ pageParam }) => api.deliveries(transition, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  useRefetchOn(JSON.stringify(item?.reach ?? []), deliveries.refetch);
  const rows = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <article className="flex flex-col gap-3">
      {item && (
        <header>
          <h2 className="text-lg">
            {item.transition.gaugeName} {changeText(item.transition, words)}
          </h2>
          <p className="text-dim">
            {dayClockTime(item.transition.at)} ・{item.transition.record.verdict} ・
            <Link href={hrefOf({ at: 'alert', id: item.transition.alertId, show: 'all' })} className="text-action underline">
              {words.why}
            </Link>
          </p>
          <p className="mt-1">
            {item.reach.map((one) => (
              <Reach key={one.channel} reach={one} />
            ))}
          </p>
        </header>
      )}
      {order !== null && (
        <header>
          <h2 className="text-lg">{words.reachOfOrder}</h2>
          <Link href={hrefOf({ at: 'order', id: order })} className="text-action inline-flex min-h-10 items-center underline">
            {words.toOrder}
          </Link>
        </header>
      )}
      <ReachView of={transition} />
      {(messages.isError || deliveries.isError) && (
        <p role="alert" className="text-fault">
          {words.readFailed}{' '}
          <Action
            onPress={() => {
              void messages.refetch();
              void deliveries.refetch();
            }}
          >
            {words.again}
          </Action>
        </p>
      )}
      <section>
        <h3 className="mb-1">{words.wordsSent}</h3>
        {messages.data?.length === 0 && <p className="text-dim">{words.noWords}</p>}
        {messages.data?.map(({ id, audience, language, subject, body, translated, issuedAt }, index) =>
          index === 0 ? (
            <Message
              key={id}
              lang={translated ? language : 'ja'}
              subject={subject}
              body={body}
              note={`${words.audience(audience)}${words.language(language)} ・${words.issuedAt(dayClockTime(issuedAt))}${translated ? '' : ` ・${words.untranslated}`}`}
            />
          ) : (
            <Fold key={id} title={`${words.audience(audience)}${words.language(language)}${translated ? '' : ` ・${words.untranslated}`}`}>
              <Message
                lang={translated ? language : 'ja'}
                subject={subject}
                body={body}
                note={`${words.issuedAt(dayClockTime(issuedAt))}${translated ? '' : ` ・${words.untranslated}`}`}
              />
            </Fold>
          ),
        )}
      </section>
      <section>
        <h3 className="mb-1">{words.outcomes}</h3>
        {deliveries.data && rows.length === 0 && <p className="text-dim">{words.noDeliveries}</p>}
        {rows.length > 0 && <DeliveryTable rows={rows} />}
        {deliveries.hasNextPage && (
          <Action className="mt-2" isDisabled={deliveries.isFetchingNextPage} onPress={() => void deliveries.fetchNextPage()}>
            {words.more}
          </Action>
        )}
      </section>
    </article>
  );
}

interface MessageProps {
  readonly lang: string;
  readonly subject: string;
  readonly body: string;
  readonly note: string;
}

/** The words as people received them; whatever stands in them is text. */
function Message({ lang, subject, body, note }: MessageProps) {
  return (
    <blockquote lang={lang === 'ja-easy' ? 'ja' : lang} className="border-edge bg-raised border-l-4 p-3">
      <p className="text-dim text-[13px]">{note}</p>
      <p className="font-bold">{subject}</p>
      <p className="whitespace-pre-wrap">{body}</p>
    </blockquote>
  );
}

function DeliveryTable({ rows }: { readonly rows: readonly DeliveryDto[] }) {
  const words = useWords();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
    <section tabIndex={0} aria-label={words.outcomes} className="ring-inside overflow-x-auto">
      <table className="w-full">
        <thead className="text-dim">
          <tr className="[&>th]:pr-4 [&>th]:whitespace-nowrap">
            <th scope="col">{words.outcome}</th>
            <th scope="col">{words.deliveries}</th>
            <th scope="col" className="figures">
              {words.recipients}
            </th>
            <th scope="col" className="figures">
              {words.attempts}
            </th>
            <th scope="col">{words.settled}</th>
            <th scope="col">{words.reason}</th>
            <th scope="col">{words.why}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <DeliveryRow key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

const DONE_BADLY = new Set<DeliveryDto['state']>(['refused', 'expired', 'dead']);

function DeliveryRow({ row }: { readonly row: DeliveryDto }) {
  const words = useWords();
  const bad = DONE_BADLY.has(row.state);
  return (
    <tr className="border-line h-9 border-t [&>td]:pr-4">
      <td className={`whitespace-nowrap ${bad ? 'text-warn font-bold' : row.state === 'sent' ? '' : 'text-dim'}`}>
        <span aria-hidden="true">{bad ? '× ' : row.state === 'sent' ? '✓ ' : '… '}</span>
        {words.delivery(row.state)}
      </td>
      <td className="whitespace-nowrap">
        {words.channel(row.channel)}
        {row.endpoint !== row.channel && <span className="text-dim"> {row.endpoint}</span>} ・{words.language(row.language)}
      </td>
      <td className="figures">{row.recipients.toLocaleString('en-US')}</td>
      <td className="figures">{row.attempts}</td>
      <td className="whitespace-nowrap">{row.settledAt === null ? '—' : dayClockTime(row.settledAt)}</td>
      <td className="max-w-64 truncate" title={row.lastReason || row.receipt}>
        {row.lastReason || <span className="text-dim">{row.receipt}</span>}
      </td>
      <td className="whitespace-nowrap">
        <Link
          href={hrefOf({ at: 'lineage', id: row.id })}
          aria-label={words.lineageOfDelivery(String(row.number))}
          className="text-action inline-flex min-h-6 items-center underline"
        >
          {words.lineage}
        </Link>
      </td>
    </tr>
  );
}
