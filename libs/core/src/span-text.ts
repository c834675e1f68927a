/** A span of time in words, rounded to what people say: 90分, 5時間, 3日. */
export function spanText(ms: number): string {
  const total = Math.round(ms / 60_000);
  if (total < 120) return `${total}分`;
  const hours = Math.round(total / 60);
  return hours < 48 ? `${hours}時間` : `${Math.round(hours / 24)}日`;
}
