import { z } from 'zod';
import { REPORT_DECIMALS, rounded, type TalkEvent, type TalkHeard } from '#core';

/** A body of LINE's webhook, of which `events` may be talked about; `others` are of groups, of other modules, or of kinds that ask nothing. */
export type LineWebhook = { readonly events: readonly TalkEvent[]; readonly others: number } | { readonly problem: string };

/** The longest text that is looked at: LINE takes 5,000 units, and no question and no report has more than this. */
const TEXT_UNITS_MAX = 1_000;
/** LINE sends few events at once; a body of a mebibyte cannot hold many more. */
const EVENTS_MAX = 2_000;

// LINE adds fields as it grows, so unknown ones are let pass here, unlike anywhere else (S19): nothing of them is kept.
const body = z.object({ events: z.array(z.unknown()).max(EVENTS_MAX) });
const event = z.object({
  type: z.string(),
  mode: z.string().optional(),
  webhookEventId: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/),
  timestamp: z.number().int().min(0).max(8_640_000_000_000_000),
  source: z.object({ type: z.literal('user'), userId: z.string().regex(/^U[0-9a-f]{32}$/) }),
  replyToken: z.string().min(1).max(200).optional(),
  message: z
    .object({
      type: z.string(),
      text: z.string().optional(),
      latitude: z.number().min(-90).max(90).optional(),
      longitude: z.number().min(-180).max(180).optional(),
    })
    .optional(),
  postback: z.object({ data: z.string().max(300) }).optional(),
});
type Event = z.infer<typeof event>;

/** Reads the bytes of a webhook whose signature was verified. Positions are rounded here already: nothing finer ever reaches a disk (S39). */
export function decodeLineWebhook(raw: Uint8Array): LineWebhook {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    return { problem: 'the body is not JSON' };
  }
  const read = body.safeParse(json);
  if (!read.success) return { problem: 'the body has no list of events' };
  const events = read.data.events.flatMap((one) => {
    const known = event.safeParse(one);
    const heard = known.success && known.data.mode !== 'standby' ? heardOf(known.data) : null;
    return known.success && heard ? [talkEvent(known.data, heard)] : [];
  });
  return { events, others: read.data.events.length - events.length };
}

const talkEvent = ({ webhookEventId, source, timestamp, replyToken }: Event, heard: TalkHeard): TalkEvent => ({
  id: webhookEventId,
  person: source.userId,
  at: timestamp,
  replyToken: replyToken ?? null,
  heard,
});

function heardOf({ type, message, postback }: Event): TalkHeard | null {
  switch (type) {
    case 'follow':
    case 'unfollow':
      return { kind: type };
    case 'postback':
      return { kind: 'button', data: postback?.data ?? '' };
    case 'message':
      break;
    default:
      return null;
  }
  if (message?.type === 'text' && message.text !== undefined) return { kind: 'text', text: message.text.slice(0, TEXT_UNITS_MAX) };
  if (message?.type === 'location' && message.latitude !== undefined && message.longitude !== undefined)
    return { kind: 'place', place: rounded({ lat: message.latitude, lon: message.longitude }, REPORT_DECIMALS) };
  return { kind: 'other' };
}
