import { ManualClock } from '#memory';
import { Pace, reportsIn } from './pace.ts';

function start({ perSecond = 10, burst = 3 } = {}) {
  const clock = new ManualClock();
  const pace = new Pace({ clock, perSecond, burst });
  const begun: string[] = [];
  const take = (name: string, readings = 1, gone = () => false) => pace.take({ readings, begin: () => begun.push(name), gone });
  return { clock, begun, take };
}

describe('Pace', () => {
  it('lets a burst through and the rest at the rate, in order', async () => {
    const { clock, begun, take } = start();
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => take(name))).toEqual([false, false, false, true, true]);
    expect(begun).toEqual(['a', 'b', 'c']);
    await clock.advance(50);
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    await clock.advance(110);
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('lets a batch larger than the burst through at once, and what follows pays for it', async () => {
    const { clock, begun, take } = start();
    take('batch', 13);
    take('next');
    await clock.advance(990);
    expect(begun).toEqual(['batch']);
    await clock.advance(50);
    expect(begun).toEqual(['batch', 'next']);
  });

  it('does not charge for what nobody waits for any more', async () => {
    const { clock, begun, take } = start();
    let gone = false;
    take('batch', 4);
    for (let at = 0; at < 50; at += 1) take(`given up ${at}`, 100, () => gone);
    take('again');
    gone = true;
    await clock.advance(250);
    expect(begun).toEqual(['batch', 'again']);
  });

  it('saves up no more than a burst', async () => {
    const { clock, begun, take } = start();
    await clock.advance(3_600_000);
    for (const name of ['a', 'b', 'c', 'd']) take(name);
    expect(begun).toEqual(['a', 'b', 'c']);
  });
});

describe('reportsIn', () => {
  it.each([
    ['{"seq":1}', 1],
    [' \n[{"seq":1},{"seq":2}]', 2],
    ['[]', 1],
    ['', 1],
    ['not JSON', 1],
  ])('counts %j as %i', (text, count) => {
    expect(reportsIn(Buffer.from(text))).toBe(count);
  });
});
