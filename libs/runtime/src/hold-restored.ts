import { existsSync } from 'node:fs';
import { type Audit, auditKeyName, type Clock, type Ledger } from '#core';
import { type DataFolder, RESTORED_FILE } from '#sqlite';
import { readAuditKey } from './audit-key.ts';
import { CheckpointFile } from './checkpoint-file.ts';

interface HeldPlace {
  readonly ledger: Ledger;
  readonly audit: Audit;
  readonly clock: Clock;
}

/**
 * Holds dispatch where a copy was put back (F20), writes down that it was, and then takes the note of it away: a process that dies in between does
 * both again, which holds nothing twice.
 */
export async function holdRestored(folder: DataFolder, { ledger, audit, clock }: HeldPlace): Promise<void> {
  const { restored } = folder;
  if (!restored) return;
  const takenAt = new Date(restored.takenAt).toISOString();
  await ledger.holdDispatch({
    at: clock.now(),
    why: `バックアップ（${takenAt} 時点）から復元しました。その後に何を送ったかはこの記録にないため、配信を止めています。警報の判定と配信の準備は動いています。状況を確かめ、決裁者か管理者が配信を再開してください`,
  });
  await audit.append([{ at: clock.now(), by: 'service', role: 'system', act: 'restored', subject: takenAt }]);
  folder.forget(RESTORED_FILE);
}

/**
 * Holds dispatch where the folder is older than what was signed of it: somebody put a snapshot of the disk back without a word to Sonae (F20). It is
 * found only where checkpoints lie outside of what was put back, and only back to the newest of them. What cannot be read tells nothing: the audit's
 * own look complains about it.
 */
export async function holdRolledBack(
  { key, checkpoints }: { readonly key: string; readonly checkpoints: string },
  { ledger, audit, clock }: HeldPlace,
): Promise<void> {
  if (!existsSync(key)) return;
  const signed = await new CheckpointFile(checkpoints).last([auditKeyName(readAuditKey(key))]).catch(() => null);
  const head = await audit.head();
  if (!signed || signed.number <= head.number) return;
  if ((await ledger.dispatchHold())?.released === null) return;
  const at = clock.now();
  await ledger.holdDispatch({
    at,
    why: `この記録は、署名済みの控え（${new Date(signed.at).toISOString()}、${signed.number}件目）より古い状態です（${head.number}件目まで）。ディスクの控えなどから戻したものとみて、配信を止めています。警報の判定と配信の準備は動いています。状況を確かめ、決裁者か管理者が配信を再開してください`,
  });
  await audit.append([
    {
      at,
      by: 'service',
      role: 'system',
      act: 'restored',
      subject: `${head.number}`,
      grounds: { signed: signed.number, signedAt: signed.at },
    },
  ]);
}
