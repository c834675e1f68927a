/** A problem with a body, as LINE reports it under `details`. */
export interface Problem {
  readonly message: string;
  readonly property: string;
}

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
  const { quickReply } = fields as { quickReply?: { items?: unknown } };
  const quickReplies = Array.isArray(quickReply?.items) ? quickReply.items.length : 0;
  return [
    ...missing,
    ...tooLong(fields['text'], TEXT_UNITS_MAX, `${at}.text`),
    ...tooLong(fields['altText'], ALT_TEXT_UNITS_MAX, `${at}.altText`),
    ...(quickReplies > QUICK_REPLIES_MAX
      ? [{ message: `Size must be between 1 and ${QUICK_REPLIES_MAX}`, property: `${at}.quickReply.items` }]
      : []),
  ];
}

function tooLong(text: unknown, unitsMax: number, property: string): readonly Problem[] {
  return typeof text === 'string' && text.length > unitsMax ? [{ message: `Length must be between 0 and ${unitsMax}`, property }] : [];
}
