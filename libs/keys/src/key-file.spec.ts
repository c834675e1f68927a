import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addGeneration, generationsIn, KeyFileUnusable, openKeyFile } from './key-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonae-keys-'));
  file = join(folder, 'place', 'keys');
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
};

describe('the key file', () => {
  it('is made at the first start, for its owner alone, and stays', () => {
    const made = openKeyFile(file, { make: true });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'place'))).toEqual(['keys']);
    const again = openKeyFile(file, { make: true });
    expect(again.open('p', made.seal('p', 'text', 'b'), 'b')).toBe('text');
    expect(again.fingerprint(0)).toBe(made.fingerprint(0));
  });

  it('is not made where something was sealed already: no new key opens that', () => {
    expect(() => openKeyFile(file, { make: false })).toThrow(KeyFileUnusable);
    expect(() => openKeyFile(file, { make: false })).toThrow(/restore the file from its own backup, or set SONAE_KEYS/);
  });

  it.each([0o640, 0o604, 0o660])('is refused when others may touch it (%o), with what to do', (mode) => {
    openKeyFile(file, { make: true });
    chmodSync(file, mode);
    expect(() => openKeyFile(file, { make: true })).toThrow(`run chmod 600 ${file}`);
  });

  it('S29 that is damaged is refused by line, without its words', () => {
    const secret = 'ab'.repeat(31);
    write(`root ${secret}\n`);
    expect(() => openKeyFile(file, { make: true })).toThrow(`${file}: line 1 is no key`);
    let said = '';
    try {
      openKeyFile(file, { make: true });
    } catch (cause) {
      said = String(cause);
    }
    expect(said).not.toContain(secret);
    write(`root ${'ab'.repeat(32)}\n`);
    expect(() => openKeyFile(file, { make: true })).toThrow('it holds no generation');
    write(`generation 1 ${'ab'.repeat(32)}\n`);
    expect(() => openKeyFile(file, { make: true })).toThrow('it holds no root');
  });

  it('S30 takes a new generation beside the old one, which a running process finds by itself', () => {
    const running = openKeyFile(file, { make: true });
    const old = running.seal('p', 'old', 'b');
    const rotated = addGeneration(file);
    expect(generationsIn(file)).toEqual([1, 2]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(rotated.open('p', old, 'b')).toBe('old');
    expect(running.open('p', rotated.seal('p', 'new', 'b'), 'b')).toBe('new');
    expect(readFileSync(file, 'utf8')).toMatch(/^# Keys of Sonae/);
  });
});
