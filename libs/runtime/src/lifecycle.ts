import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';

/** Something with a beginning and an end. */
export interface Running {
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

/**
 * Starts the stages from the back of the house to the front, so that nothing is taken in before it can be judged, told and shown; stops them
 * from the front to the back, so that what was acknowledged still goes its way (F8). Then lets go of the adapters.
 */
export class Lifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #backToFront: readonly Running[];
  readonly #release: () => Promise<void>;
  #started: Running[] = [];

  constructor(backToFront: readonly Running[], release: () => Promise<void>) {
    this.#backToFront = backToFront;
    this.#release = release;
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const running of this.#backToFront) {
      await running.start();
      this.#started.push(running);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    const started = this.#started.toReversed();
    this.#started = [];
    for (const running of started) await running.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#release();
  }
}
