import type { DeviceId } from '#core';
import { isDeviceId, topicOf } from './device-topic.ts';

/** `{"online":false}` with a little room; the broker keeps it for as long as the connection lasts (F34). */
const WILL_BYTES_MAX = 256;

/** Why a connection or something said on it was refused: the labels of the counters. */
export const REFUSALS = [
  // on the socket
  'tooMany',
  'tooManyFromAddress',
  'silent',
  'notConnect',
  'malformed',
  'tooLarge',
  // at CONNECT
  'mqtt5',
  'emptyClientId',
  'badClientId',
  'badWill',
  'identityMismatch',
  'badKey',
  'revoked',
  // afterwards
  'foreignTopic',
  'systemTopic',
  'badTopic',
  'foreignSubscription',
  'slowReader',
  'keepalive',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What a CONNECT says that can be judged without its credentials. */
export interface ConnectClaim {
  readonly protocolVersion: number;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly will: { readonly topic: string; readonly payload: Uint8Array } | undefined;
}

/** Return codes of CONNACK (MQTT 3.1.1, table 3.1). */
export type ReturnCode = 1 | 2 | 4 | 5;

/** Whether a CONNECT may go on to the check of its key; otherwise the reason, and the code that the client is told. */
export function judgeConnect(claim: ConnectClaim): { readonly refusal: Refusal; readonly returnCode: ReturnCode } | null {
  const { protocolVersion, clientId, username, will } = claim;
  if (protocolVersion > 4) return { refusal: 'mqtt5', returnCode: 1 };
  // The broker would make one up, and a session nobody can be asked about (F33).
  if (clientId === '') return { refusal: 'emptyClientId', returnCode: 2 };
  if (!isDeviceId(clientId)) return { refusal: 'badClientId', returnCode: 2 };
  // Client id = user name = branch of topics (S2), so that a takeover needs the key of the very device.
  if (username !== undefined && username !== clientId) return { refusal: 'identityMismatch', returnCode: 4 };
  if (will && !isOwnState(clientId, will)) return { refusal: 'badWill', returnCode: 5 };
  return null;
}

/** A Will is published by the broker in the name of a device that is gone: it may say so, and nothing else. */
const isOwnState = (device: DeviceId, will: { readonly topic: string; readonly payload: Uint8Array }): boolean =>
  will.topic === topicOf(device, 'state') && will.payload.length <= WILL_BYTES_MAX;
