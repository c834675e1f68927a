import type { AlertLevel } from './alert-level.ts';

/** Words in one language, before they are a message of a route. */
export interface Rendering {
  readonly subject: string;
  readonly body: string;
  /** False when the language has no text of its own and the Japanese one was taken: to be flagged, never hidden (D§8). */
  readonly translated: boolean;
  /** The municipal level that these words put people under; none for facts. */
  readonly level?: AlertLevel | null;
  /** The city's page that the words lead to; it stands alone in a line of the body. */
  readonly link?: string | null;
}
