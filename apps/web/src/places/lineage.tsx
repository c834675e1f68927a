import { useQuery } from '@tanstack/react-query';
import type { LineageDto, LineageTransitionDto, OrderLineageDto } from '#wire';
import { api } from '../api.ts';
import { dayClockTime, dayTime, figure } from '../figures.ts';
import { Action } from '../parts/action.tsx';
import { LevelChip } from '../parts/level-chip.tsx';
import { Link } from '../parts/link.tsx';
import { OrderGrounds } from '../parts/order-grounds.tsx';
import { hrefOf } from '../place.ts';
import { PeakLines } from '../situation/peak-lines.tsx';
import { Reach } from '../situation/timeline.tsx';
import { useWords } from '../words/words.ts';

/** The whole chain behind something that was told, on one page that can be printed and put into the file. */
export function Lineage({ id }: { readonly id: string }) {
  const words = useWords();
  const { data: chain, error, refetch } = useQuery({ queryKey: ['lineage', id], queryFn: () => api.lineage(id), retry: false });
  return (
    <section aria-labelledby="lineage" className="bg-panel min-h-0 min-w-0 flex-1 overflow-y-auto p-3 print:overflow-visible">
      <h2 id="lineage" className="text-lg">
        {words.lineageTitle}
      </h2>
      <p className="text-dim mb-2 break-all">
        {words.lineageOf} {id}
      </p>
      {error && (
        <p role="alert" className="text-fault break-words">
          {words.readFailed} {error.message} <Action onPress={() => void refetch()}>{words.again}</Action>
        </p>
      )}
      {!chain && !error && <p className="text-dim">{words.loading}</p>}
      {chain && ('order' in chain ? <OrderChain chain={chain} /> : <Chain chain={chain} />)}
    </section>
  );
}

function Chain({ chain }: { readonly chain: LineageDto }) {
  const words = useWords();
  const { alert, transitions } = chain;
  return (
    <article className="flex max-w-280 flex-col gap-3">
      <p className="print:hidden">
        <Action onPress={() => print()}>{words.print}</Action>
      </p>
      {chain.forgotten && <p className="font-bold">{words.lineageForgotten}</p>}
      <section aria-label={words.alert} className="border-edge border-l-4 pl-3">
        <h3>
          {alert.gaugeName} {alert.ruleName}
        </h3>
        <p>
          <Link href={hrefOf({ at: 'alert', id: alert.id, show: 'all' })} className="text-action break-all underline">
            {alert.id}
          </Link>{' '}
          <span className="text-dim">・{alert.state === 'raised' ? words.episodeRaised : words.episodeOver}</span>
        </p>
        <p>
          <span className="text-dim">{words.device}</span> {alert.device ?? words.deviceGone}{' '}
          <span className="text-dim">・{words.place}</span> {alert.gauge}
        </p>
        {alert.peak && <PeakLines peak={alert.peak} present={null} />}
        <h4 className="text-dim mt-2 font-normal">{words.acts}</h4>
        {alert.acts.length === 0 && <p>{words.nobodyActed}</p>}
        <ul>
          {alert.acts.map(({ kind, by, at, words: said }) => (
            <li key={`${kind} ${by} ${at}`}>
              {dayClockTime(at)} <span className="font-bold">{by}</span> {words.act(kind)}
              {said && ` — ${said}`}
            </li>
          ))}
        </ul>
      </section>
      {chain.addresses === 'masked' && <p className="text-dim">{words.addressesMasked}</p>}
      <ol className="flex flex-col gap-3">
        {transitions.map((transition) => (
          <li key={transition.id} aria-current={transition.id === chain.transitionId ? 'true' : undefined}>
            <Transition transition={transition} chain={chain} />
          </li>
        ))}
      </ol>
    </article>
  );
}

