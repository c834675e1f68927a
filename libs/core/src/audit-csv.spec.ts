import { AUDIT_CSV_HEAD, auditCsvLine } from './audit-csv.ts';
import type { AuditEntry } from './audit.ts';

const entry: AuditEntry = {
  number: 7,
  at: Date.parse('2026-07-01T00:00:00+09:00'),
  by: 'sato',
  role: 'duty',
  act: 'silence-begun',
  subject: 'silence-1',
  after: { covers: ['staff'], endsAt: 5 },
  previous: '0'.repeat(64),
  hash: 'ab'.repeat(32),
};

describe('the audit as CSV', () => {
  it('has a cell for each column of the head', () => {
    const cells = auditCsvLine({ ...entry, after: 'plain' }).split(',');
    expect(cells).toHaveLength(AUDIT_CSV_HEAD.split(',').length);
  });

  it.each<readonly [string, Partial<AuditEntry>, string]>([
    ['a fact as canonical JSON', {}, '"{""covers"":[""staff""],""endsAt"":5}"'],
    ['commas, quotes and line ends of a reason', { grounds: 'a,"b"\r\nc' }, '"a,""b""\r\nc"'],
    ...['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\0x'].map(
      (grounds) => [`F72 a reason that a spreadsheet would calculate: ${JSON.stringify(grounds)}`, { grounds }, `'${grounds}`] as const,
    ),
    ['F72 a name that would be calculated', { by: '=cmd()' }, `'=cmd()`],
  ])('writes %s', (_, set, cell) => {
    expect(auditCsvLine({ ...entry, ...set })).toContain(cell);
  });
});
