import type { Language } from './delivery.ts';
import type { OrderConfirmation, OrderTransition } from './order.ts';

interface NoteWords {
  readonly decidedBy: (names: string) => string;
  readonly alone: (by: string, reason: string) => string;
  readonly byPolicy: (id: string, approvedBy: string) => string;
  readonly policyName: (id: string) => string;
}

const JAPANESE: NoteWords = {
  decidedBy: (names) => `【職員】決定：${names}`,
  alone: (by, reason) =>
    `【職員・一人での決定】${by} が二人目の確認を待たずに決定しました。\n理由：${reason}\n全職員に知らせています。内容を確かめてください。`,
  byPolicy: (id, approvedBy) =>
    `平常時の承認「${id}」（承認：${approvedBy}）により、確認を待たずに発令しました。誤りがあれば画面で訂正してください。`,
  policyName: (id) => `承認「${id}」`,
};

const ENGLISH: NoteWords = {
  decidedBy: (names) => `[Staff] Decided by: ${names}`,
  alone: (by, reason) =>
    `[Staff, decided alone] ${by} decided this without a second person.\nReason: ${reason}\nAll staff are told. Please check it.`,
  byPolicy: (id, approvedBy) =>
    `Issued without waiting, by the standing approval "${id}" (approved by ${approvedBy}). If it is wrong, correct it on the screen.`,
  policyName: (id) => `approval "${id}"`,
};

/**
 * What staff reads in front of the words that residents get: who decided, and, when one person alone or an approved policy did, why (S13). Staff of a
 * Japanese city hall read Japanese, or English.
 */
export function orderStaffNote(
  { kind, confirmations }: Pick<OrderTransition, 'kind' | 'confirmations'>,
  language: Language,
): string | null {
  if (kind === 'proposed') return null;
  const words = language === 'en' ? ENGLISH : JAPANESE;
  const names = confirmations.map(({ by, how }) => (how === 'policy' ? words.policyName(policyOf(by)) : by));
  const alone = confirmations.find(({ how }) => how === 'breakGlass');
  const policy = confirmations.find(({ how }) => how === 'policy');
  const lines = [
    words.decidedBy(names.join(language === 'en' ? ', ' : '、')),
    ...(alone ? [words.alone(alone.by, alone.reason)] : []),
    ...(policy ? [words.byPolicy(policyOf(policy.by), policy.reason)] : []),
  ];
  return lines.join('\n');
}

/** A policy confirms as `policy:{id}`. */
const policyOf = (by: OrderConfirmation['by']): string => by.slice('policy:'.length);
