import { Observable, Subject } from 'rxjs';
import type { LiveEventDto } from '#wire';

export interface NumberedEvent {
  readonly id: string;
  readonly event: LiveEventDto;
}

/** Events kept for viewers that come back; at one status every 5 s and a few changes a second these are minutes, then a snapshot is cheaper. */
const RESUME_MAX = 500;

/**
 * The feed of changes for screens. A viewer that comes back with the id of its last event gets what it missed; one that was away too long,
 * or that saw another life of this process, gets a snapshot.
 */
export class Live {
  readonly #epoch: string;
  readonly #changes = new Subject<NumberedEvent>();
  readonly #kept: NumberedEvent[] = [];
  #number = 0;

  /** `epoch` tells one life of the process from another. */
  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  publish(event: LiveEventDto): void {
    this.#number += 1;
    const numbered = { id: `${this.#epoch}-${this.#number}`, event };
    this.#kept.push(numbered);
    if (this.#kept.length > RESUME_MAX) this.#kept.shift();
    this.#changes.next(numbered);
  }

  /** What was missed since `lastId`, then every change. `snapshot` is called when there is nothing to resume from. */
  follow(lastId: string | null, snapshot: () => Promise<LiveEventDto>): Observable<NumberedEvent> {
    return new Observable((viewer) => {
      const missed = lastId === null ? null : this.#since(lastId);
      if (missed) {
        for (const event of missed) viewer.next(event);
        return this.#changes.subscribe(viewer);
      }
      // Changes during the snapshot wait behind it, so that the viewer never goes back in time.
      const waiting: NumberedEvent[] = [];
      let ready = false;
      const subscription = this.#changes.subscribe((event) => (ready ? viewer.next(event) : void waiting.push(event)));
      const id = `${this.#epoch}-${this.#number}`;
      snapshot().then(
        (event) => {
          viewer.next({ id, event });
          for (const late of waiting) viewer.next(late);
          ready = true;
        },
        (cause: unknown) => viewer.error(cause),
      );
      return subscription;
    });
  }

  close(): void {
    this.#changes.complete();
  }

  #since(lastId: string): readonly NumberedEvent[] | null {
    if (lastId === `${this.#epoch}-${this.#number}`) return [];
    const index = this.#kept.findIndex(({ id }) => id === lastId);
    return index < 0 ? null : this.#kept.slice(index + 1);
  }
}
