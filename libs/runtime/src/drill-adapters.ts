import { join } from 'node:path';
import { type Accounts, type Delivery, type Drill, drillCategories, type PacedClock, type Playbook } from '#core';
import { DrillAudience, ExerciseChannel, ExerciseDirectory, saysItIsOver } from '#pipeline/drill';
import { SqlAccounts, SqlFamilyCodes } from '#sql';
import { DRILLS_FOLDER } from '#sqlite';
import { type Adapters, closeChannels, openChannels, openStores } from './adapters.ts';
import type { Logger } from './logger.ts';
import type { Settings } from './settings.ts';

export interface DrillAdaptersOptions {
  readonly drill: Pick<Drill, 'id'>;
  readonly settings: Settings;
  /** Of real life: who may sign in, and who may hear, is decided there. */
  readonly live: Adapters;
  readonly playbook: Playbook;
  readonly clock: PacedClock;
  readonly logger: Logger;
  /** Whether the drill goes on; once it does not, only the word that it is over goes out. */
  readonly isOn: () => boolean;
  /** The disk of the drill cannot be trusted: it must end. */
  readonly onFatal: (why: string) => void;
  /** Words were stopped at the last door. */
  readonly onRefused: (why: string) => void;
}

export interface DrillAdapters extends Adapters<'exercise'> {
  readonly audience: DrillAudience;
}

/** Where a drill keeps what belongs to it. */
export const drillFolder = (data: string, id: string): string => join(data, DRILLS_FOLDER, id);

/**
 * What stands behind the ports of a drill: its own log, history, ledger and sessions in its own folder, the city's people read-only and only
 * those who take part, and ways out that carry nothing but its words.
 */
export async function openDrillAdapters(options: DrillAdaptersOptions): Promise<DrillAdapters> {
  const { drill, settings, live, playbook, clock, logger, isOn, onFatal, onRefused } = options;
  const stores = await openStores(drillFolder(settings.data, drill.id), { clock, logger, onFatal, influx: null, ballast: false });
  try {
    const { database, closing, ...own } = stores;
    const { channels: outer, mail } = await openChannels(settings, { status: 'exercise', keys: live.keys, clock, logger });
    closing.push(() => closeChannels(mail ? [...outer, mail.carrier] : outer));
    const names = outer.map(({ name }) => name);
    const audience = await DrillAudience.frozen({ directory: live.directory, channels: names, categories: drillCategories(playbook) });
    const channels = outer.map(
      (channel) =>
        new ExerciseChannel({
          channel,
          audience,
          mayGo: (delivery: Delivery) => isOn() || saysItIsOver(delivery),
          onRefused: (name, delivery, why) => onRefused(`${name} ${delivery}: ${why}`),
        }),
    );
    return {
      ...own,
      clock,
      directory: new ExerciseDirectory(live.directory, audience),
      keys: live.keys,
      families: new SqlFamilyCodes(database, live.keys),
      accounts: withOwnSessions(live.accounts, new SqlAccounts(database)),
      drills: live.drills,
      channels,
      ...(mail && { enclosures: mail.enclosures }),
      audience,
    };
  } catch (cause) {
    await stores.close();
    throw cause;
  }
}

/** Everything about sessions is named so, and belongs to one place alone: one of real life opens no drill, and one of a drill no real life (F67). */
const OF_SESSIONS = /session/i;

/** The city's accounts, with the sessions of another place. */
function withOwnSessions(accounts: Accounts, own: Accounts): Accounts {
  return new Proxy(accounts, {
    get: (_, key) => {
      const from = typeof key === 'string' && OF_SESSIONS.test(key) ? own : accounts;
      const member: unknown = Reflect.get(from, key, from);
      return typeof member === 'function' ? (member.bind(from) as unknown) : member;
    },
  });
}
