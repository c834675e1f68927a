import { AUDIT_ACTS, AUDIT_ROOT, AUDIT_TEXT_CHARS_MAX, type AuditDraft, auditHash, auditText, canonicalJson, chainOn } from './audit.ts';

const signedIn: AuditDraft = { at: 1_789_000_000_000, by: 'sato', role: 'duty', act: 'signed-in', subject: 'user/sato', from: '10.0.0.7' };
const confirmed: AuditDraft = {
  at: 1_789_000_060_000,
  by: '鈴木',
  role: 'decider',
  act: 'order-confirmed',
  subject: 'order/1',
  before: null,
  after: { level: 4, districts: ['001', '002'] },
  grounds: '川の水位が4.10mを超えた',
};

// Computed from the definition of S32 by another program (Python, hashlib).
const FIRST = 'e009db0c2fab7614d927bcf1af9af1f59b8ed359388768b2df127b8aa859969e';
const SECOND = 'b7c5511aa7b321d9eeb4e0742fe203168e681f2989a3fc172ecf7a81608e546a';

describe('canonicalJson', () => {
  it.each<[string, unknown, string]>([
    ['sorts keys at every depth', { b: 1, a: { d: [2, { f: 3, e: 4 }], c: null } }, '{"a":{"c":null,"d":[2,{"e":4,"f":3}]},"b":1}'],
    ['leaves out what is not there', { b: undefined, a: true }, '{"a":true}'],
    ['keeps the order of lists', ['b', 'a'], '["b","a"]'],
    ['writes control characters and lone surrogates as escapes', 'a\u0000\ud800"', String.raw`"a\u0000\ud800\""`],
    ['writes numbers as JSON does', [1e21, -0, 0.1], '[1e+21,0,0.1]'],
    ['sorts by UTF-16 unit', { '\ue000': 1, '\u{10000}': 2 }, '{"\u{10000}":2,"\ue000":1}'],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});

describe('the chain', () => {
  it('S32 hashes 0x00, the hash before and the canonical text, as another program computes it', () => {
    expect(chainOn({ number: 0, hash: AUDIT_ROOT }, [signedIn, confirmed])).toEqual([
      { ...signedIn, number: 1, previous: AUDIT_ROOT, hash: FIRST },
      { ...confirmed, number: 2, previous: FIRST, hash: SECOND },
    ]);
    expect(auditText(1, signedIn)).toBe(
      '{"act":"signed-in","at":1789000000000,"by":"sato","from":"10.0.0.7","number":1,"role":"duty","subject":"user/sato"}',
    );
  });

  it('gives another hash for another predecessor, number or fact', () => {
    const hashes = [
      auditHash(AUDIT_ROOT, auditText(1, signedIn)),
      auditHash('f'.repeat(64), auditText(1, signedIn)),
      auditHash(AUDIT_ROOT, auditText(2, signedIn)),
      auditHash(AUDIT_ROOT, auditText(1, { ...signedIn, by: 'sat0' })),
      auditHash(AUDIT_ROOT, auditText(1, { ...signedIn, grounds: null })),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('keeps the hash of facts that are too long, and their text once more is the same', () => {
    const huge: AuditDraft = { ...signedIn, after: 'x'.repeat(AUDIT_TEXT_CHARS_MAX), grounds: 'short' };
    const [entry] = chainOn({ number: 0, hash: AUDIT_ROOT }, [huge]);
    expect(entry).toMatchObject({ after: { chars: AUDIT_TEXT_CHARS_MAX + 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(auditHash(AUDIT_ROOT, auditText(1, entry!))).toBe(entry!.hash);
  });

  it('names each act once', () => {
    const acts: readonly string[] = Object.values(AUDIT_ACTS).flat();
    expect(new Set(acts).size).toBe(acts.length);
  });
});
