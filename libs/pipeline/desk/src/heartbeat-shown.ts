import type { Ledger, ProvenChannel } from '#core';
import type { HeartbeatDto } from '#wire';

/** Who knows how the heartbeat stands: its channels, and the alarms that sound; null where there is none. */
export type HeartbeatSource = () => {
  readonly everyMs: number;
  readonly channels: readonly (ProvenChannel & { readonly alarm: { readonly alertId: string; readonly since: number } | null })[];
} | null;

/** The heartbeat as the screen shows it, with who has answered its alarms. */
export async function heartbeatShown(ledger: Pick<Ledger, 'answers'>, now: ReturnType<HeartbeatSource>): Promise<HeartbeatDto | null> {
  if (!now) return null;
  const channels = await Promise.all(
    now.channels.map(async ({ channel, since, provenAt, state, alarm }) => {
      const answers = alarm ? await ledger.answers(alarm.alertId) : [];
      return { channel, since, provenAt, state, alarm: alarm && { ...alarm, answeredBy: answers.map(({ by }) => by) } };
    }),
  );
  return { everyMs: now.everyMs, channels };
}
