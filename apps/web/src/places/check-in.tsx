import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useId, useState } from 'react';
import type { CheckInDto, CheckInEntryDto, CheckInStaffAsk } from '#wire';
import { api } from '../api.ts';
import { clockTime, shortTime } from '../figures.ts';
import { usePulse } from '../live/use-live.ts';
import { Action } from '../parts/action.tsx';
import { Fold } from '../parts/fold.tsx';
import { mayAcknowledge, useSession } from '../session.ts';
import { useWords } from '../words/words.ts';
import { type Outbox, waitingPersons } from './check-in-outbox.ts';
import { useOutbox } from './use-outbox.ts';

/** Families count themselves at the door meanwhile. */
const LOOK_EVERY_MS = 5_000;
/** Sizes of a household with a button of their own; larger groups are typed. */
const SIZES = 12;
/** A finger that trembles on wet glass presses twice; two households never come as fast through one desk. */
const PRESS_AGAIN_MS = 700;
/** Households in a list without searching. */
const PARTIES_SHOWN = 12;
const BOX = 'border-edge rounded-8 bg-panel min-h-14 w-full border-2 px-3 text-lg';
const BIG = 'min-h-16 text-lg!';

/** The desk of a shelter, for a volunteer with a tablet: one press counts a household, and nothing is lost when the line is. */
export function CheckIn({ id }: { readonly id: string }) {
  const words = useWords();
  const session = useSession();
  const client = useQueryClient();
  const may = mayAcknowledge(session);
  const { isCut } = usePulse();
  const view = useQuery({ queryKey: ['check-in', id], queryFn: () => api.checkIns(id), refetchInterval: LOOK_EVERY_MS, enabled: may });
  // An answer that was on its way for long must not put an older count over a newer one.
  const take = useCallback(
    (dto: CheckInDto) => client.setQueryData<CheckInDto>(['check-in', id], (known) => (known && known.number > dto.number ? known : dto)),
    [client, id],
  );
  const { outbox, isStuck, add, drop } = useOutbox({ shelter: id, user: session.user, onAccepted: take });
  if (!may)
    return (
      <section className="bg-panel flex-1 p-4">
        <h2 className="text-lg">{words.checkIn}</h2>
        <p>{words.checkInMayNot(words.role(session.role))}</p>
      </section>
    );
  if (!view.data)
    return (
      <section className="bg-panel flex-1 p-4" aria-busy={view.isPending}>
        <h2 className="text-lg">{words.checkIn}</h2>
        {view.isError && (
          <p role="alert" className="text-fault">
            {words.readFailed} <Action onPress={() => void view.refetch()}>{words.again}</Action>
          </p>
        )}
      </section>
    );
  return (
    <section aria-labelledby="check-in" className="bg-panel min-h-0 flex-1 overflow-y-auto p-3 text-base">
      <Head view={view.data} isCut={isCut || isStuck || view.isError} />
      <Waiting outbox={outbox} drop={drop} />
      <div className="grid gap-4 md:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Came add={add} />
          <Left view={view.data} add={add} outbox={outbox} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Correct add={add} />
          <Door id={id} view={view.data} take={take} />
          <Lines view={view.data} add={add} outbox={outbox} />
        </div>
      </div>
    </section>
  );
}

type Add = (ask: CheckInStaffAsk) => void;

function Head({ view, isCut }: { readonly view: CheckInDto; readonly isCut: boolean }) {
  const words = useWords();
  const { shelter, households, persons, serverTime } = view;
  return (
    <header className="mb-3">
      <h2 id="check-in" className="text-xl">
        {words.checkInAt(shelter.name)}
      </h2>
      {shelter.opening?.state === 'open' ? (
        <p className="text-dim">{words.checkInOpen}</p>
      ) : (
        <p className="border-warn bg-warn-soft text-warn my-1 border-l-4 p-2 font-bold">{words.checkInNotOpen}</p>
      )}
      <p aria-live="polite" className="flex flex-wrap items-baseline gap-x-4">
        <strong className="text-4xl tabular-nums" data-testid="total">
          {words.checkInTotal(households, persons)}
        </strong>
        {shelter.capacity !== null && shelter.capacity > 0 && (
          <span>{words.checkInRoom(shelter.capacity, Math.round((persons / shelter.capacity) * 100))}</span>
        )}
        <span className="text-dim">{words.checkInAsOf(clockTime(serverTime))}</span>
      </p>
      {isCut && (
        <p role="alert" className="border-fault text-fault my-1 border-4 p-2 font-bold">
          {words.checkInCut}
        </p>
      )}
    </header>
  );
}

