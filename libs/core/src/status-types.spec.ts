import { carries, Channel } from './channel.ts';
import type { Delivery, Message, Outcome } from './delivery.ts';
import type { Contact } from './directory.ts';
import { deliveryOf, messageOf } from './plan.ts';
import { admit } from './admit.ts';
import type { Reading } from './reading.ts';
import { emptyMark } from './mark.ts';
import { aGauge, aReport, T0 } from '../../../test/support/builders.ts';

/** A way for real words, as an adapter is one. */
class RealWay extends Channel<'actual'> {
  readonly name = 'line';
  readonly statuses = ['actual'] as const;
  readonly chunkMax = 500;
  readonly inFlightMax = 1;
  readonly perSecondMax = 1;
  readonly repeatSafeMs = 1;
  attempt(_delivery: Delivery<'actual'>, _message: Message<'actual'>, _contacts: readonly Contact[]): Promise<Outcome> {
    return Promise.resolve({ kind: 'sent', receipt: '', duplicate: false });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const words = { subject: '', body: '' };
const route = { id: 'r', lane: 'flood', expiresAfterMs: 1_000 } as const;
const to = { channel: 'line', endpoint: 'line', recipients: ['1'], now: T0, route } as const;
const message = <S extends 'actual' | 'exercise'>(status: S): Message<S> =>
  messageOf({ transition: { id: 't', status, decidedAt: T0 }, route, language: 'ja', ...words });

// Each line below an expectation must not compile; `tsc` fails when one of them does.
describe('what a value is for, as the compiler sees it', () => {
  it('goes with a reading, a message and a delivery from the first to the last', () => {
    const reading: Reading<'exercise'> | undefined = admit(emptyMark('tama-03'), aReport(), aGauge(), T0, 'exercise').readings[0];
    const drill: Message<'exercise'> = message('exercise');
    const delivery: Delivery<'exercise'> = deliveryOf({ message: drill, ...to });
    expect([reading?.status, drill.status, delivery.status]).toEqual(['exercise', 'exercise', 'exercise']);
    // @ts-expect-error -- a reading of a drill is no real one.
    const real: Reading<'actual'> | undefined = reading;
    // @ts-expect-error -- words of a drill make no real delivery.
    const delivered: Delivery<'actual'> = deliveryOf({ message: drill, ...to });
    expect([real, delivered.id]).toEqual([reading, delivery.id]);
  });

  it('keeps a drill from the way of real words, and what lies on a disk until it was looked at', async () => {
    const way = new RealWay();
    const drill = message('exercise');
    const stored: Message = drill;
    const delivery: Delivery = deliveryOf({ message: drill, ...to });
    const asked: Parameters<Channel<'actual'>['attempt']> = [
      // @ts-expect-error -- a delivery of a drill.
      deliveryOf({ message: drill, ...to }),
      // @ts-expect-error -- words of a drill.
      drill,
      [],
    ];
    // @ts-expect-error -- nobody has looked what it is for.
    const unseen: Parameters<Channel<'actual'>['attempt']>[1] = stored;
    // @ts-expect-error -- a way for real words is no way for any words.
    const any: Channel = way;
    // @ts-expect-error -- and no way for those of a drill.
    const exercise: Channel<'exercise'> = way;
    expect([asked.length, unseen, any, exercise]).toEqual([3, stored, way, way]);

    const work = { delivery, message: stored };
    expect(carries(way, work)).toBe(false);
    const real = { delivery: deliveryOf({ message: message('actual'), ...to }), message: message('actual') } as {
      readonly delivery: Delivery;
      readonly message: Message;
    };
    if (!carries(way, real)) throw new Error('it is for these');
    expect((await way.attempt(real.delivery, real.message, [])).kind).toBe('sent');
    expect(carries(way, { ...real, message: stored })).toBe(false);
  });
});
