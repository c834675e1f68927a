import type { Language } from './delivery.ts';
import type { AlertSilence } from './alert-silence.ts';
import { marked, type Rendering } from './wording.ts';
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
  const { head, lead } = language === 'en' ? english(note) : japanese(note);
  const { subject, body } = { subject: `${head}${alert.subject}`, body: `${lead}\n\n${alert.body}` };
  return { ...marked({ subject, body }, status, language), translated: true };
}

function japanese(note: StaffNote): { readonly head: string; readonly lead: string } {
  if (note.kind === 'flapping') {
    return {
      head: `【${note.times}回目】人の判断を：`,
      lead: `同じ警報が1時間に${note.times}回目です。人の判断を求めます。混雑の知らせは止めています。水位・避難に関わる知らせは止めていません。`,
    };
  }
  const { id, by, reason } = note.silence;
  return { head: '【通知再開】継続中：', lead: `通知の休止（${id}、${by}：${reason}）が終わりました。次の警報は続いています。` };
}

function english(note: StaffNote): { readonly head: string; readonly lead: string } {
  if (note.kind === 'flapping') {
    return {
      head: `[${note.times} times] Please decide: `,
      lead: `The same alert came ${note.times} times within the hour. A person has to judge. Crowding news is held back; news of water and evacuation is not.`,
    };
  }
  const { id, by, reason } = note.silence;
  return { head: '[Silence over] Still raised: ', lead: `The silence ${id} (${by}: ${reason}) is over. This alert is still raised.` };
}
