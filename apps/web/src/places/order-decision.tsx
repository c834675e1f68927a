import { useEffect, useId, useRef, useState } from 'react';
import type { OrderDetailDto } from '#wire';
import { api } from '../api.ts';
import { countWords, dayTime } from '../figures.ts';
import { usePicture, usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Failed } from '../parts/failed.tsx';
import { Fold } from '../parts/fold.tsx';
import { mayDecide, mayPropose, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { useOrderAct } from './order-act.tsx';
import { OrderAfter } from './order-after.tsx';
import { SecondPerson } from './second-person.tsx';

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
  const { decision } = order;
  if (decision && decision.effectAt !== null) return <Undo order={order} effectAt={decision.effectAt} />;
  if (decision && deciding === order.version) return <Decide key={deciding} order={order} onDone={onDone} />;
  return (
    <div className="flex flex-col gap-4">
      {decision && <Waiting order={order} isOutdated={deciding !== null} />}
      {order.given && <OrderAfter order={order} />}
    </div>
  );
}

/** Brings the eye and the keyboard to where a step begins; on a narrow screen that is below what was read. */
function useArrival(): React.RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'start' });
  }, []);
  return heading;
}

/** Who said yes so far, who is still asked, and the place at this desk where the other person signs in. */
function Waiting({ order, isOutdated }: OrderProps & { readonly isOutdated: boolean }) {
  const words = useWords();
  const session = useSession();
  const { confirmations, wanted } = order.decision!;
  const others = order.mayConfirm.filter((name) => name !== session.user);
  const isMine = confirmations.some(({ by }) => by === session.user);
  return (
    <section aria-labelledby="waiting" className="flex flex-col gap-2">
      <h2 id="waiting" className="text-lg">
        {words.decideTitle}
      </h2>
      <div role="alert">{isOutdated && <p className="text-warn font-bold">{words.changedMeanwhile}</p>}</div>
      <p>{words.needsTwo(wanted, confirmations.length)}</p>
      <ul>
        {confirmations.map(({ by, at }) => (
          <li key={by} className="font-bold">
            <span aria-hidden="true">✓ </span>
            {words.saidYes(by, dayTime(at))}
          </li>
        ))}
      </ul>
      {isMine ? (
        <p>{words.yourYesIsIn}</p>
      ) : order.mayConfirm.includes(session.user) ? (
        <p className="text-dim">{words.readThenDecide}</p>
      ) : (
        <p className="text-dim">{mayDecide(session) ? words.notYouAlone : words.mayNotDecide(words.role(session.role))}</p>
      )}
      {others.length > 0 && <p>{words.mayConfirm(others.join('・'))}</p>}
      {others.length > 0 && <SecondPerson names={others} isNext={isMine} />}
      {mayPropose(session) && <Withdraw order={order} />}
    </section>
  );
}

function Decide({ order, onDone }: { readonly order: OrderDetailDto; readonly onDone: () => void }) {
  const words = useWords();
  const session = useSession();
  const { isCut } = usePulse();
  const field = useId();
  const heading = useArrival();
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
  const isLast = how === 'breakGlass' || decision.confirmations.length + 1 >= decision.wanted;
  const act = words.decide(decision.kind, words.levelName(municipalLevel), districts.length, countWords(households));
  const send = () => confirm.mutate(ask);
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && !isCut && !confirm.isPending) send();
      }}
    >
      <h2 ref={heading} tabIndex={-1} className="text-lg">
        {words.decideTitle} ・{words.decider(session.user)}
      </h2>
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
      <p aria-live="polite">{how !== null && (isLast ? words.givesIt : words.oneMoreNeeded)}</p>
      <Action type="submit" look="solid" className="min-h-12 text-base" isDisabled={!isWhole || isCut || confirm.isPending}>
        {isLast ? act : words.agreeTo(act)}
      </Action>
    </form>
  );
}

/** The seconds in which nothing was sent yet. The button stands at the top, where the one before did not. */
function Undo({ order, effectAt }: { readonly order: OrderDetailDto; readonly effectAt: number }) {
  const words = useWords();
  const session = useSession();
  const { now } = usePulse();
  const heading = useArrival();
  const undo = useOrderAct(order, (_: null, key) => api.undoOrder(order.id, { version: order.version }, key));
  const { status } = usePicture();
  // The clock of a drill may run faster; a person has real seconds.
  const speed = status?.operation === 'exercise' ? (status.drill?.speed ?? 1) : 1;
  const left = Math.max(0, Math.ceil((effectAt - (now ?? effectAt)) / 1_000 / speed));
  return (
    <div className="flex flex-col gap-3">
      <h2 ref={heading} tabIndex={-1} className="text-lg">
        {words.undoLeft(left)}
      </h2>
      {mayDecide(session) && (
        <Action className="min-h-12 self-end" isDisabled={undo.isPending} onPress={() => undo.mutate(null)}>
          {words.undo}
        </Action>
      )}
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
          {words.withdrawIt(words.decides(order.decision?.kind ?? 'give'))}
        </Action>
      </div>
    </Fold>
  );
}
