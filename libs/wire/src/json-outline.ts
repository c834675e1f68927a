/** What can be told of a JSON text without parsing it. For text that is not JSON the figures mean nothing, but are found as fast. */
export interface Outline {
  /** Members of all objects as written: more than the parsed objects have keys means that a key was written twice. */
  readonly members: number;
  /** Deepest nesting; a scalar has depth 0. */
  readonly depth: number;
}

/**
 * One pass over the bytes, linear in their number. `JSON.parse` keeps the last of two equal keys without a word, but in valid JSON
 * every colon outside a string is one member, so counting them finds the twins however they were escaped.
 */
export function outlineOf(bytes: Uint8Array): Outline {
  let members = 0;
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (inText) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) {
      inText = true;
    } else if (byte === COLON) {
      members += 1;
    } else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) {
      depth -= 1;
    }
  }
  return { members, depth: deepest };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
