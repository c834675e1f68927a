import type { Language } from './delivery.ts';
import type { AlertSilence } from './alert-silence.ts';
import { NOTE_WORDS } from './own-words.ts';
import { marked } from './wording.ts';
import { type Rendering } from './rendering.ts';
import type { OperationStatus } from './operation-status.ts';

/** Words to staff that no playbook writes: the service itself asks or tells, on top of the alert's own words. */
export type StaffNote =
  /** The alert came back too often within the hour (F52). */
  | { readonly kind: 'flapping'; readonly times: number }
  /** A silence is over and the alert that it held back still stands. */
  | { readonly kind: 'silenceOver'; readonly silence: Pick<AlertSilence, 'id' | 'by' | 'reason'> };

/** The note in front of the alert's own words, so that whoever reads it knows at once why it comes and what it is about. */
export function renderNote(
  note: StaffNote,
  {
    alert,
    status,
    language,
  }: { readonly alert: Pick<Rendering, 'subject' | 'body'>; readonly status: OperationStatus; readonly language: Language },
): Rendering {
  const words = NOTE_WORDS[language];
  const { head, lead } = note.kind === 'flapping' ? words.flapping(note.times) : words.silenceOver(note.silence);
  const { subject, body } = { subject: `${head}${alert.subject}`, body: `${lead}\n\n${alert.body}` };
  return { ...marked({ subject, body }, status, language), translated: true };
}
