import type { LiveEventDto } from '#wire';
import { Live, type NumberedEvent } from './live.ts';

const change = (city: string): LiveEventDto => ({ type: 'gauges', gauges: [], ...({ city } as object) });
const snapshot = async (): Promise<LiveEventDto> => change('snapshot');

/** Follows a feed and collects what comes. */
function viewer(
  live: Live,
  lastId: string | null,
  first: () => Promise<LiveEventDto> = snapshot,
): { readonly seen: NumberedEvent[]; leave(): void } {
  const seen: NumberedEvent[] = [];
  const subscription = live.follow(lastId, first).subscribe((event) => seen.push(event));
  return { seen, leave: () => subscription.unsubscribe() };
}
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
const cities = (seen: readonly NumberedEvent[]): unknown[] => seen.map(({ event }) => (event as { city?: string }).city);

describe('the live feed', () => {
  it('begins with a snapshot and goes on with changes', async () => {
    const live = new Live('a');
    const { seen } = viewer(live, null);
    await turn();
    live.publish(change('one'));
    expect(cities(seen)).toEqual(['snapshot', 'one']);
  });

  it('gives a viewer that comes back what it missed, and nothing twice (F70)', async () => {
    const live = new Live('a');
    const first = viewer(live, null);
    await turn();
    live.publish(change('one'));
    first.leave();
    live.publish(change('two'));
    live.publish(change('three'));
    const second = viewer(live, first.seen.at(-1)!.id);
    live.publish(change('four'));
    expect(cities(second.seen)).toEqual(['two', 'three', 'four']);
  });

  it('resumes right after a snapshot too', async () => {
    const live = new Live('a');
    live.publish(change('before'));
    const first = viewer(live, null);
    await turn();
    first.leave();
    live.publish(change('after'));
    expect(cities(viewer(live, first.seen[0]!.id).seen)).toEqual(['after']);
  });

  it.each([
    ['another life of the process', 'b-1'],
    ['an event that is no longer kept', 'a-1'],
  ])('gives a snapshot to a viewer that knows %s', async (_, lastId) => {
    const live = new Live('a');
    for (let i = 0; i < 600; i += 1) live.publish(change(`${i}`));
    const { seen } = viewer(live, lastId);
    await turn();
    expect(cities(seen)).toEqual(['snapshot']);
  });

  it('holds changes back until the snapshot is there, so that nobody goes back in time', async () => {
    const live = new Live('a');
    const { promise, resolve } = Promise.withResolvers<LiveEventDto>();
    const { seen } = viewer(live, null, () => promise);
    live.publish(change('meanwhile'));
    expect(seen).toEqual([]);
    resolve(change('snapshot'));
    await turn();
    expect(cities(seen)).toEqual(['snapshot', 'meanwhile']);
  });
});
