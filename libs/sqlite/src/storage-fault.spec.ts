import { asFault, faultKind, StorageFault } from './storage-fault.ts';

describe('faultKind', () => {
  it.each([
    [1034, 'fatal', 'fsync failed'],
    [778, 'fatal', 'write failed'],
    [266, 'fatal', 'read failed'],
    [10, 'fatal', 'input/output error'],
    [11, 'fatal', 'malformed'],
    [26, 'fatal', 'not a database'],
    [13, 'full', 'disk full'],
    [5, 'unavailable', 'busy'],
    [517, 'unavailable', 'busy, snapshot too old'],
    [6, 'unavailable', 'locked'],
    [8, 'unavailable', 'read-only'],
    [14, 'unavailable', 'cannot open'],
    [7, 'unavailable', 'out of memory'],
    [1, null, 'wrong SQL'],
    [1299, null, 'not null'],
    [2067, null, 'not unique'],
    [3091, null, 'wrong type for a strict table'],
    [20, null, 'mismatch'],
  ] as const)('takes %i as %s: %s', (errcode, kind, _words) => {
    expect(faultKind(errcode)).toBe(kind);
  });
});

describe('asFault', () => {
  it('names file, words and code, and keeps the cause', () => {
    const cause = Object.assign(new Error('disk I/O error'), { errcode: 1034 });
    const fault = asFault('/data/readings.db', cause);
    expect(fault).toBeInstanceOf(StorageFault);
    expect(fault).toMatchObject({ message: '/data/readings.db: disk I/O error (SQLite 1034)', kind: 'fatal', cause });
  });

  it('gives a bug back as it is', () => {
    const bug = new TypeError('undefined is not a function');
    expect(asFault('x.db', bug)).toBe(bug);
    const broken = Object.assign(new Error('NOT NULL constraint failed'), { errcode: 1299 });
    expect(asFault('x.db', broken)).toBe(broken);
    expect(asFault('x.db', null)).toBe(null);
  });
});
