import { AUDIT_ROOT, type AuditDraft, auditHash, type AuditRow, auditText, chainOn } from './audit.ts';
import { type AuditFault, type AuditFindings, AuditVerifier } from './audit-verifier.ts';

const LENGTH = 12;
const drafts = Array.from({ length: LENGTH }, (_, i): AuditDraft => ({
  at: 1_000 + i,
  by: i % 2 === 0 ? 'sato' : 'mori',
  role: 'duty',
  act: 'alert-noted',
  subject: `river@tama#${i}`,
  after: { text: `note ${i}` },
}));
const chain = chainOn({ number: 0, hash: AUDIT_ROOT }, drafts).map((entry): AuditRow => ({
  ...entry,
  text: auditText(entry.number, entry),
}));

type Rows = AuditRow[];
type Row = { -readonly [Key in keyof AuditRow]: AuditRow[Key] };
const at = (rows: Rows, number: number): Row => rows[number - 1]!;

/** Hashes everything from a number on as a program would that means to hide what it did. */
function rehash(rows: Rows, from: number, to = rows.length): void {
  for (let number = from; number <= to; number += 1) {
    const row = at(rows, number);
    row.previous = number === 1 ? AUDIT_ROOT : at(rows, number - 1).hash;
    row.hash = auditHash(row.previous, row.text);
  }
}

const otherText = (row: AuditRow): string => row.text.replace(/note \d+/, 'nothing happened');

/** What lies in the database after somebody was at work. */
function after(deed: (rows: Rows) => Rows | void, { signed = [LENGTH], count = LENGTH } = {}): AuditFindings {
  const copy = chain.map((row) => ({ ...row }));
  const rows = (deed(copy) ?? copy).toSorted((a, b) => a.number - b.number);
  const verifier = new AuditVerifier({ count, signed: new Map(signed.map((number) => [number, chain[number - 1]!.hash])) });
  for (const row of rows) verifier.take(row);
  return verifier.end(count);
}

const renumber = (rows: Rows): Rows => rows.map((row, index) => ({ ...row, number: index + 1 }));

interface Deed {
  readonly deed: (rows: Rows) => Rows | void;
  readonly signed?: number[];
  readonly count?: number;
  readonly faults: readonly AuditFault[];
}

const DEEDS: Readonly<Record<string, Deed>> = {
  'nothing at all': { deed: () => undefined, faults: [] },
  'the text of an entry changed': {
    deed: (rows) => void (at(rows, 5).text = otherText(at(rows, 5))),
    faults: [{ kind: 'changed', from: 5, to: 5 }],
  },
  'who did it changed in the column alone': {
    deed: (rows) => void (at(rows, 5).by = 'mallory'),
    faults: [{ kind: 'changed', from: 5, to: 5 }],
  },
  'the hash changed': { deed: (rows) => void (at(rows, 5).hash = 'f'.repeat(64)), faults: [{ kind: 'changed', from: 5, to: 5 }] },
  'the hash before changed': {
    deed: (rows) => void (at(rows, 5).previous = 'f'.repeat(64)),
    faults: [{ kind: 'changed', from: 5, to: 5 }],
  },
  'the text made unreadable': { deed: (rows) => void (at(rows, 5).text = '{'), faults: [{ kind: 'changed', from: 5, to: 5 }] },
  'three entries in a row changed': {
    deed: (rows) => [5, 6, 7].forEach((number) => (at(rows, number).text = otherText(at(rows, number)))),
    faults: [{ kind: 'changed', from: 5, to: 7 }],
  },
  'an entry changed and hashed anew': {
    deed: (rows) => {
      at(rows, 5).text = otherText(at(rows, 5));
      rehash(rows, 5, 5);
    },
    faults: [{ kind: 'unlinked', from: 5, to: 6 }],
  },
  'an entry changed and all behind it hashed anew': {
    deed: (rows) => {
      at(rows, 5).text = otherText(at(rows, 5));
      rehash(rows, 5);
    },
    signed: [3, 9, LENGTH],
    faults: [{ kind: 'rewritten', from: 4, to: 9 }],
  },
  'the last entry changed and hashed anew': {
    deed: (rows) => {
      at(rows, LENGTH).text = otherText(at(rows, LENGTH));
      rehash(rows, LENGTH);
    },
    signed: [9, LENGTH],
    faults: [{ kind: 'rewritten', from: 10, to: LENGTH }],
  },
  'an entry removed': { deed: (rows) => rows.toSpliced(4, 1), faults: [{ kind: 'removed', from: 5, to: 5 }] },
  'the first entries removed': { deed: (rows) => rows.slice(3), faults: [{ kind: 'removed', from: 1, to: 3 }] },
  'an entry removed and the rest moved up': {
    deed: (rows) => renumber(rows.toSpliced(4, 1)),
    faults: [
      { kind: 'cut', from: LENGTH, to: LENGTH },
      { kind: 'moved', from: 5, to: LENGTH - 1, by: 1 },
    ],
  },
  'an entry removed, the rest moved up, hashed anew and the count set right': {
    deed: (rows) => {
      const moved = renumber(rows.toSpliced(4, 1));
      for (const row of moved) (row as Row).text = row.text.replace(/"number":\d+/, `"number":${row.number}`);
      rehash(moved, 1);
      return moved;
    },
    signed: [3, 9],
    count: LENGTH - 1,
    faults: [{ kind: 'rewritten', from: 4, to: 9 }],
  },
  'the tail cut, and the count of the database knows': {
    deed: (rows) => rows.slice(0, 9),
    signed: [],
    faults: [{ kind: 'cut', from: 10, to: LENGTH }],
  },
  'the tail cut and the count set right, and a checkpoint knows': {
    deed: (rows) => rows.slice(0, 9),
    count: 9,
    faults: [{ kind: 'cut', from: 10, to: LENGTH }],
  },
  'everything removed': { deed: () => [], count: 0, faults: [{ kind: 'cut', from: 1, to: LENGTH }] },
  'two entries swapped': {
    deed: (rows) => {
      [at(rows, 4).number, at(rows, 8).number] = [8, 4];
    },
    faults: [{ kind: 'swapped', from: 4, to: 4, withFrom: 8, withTo: 8 }],
  },
  'two neighbours swapped': {
    deed: (rows) => {
      [at(rows, 4).number, at(rows, 5).number] = [5, 4];
    },
    faults: [{ kind: 'swapped', from: 4, to: 4, withFrom: 5, withTo: 5 }],
  },
  'the texts of two entries swapped': {
    deed: (rows) => {
      [at(rows, 4).text, at(rows, 8).text] = [at(rows, 8).text, at(rows, 4).text];
    },
    faults: [{ kind: 'swapped', from: 4, to: 4, withFrom: 8, withTo: 8 }],
  },
  'an entry put in at the end': {
    deed: (rows) => {
      const [entry] = chainOn(at(rows, LENGTH), drafts);
      return [...rows, { ...entry!, text: auditText(LENGTH + 1, entry!) }];
    },
    faults: [{ kind: 'added', from: LENGTH + 1, to: LENGTH + 1 }],
  },
  'an entry put in before the first': {
    deed: (rows) => [{ ...at(rows, 1), number: 0 }, ...rows],
    faults: [{ kind: 'added', from: 0, to: 0 }],
  },
};

