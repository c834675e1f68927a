import { correctionsInForce, type Logbook, QUANTITIES } from '#core';
import type { ReadingsDto } from '#wire';

/** Readings with what staff says that they ought to have been. The admitted and the raw value stay beside it. */
export async function withCorrections(readings: ReadingsDto, logbook: Logbook): Promise<ReadingsDto> {
  const { gauge, points } = readings;
  const quantity = QUANTITIES.find((known) => known === readings.quantity);
  const [first, last] = [points[0], points.at(-1)];
  if (!quantity || !first || !last) return readings;
  const corrections = correctionsInForce(await logbook.corrections({ gauge, quantity, from: first.at, to: last.at + 1 }));
  if (corrections.size === 0) return readings;
  return {
    ...readings,
    points: points.map((point) => {
      const correction = corrections.get(point.at);
      if (!correction) return point;
      const { value, by, madeAt, reason } = correction;
      return { ...point, corrected: { value, by, at: madeAt, reason } };
    }),
  };
}