/** Of an order: who decided what, with which reasons, on which grounds, and what came of it. */
function OrderChain({ chain }: { readonly chain: OrderLineageDto }) {
  const words = useWords();
  const { order, transitions } = chain;
  return (
    <article className="flex max-w-280 flex-col gap-3">
      <p className="print:hidden">
        <Action onPress={() => print()}>{words.print}</Action>
      </p>
      {chain.forgotten && <p className="font-bold">{words.lineageForgotten}</p>}
      <section aria-label={words.what} className="border-edge border-l-4 pl-3">
        <h3 className="flex flex-wrap items-center gap-2">
          <LevelChip level={order.content.municipalLevel} />
          <span>{words.hazard(order.content.hazard)}</span>
          <span>{order.content.districts.map(({ name }) => name).join('・')}</span>
        </h3>
        <p>
          {words.mark(order.status)}
          <Link href={hrefOf({ at: 'order', id: order.id })} className="text-action break-all underline">
            {order.id}
          </Link>{' '}
          <span className="text-dim">
            ・{words.orderState(order.state)} ・{words.playbook} {order.playbookVersion}
          </span>
        </p>
        <p className="text-dim">
          {words.proposedBy(order.proposedBy, order.ruleName)} ・{dayClockTime(order.openedAt)}
        </p>
        <OrderGrounds grounds={order.grounds} />
        <h4 className="text-dim mt-2 font-normal">{words.acts}</h4>
        <ul>
          {order.acts.map(({ kind, by, at, reason, version }) => (
            <li key={`${kind} ${by} ${at} ${version}`}>
              {dayClockTime(at)} <span className="font-bold">{by}</span> {words.orderAct(kind)}
              {reason !== '' && ` — ${reason}`}
            </li>
          ))}
        </ul>
      </section>
      {chain.addresses === 'masked' && <p className="text-dim">{words.addressesMasked}</p>}
      <ol className="flex flex-col gap-3">
        {transitions.map((transition) => {
          const isMeant = chain.transitionId === null || chain.transitionId === transition.id;
          return (
            <li key={transition.id} aria-current={transition.id === chain.transitionId ? 'true' : undefined}>
              <section aria-label={transition.id} className={`border-l-4 pl-3 ${isMeant ? 'border-action' : 'border-line'}`}>
                <h3>{words.told(transition.kind)}</h3>
                <p>
                  {dayClockTime(transition.at)}{' '}
                  <span className="text-dim">
                    ・{words.by} {transition.by.join('・')}
                  </span>
                </p>
                {isMeant ? (
                  <Told told={transition} />
                ) : (
                  <Link
                    href={hrefOf({ at: 'lineage', id: transition.id })}
                    className="text-action inline-flex min-h-10 items-center underline print:hidden"
                  >
                    {words.lineage}
                  </Link>
                )}
              </section>
            </li>
          );
        })}
      </ol>
    </article>
  );
}

function Transition({ transition, chain }: { readonly transition: LineageTransitionDto; readonly chain: LineageDto }) {
  const words = useWords();
  const { id, kind, fromName, toName, at, decidedAt, status, record } = transition;
  const meant = chain.transitionId === null || chain.transitionId === id;
  return (
    <section aria-label={id} className={`border-l-4 pl-3 ${meant ? 'border-action' : 'border-line'}`}>
      <h3>
        {words.mark(status)}
        {chain.alert.ruleKind === 'blind' ? words.silence(kind) : words.transition(kind, fromName, toName)}
      </h3>
      <p>
        {dayClockTime(at)} <span className="text-dim">・{words.judgedAt(dayClockTime(decidedAt))}</span>
      </p>
      <p>
        <span className="text-dim">{words.why}</span> {record.verdict}{' '}
        <span className="text-dim">
          ・{words.by} {record.by} ・{words.playbook} {record.playbookVersion}
        </span>
      </p>
      {meant ? (
        <Grounds transition={transition} chain={chain} />
      ) : (
        <Link href={hrefOf({ at: 'lineage', id })} className="text-action inline-flex min-h-10 items-center underline print:hidden">
          {words.lineage}
        </Link>
      )}
    </section>
  );
}

function Grounds({ transition, chain }: { readonly transition: LineageTransitionDto; readonly chain: LineageDto }) {
  const words = useWords();
  const { record } = transition;
  return (
    <div className="flex flex-col gap-2 pt-1">
      <h4>{words.ruleWords}</h4>
      {record.ruleText === null ? (
        <p className="text-dim">
          {record.ruleId} ・{words.ruleWordsGone}
        </p>
      ) : (
        <pre className="border-line bg-raised border p-2 text-[13px] break-words whitespace-pre-wrap">{record.ruleText}</pre>
      )}
      {record.limits.length > 0 && (
        <p>
          <span className="text-dim">{words.limits}</span>{' '}
          {record.limits.map(({ name, value }) => `${name} ${figure(value, chain.alert.unit)} ${chain.alert.unit}`).join('・')}
        </p>
      )}
      <h4>{words.evidence}</h4>
      <Readings transition={transition} chain={chain} />
      <Told told={transition} />
    </div>
  );
}

