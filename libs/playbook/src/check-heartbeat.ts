import { HEARTBEAT_CHANNELS, type HeartbeatPlan } from '#core';
import type { PlannedHeartbeat } from './plan-schema.ts';
import type { YamlSource } from './yaml-source.ts';

/** The heartbeat as it is planned. Staff who hear of a dead channel by that channel alone hear nothing: they are warned of it here. */
export function checkHeartbeat({ every, channels, staff }: PlannedHeartbeat, plan: YamlSource): HeartbeatPlan {
  if (!staff)
    plan.warning(['heartbeat'], 'nobody on staff is told by message when the heartbeat stops, they see it on the screen only; add staff');
  const [only, ...more] = staff?.channels ?? [];
  if (only !== undefined && more.length === 0 && channels.some((name) => name === only))
    plan.warning(['heartbeat', 'staff', 'channels'], `when ${only} is dead, staff hear of it by ${only} only; add another channel`);
  return {
    everyMs: every,
    // In one order whatever the order in the file: the same plan is the same plan.
    channels: HEARTBEAT_CHANNELS.filter((name) => channels.includes(name)),
    staff: staff ?? null,
  };
}
