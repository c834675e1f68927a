import type { Findings } from './problem.ts';

/**
 * Text of a file in UTF-8, with or without a byte order mark. Japanese spreadsheets still save CP932: that is read too, with a warning.
 * Null, and an error, when it is neither.
 */
export function decode(file: string, bytes: Uint8Array, findings: Findings): string | null {
  const utf8 = decodedAs('utf-8', bytes);
  if (utf8 !== null) return utf8;
  const cp932 = decodedAs('shift_jis', bytes);
  if (cp932 === null) {
    findings.error({ file, line: 1 }, 'the file is neither UTF-8 nor CP932 (Shift_JIS); save it as "CSV UTF-8"');
    return null;
  }
  findings.warning(
    { file, line: 1 },
    'the file is CP932 (Shift_JIS) and was read as such; save it as "CSV UTF-8" so that no character is lost',
  );
  return cp932;
}

function decodedAs(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