/** The words of a transition, whom they were for, and how far they came. */
function Told({
  told: { id, reach, messages, deliveriesLeftOut },
}: {
  readonly told: Pick<LineageTransitionDto, 'id' | 'reach' | 'messages' | 'deliveriesLeftOut'>;
}) {
  const words = useWords();
  return (
    <>
      <h4>{words.wordsSent}</h4>
      <p>{reach.length === 0 ? words.noReach : reach.map((one) => <Reach key={one.channel} reach={one} />)}</p>
      {messages.map((message) => (
        <Message key={message.id} message={message} />
      ))}
      {deliveriesLeftOut > 0 && (
        <p>
          {words.deliveriesLeftOut(deliveriesLeftOut)}{' '}
          <Link href={hrefOf({ at: 'deliveries', transition: id })} className="text-action underline">
            {words.outToRecord}
          </Link>
        </p>
      )}
    </>
  );
}

function Readings({ transition: { record }, chain: { alert } }: { readonly transition: LineageTransitionDto; readonly chain: LineageDto }) {
  const words = useWords();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
    <section tabIndex={0} aria-label={words.evidence} className="ring-inside overflow-x-auto print:overflow-visible">
      <table className="w-full">
        <thead className="text-dim">
          <tr className="[&>th]:pr-4 [&>th]:whitespace-nowrap">
            <th scope="col">{words.time}</th>
            <th scope="col" className="figures">
              {words.value} {alert.unit === '' ? '' : `(${alert.unit})`}
            </th>
            <th scope="col" className="figures">
              {words.rawValue}
            </th>
            <th scope="col">{words.flag}</th>
            <th scope="col">{words.receivedAt}</th>
            <th scope="col">{words.logPlace}</th>
          </tr>
        </thead>
        <tbody>
          {record.readings.map(({ position, gauge, at, value, raw, quality, why, receivedAt, from }) => (
            <tr key={position} className="border-line border-t align-top [&>td]:pr-4">
              <td className="whitespace-nowrap">
                {dayTime(at)} {gauge !== alert.gauge && <span className="text-dim">{gauge}</span>}
              </td>
              <td className="figures">{figure(value, alert.unit)}</td>
              <td className="figures">{raw ?? '—'}</td>
              <td>
                {words.quality(quality)} {why}
              </td>
              <td className="whitespace-nowrap">{dayClockTime(receivedAt)}</td>
              <td>
                {position}
                {from === 'record' && <span className="text-dim"> {words.fromRecord}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Message({ message }: { readonly message: LineageTransitionDto['messages'][number] }) {
  const words = useWords();
  const { id, audience, language, subject, body, translated, issuedAt, deliveries } = message;
  return (
    <div className="flex flex-col gap-1">
      <blockquote lang={!translated || language === 'ja-easy' ? 'ja' : language} className="border-edge bg-raised border-l-4 p-3">
        <p lang={document.documentElement.lang} className="text-dim text-[13px] break-all">
          {words.audience(audience)}
          {words.language(language)} ・{words.issuedAt(dayClockTime(issuedAt))} ・{id}
          {translated ? '' : ` ・${words.untranslated}`}
        </p>
        <p className="font-bold">{subject}</p>
        <p className="whitespace-pre-wrap">{body}</p>
      </blockquote>
      <ul className="pl-3">
        {deliveries.map((delivery) => (
          <li key={delivery.id} className="border-line border-t py-1 break-all">
            <p>
              <span className="font-bold">{words.delivery(delivery.state)}</span> {words.channel(delivery.channel)}{' '}
              {delivery.endpoint !== delivery.channel && delivery.endpoint} ・{words.people(delivery.recipients.toLocaleString('en-US'))} ・
              {words.attempts} {delivery.attempts} ・{words.settled} {delivery.settledAt === null ? '—' : dayClockTime(delivery.settledAt)}
            </p>
            {(delivery.lastReason || delivery.receipt) && <p className="text-dim">{delivery.lastReason || delivery.receipt}</p>}
            <p className="text-dim">
              {words.deliveryKey} {delivery.key}
            </p>
            <p>
              <span className="text-dim">{words.addresses}</span> {delivery.addresses.join('、')}
              {delivery.addresses.length < delivery.recipients && ' …'}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
