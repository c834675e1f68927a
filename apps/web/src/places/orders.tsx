import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { OrderDto, OrderPlanDto, OrderProposalAsk } from '#wire';
import { api } from '../api.ts';
import { countWords, dayTime, figure } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Failed } from '../parts/failed.tsx';
import { Fold } from '../parts/fold.tsx';
import { LevelChip } from '../parts/level-chip.tsx';
import { Link } from '../parts/link.tsx';
import { useActKey } from '../parts/use-act-key.ts';
import { hrefOf } from '../place.ts';
import { mayPropose, useSession } from '../session.ts';
import { goTo } from '../use-place.ts';
import { useWords } from '../words/words.ts';

/** Somebody else may propose, confirm or undo at any moment; the list follows soon. */
const ORDERS_EVERY_MS = 3_000;
const LEVELS = [3, 4, 5] as const;
const HAZARDS = ['flood', 'inlandFlood', 'landslide', 'stormSurge', 'earthquake', 'tsunami', 'fire', 'volcano'] as const;
const BOX = 'border-edge rounded-8 bg-panel min-h-10 border px-2';
const OVER: ReadonlySet<OrderDto['state']> = new Set(['lifted', 'corrected', 'withdrawn', 'expired']);

/** What is ordered, what is proposed, and the way to propose: the usual districts in one press. */
export function Orders() {
  const words = useWords();
  const session = useSession();
  const orders = useInfiniteQuery({
    queryKey: ['orders'],
    queryFn: ({ pageParam }) => api.orders(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: ORDERS_EVERY_MS,
  });
  const all = orders.data?.pages.flatMap((page) => page.items) ?? [];
  const open = all.filter(({ state }) => !OVER.has(state));
  const past = all.filter(({ state }) => OVER.has(state));
  return (
    <div className="flex min-h-0 flex-1 max-lg:flex-col max-lg:overflow-y-auto">
      <section aria-labelledby="orders" className="bg-panel border-line min-w-0 flex-1 p-3 lg:overflow-y-auto lg:border-r">
        <h2 id="orders" className="text-lg">
          {words.orders}
        </h2>
        <p className="text-dim mb-2">{words.ordersLead}</p>
        {orders.isError && (
          <p role="alert" className="text-fault">
            {words.readFailed} <Action onPress={() => void orders.refetch()}>{words.again}</Action>
          </p>
        )}
        {orders.data && open.length === 0 && <p>{words.noOrders}</p>}
        <List name={words.ordersOpen} orders={open} />
        <List name={words.ordersPast} orders={past} />
        {orders.hasNextPage && (
          <Action isDisabled={orders.isFetchingNextPage} onPress={() => void orders.fetchNextPage()}>
            {words.more}
          </Action>
        )}
      </section>
      <section aria-labelledby="propose" className="bg-panel min-w-0 p-3 lg:flex-[0_0_40%] lg:overflow-y-auto">
        <h2 id="propose" className="text-lg">
          {words.newOrder}
        </h2>
        {mayPropose(session) ? <Propose /> : <p className="text-dim">{words.mayNotPropose(words.role(session.role))}</p>}
      </section>
    </div>
  );
}

function List({ name, orders }: { readonly name: string; readonly orders: readonly OrderDto[] }) {
  if (orders.length === 0) return null;
  return (
    <>
      <h3 className="mt-3">{name}</h3>
      <ol>
        {orders.map((order) => (
          <Line key={order.id} order={order} />
        ))}
      </ol>
    </>
  );
}

function Line({ order }: { readonly order: OrderDto }) {
  const words = useWords();
  const { content, decision, state } = order;
  const over = OVER.has(state);
  const at = order.liftedAt ?? order.givenAt ?? order.openedAt;
  return (
    <li className="border-line border-t">
      <Link href={hrefOf({ at: 'order', id: order.id })} className="ring-inside hover:bg-raised flex flex-col gap-1 px-1 py-2">
        <span className="flex flex-wrap items-center gap-2">
          <LevelChip level={content.municipalLevel} />
          <strong>{content.districts.map((district) => district.name).join('・')}</strong>
          <span className={over ? 'text-dim' : 'font-bold'}>{words.orderState(state)}</span>
        </span>
        <span className="text-dim text-[13px]">
          {words.hazard(content.hazard)} ・{dayTime(at)} ・{words.proposedBy(order.proposedBy, order.ruleName)}
          {decision && decision.wanted > 0 && ` ・${words.needsTwo(decision.wanted, decision.confirmations.length)}`}
          {order.endedWhy !== '' && ` ・${order.endedWhy}`}
        </span>
      </Link>
    </li>
  );
}

function Propose() {
  const words = useWords();
  const plan = useQuery({ queryKey: ['order-plan'], queryFn: api.orderPlan });
  const client = useQueryClient();
  const { isCut } = usePulse();
  const { key, renew } = useActKey();
  const propose = useMutation({
    mutationFn: (ask: OrderProposalAsk) => api.propose(ask, key),
    onSuccess: (order) => {
      renew();
      void client.invalidateQueries({ queryKey: ['orders'] });
      goTo(hrefOf({ at: 'order', id: order.id }));
    },
  });
  if (plan.isError)
    return (
      <p role="alert" className="text-fault">
        {words.readFailed} <Action onPress={() => void plan.refetch()}>{words.again}</Action>
      </p>
    );
  if (!plan.data) return null;
  const off = propose.isPending || isCut;
  return (
    <div className="flex flex-col gap-4">
      <div role="alert">
        <Failed error={propose.error} onRenewed={() => propose.variables && propose.mutate(propose.variables)} />
      </div>
      {plan.data.presets.length > 0 && (
        <section aria-labelledby="presets" className="flex flex-col gap-2">
          <h3 id="presets">{words.usualDistricts}</h3>
          {plan.data.presets.map(({ id, name, municipalLevel, hazard, content }) => (
            <div key={id} className="border-line border-t pt-2">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <LevelChip level={municipalLevel} />
                <Action isDisabled={off} onPress={() => propose.mutate({ preset: id })}>
                  {words.proposePreset(name)}
                </Action>
              </div>
              <p className="text-dim text-[13px]">
                {words.hazard(hazard)} ・{content.districts.map((district) => district.name).join('・')}（
                {words.districtCount(content.districts.length, countWords(content.households), countWords(content.persons))}）
              </p>
            </div>
          ))}
        </section>
      )}
      <Fold title={words.proposeFree}>
        <Free plan={plan.data} off={off} onPropose={(ask) => propose.mutate(ask)} />
      </Fold>
    </div>
  );
}

interface FreeProps {
  readonly plan: OrderPlanDto;
  readonly off: boolean;
  readonly onPropose: (ask: OrderProposalAsk) => void;
}

function Free({ plan, off, onPropose }: FreeProps) {
  const words = useWords();
  const field = useId();
  const [level, setLevel] = useState<(typeof LEVELS)[number]>(4);
  const [hazard, setHazard] = useState<(typeof HAZARDS)[number]>('flood');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [report, setReport] = useState('');
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen.length > 0 && !off)
          onPropose({ municipalLevel: level, hazard, districts: [...chosen], ...(report.trim() && { report: report.trim() }) });
      }}
    >
      <fieldset className="flex flex-col gap-1">
        <legend>{words.orderLevel}</legend>
        {LEVELS.map((one) => (
          <label key={one} className="flex min-h-10 items-center gap-2">
            <input type="radio" name={`${field}-level`} checked={level === one} onChange={() => setLevel(one)} />
            <LevelChip level={one} />
          </label>
        ))}
      </fieldset>
      <label htmlFor={`${field}-hazard`}>{words.orderHazard}</label>
      <select
        id={`${field}-hazard`}
        className={BOX}
        value={hazard}
        onChange={({ target }) => setHazard(HAZARDS.find((one) => one === target.value) ?? 'flood')}
      >
        {HAZARDS.map((one) => (
          <option key={one} value={one}>
            {words.hazard(one)}
          </option>
        ))}
      </select>
      <fieldset className="flex flex-col">
        <legend>{words.orderDistricts}</legend>
        {plan.districts.map(({ code, name, households }) => (
          <label key={code} className="flex min-h-8 items-center gap-2">
            <input
              type="checkbox"
              checked={chosen.includes(code)}
              onChange={({ target }) =>
                setChosen((before) => (target.checked ? [...before, code] : before.filter((other) => other !== code)))
              }
            />
            {name}
            {households !== null && <span className="text-dim">{words.households(figure(households, ''))}</span>}
          </label>
        ))}
      </fieldset>
      <label htmlFor={`${field}-report`}>{words.orderReport}</label>
      <textarea
        id={`${field}-report`}
        rows={2}
        maxLength={500}
        className="border-edge rounded-8 bg-panel border p-2"
        value={report}
        onChange={(event) => setReport(event.target.value)}
      />
      <Action type="submit" look="solid" className="self-start" isDisabled={chosen.length === 0 || off}>
        {words.proposeIt(words.levelName(level), chosen.length)}
      </Action>
    </form>
  );
}
