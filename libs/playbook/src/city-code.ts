/** Check digit of a municipality code from its first five digits: (11 − Σ dᵢ·(6,5,4,3,2) mod 11) mod 10 (D§6.4). */
export function checkDigit(five: string): string {
  const weights = [6, 5, 4, 3, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(five[i]), 0);
  return String((11 - (sum % 11)) % 10);
}

/** Whether a text is a six-digit municipality code whose last digit is right. */
export const isCityCode = (code: string): boolean => /^\d{6}$/.test(code) && checkDigit(code.slice(0, 5)) === code[5];

/**
 * The code that a spreadsheet damaged: a lost leading zero, a lost check digit, or both. Null when the digits cannot be a code. Where they
 * can be two, the `likely` one wins, then the one whose check digit was there and right.
 */
export function restoredCityCode(text: string, likely: string | null): string | null {
  const digits = text.trim().replace(/\.0+$/, '');
  const candidates = [digits, `0${digits}`, withCheckDigit(digits), withCheckDigit(`0${digits}`)].filter(isCityCode);
  return candidates.find((code) => code === likely) ?? candidates[0] ?? null;
}

const withCheckDigit = (digits: string): string => (/^\d{5}$/.test(digits) ? digits + checkDigit(digits) : '');
