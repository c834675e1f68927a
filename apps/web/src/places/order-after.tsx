import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { OrderDetailDto } from '#wire';
import { api } from '../api.ts';
import { dayTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Failed } from '../parts/failed.tsx';
import { Fold } from '../parts/fold.tsx';
import { LevelChip } from '../parts/level-chip.tsx';
import { mayDecide, mayPropose, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { useOrderAct } from './order-act.tsx';
import { OrderCopy } from './order-copy.tsx';

interface OrderProps {
  readonly order: OrderDetailDto;
}

/** Words that are out by mistake do not wait for a change that nobody has decided yet. */
const CORRECTABLE: ReadonlySet<OrderDetailDto['state']> = new Set(['given', 'changing', 'lifted']);

/** What can be done with an order that was given. */
export function OrderAfter({ order }: OrderProps) {
  const words = useWords();
  const session = useSession();
  return (
    <div className="flex flex-col gap-3">
      <h2 className="text-lg">{words.afterGiven}</h2>
      {order.state === 'given' && mayPropose(session) && (
        <>
          <Fold title={words.toUpdate}>
            <Change order={order} />
          </Fold>
          <Fold title={words.toLift}>
            <Reason
              order={order}
              label={words.liftReason}
              button={words.liftIt}
              act={(reason, key) => api.liftOrder(order.id, { version: order.version, reason }, key)}
            />
          </Fold>
        </>
      )}
      {CORRECTABLE.has(order.state) && mayDecide(session) && (
        <Fold title={words.correctTitle}>
          <p className="text-dim mb-1">{words.correctMeans}</p>
          <Reason
            order={order}
            required
            label={words.correctReason}
            button={words.correctOrder}
            act={(reason, key) => api.correctOrder(order.id, { version: order.version, reason }, key)}
          />
        </Fold>
      )}
      <Governor order={order} />
      <OrderCopy id={order.id} revision={order.told.at(-1)?.transitionId ?? ''} />
    </div>
  );
}

interface ReasonProps extends OrderProps {
  readonly label: string;
  readonly button: string;
  readonly required?: boolean;
  readonly act: (reason: string, key: string) => Promise<unknown>;
}

function Reason({ order, label, button, required = false, act }: ReasonProps) {
  const field = useId();
  const { isCut } = usePulse();
  const [reason, setReason] = useState('');
  const doing = useOrderAct(order, act, () => setReason(''));
  return (
    <div className="flex flex-col gap-2">
      <label htmlFor={field}>{label}</label>
      <textarea
        id={field}
        rows={2}
        maxLength={500}
        required={required}
        className="border-edge rounded-8 bg-panel border p-2"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div role="alert">
        <Failed error={doing.error} onRenewed={() => doing.mutate(reason.trim())} />
      </div>
      <Action
        className="self-start"
        isDisabled={doing.isPending || isCut || (required && reason.trim() === '')}
        onPress={() => doing.mutate(reason.trim())}
      >
        {button}
      </Action>
    </div>
  );
}

function Change({ order }: OrderProps) {
  const words = useWords();
  const field = useId();
  const { isCut } = usePulse();
  const plan = useQuery({ queryKey: ['order-plan'], queryFn: api.orderPlan });
  const [level, setLevel] = useState(order.content.municipalLevel);
  const [chosen, setChosen] = useState<readonly string[]>(() => order.content.districts.map(({ code }) => code));
  const change = useOrderAct(order, (_: null, key) =>
    api.updateOrder(order.id, { version: order.version, municipalLevel: level, districts: [...chosen], reason: '' }, key),
  );
  return (
    <div className="flex flex-col gap-2">
      <fieldset className="flex flex-col gap-1">
        <legend>{words.orderLevel}</legend>
        {([3, 4, 5] as const).map((one) => (
          <label key={one} className="flex min-h-10 items-center gap-2">
            <input type="radio" name={`${field}-level`} checked={level === one} onChange={() => setLevel(one)} />
            <LevelChip level={one} />
          </label>
        ))}
      </fieldset>
      <fieldset className="flex flex-col">
        <legend>{words.orderDistricts}</legend>
        {plan.data?.districts.map(({ code, name }) => (
          <label key={code} className="flex min-h-8 items-center gap-2">
            <input
              type="checkbox"
              checked={chosen.includes(code)}
              onChange={({ target }) =>
                setChosen((before) => (target.checked ? [...before, code] : before.filter((other) => other !== code)))
              }
            />
            {name}
          </label>
        ))}
      </fieldset>
      <div role="alert">
        <Failed error={change.error} onRenewed={() => change.mutate(null)} />
      </div>
      <Action className="self-start" isDisabled={chosen.length === 0 || change.isPending || isCut} onPress={() => change.mutate(null)}>
        {words.updateIt}
      </Action>
    </div>
  );
}

function Governor({ order }: OrderProps) {
  const words = useWords();
  const session = useSession();
  const { now } = usePulse();
  const note = useOrderAct(order, (reportedAt: number, key) => api.reportToGovernor(order.id, { reportedAt }, key));
  return (
    <section>
      <h3>{words.governor}</h3>
      {order.governorReport ? (
        <p>{words.governorDone(dayTime(order.governorReport.reportedAt), order.governorReport.by)}</p>
      ) : (
        mayPropose(session) && (
          <Action isDisabled={now === null || note.isPending} onPress={() => note.mutate(now!)}>
            {words.governorNote}
          </Action>
        )
      )}
      <div role="alert">
        <Failed error={note.error} onRenewed={() => note.mutate(now!)} />
      </div>
    </section>
  );
}
