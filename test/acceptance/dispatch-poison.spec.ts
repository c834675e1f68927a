import { MemoryDirectory } from '#memory';
import { aSubscriber, DispatchWorld } from '../support/dispatch-world.ts';

/** A directory whose answer about one audience breaks the program that reads it. */
class Spoiled extends MemoryDirectory {
  /** How it breaks; null when it does not. */
  fault: Error | null = null;

  override audience(...asked: Parameters<MemoryDirectory['audience']>): ReturnType<MemoryDirectory['audience']> {
    if (this.fault) throw this.fault;
    return super.audience(...asked);
  }
}

describe('a transition that cannot be planned', () => {
  let world: DispatchWorld;
  let directory: Spoiled;
  beforeEach(async () => {
    world = new DispatchWorld();
    directory = new Spoiled();
    await directory.subscribe([aSubscriber({ address: 'u1' })]);
  });

  const setAside = (): readonly string[] => world.events.flatMap((event) => (event.kind === 'unplannable' ? [event.transitionId] : []));

  it('F10 is passed over after three tries with a word to staff, and what comes behind it is told', async () => {
    directory.fault = new TypeError('cannot read properties of undefined');
    const { id } = await world.moveTo(1);
    world.start({ directory });
    await world.until(() => setAside().length > 0);
    expect(setAside()).toEqual([id]);
    directory.fault = null;
    await world.moveTo(2);
    await world.until(() => world.line.told.size > 0);
    expect(world.line.told.get('u1')).toEqual(['climbed 2']);
  });

  it('waits for a directory that is away, however long, and loses nothing', async () => {
    directory.fault = new Error('the directory is away');
    await world.moveTo(1);
    world.start({ directory });
    await world.clock.advance(60_000);
    await world.still();
    expect(setAside()).toEqual([]);
    directory.fault = null;
    await world.until(() => world.line.told.size > 0);
    expect(world.line.told.get('u1')).toEqual(['raised 1']);
  });
});
