import type { Message } from '#core';

/** What a neighbour system receives, as JSON. Instants are ISO 8601 in UTC. */
export interface WebhookBody {
  readonly type: 'sonae.message';
  /** When the words were issued; the same on every channel. */
  readonly timestamp: string;
  readonly data: {
    /** Of the message: the same over repeats and for every receiver of this language. */
    readonly id: string;
    /** Anything but `actual` is no real event. */
    readonly status: Message['status'];
    readonly level: Message['level'];
    readonly language: Message['language'];
    readonly subject: string;
    readonly body: string;
    readonly link: string | null;
    readonly expiresAt: string;
    /** The transition of an alert or of an order that the words tell. */
    readonly transition: string;
  };
}

/** The body of a message, byte for byte the same at every attempt. */
export function webhookBody({ id, status, level, language, subject, body, link, issuedAt, expiresAt, transitionId }: Message): string {
  const said: WebhookBody = {
    type: 'sonae.message',
    timestamp: new Date(issuedAt).toISOString(),
    data: { id, status, level, language, subject, body, link, expiresAt: new Date(expiresAt).toISOString(), transition: transitionId },
  };
  return JSON.stringify(said);
}
