import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { OrderDetailDto } from '#wire';
import { api, Refused } from '../api.ts';
import { countWords, dayTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { LevelChip } from '../parts/level-chip.tsx';
import { useActKey } from '../parts/use-act-key.ts';
import { mayDecide, mayPropose, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { OrderCopy } from './order-copy.tsx';
import { SignAgain } from './sign-again.tsx';

interface OrderProps {
  readonly order: OrderDetailDto;
}

interface SecondProps extends OrderProps {
  /** The version that the person read when they went on; null before that. */
  readonly deciding: number | null;
  readonly onDone: () => void;
}

/** The second of two steps, and what can be done with an order that was given. */
export function OrderDecision({ order, deciding, onDone }: SecondProps) {
  const words = useWords();
  const session = useSession();
  const { decision } = order;
  if (decision?.effectAt !== null && decision?.effectAt !== undefined) return <Undo order={order} effectAt={decision.effectAt} />;
  if (decision && deciding !== null) {
    if (deciding === order.version) return <Decide key={deciding} order={order} onDone={onDone} />;
    return (
      <p role="alert" className="text-warn font-bold">
        {words.changedMeanwhile}
      </p>
    );
  }
  if (decision)
    return mayPropose(session) ? <Withdraw order={order} /> : <p className="text-dim">{words.mayNotPropose(words.role(session.role))}</p>;
  return order.state === 'given' || order.state === 'lifted' ? <After order={order} /> : null;
}

/** What a refusal says; when the sign-in is too old, the way to renew it and go on. */
function Failed({ error, onRenewed }: { readonly error: Error | null; readonly onRenewed: () => void }) {
  const words = useWords();
  if (!error) return null;
  if (error instanceof Refused && error.type === 'urn:sonae:sign-in-again') return <SignAgain onRenewed={onRenewed} />;
  return <p className="text-fault">{words.orderFailed(error.message)}</p>;
}

/** One act on an order, on the version that is shown; the page reads it anew afterwards. */
function useOrderAct<Ask>(order: OrderDetailDto, act: (ask: Ask, key: string) => Promise<unknown>, onDone?: () => void) {
  const client = useQueryClient();
  const { key, renew } = useActKey();
  return useMutation({
    mutationFn: (ask: Ask) => act(ask, key),
    onSuccess: () => {
      renew();
      onDone?.();
    },
    onSettled: () => Promise.all([['order', order.id], ['orders']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

function Decide({ order, onDone }: { readonly order: OrderDetailDto; readonly onDone: () => void }) {
  const words = useWords();
  const session = useSession();
  const { isCut } = usePulse();
  const field = useId();
  const decision = order.decision!;
  const [how, setHow] = useState<'person' | 'breakGlass' | null>(null);
  const [reason, setReason] = useState('');
  const confirm = useOrderAct(
    order,
    (ask: { readonly breakGlass?: string }, key) => api.confirmOrder(order.id, { version: order.version, ...ask }, key),
    onDone,
  );
  const { municipalLevel, districts, households } = decision.content;
  const ask = how === 'breakGlass' ? { breakGlass: reason.trim() } : {};
  const isWhole = how === 'person' || (how === 'breakGlass' && reason.trim() !== '');
  const send = () => confirm.mutate(ask);
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && !isCut && !confirm.isPending) send();
      }}
    >
      <h3 className="text-lg">
        {words.decideTitle} ・{words.decider(session.user)}
      </h3>
      <fieldset className="flex flex-col gap-1">
        <legend>{words.actKind}</legend>
        <label className="flex min-h-10 items-center gap-2">
          <input type="radio" name={field} checked={how === 'person'} onChange={() => setHow('person')} />
          {words.asOneOf(decision.wanted)}
        </label>
        {decision.wanted > 1 && (
          <label className="flex min-h-10 items-center gap-2">
            <input type="radio" name={field} checked={how === 'breakGlass'} onChange={() => setHow('breakGlass')} />
            {words.breakGlass}
          </label>
        )}
      </fieldset>
      {how === 'breakGlass' && (
        <>
          <label htmlFor={`${field}-reason`}>{words.breakGlassReason}</label>
          <textarea
            id={`${field}-reason`}
            required
            rows={2}
            maxLength={500}
            className="border-edge rounded-8 bg-panel border p-2"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </>
      )}
      {isCut && <p className="text-warn font-bold">{words.cutNoOrders}</p>}
      <div role="alert">
        <Failed error={confirm.error} onRenewed={send} />
      </div>
      <Action type="submit" look="solid" className="mt-6 min-h-12 text-base" isDisabled={!isWhole || isCut || confirm.isPending}>
        {words.decide(decision.kind, words.levelName(municipalLevel), districts.length, countWords(households))}
      </Action>
    </form>
  );
}

/** The seconds in which nothing was sent yet. The button stands at the top, where the one before did not. */
function Undo({ order, effectAt }: { readonly order: OrderDetailDto; readonly effectAt: number }) {
  const words = useWords();
  const session = useSession();
  const { now } = usePulse();
  const undo = useOrderAct(order, (_: null, key) => api.undoOrder(order.id, { version: order.version }, key));
  const left = Math.max(0, Math.ceil((effectAt - (now ?? effectAt)) / 1_000));
  return (
    <div className="flex flex-col gap-3">
      {mayDecide(session) && (
        <Action className="min-h-12 self-end" isDisabled={undo.isPending} onPress={() => undo.mutate(null)}>
          {words.undo}
        </Action>
      )}
      <output className="block text-lg font-bold">{words.undoLeft(left)}</output>
      <div role="alert">
        <Failed error={undo.error} onRenewed={() => undo.mutate(null)} />
      </div>
    </div>
  );
}

function Withdraw({ order }: OrderProps) {
  const words = useWords();
  const field = useId();
  const [reason, setReason] = useState('');
  const withdraw = useOrderAct(order, (text: string, key) => api.withdrawOrder(order.id, { version: order.version, reason: text }, key));
  return (
    <Fold title={words.withdraw}>
      <div className="flex flex-col gap-2">
        <label htmlFor={field}>{words.withdrawWhy}</label>
        <input
          id={field}
          maxLength={500}
          className="border-edge rounded-8 bg-panel min-h-10 border px-2"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <div role="alert">
          <Failed error={withdraw.error} onRenewed={() => withdraw.mutate(reason.trim())} />
        </div>
        <Action className="self-start" isDisabled={withdraw.isPending} onPress={() => withdraw.mutate(reason.trim())}>
          {words.withdraw}
        </Action>
      </div>
    </Fold>
  );
}

/** What can be done with an order that was given. */
function After({ order }: OrderProps) {
  const words = useWords();
  const session = useSession();
  return (
    <div className="flex flex-col gap-3">
      <h3 className="text-lg">{words.afterGiven}</h3>
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
      {mayDecide(session) && (
        <Fold title={words.correctTitle}>
          <p className="text-dim mb-1">{words.correctMeans}</p>
          <Reason
            order={order}
            required
            label={words.correctReason}
            button={words.correctIt}
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
