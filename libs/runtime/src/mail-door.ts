import { readFileSync } from 'node:fs';
import type { Clock } from '#core';
import type { MailIn, ReceivedMail } from '#mail-in';
import type { Returns, SignUp } from '#pipeline/letters';
import type { Logger } from './logger.ts';
import type { MailSettings, Settings } from './settings.ts';

export interface MailDoorOptions {
  readonly mail: Pick<MailSettings, 'domain' | 'entryAddress'> & { readonly inbound: NonNullable<MailSettings['inbound']> };
  readonly tls: Settings['tls'];
  readonly signUp: SignUp;
  readonly returns: Returns;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The door for mail to the service, and who is told of what. Nothing is answered with 250 before it is stored. */
export class MailDoor {
  readonly #options: MailDoorOptions;
  #door: MailIn | null = null;

  constructor(options: MailDoorOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { mail, tls, returns, clock, logger } = this.#options;
    await returns.review();
    const { MailIn } = await import('#mail-in');
    this.#door = await MailIn.open({
      ...mail.inbound,
      places: { domain: mail.domain, entry: mail.entryAddress.slice(0, mail.entryAddress.indexOf('@')) },
      tls: tls && { key: readFileSync(tls.key), cert: readFileSync(tls.cert) },
      clock,
      receive: (received) => this.#take(received),
      onTrouble: (why) => logger.error(`a mail was put off: ${why}`, undefined, 'mail'),
    });
  }

  async stop(): Promise<void> {
    await this.#door?.close();
    this.#door = null;
  }

  /** Null while it is closed. */
  get port(): number | null {
    return this.#door?.port ?? null;
  }

  /** From now on sessions are offered a renewed certificate. Throws when it cannot be used. */
  renewTls(files: { readonly key: Buffer; readonly cert: Buffer }): void {
    this.#door?.renewTls(files);
  }

  async #take({ place, sender, automatic, machineAnswer, reports }: ReceivedMail): Promise<'taken' | 'full'> {
    const { signUp, returns } = this.#options;
    switch (place.kind) {
      case 'bounce':
        // An answering machine also writes to the envelope sender; only what a mail server reports, or nobody signed, is a bounce.
        if (reports.length > 0 || (sender === '' && !machineAnswer)) await returns.take(place.token, reports);
        return 'taken';
      case 'leave':
        await signUp.leaveByMail(place.token);
        return 'taken';
      case 'entry':
        return automatic ? 'taken' : signUp.invite(sender);
    }
  }
}
