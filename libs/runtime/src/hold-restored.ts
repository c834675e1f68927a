import type { Audit, Clock, Ledger } from '#core';
import { type DataFolder, RESTORED_FILE } from '#sqlite';

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
