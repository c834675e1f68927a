import { type Playbook, withHeartbeat } from '#core';
import type { InForce } from './in-force.ts';
import type { Place } from './place.ts';

/** A playbook, and the ones before it, as the stages see them that carry the heartbeat. */
export interface Carried {
  /** As `InForce.view`. */
  readonly view: Playbook;
  readonly playbook: () => Playbook;
  readonly of: (version: string) => Promise<Playbook | null>;
  readonly whole: (playbook: Playbook) => Playbook;
}

/** With the heartbeat in real life; a drill proves nothing of it, and its stages see the playbook as everybody does. */
export function carried({ status }: Pick<Place, 'status'>, inForce: InForce): Carried {
  const whole = status === 'actual' ? withHeartbeat : (playbook: Playbook): Playbook => playbook;
  const playbook = (): Playbook => whole(inForce.playbook());
  return {
    view: new Proxy({} as Playbook, { get: (_, key) => Reflect.get(playbook(), key) as unknown }),
    playbook,
    of: async (version) => {
      const found = await inForce.of(version);
      return found && whole(found);
    },
    whole,
  };
}