describe('the verifier of the audit', () => {
  it.each(Object.entries(DEEDS))('F73 names exactly: %s', (_, { deed, faults, ...known }) => {
    expect(after(deed, known)).toMatchObject({ faults, faultsMore: 0 });
  });

  it('says up to where a signature covers the chain, and covers nothing behind a wrong one', () => {
    expect(after(() => undefined, { signed: [3, 9] })).toEqual({ entries: LENGTH, faults: [], faultsMore: 0, signedTo: 9 });
    expect(after(DEEDS['an entry changed and all behind it hashed anew']!.deed, { signed: [3, 9] }).signedTo).toBe(3);
  });

  it('cannot tell a new chain from the old one without a checkpoint: this is what they are for', () => {
    expect(after(DEEDS['an entry changed and all behind it hashed anew']!.deed, { signed: [] }).faults).toEqual([]);
  });

  it('takes what the service writes meanwhile for no fault', () => {
    const verifier = new AuditVerifier({ count: LENGTH - 2 });
    for (const row of chain) verifier.take(row);
    expect(verifier.end(LENGTH + 3).faults).toEqual([]);
  });

  it('goes on from the end of an earlier look', () => {
    const verifier = new AuditVerifier({ after: chain[5]!, count: LENGTH });
    for (const row of chain.slice(6)) verifier.take(row);
    expect(verifier.end(LENGTH)).toEqual({ entries: LENGTH - 6, faults: [], faultsMore: 0, signedTo: 6 });
  });

  it('keeps a bounded list however much was done', () => {
    const verifier = new AuditVerifier({ count: 0 });
    for (let number = 2; number < 2_000; number += 2) verifier.take({ ...chain[0]!, number, text: `{"number":${number}}` });
    const { faults, faultsMore } = verifier.end(2_000);
    expect(faults).toHaveLength(200);
    expect(faultsMore).toBeGreaterThan(1_000);
  });

  // Every place, every column, every value beside the one that was there: no single change goes unseen.
  it.each(chain.map(({ number }) => number))('F73 finds any single change of entry %d', (number) => {
    const columns = ['number', 'at', 'act', 'by', 'subject', 'text', 'previous', 'hash'] as const;
    for (const column of columns) {
      const unseen = [0, 1, 7].filter((turn) => {
        const { faults } = after((rows) => void Object.assign(at(rows, number), { [column]: bent(at(rows, number)[column], turn) }));
        return faults.length === 0;
      });
      expect([column, unseen]).toEqual([column, []]);
    }
  });
});

/** Another value of the same kind; which one depends on `turn`. */
function bent(value: number | string, turn: number): number | string {
  if (typeof value === 'number') return value + LENGTH + 1 + turn;
  const place = (turn * 31) % value.length;
  const other = value[place] === '0' ? '1' : '0';
  return `${value.slice(0, place)}${other}${value.slice(place + 1)}`;
}
