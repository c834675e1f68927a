import { mapFrame } from './map-frame.ts';

const HALL = { lat: 34.3, lon: 137.7 };
/** 0.01° is 1,112 m to the north, and at this latitude 919 m to the east. */
const NORTH = { lat: 34.31, lon: 137.7 };
const EAST = { lat: 34.3, lon: 137.71 };

describe('the frame of a map', () => {
  it('is none without a place', () => {
    expect(mapFrame([], 400)).toBeNull();
  });

  it('puts north up and east to the right, with the same scale both ways', () => {
    const frame = mapFrame([HALL, NORTH, EAST], 400)!;
    const hall = frame.point(HALL);
    const north = frame.point(NORTH);
    const east = frame.point(EAST);
    expect(north.x).toBe(hall.x);
    expect(east.y).toBe(hall.y);
    expect((hall.y - north.y) / (east.x - hall.x)).toBeCloseTo(1_112 / 918.6, 2);
  });

  it('holds every place within it, one single place in the middle', () => {
    const frame = mapFrame([HALL, NORTH, EAST], 400)!;
    for (const { x, y } of [HALL, NORTH, EAST].map(frame.point)) {
      expect([x > 0, x < frame.width, y > 0, y < frame.height]).toEqual([true, true, true, true]);
    }
    const alone = mapFrame([HALL], 400)!;
    expect(alone.point(HALL)).toEqual({ x: alone.width / 2, y: alone.height / 2 });
  });

  it.each([
    [[HALL], 100],
    [[HALL, EAST], 200],
    [[HALL, { lat: 34.3, lon: 137.8 }], 2_000],
  ])('shows a round length that is at most a third of the width: %j', (spots, metres) => {
    const { scale, width } = mapFrame(spots, 400)!;
    expect(scale.metres).toBe(metres);
    expect(scale.length).toBeLessThanOrEqual(width / 3);
  });
});
