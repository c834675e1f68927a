import { problemsOfAction, problemsOfFlex } from './flex-rules.ts';
import type { Problem } from './problem.ts';

/** Message objects in one call (D§3.1). */
const MESSAGES_MAX = 5;
/** UTF-16 code units (D§3.3). */
const TEXT_UNITS_MAX = 5_000;
const ALT_TEXT_UNITS_MAX = 1_500;
const QUICK_REPLIES_MAX = 13;

/** What each kind of message object must carry, as far as this platform looks. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  textV2: ['text'],
  sticker: ['packageId', 'stickerId'],
  image: ['originalContentUrl', 'previewImageUrl'],
  video: ['originalContentUrl', 'previewImageUrl'],
  audio: ['originalContentUrl', 'duration'],
  location: ['title', 'address', 'latitude', 'longitude'],
  imagemap: ['baseUrl', 'altText', 'baseSize', 'actions'],
  template: ['altText', 'template'],
  flex: ['altText', 'contents'],
};

/** Everything that is wrong with the message objects of a call; empty when they may be sent. */
export function problemsOf(messages: unknown): readonly Problem[] {
  if (!Array.isArray(messages) || messages.length === 0) return [{ message: 'May not be empty', property: 'messages' }];
  if (messages.length > MESSAGES_MAX) return [{ message: `Size must be between 1 and ${MESSAGES_MAX}`, property: 'messages' }];
  return messages.flatMap((message, index) => problemsOfMessage(message, `messages[${index}]`));
}

function problemsOfMessage(message: unknown, at: string): readonly Problem[] {
  if (typeof message !== 'object' || message === null) return [{ message: 'Must be an object', property: at }];
  const fields = message as Readonly<Record<string, unknown>>;
  const required = REQUIRED[String(fields['type'])];
  if (required === undefined) return [{ message: 'Must be one of the following values: [text, sticker, …]', property: `${at}.type` }];

  const missing = required
    .filter((name) => fields[name] === undefined || fields[name] === null || fields[name] === '')
    .map((name) => ({ message: 'May not be empty', property: `${at}.${name}` }));
  return [
    ...missing,
    ...tooLong(fields['text'], TEXT_UNITS_MAX, `${at}.text`),
    ...tooLong(fields['altText'], ALT_TEXT_UNITS_MAX, `${at}.altText`),
    ...(fields['type'] === 'flex' && fields['contents'] !== undefined ? problemsOfFlex(fields['contents'], `${at}.contents`) : []),
    ...(fields['quickReply'] === undefined ? [] : problemsOfQuickReply(fields['quickReply'], `${at}.quickReply`)),
  ];
}

function problemsOfQuickReply(quickReply: unknown, at: string): readonly Problem[] {
  const items = (quickReply as { readonly items?: unknown } | null)?.items;
  if (!Array.isArray(items) || items.length === 0 || items.length > QUICK_REPLIES_MAX)
    return [{ message: `Size must be between 1 and ${QUICK_REPLIES_MAX}`, property: `${at}.items` }];
  return items.flatMap((item: { readonly type?: unknown; readonly action?: unknown } | null, i) =>
    item?.type === 'action'
      ? problemsOfAction(item.action, `${at}.items[${i}].action`)
      : [{ message: 'must be one of [action]', property: `${at}.items[${i}].type` }],
  );
}

function tooLong(text: unknown, unitsMax: number, property: string): readonly Problem[] {
  return typeof text === 'string' && text.length > unitsMax ? [{ message: `Length must be between 0 and ${unitsMax}`, property }] : [];
}
