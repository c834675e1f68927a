import * as fc from 'fast-check';
import { CONNECT_BYTES_MAX, FrameMeter } from './frame-meter.ts';

const CONNECT = Buffer.from([0x10, 2, 0, 0]);
const PING = Buffer.from([0xc0, 0]);
const publish = (length: number) => Buffer.concat([Buffer.from([0x30, ...lengthOf(length)]), Buffer.alloc(length, 0xf0)]);

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 0x7f) | 0x80, ...lengthOf(length >> 7)];
}

describe('FrameMeter', () => {
  it.each([
    ['packets after a CONNECT', [CONNECT, PING, publish(0), publish(127), publish(128), publish(65_536), PING], null],
    ['a CONNECT of the greatest size', [Buffer.from([0x10, ...lengthOf(CONNECT_BYTES_MAX)])], null],
    ['a CONNECT that is larger', [Buffer.from([0x10, ...lengthOf(CONNECT_BYTES_MAX + 1)])], 'tooLarge'],
    ['a packet before CONNECT', [PING], 'notConnect'],
    ['CONNECT with flags', [Buffer.from([0x11])], 'notConnect'],
    ['a second CONNECT', [CONNECT, CONNECT], 'malformed'],
    ['a PUBLISH that is too large', [CONNECT, Buffer.from([0x30, ...lengthOf(65_537)])], 'tooLarge'],
    ['a length of five bytes', [CONNECT, Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0])], 'malformed'],
    ['a packet of a server', [CONNECT, Buffer.from([0xd0, 0])], 'malformed'],
    ['a reserved type', [CONNECT, Buffer.from([0xf0, 0])], 'malformed'],
  ] as const)('judges %s', (_, packets, expected) => {
    expect(new FrameMeter().feed(Buffer.concat(packets))).toBe(expected);
  });

  it('judges the same however the bytes are cut', () => {
    const part = fc.oneof(
      fc.constant(PING),
      fc.nat({ max: 300 }).map(publish),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (parts, cuts) => {
        const bytes = Buffer.concat([CONNECT, ...parts]);
        const meter = new FrameMeter();
        let verdict = null;
        for (let at = 0, cut = 0; at < bytes.length && verdict === null; cut += 1) {
          const step = cuts[cut % cuts.length]!;
          verdict = meter.feed(bytes.subarray(at, at + step));
          at += step;
        }
        expect(verdict).toBe(new FrameMeter().feed(bytes));
      }),
    );
  });
});
