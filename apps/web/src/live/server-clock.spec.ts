import { hear, serverNow, unsetClock } from './server-clock.ts';

describe('server clock', () => {
  it('knows nothing before the server spoke', () => {
    expect(serverNow(unsetClock, 5)).toBeNull();
  });

  it('F70 goes on by the monotonic clock between two words of the server', () => {
    const clock = hear(unsetClock, 1_000_000, 200);
    expect(serverNow(clock, 3_200)).toBe(1_003_000);
  });

  it('believes the sample with the least delay, so that no value looks younger than it is', () => {
    const prompt = hear(unsetClock, 1_000_000, 0);
    const delayed = hear(prompt, 1_005_000, 9_000);
    expect(serverNow(delayed, 9_000)).toBe(1_009_000);
  });

  it('follows a server whose clock was set back after a minute of samples', () => {
    let clock = hear(unsetClock, 1_000_000, 0);
    for (let n = 1; n <= 12; n += 1) clock = hear(clock, 900_000 + n * 5_000, n * 5_000);
    expect(serverNow(clock, 60_000)).toBe(960_000);
  });

  it('runs as fast as the clock of a drill, from its first word on', () => {
    const drill = hear(hear(unsetClock, 500_000, 0), 1_000_000, 1_000, 60);
    expect([serverNow(drill, 1_000), serverNow(drill, 2_000)]).toEqual([1_000_000, 1_060_000]);
    const real = hear(drill, 700_000, 3_000);
    expect(serverNow(real, 4_000)).toBe(701_000);
  });

  it('catches up at the first word after the PC slept and its monotonic clock stood still', () => {
    const asleep = hear(hear(unsetClock, 1_000_000, 0), 1_003_600_000, 5_000);
    expect(serverNow(asleep, 5_000)).toBe(1_003_600_000);
  });
});
