import type { DeviceId } from '#core';
import { topicOf } from './device-topic.ts';

/** A broker on the same machine answers within milliseconds; one that takes longer than this to let somebody in, or to keep a word, is stuck. */
const ANSWER_MS = 20_000;

export interface PublishAsDevice {
  readonly host: string;
  readonly port: number;
  readonly device: DeviceId;
  readonly key: string;
  /** JSON of a report, or of several. */
  readonly payload: string;
}

/**
 * Connects as a device does, publishes one `obs` with QoS 1, and leaves again. Resolves once it was acknowledged, and so kept; rejects when nobody
 * lets it in, or nobody acknowledges, within 20 s each.
 */
export async function publishAsDevice({ host, port, device, key, payload }: PublishAsDevice): Promise<void> {
  const { connectAsync } = await import('mqtt');
  const client = await connectAsync({
    host,
    port,
    protocol: 'mqtt',
    protocolVersion: 4,
    clientId: device,
    username: device,
    password: key,
    connectTimeout: ANSWER_MS,
    reconnectPeriod: 0,
  });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`the broker did not acknowledge within ${ANSWER_MS / 1_000} s`)), ANSWER_MS);
  client.once('close', () => late.reject(new Error('the broker closed the connection')));
  late.promise.catch(() => undefined);
  try {
    await Promise.race([client.publishAsync(topicOf(device, 'obs'), payload, { qos: 1 }), late.promise]);
  } finally {
    clearTimeout(timer);
    client.end(true);
  }
}
