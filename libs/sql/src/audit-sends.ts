import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Delivery, Message, TransitionId } from '#core';
import { appendAudit } from './audit-entries.ts';
import type { Tables } from './tables.ts';
import { inStatements } from './write.ts';

/**
 * Writes down which words were planned for a transition, with their hash, so that one entry stands for however many people hear them. A large
 * audience is planned in many commits; only those that bring new words are written down. How it ended is one more entry (`sumUpSends`), so a
 * notice to a million people is two or three entries, not a million. The heartbeat tells nobody anything, and its hourly entries would bury the rest.
 */
export async function auditPlanned(
  t: Transaction<Tables>,
  {
    by,
    added: all,
    deliveries,
  }: {
    /** The stage that planned. */
    readonly by: string;
    /** The messages that were not there before. */
    readonly added: readonly Message[];
    readonly deliveries: readonly Delivery[];
  },
): Promise<void> {
  const added = all.filter(isTold);
  await openSends(
    t,
    deliveries.filter(isTold).map(({ transitionId }) => transitionId),
  );
  const drafts = [...Map.groupBy(added, ({ transitionId }) => transitionId)].map(([subject, messages]) => ({
    at: Math.max(...messages.map(({ issuedAt }) => issuedAt)),
    by,
    role: 'system' as const,
    act: 'send-planned' as const,
    subject,
    after: { messages: messages.map((message) => ({ id: message.id, sha256: hashOf(message) })) },
  }));
  await appendAudit(t, drafts);
}

/** Has the sends of transitions summed up once they have ended, also when that was done before: whoever lets something more go out calls this. */
export async function openSends(t: Transaction<Tables>, transitions: readonly TransitionId[]): Promise<void> {
  const rows = [...new Set(transitions)].map((transition_id) => ({ transition_id }));
  await inStatements(rows, (part) =>
    t
      .insertInto('send_open')
      .values(part)
      .onConflict((c) => c.column('transition_id').doNothing())
      .execute(),
  );
}

const isTold = ({ status }: Pick<Message, 'status'>): boolean => status !== 'test';

/** Looked at together: a look takes milliseconds even where each transition has thousands of deliveries. */
const SUMS_MAX = 50;

/** Writes down how the sends of transitions ended of which no delivery is under way any more; resolves with how many. */
export async function sumUpSends(t: Transaction<Tables>, at: number): Promise<number> {
  const ended = await t
    .selectFrom('send_open as open')
    .select('open.transition_id')
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('delivery')
            .select(sql.lit(1).as('one'))
            .whereRef('delivery.transition_id', '=', 'open.transition_id')
            .where('state', 'in', ['queued', 'sending']),
        ),
      ),
    )
    .orderBy('open.transition_id')
    .limit(SUMS_MAX)
    .execute();
  if (ended.length === 0) return 0;
  const ids = ended.map(({ transition_id }) => transition_id);
  const counts = await t
    .selectFrom('delivery')
    .select((e) => [
      'transition_id',
      'channel',
      'state',
      e.fn.countAll<number>().as('deliveries'),
      e.cast<number>(e.fn.sum('recipient_count'), 'bigint').as('recipients'),
    ])
    .where('transition_id', 'in', ids)
    .groupBy(['transition_id', 'channel', 'state'])
    .orderBy('transition_id')
    .orderBy('channel')
    .orderBy('state')
    .execute();
  await t.deleteFrom('send_open').where('transition_id', 'in', ids).execute();
  await appendAudit(
    t,
    ids.map((subject) => ({
      at,
      by: 'dispatch',
      role: 'system' as const,
      act: 'send-settled' as const,
      subject,
      after: counts
        .filter((row) => row.transition_id === subject)
        .map(({ channel, state, deliveries, recipients }) => ({ channel, state, deliveries, recipients })),
    })),
  );
  return ids.length;
}

const hashOf = ({ subject, body }: Message): string => createHash('sha256').update(`${subject}\n${body}`).digest('hex');
