import { describe, expect, it } from '@jest/globals';
import { readAtMost } from './read-at-most.ts';

const MIB = 1024 * 1024;

describe('readAtMost', () => {
  it.each([
    ['all of a short one', ['ab', 'c'], 'abc'],
    ['as much as may be', ['ab', 'cd'], 'abcd'],
    ['nothing of a longer one', ['ab', 'cd', 'e'], null],
    ['nothing where nothing is', [], ''],
  ])('gives %s', async (_, parts, text) => {
    async function* stream() {
      for (const part of parts) yield Buffer.from(part);
    }
    expect((await readAtMost(stream(), 4))?.toString() ?? null).toBe(text);
  });

  it('keeps nothing of what is too long, however much comes', async () => {
    const chunks: WeakRef<Buffer>[] = [];
    async function* flood() {
      for (let n = 0; n < 512; n += 1) {
        const chunk = Buffer.alloc(MIB);
        chunks.push(new WeakRef(chunk));
        // A turn of the event loop lets go of what only the last turn used.
        await new Promise((next) => setImmediate(next));
        yield chunk;
      }
    }
    expect(await readAtMost(flood(), MIB)).toBeNull();
    expect(chunks.some((chunk) => chunk.deref() === undefined)).toBe(true);
  });
});
