import { cpus, loadavg } from 'node:os';

/** The middle one, so that a moment in which the machine did something else does not decide. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value that `share` of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN;
}

/** Where the figures come from; the load of the last minute tells whether somebody else was at work before. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.replaceAll(/\s+/g, ' ').trim() ?? 'unknown processor';
  return `${processors.length} × ${model}, Node ${process.versions.node}, ${process.platform} ${process.arch}, load ${loadavg()[0]!.toFixed(1)} at the start`;
}

/** An instant that two processes of this machine read alike, ms with fractions. */
export const instant = (): number => performance.timeOrigin + performance.now();

export const tidy = (value: number, digits = 2): number => Number(value.toFixed(digits));
export const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');
