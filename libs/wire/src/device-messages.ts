import { z } from 'zod';
import { parseBounded, refusalOf, type Undecodable } from './decode-reports.ts';

/** What devices and the service say to each other beside reports (product §7, D§7). */

const rev = z.int().min(0);
const seq = z.int().min(0);
const intervalS = z
  .number()
  .positive()
  .max(7 * 86_400);
const id = z.string().min(1).max(64);

/** `…/state`, device to service, retained; the Last Will is `{"online":false}`. `cfgRev` is the configuration that the device obeys. */
export const stateMessage = z
  .strictObject({ online: z.boolean(), fw: z.string().max(64).optional(), cfgRev: rev.optional() })
  .meta({ id: 'StateMessage' });

/** `…/cfg`, service to device, retained: what the device should do from now on. The higher `rev` wins. */
export const cfgMessage = z
  .strictObject({ rev, mode: z.enum(['standby', 'observe']), interval: intervalS.describe('Seconds between two reports') })
  .meta({ id: 'CfgMessage' });

/** `…/cmd`, service to device. A device ignores a command that reaches it after `expires` (epoch ms, S7). */
export const cmdMessage = z
  .discriminatedUnion('do', [
    z.strictObject({ id, do: z.literal('report'), expires: z.int() }).describe('Measure and report now'),
    z
      .strictObject({ id, do: z.literal('resend'), expires: z.int(), from: seq, to: seq })
      .describe('Send the reports of these numbers again'),
    z.strictObject({ id, do: z.literal('reboot'), expires: z.int() }),
    z
      .strictObject({
        id,
        do: z.literal('signal'),
        expires: z.int(),
        on: z.boolean(),
        level: z.int().min(1).max(5).nullable().describe('Municipal level; null for a fact'),
        seconds: z.int().min(0).describe('Stops by itself after so many'),
      })
      .describe('A rotating light or siren: switch, then acknowledge with this id; the same id again is only acknowledged'),
  ])
  .meta({ id: 'CmdMessage' });

/** `…/ack`, service to device: everything up to this number is kept, without a gap. A device with memory may forget it. */
export const keptMessage = z.strictObject({ seq }).meta({ id: 'KeptMessage' });

/** `…/ack`, device to service: what became of a command. */
export const ackMessage = z.strictObject({ id, ok: z.boolean(), detail: z.string().max(200).optional() }).meta({ id: 'AckMessage' });

export type StateMessage = z.infer<typeof stateMessage>;
export type CfgMessage = z.infer<typeof cfgMessage>;
export type CmdMessage = z.infer<typeof cmdMessage>;
export type KeptMessage = z.infer<typeof keptMessage>;
export type AckMessage = z.infer<typeof ackMessage>;

/** Reads a `state` of a device, with the bounds of `decodeReports`. */
export const decodeState = (bytes: Uint8Array): StateMessage | Undecodable => decoded(bytes, stateMessage);

/** Reads an `ack` of a device. */
export const decodeAck = (bytes: Uint8Array): AckMessage | Undecodable => decoded(bytes, ackMessage);

function decoded<T extends object>(bytes: Uint8Array, schema: z.ZodType<T>): T | Undecodable {
  const parsed = parseBounded(bytes);
  if ('reason' in parsed) return parsed;
  const result = schema.safeParse(parsed.value);
  if (!result.success) return refusalOf(result.error, '');
  if (Object.keys(result.data).length !== parsed.members) return { reason: 'badShape', detail: 'a key is written twice' };
  return result.data;
}
