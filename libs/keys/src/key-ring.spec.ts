import { KeyMissing, SealBroken } from '#core';
import { freshSecrets, KeyRing, withNewGeneration } from './key-ring.ts';

const secrets = { root: Buffer.alloc(32, 1), generations: new Map([[1, Buffer.alloc(32, 2)]]) };
const ring = new KeyRing(secrets);

describe('keys', () => {
  it('open what they sealed, for the same purpose and place only', () => {
    const sealed = ring.seal('directory', 'はな@example.jp', 'line 17');
    expect(ring.open('directory', sealed, 'line 17')).toBe('はな@example.jp');
    expect(ring.seal('directory', 'はな@example.jp', 'line 17')).not.toBe(sealed);
    for (const moved of [() => ring.open('directory', sealed, 'line 18'), () => ring.open('letters', sealed, 'line 17')])
      expect(moved).toThrow(SealBroken);
  });

  it('notice a changed byte, wherever it is, and a text that was cut off', () => {
    const sealed = Buffer.from(ring.seal('directory', 'U1', 'line 1'), 'base64url');
    for (let at = 1; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => ring.open('directory', changed.toString('base64url'), 'line 1')).toThrow(SealBroken);
    }
    for (const cut of ['', 'AQ', sealed.subarray(0, 20).toString('base64url')])
      expect(() => ring.open('directory', cut, 'line 1')).toThrow(SealBroken);
  });

  it.each([3, 300])('open %i texts of several generations in their order, and null for what was changed or moved', async (count) => {
    const rotated = new KeyRing(withNewGeneration(secrets));
    const sealed = Array.from({ length: count }, (_, at) => ({
      sealed: (at % 2 === 0 ? ring : rotated).seal('directory', `はな${at}`, `line ${at}`),
      bound: at === 1 ? 'line 2' : `line ${at}`,
    }));
    const opened = await rotated.openMany('directory', sealed);
    expect(opened).toEqual(Array.from({ length: count }, (_, at) => (at === 1 ? null : `はな${at}`)));
    expect(await rotated.openMany('letters', sealed)).toEqual(Array.from({ length: count }, () => null));
    await expect(ring.openMany('directory', sealed)).rejects.toThrow(new KeyMissing('the key ring has no generation 2'));
  });

  it('S30 seal by the newest generation, open by all, and find by digests that never change', () => {
    const rotated = new KeyRing(withNewGeneration(secrets));
    const old = ring.seal('directory', 'U1', 'line 1');
    const anew = rotated.seal('directory', 'U1', 'line 1');
    expect([ring.generationOf(old), rotated.generationOf(anew), rotated.generation]).toEqual([1, 2, 2]);
    expect([rotated.open('directory', old, 'line 1'), rotated.open('directory', anew, 'line 1')]).toEqual(['U1', 'U1']);
    expect(rotated.digest('directory', 'line U1')).toBe(ring.digest('directory', 'line U1'));
    expect(rotated.tokenFor('leave', '17')).toBe(ring.tokenFor('leave', '17'));
    expect(() => ring.open('directory', anew, 'line 1')).toThrow(new KeyMissing('the key ring has no generation 2'));
  });

  it('look into the file again when something was sealed by a generation that another process added', () => {
    let now = secrets as ReturnType<typeof freshSecrets>;
    const running = new KeyRing(now, () => now);
    now = withNewGeneration(now);
    expect(running.open('directory', new KeyRing(now).seal('directory', 'U1', 'line 1'), 'line 1')).toBe('U1');
    expect(running.generation).toBe(2);
  });

  it('tell themselves apart by fingerprints, which are no keys', () => {
    const other = new KeyRing(freshSecrets());
    expect(ring.fingerprint(1)).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set([ring.fingerprint(0), ring.fingerprint(1), other.fingerprint(0), other.fingerprint(1)]).size).toBe(4);
    expect(() => ring.fingerprint(9)).toThrow(KeyMissing);
  });

  it('S16 give tokens of 128 bits for one purpose and its parts', () => {
    const token = ring.tokenFor('leave', '17', 'flood');
    expect(Buffer.from(token, 'base64url')).toHaveLength(16);
    expect(ring.isToken(token, 'leave', '17', 'flood')).toBe(true);
    const wrong: readonly (readonly [string, ...string[]])[] = [
      ['leave', '17'],
      ['leave', '18', 'flood'],
      ['leave', '1', '7', 'flood'],
      ['confirm', '17', 'flood'],
    ];
    for (const [purpose, ...parts] of wrong) expect(ring.isToken(token, purpose, ...parts)).toBe(false);
    for (const forged of ['', token.slice(1), `${token}A`, `A${token.slice(1)}`.replace(token, 'x')])
      expect(ring.isToken(forged, 'leave', '17', 'flood')).toBe(false);
    expect(new KeyRing(freshSecrets()).isToken(token, 'leave', '17', 'flood')).toBe(false);
  });

  it('end when there are as many generations as a byte can name', () => {
    let full = secrets as ReturnType<typeof freshSecrets>;
    for (let n = 1; n < 255; n += 1) full = withNewGeneration(full);
    expect(new KeyRing(full).generation).toBe(255);
    expect(() => withNewGeneration(full)).toThrow('the key ring is full');
  });
});
