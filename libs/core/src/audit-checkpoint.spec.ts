import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { auditKeyName, checkpointFault, checkpointFrom, isCheckpointDue, signCheckpoint } from './audit-checkpoint.ts';

const HOUR = 3_600_000;
const head = { number: 7, hash: 'ab'.repeat(32) };
const { privateKey } = generateKeyPairSync('ed25519');
const checkpoint = signCheckpoint(head, 5_000, privateKey);
const trusted = [auditKeyName(privateKey)];

describe('checkpoints of the audit', () => {
  it('S33 are signed with Ed25519 over the end of the chain and the instant', () => {
    expect(checkpointFault(checkpoint, trusted)).toBeNull();
    expect(auditKeyName(createPublicKey(privateKey))).toBe(checkpoint.key);
  });

  // Secret and public key of RFC 8032 §7.1, test 1.
  it('name their key as RFC 8032 writes it', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    expect(Buffer.from(auditKeyName(key), 'base64url').toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
  });

  it.each([
    ['the number', { number: 8 }, 'signature'],
    ['the hash', { hash: 'cd'.repeat(32) }, 'signature'],
    ['the instant', { at: 5_001 }, 'signature'],
    ['the signature', { signature: checkpoint.signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) }, 'signature'],
    ['the key, by one that nobody trusts', { key: 'A'.repeat(43) }, 'key'],
  ] as const)('F73 show that somebody changed %s', (_, change, fault) => {
    expect(checkpointFault({ ...checkpoint, ...change }, trusted)).toBe(fault);
  });

  it.each([
    ['a whole one', JSON.stringify(checkpoint), checkpoint],
    ['one with more in it', JSON.stringify({ ...checkpoint, note: 'x' }), checkpoint],
    ['half a line', JSON.stringify(checkpoint).slice(0, 60), null],
    ['another document', '{"number":"7"}', null],
    ['null', 'null', null],
    ['nothing', '', null],
  ])('are read from a line: %s', (_, line, read) => {
    expect(checkpointFrom(line)).toEqual(read);
  });

  it.each([
    ['the first entry', { last: null }, true],
    ['an empty chain', { last: null, head: { number: 0, hash: '' } }, false],
    ['nothing new within the hour', { now: 5_000 + HOUR - 1 }, false],
    ['an hour', { now: 5_000 + HOUR }, true],
    ['a clock put back by two hours', { now: 5_000 - 2 * HOUR }, true],
    ['an order behind the last one', { newestOrder: 8 }, true],
    ['a chain that ends before what was signed', { head: { ...head, number: 6 } }, true],
    ['an order that is covered', { newestOrder: 7 }, false],
  ])('S33 are due after %s', (_, set, due) => {
    expect(isCheckpointDue({ last: { number: 7, at: 5_000 }, head: { ...head, number: 9 }, newestOrder: 0, now: 6_000, ...set })).toBe(due);
  });
});
