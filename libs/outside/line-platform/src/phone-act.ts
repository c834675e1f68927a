import { createHash } from 'node:crypto';
import type { LineUser } from './messaging-api.ts';

/** What somebody does on the page of phones. */
export type PhoneAct =
  | { readonly kind: 'join'; readonly user: LineUser }
  | {
      readonly kind: 'event';
      readonly userId: string;
      readonly type: string;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly shown: string;
    };

/** Reads what the page posted; null for anything else. The page is a tool on one machine, and still believes nobody. */
export function phoneActOf(body: Buffer | 'tooLarge', users: ReadonlyMap<string, LineUser>): PhoneAct | null {
  if (body === 'tooLarge') return null;
  let read: Readonly<Record<string, unknown>>;
  try {
    read = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
  const [userId, act, value, shown] = ['user', 'do', 'value', 'shown'].map((key) => (typeof read[key] === 'string' ? read[key] : '')) as [
    string,
    string,
    string,
    string,
  ];
  if (act === 'join') return value.trim() === '' ? null : { kind: 'join', user: newcomer(value.trim().slice(0, 40), shown, users.size) };
  if (!users.has(userId)) return null;
  const event = (type: string, fields: Readonly<Record<string, unknown>> = {}, text = ''): PhoneAct => ({
    kind: 'event',
    userId,
    type,
    fields,
    shown: text,
  });
  switch (act) {
    case 'follow':
    case 'unfollow':
      return event(act);
    case 'text':
      return value === '' ? null : event('message', { message: { id: '1', type: 'text', text: value } }, value);
    case 'button':
      return event('postback', { postback: { data: value } }, shown);
    case 'place': {
      const [latitude, longitude] = value.split(',').map(Number);
      if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return null;
      return event('message', { message: { id: '1', type: 'location', latitude, longitude } }, `📍 ${latitude}, ${longitude}`);
    }
    default:
      return null;
  }
}

const newcomer = (displayName: string, language: string, serial: number): LineUser => ({
  userId: `U${createHash('sha256').update(`${displayName} ${serial}`).digest('hex').slice(0, 32)}`,
  displayName,
  ...(language === '' ? {} : { language }),
});
