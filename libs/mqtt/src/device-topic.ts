import type { DeviceId } from '#core';

/** What a device may say and hear, below `sonae/v1/{device}/` (S3). */
export type Said = 'obs' | 'event' | 'state' | 'ack';
export type Heard = 'cfg' | 'cmd' | 'ack';

const PREFIX = 'sonae/v1/';
/** A device id is one level of a topic, a column of a spreadsheet and a client id. */
const DEVICE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** Whether this can be the id of a device. */
export const isDeviceId = (id: string): boolean => DEVICE_ID.test(id);

export const topicOf = (device: DeviceId, leaf: Said | Heard): string => `${PREFIX}${device}/${leaf}`;

/** Whether a device may subscribe to this: its own `cfg`, `cmd` and `ack`, by their full names. */
export const mayHear = (device: DeviceId, topic: string): boolean =>
  topic === topicOf(device, 'cfg') || topic === topicOf(device, 'cmd') || topic === topicOf(device, 'ack');

/** The device whose branch a topic is in, or null. */
export function deviceOf(topic: string): DeviceId | null {
  const [root, version, device, leaf, more] = topic.split('/');
  return root === 'sonae' && version === 'v1' && leaf !== undefined && more === undefined ? device! : null;
}
