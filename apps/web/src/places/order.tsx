import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OrderDetailDto } from '#wire';
import { api } from '../api.ts';
import { countWords, dayTime, figure } from '../figures.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { LevelChip } from '../parts/level-chip.tsx';
import { Link } from '../parts/link.tsx';
import { OrderGrounds } from '../parts/order-grounds.tsx';
import { hrefOf } from '../place.ts';
import { mayDecide, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { OrderDecision } from './order-decision.tsx';

/** Five seconds to undo are seen second by second; a colleague's yes is seen as soon. */
const ORDER_EVERY_MS = 1_000;

/** One order, read from top to bottom as a sentence; the decision stands on the other side of the page. */
export function Order({ id }: { readonly id: string }) {
  const words = useWords();
  const order = useQuery({ queryKey: ['order', id], queryFn: () => api.order(id), refetchInterval: ORDER_EVERY_MS });
  const [deciding, setDeciding] = useState<number | null>(null);
  if (order.isPending) return null;
  if (!order.data)
    return (
      <p role="alert" className="text-fault p-6">
        {words.readFailed} <Action onPress={() => void order.refetch()}>{words.again}</Action>
      </p>
    );
  const { data } = order;
  return (
    <div className="flex min-h-0 flex-1 max-lg:flex-col max-lg:overflow-y-auto">
      <article className="bg-panel border-line flex min-w-0 flex-col lg:min-h-0 lg:flex-1 lg:border-r">
        <div className="flex flex-col gap-4 p-3 lg:min-h-0 lg:flex-1 lg:overflow-y-auto">
          <Link href={hrefOf({ at: 'orders' })} className="text-action inline-flex min-h-10 items-center self-start underline">
            ← {words.orders}
          </Link>
          <Content order={data} />
          <Grounds order={data} />
          <Whom order={data} />
          <TheWords order={data} />
          <Course order={data} />
        </div>
        {data.decision && <Onward order={data} deciding={deciding} onDecide={setDeciding} />}
      </article>
      <section
        aria-label={words.decideTitle}
        className="bg-panel min-w-0 p-3 max-lg:min-h-[80dvh] max-lg:border-t-4 max-lg:border-line lg:flex-[0_0_36%] lg:overflow-y-auto"
      >
        <OrderDecision order={data} deciding={deciding} onDone={() => setDeciding(null)} />
      </section>
    </div>
  );
}

interface OrderProps {
  readonly order: OrderDetailDto;
}

/** What would stand after the decision, or what stands. */
const shownContent = ({ decision, content }: OrderDetailDto): OrderDetailDto['content'] => decision?.content ?? content;

function Content({ order }: OrderProps) {
  const words = useWords();
  const { municipalLevel, hazard, districts, households, persons, destinations } = shownContent(order);
  return (
    <>
      <section aria-label={words.what}>
        <h2 className="flex flex-wrap items-center gap-2 text-lg">
          <LevelChip level={municipalLevel} />
          <span>{words.hazard(hazard)}</span>
          <span className="text-base">{words.orderState(order.state)}</span>
        </h2>
        <p className="text-dim">{words.proposedBy(order.proposedBy, order.ruleName)}</p>
        {order.endedWhy !== '' && <p>{order.endedWhy}</p>}
      </section>
      <section>
        <h3>
          {words.where}：{words.districtCount(districts.length, countWords(households), countWords(persons))}
        </h3>
        <ul className="flex flex-wrap gap-x-4">
          {districts.map((district) => (
            <li key={district.code}>
              {district.name}
              {district.households !== null && <span className="text-dim"> {words.households(figure(district.households, ''))}</span>}
            </li>
          ))}
        </ul>
        <p className="text-dim mt-1">{destinations.length === 0 ? words.noDestinations : words.destinations}</p>
        <ul className="flex flex-wrap gap-x-4">
          {destinations.map((destination) => (
            <li key={destination.id}>{destination.name}</li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Grounds({ order }: OrderProps) {
  const words = useWords();
  return (
    <section>
      <h3>{words.why}</h3>
      <OrderGrounds grounds={order.grounds} />
      <h3 className="mt-2">{words.againstIt}</h3>
      {order.against.length === 0 ? (
        <p className="text-dim">{words.nothingAgainst}</p>
      ) : (
        <ul className="text-warn flex flex-col">
          {order.against.map(({ text, at }) => (
            <li key={`${text} ${at}`}>
              <span aria-hidden="true">▲ </span>
              {text}
              {at !== null && ` （${dayTime(at)}）`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Whom({ order }: OrderProps) {
  const words = useWords();
  return (
    <section>
      <h3>{words.whom}</h3>
      <ul className="flex flex-wrap gap-x-6">
        {order.reaches.map(({ channel, subscribers, blocked, bound }) => (
          <li key={channel}>
            {words.reaches(words.channel(channel), figure(subscribers, ''))}
            {blocked > 0 && <span className="text-dim"> {words.reachesBlocked(figure(blocked, ''))}</span>}
            {!bound && <span className="text-warn"> {words.channelNotBound}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function TheWords({ order }: OrderProps) {
  const words = useWords();
  const [first, ...rest] = order.words;
  if (!first) return null;
  return (
    <section>
      <h3>{words.theWords}</h3>
      <Said said={first} />
      {rest.map((said) => (
        <Fold
          key={said.language}
          title={`${words.language(said.language)} ・${words.reviewer(said.reviewer)}${said.translated ? '' : ` ・${words.untranslated}`}`}
        >
          <Said said={said} />
        </Fold>
      ))}
    </section>
  );
}

function Said({ said: { language, subject, body, translated } }: { readonly said: OrderDetailDto['words'][number] }) {
  const spoken = translated && language !== 'ja-easy' ? language : 'ja';
  return (
    <blockquote lang={spoken} className="border-edge bg-raised border-l-4 p-3">
      <p className="font-bold">{subject}</p>
      <p className="whitespace-pre-wrap">{body}</p>
    </blockquote>
  );
}

interface OnwardProps extends OrderProps {
  readonly deciding: number | null;
  readonly onDecide: (version: number) => void;
}

/** The first of two steps stands below what was read; the second one on the other side. */
function Onward({ order, deciding, onDecide }: OnwardProps) {
  const words = useWords();
  const session = useSession();
  const decision = order.decision!;
  if (decision.effectAt !== null) return null;
  const missing = order.words.filter(({ translated }) => !translated).map(({ language }) => words.language(language));
  const doubts =
    decision.kind === 'lift' || decision.kind === 'correct' ? [] : order.grounds.readings.filter(({ doubt }) => doubt !== null);
  return (
    <section className="border-line flex flex-col gap-1 border-t-4 p-3 lg:max-h-[45%] lg:shrink-0 lg:overflow-y-auto">
      {decision.wide && (
        <p className="text-warn font-bold">
          <span aria-hidden="true">▲ </span>
          {words.wide(figure(decision.wide.persons, ''), figure(decision.wide.usualPersons, ''))}
        </p>
      )}
      {missing.length > 0 && (
        <p className="text-warn font-bold">
          <span aria-hidden="true">▲ </span>
          {words.untranslatedIn(missing.join('・'))}
        </p>
      )}
      {doubts.map(({ gaugeName, doubt }) => (
        <p key={gaugeName} className="text-warn font-bold">
          <span aria-hidden="true">▲ </span>
          {words.doubtfulGround(gaugeName, doubt ?? '')}
        </p>
      ))}
      {decision.policies.length > 0 && (
        <div className="border-warn bg-warn-soft rounded-8 border p-2">
          <h3>{words.approvalsAct}</h3>
          <ul>
            {decision.policies.map(({ id, kind, approvedBy }) => (
              <li key={id}>
                {kind === 'issue' && decision.issueAt !== null
                  ? words.approvalIssue(id, approvedBy, dayTime(decision.issueAt))
                  : words.approvalOnePerson(id, approvedBy)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {order.mayConfirm.includes(session.user) && mayDecide(session) ? (
        <Action className="self-start" isDisabled={deciding === order.version} onPress={() => onDecide(order.version)}>
          {words.goDecide(words.decides(decision.kind))}
        </Action>
      ) : (
        <p className="text-dim">{words.needsTwo(decision.wanted, decision.confirmations.length)}</p>
      )}
    </section>
  );
}

/** Who did what, and how far the words have come. */
function Course({ order }: OrderProps) {
  const words = useWords();
  return (
    <section>
      <h3>{words.history}</h3>
      <ol>
        {order.told.map(({ transitionId, kind, at, deliveries }) => (
          <li key={transitionId} className="border-line border-t py-1">
            <strong>{words.told(kind)}</strong> <span className="text-dim">{dayTime(at)}</span>{' '}
            <Link href={hrefOf({ at: 'deliveries', transition: transitionId })} className="text-action underline">
              {words.toldTo}
            </Link>{' '}
            {deliveries.map(({ channel, state, recipients }) => (
              <span key={`${channel} ${state}`} className="mr-3">
                {words.channel(channel)} {words.delivery(state)} {figure(recipients, '')}
              </span>
            ))}
          </li>
        ))}
      </ol>
      <ol className="text-dim mt-1">
        {order.acts.map(({ kind, by, at, reason, version }) => (
          <li key={`${kind} ${by} ${at} ${version}`}>
            {dayTime(at)} {by} {words.orderAct(kind)}
            {reason !== '' && `：${reason}`}
          </li>
        ))}
      </ol>
    </section>
  );
}