/** What is not accepted is never part of the count: it stands beside it. */
function Waiting({ outbox, drop }: { readonly outbox: Outbox; readonly drop: (key: string) => void }) {
  const words = useWords();
  const waiting = outbox.filter(({ refused }) => refused === null);
  const refused = outbox.filter((act) => act.refused !== null);
  const persons = waitingPersons(outbox);
  return (
    <output className="block">
      {waiting.length > 0 && (
        <p className="border-warn bg-warn-soft mb-3 border-l-4 p-2">
          <strong>{words.checkInWaiting(waiting.length)}</strong>
          {persons !== null && persons !== 0 && <span className="ml-3">{words.checkInWaitingPersons(persons)}</span>}
        </p>
      )}
      {refused.length > 0 && (
        <div className="border-fault mb-3 border-l-4 p-2">
          <strong className="text-fault">{words.checkInRefused}</strong>
          <ul>
            {refused.map(({ key, ask, madeAt, refused: why }) => (
              <li key={key} className="flex flex-wrap items-center gap-3 py-1">
                <span>
                  {clockTime(madeAt)} <Told ask={ask} />: {why}
                </span>
                <Action onPress={() => drop(key)}>{words.checkInDismiss}</Action>
              </li>
            ))}
          </ul>
        </div>
      )}
    </output>
  );
}

function Told({ ask }: { readonly ask: CheckInStaffAsk }) {
  const words = useWords();
  if (ask.act === 'come') return words.checkInMoved(ask.households, ask.persons);
  if (ask.act === 'leaveUnnamed') return words.checkInMoved(-ask.households, -ask.persons);
  if (ask.act === 'correct') return words.checkInCorrectIt(ask.households, ask.persons);
  return ask.act === 'undo' ? words.checkInUndo : words.checkInKind('left');
}

