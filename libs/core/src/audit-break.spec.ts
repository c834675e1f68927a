import { generateKeyPairSync } from 'node:crypto';
import type { AuditHead } from './audit.ts';
import { type AuditBreak, breakFault, breakFrom, signBreak, signedEnds, type SignedLine } from './audit-break.ts';
import { auditKeyName } from './audit-checkpoint.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const trusted = [auditKeyName(privateKey)];
/** An end of the chain as it was before a restore (`a`), after it (`b`), and after another one (`c`). */
const head = (number: number, chain = 'a'): AuditHead => ({ number, hash: `${chain}${number}` });
const broken = (set: Partial<AuditBreak> = {}): AuditBreak =>
  signBreak(
    { kept: head(4), lost: head(9), released: { ...head(7, 'b'), by: 'suzuki', at: 5_000 }, by: 'root', at: 6_000, ...set },
    privateKey,
  );
const lines = (...signed: readonly (AuditHead | AuditBreak)[]): readonly SignedLine[] =>
  signed.map((one, index) => ('lost' in one ? { line: index + 1, broken: one } : { line: index + 1, end: one }));
const endsOf = (...signed: readonly (AuditHead | AuditBreak)[]): readonly string[] =>
  signedEnds(lines(...signed)).ends.map(({ end }) => end.hash);

describe('a stretch of the audit that a restore lost', () => {
  it('S33 is accepted by a signature over all that is said of it', () => {
    expect(breakFault(broken(), trusted)).toBeNull();
    expect(breakFrom(JSON.stringify(broken()))).toEqual(broken());
  });

  it.each<readonly [string, Partial<AuditBreak>, 'signature' | 'key']>([
    ['another end that was lost', { lost: head(10) }, 'signature'],
    ['another hash of it', { lost: head(9, 'x') }, 'signature'],
    ['less that was kept', { kept: head(3) }, 'signature'],
    ['somebody else who released it', { released: { ...head(7, 'b'), by: 'nobody', at: 5_000 } }, 'signature'],
    ['somebody else who accepted it', { by: 'nobody' }, 'signature'],
    ['another instant', { at: 6_001 }, 'signature'],
    ['a key that nobody trusts', { key: 'A'.repeat(43) }, 'key'],
  ])('F73 is not accepted with %s written into it', (_, change, fault) => {
    expect(breakFault({ ...broken(), ...change }, trusted)).toBe(fault);
  });

  it.each([
    ['half a line', JSON.stringify(broken()).slice(0, 90)],
    ['a checkpoint', JSON.stringify({ ...head(4), at: 1, key: 'k', signature: 's' })],
    ['one without its release', JSON.stringify({ ...broken(), released: undefined })],
    ['null', 'null'],
  ])('is not read from %s', (_, line) => {
    expect(breakFrom(line)).toBeNull();
  });

  it.each<readonly [string, readonly (AuditHead | AuditBreak)[], readonly string[]]>([
    ['nothing while nobody accepted it', [head(4), head(9), head(6, 'b')], ['a4', 'a9', 'b6']],
    [
      'what was lost, and asks for what was kept and for the release instead',
      [head(2), head(4), head(6), head(9), head(6, 'b'), head(8, 'b'), broken()],
      ['a2', 'a4', 'b6', 'b8', 'a4', 'b7'],
    ],
    ['nothing that comes after it', [head(4), head(9), head(8, 'b'), broken(), head(12, 'b')], ['a4', 'b8', 'a4', 'b7', 'b12']],
    [
      'two restores after each other, the later one to before the first',
      [
        head(4),
        head(9),
        head(8, 'b'),
        broken(),
        head(12, 'b'),
        head(5, 'c'),
        broken({ kept: head(4), lost: head(12, 'b'), released: { ...head(6, 'c'), by: 'suzuki', at: 7_000 } }),
      ],
      ['a4', 'a4', 'c5', 'a4', 'c6'],
    ],
  ])('takes away %s', (_, signed, ends) => {
    expect(endsOf(...signed)).toEqual(ends);
  });

  it.each<readonly [string, readonly (AuditHead | AuditBreak)[]]>([
    ['that was never signed', [head(4), head(8), broken()]],
    ['under another hash', [head(4), head(9, 'x'), broken()]],
    ['that was not the newest of its time', [head(4), head(11), head(9), broken()]],
    ['that comes only after it', [head(4), broken(), head(9)]],
    ['that lies before what was kept', [head(4), head(9), broken({ kept: head(9) })]],
  ])('F73 acknowledges nothing by naming an end %s', (_, signed) => {
    const { ends, breaks, idle } = signedEnds(lines(...signed));
    expect(breaks).toEqual([]);
    expect(idle).toHaveLength(1);
    expect(ends).toHaveLength(signed.length - 1);
  });
});
