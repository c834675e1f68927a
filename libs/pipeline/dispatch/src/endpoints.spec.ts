import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '#memory';
import { Endpoints } from './endpoints.ts';

const clock = new ManualClock();
const someEndpoints = (slots = 8) => new Endpoints({ clock, random: () => 1, slots });
const fail = (endpoints: Endpoints, name: string, times: number) => {
  for (let time = 0; time < times; time += 1) {
    endpoints.begin(name);
    endpoints.end(name, false);
  }
};

describe('Endpoints', () => {
  it('lets an unknown endpoint have half of the slots', () => {
    expect(someEndpoints().ordinary()).toEqual({ except: [], limit: 4 });
    expect(someEndpoints(1).ordinary()).toEqual({ except: [], limit: 1 });
  });

  it('leaves out an endpoint that holds its half', () => {
    const endpoints = someEndpoints();
    for (let slot = 0; slot < 3; slot += 1) endpoints.begin('a');
    expect(endpoints.ordinary()).toEqual({ except: [], limit: 1 });
    endpoints.begin('a');
    expect(endpoints.ordinary()).toEqual({ except: ['a'], limit: 4 });
  });

  it('gives a slot back that was held for nobody, and forgets no failure by that', () => {
    const endpoints = someEndpoints();
    for (let slot = 0; slot < 4; slot += 1) endpoints.begin('a');
    endpoints.leave('a');
    endpoints.leave('unknown');
    expect(endpoints.ordinary()).toEqual({ except: [], limit: 1 });
    fail(endpoints, 'dead', 3);
    endpoints.begin('dead');
    endpoints.leave('dead');
    expect([endpoints.suspects, endpoints.ordinary().except]).toEqual([1, ['dead']]);
  });

  it('gives all slots to the only endpoint once it answered, and half again when there is another', () => {
    const endpoints = someEndpoints();
    endpoints.begin('line');
    endpoints.end('line', true);
    for (let slot = 0; slot < 7; slot += 1) endpoints.begin('line');
    expect(endpoints.ordinary()).toEqual({ except: [], limit: 1 });
    endpoints.begin('other');
    expect(endpoints.ordinary()).toEqual({ except: ['line'], limit: 3 });
  });

  it('F58 gives one that takes nothing, however quickly it says so, no more answers than the others, until they have nothing due', () => {
    const endpoints = someEndpoints();
    const answer = (name: string, took: boolean) => {
      endpoints.begin(name);
      endpoints.end(name, true, took);
    };
    answer('good', true);
    for (let time = 0; time < 3; time += 1) answer('refusing', false);
    expect(endpoints.ordinary()).toEqual({ except: [], limit: 1 });
    answer('refusing', false);
    expect(endpoints.ordinary()).toEqual({ except: ['refusing'], limit: 4 });
    answer('good', true);
    expect(endpoints.ordinary()).toEqual({ except: [], limit: 1 });
    expect(endpoints.forgive()).toBe(true);
    expect(endpoints.ordinary()).toEqual({ except: [], limit: 4 });
    expect(endpoints.forgive()).toBe(false);
  });

  it('pauses after three failures in a row, not after two nor after three with an answer between', () => {
    const endpoints = someEndpoints();
    fail(endpoints, 'a', 2);
    expect(endpoints.ordinary().except).toEqual([]);
    endpoints.begin('a');
    endpoints.end('a', true);
    fail(endpoints, 'a', 2);
    expect(endpoints.ordinary().except).toEqual([]);
    expect(endpoints.suspects).toBe(0);
    fail(endpoints, 'a', 1);
    expect(endpoints.ordinary().except).toEqual(['a']);
    expect(endpoints.suspects).toBe(1);
    expect(endpoints.restMs()).toBe(1_000);
    expect(endpoints.probe()).toBeNull();
  });

  it('gives one that has rested one attempt at a time, rests it longer each time, and believes it when it answers', async () => {
    const endpoints = someEndpoints();
    fail(endpoints, 'a', 3);
    endpoints.begin('b');
    await clock.advance(1_000);
    expect(endpoints.probe()).toEqual({ except: [] });
    expect(endpoints.ordinary().except).toEqual(['a']);
    endpoints.begin('a');
    expect(endpoints.probe()).toBeNull();
    endpoints.end('a', false);
    expect(endpoints.restMs()).toBe(2_000);
    await clock.advance(2_000);
    endpoints.begin('a');
    endpoints.end('a', true);
    expect(endpoints.ordinary().except).toEqual([]);
  });

  it('counts what failed together as one pause, and never pauses longer than ten seconds', async () => {
    const endpoints = someEndpoints(64);
    for (let slot = 0; slot < 32; slot += 1) endpoints.begin('a');
    for (let slot = 0; slot < 32; slot += 1) endpoints.end('a', false);
    expect(endpoints.restMs()).toBe(1_000);
    for (let time = 0; time < 20; time += 1) {
      await clock.advance(endpoints.restMs() ?? 0);
      fail(endpoints, 'a', 1);
    }
    expect(endpoints.restMs()).toBe(10_000);
  });

  it('lets more be claimed than there are slots, in the same shares, and no more be attempted for it', () => {
    const endpoints = someEndpoints();
    for (let claimed = 0; claimed < 7; claimed += 1) endpoints.begin('a');
    expect(endpoints.ordinary(8)).toEqual({ except: [], limit: 1 });
    expect(endpoints.ordinary()).toEqual({ except: ['a'], limit: 4 });
    for (let slot = 0; slot < 3; slot += 1) endpoints.go('a');
    expect(endpoints.turnOf('a')).toBe('go');
    endpoints.go('a');
    expect([endpoints.turnOf('a'), endpoints.turnOf('b')]).toEqual(['full', 'go']);
    endpoints.end('a', true);
    expect(endpoints.turnOf('a')).toBe('go');
  });

  it('F58 leaves to a later claim whoever was claimed for one that rests or took more answers than the others', async () => {
    const endpoints = someEndpoints();
    expect(endpoints.isCalm).toBe(true);
    fail(endpoints, 'dead', 3);
    endpoints.begin('dead');
    expect([endpoints.isCalm, endpoints.turnOf('dead'), endpoints.turnOf('good')]).toEqual([false, 'later', 'go']);
    await clock.advance(1_000);
    expect(endpoints.turnOf('dead')).toBe('go');
    endpoints.go('dead');
    expect(endpoints.turnOf('dead')).toBe('later');

    for (let time = 0; time < 4; time += 1) {
      endpoints.begin('refusing');
      endpoints.end('refusing', true, false);
    }
    expect(endpoints.turnOf('refusing')).toBe('later');
    endpoints.begin('good');
    endpoints.end('good', true);
    expect(endpoints.turnOf('refusing')).toBe('go');
  });

  it('remembers a bounded number of failing endpoints', () => {
    const endpoints = someEndpoints();
    for (let count = 0; count < 1_500; count += 1) fail(endpoints, `d${count}`, 3);
    expect(endpoints.suspects).toBeLessThanOrEqual(1_000);
  });
});