function Came({ add }: { readonly add: Add }) {
  const words = useWords();
  const [pressed, setPressed] = useState<number | null>(null);
  useEffect(() => {
    if (pressed === null) return;
    const timer = setTimeout(() => setPressed(null), PRESS_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [pressed]);
  const count = (persons: number): void => {
    setPressed(persons);
    add({ act: 'come', persons, households: 1 });
  };
  return (
    <section aria-labelledby="came">
      <h3 id="came" className="text-lg font-bold">
        {words.checkInCame}
      </h3>
      <p className="text-dim mb-2">{words.checkInCameLead}</p>
      <div className="grid grid-cols-3 gap-2">
        {Array.from({ length: SIZES }, (_, i) => i + 1).map((persons) => (
          <Action
            key={persons}
            look="solid"
            className="min-h-16 text-2xl! tabular-nums"
            aria-label={words.checkInPress(persons)}
            isDisabled={pressed !== null}
            onPress={() => count(persons)}
          >
            {words.checkInPersons(persons)}
          </Action>
        ))}
      </div>
      <Fold title={words.checkInMore}>
        <Figures
          names={{ households: words.checkInHouseholds, persons: words.checkInPeople }}
          least={1}
          button={() => words.checkInCount}
          onSend={({ households, persons }) => add({ act: 'come', households, persons })}
        />
      </Fold>
    </section>
  );
}

function Left({ view, add, outbox }: { readonly view: CheckInDto; readonly add: Add; readonly outbox: Outbox }) {
  const words = useWords();
  const field = useId();
  const [sought, setSought] = useState('');
  const going = new Set(outbox.flatMap(({ ask, refused }) => (ask.act === 'leave' && refused === null ? [ask.party] : [])));
  const found = view.parties.filter(({ ticket }) => sought === '' || String(ticket) === sought);
  const shown = found.slice(0, PARTIES_SHOWN);
  return (
    <section aria-labelledby="left">
      <h3 id="left" className="text-lg font-bold">
        {words.checkInLeft}
      </h3>
      <label htmlFor={field}>{words.checkInFind}</label>
      <input
        id={field}
        inputMode="numeric"
        autoComplete="off"
        className={BOX}
        value={sought}
        onChange={(event) => setSought(event.target.value.trim())}
      />
      {found.length === 0 && <p className="text-dim">{sought === '' ? words.checkInNoParties : words.checkInNobodyIn}</p>}
      <ul className="mt-2 grid grid-cols-2 gap-2">
        {shown.map((party) => (
          <li key={party.id}>
            <Action
              className={`${BIG} w-full`}
              isDisabled={going.has(party.id)}
              onPress={() => {
                add({ act: 'leave', party: party.id });
                setSought('');
              }}
            >
              {words.checkInLeave(party.ticket, party.persons)}
            </Action>
          </li>
        ))}
      </ul>
      {found.length > shown.length && <p className="text-dim">{words.checkInMoreParties(found.length - shown.length)}</p>}
      <Fold title={words.checkInUnnamed}>
        <Figures
          names={{ households: words.checkInHouseholds, persons: words.checkInPeople }}
          least={0}
          button={() => words.checkInUnnamedLeave}
          onSend={({ households, persons }) => add({ act: 'leaveUnnamed', households, persons })}
        />
      </Fold>
    </section>
  );
}

function Lines({ view, add, outbox }: { readonly view: CheckInDto; readonly add: Add; readonly outbox: Outbox }) {
  const words = useWords();
  const going = new Set(outbox.flatMap(({ ask, refused }) => (ask.act === 'undo' && refused === null ? [ask.of] : [])));
  return (
    <section aria-labelledby="lines">
      <h3 id="lines" className="text-lg font-bold">
        {words.checkInLines}
      </h3>
      {view.entries.length === 0 && <p className="text-dim">{words.checkInNoLines}</p>}
      <ol>
        {view.entries.map((entry) => (
          <Line
            key={entry.id}
            entry={entry}
            now={view.serverTime}
            isGoing={going.has(entry.id)}
            onUndo={() => add({ act: 'undo', of: entry.id })}
          />
        ))}
      </ol>
    </section>
  );
}

function Line({
  entry,
  now,
  isGoing,
  onUndo,
}: {
  readonly entry: CheckInEntryDto;
  readonly now: number;
  readonly isGoing: boolean;
  readonly onUndo: () => void;
}) {
  const words = useWords();
  const { kind, ticket, moved, total, way, by, reason, at, undone, undoable } = entry;
  return (
    <li className="border-line flex min-h-14 items-center gap-2 border-t py-1">
      <span className={`min-w-0 flex-1 ${undone ? 'text-dim line-through' : ''}`}>
        <strong>
          {words.checkInKind(kind)}
          {(moved.households !== 0 || moved.persons !== 0) && ` ${words.checkInMoved(moved.households, moved.persons)}`}
        </strong>
        {ticket !== null && ` ・${words.checkInTicket(ticket)}`}
        <span className="text-dim block text-sm">
          {shortTime(at, now)} ・{way === 'door' ? words.checkInByDoor : by} ・{words.checkInTotal(total.households, total.persons)}
          {reason !== '' && ` ・${reason}`}
        </span>
      </span>
      {undone && <span className="text-dim text-sm">{words.checkInUndone}</span>}
      {undoable && (
        <Action className="min-h-12" isDisabled={isGoing} onPress={onUndo}>
          {words.checkInUndo}
        </Action>
      )}
    </li>
  );
}

function Correct({ add }: { readonly add: Add }) {
  const words = useWords();
  return (
    <section>
      <Fold title={words.checkInCorrect}>
        <p className="text-dim">{words.checkInCorrectLead}</p>
        <Figures
          names={{ households: words.checkInHouseholds, persons: words.checkInPeople, reason: words.checkInReason }}
          least={0}
          button={({ households, persons }) => words.checkInCorrectIt(households, persons)}
          onSend={({ households, persons, reason }) => add({ act: 'correct', households, persons, reason })}
        />
      </Fold>
    </section>
  );
}

function Door({ id, view, take }: { readonly id: string; readonly view: CheckInDto; readonly take: (dto: CheckInDto) => void }) {
  const words = useWords();
  const { sheet } = view.door;
  const renew = useMutation({ mutationFn: () => api.renewDoorSheet(id, sheet), onSuccess: take });
  return (
    <section>
      <Fold title={words.checkInDoor}>
        <p className="text-dim">{words.checkInDoorLead(sheet)}</p>
        <p className="py-2">
          <a className="text-action inline-block py-2 underline" href={api.doorSheet(id)} target="_blank" rel="noreferrer">
            {words.checkInPrint}
          </a>
        </p>
        <Action isDisabled={renew.isPending} onPress={() => renew.mutate()}>
          {words.checkInRenew(sheet)}
        </Action>
        {renew.isError && (
          <p role="alert" className="text-fault">
            {renew.error.message}
          </p>
        )}
      </Fold>
    </section>
  );
}

interface Sent {
  readonly households: number;
  readonly persons: number;
  readonly reason: string;
}

/** Households, persons, and why if it is asked. */
function Figures({
  names,
  least,
  button,
  onSend,
}: {
  readonly names: { readonly households: string; readonly persons: string; readonly reason?: string };
  readonly least: number;
  readonly button: (sent: Sent) => string;
  readonly onSend: (sent: Sent) => void;
}) {
  const field = useId();
  const [persons, setPersons] = useState('');
  const [households, setHouseholds] = useState(names.reason === undefined ? String(least) : '');
  const [reason, setReason] = useState('');
  const sent: Sent = { households: Number(households), persons: Number(persons), reason: reason.trim() };
  const isWhole =
    /^\d{1,5}$/.test(persons) && /^\d{1,5}$/.test(households) && (names.reason === undefined ? sent.persons > 0 : sent.reason !== '');
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWhole) return;
        onSend(sent);
        setPersons('');
        setReason('');
      }}
    >
      <span className="grid grid-cols-2 gap-2">
        <span>
          <label htmlFor={`${field}h`}>{names.households}</label>
          <input
            id={`${field}h`}
            inputMode="numeric"
            className={BOX}
            value={households}
            onChange={(event) => setHouseholds(event.target.value)}
          />
        </span>
        <span>
          <label htmlFor={`${field}p`}>{names.persons}</label>
          <input
            id={`${field}p`}
            inputMode="numeric"
            className={BOX}
            value={persons}
            onChange={(event) => setPersons(event.target.value)}
          />
        </span>
      </span>
      {names.reason !== undefined && (
        <span>
          <label htmlFor={`${field}r`}>{names.reason}</label>
          <input id={`${field}r`} maxLength={200} className={BOX} value={reason} onChange={(event) => setReason(event.target.value)} />
        </span>
      )}
      <Action type="submit" className={BIG} isDisabled={!isWhole}>
        {button(sent)}
      </Action>
    </form>
  );
}
