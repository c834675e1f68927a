import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { type AuditCheckpoint, type AuditDraft, type AuditFault, auditKeyName, type AuditRow } from '#core';
import { ManualClock, MemoryAudit } from '#memory';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { CheckpointFile, readSignedRecord } from './checkpoint-file.ts';
import { Notary } from './notary.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-07-01T00:00:00+09:00');
const { privateKey } = generateKeyPairSync('ed25519');
const trusted = [auditKeyName(privateKey)];

/** An audit into which somebody can reach. */
class ReachedInto extends MemoryAudit {
  change: (row: AuditRow) => AuditRow = (row) => row;
  override async rows(after: number, limit: number): Promise<readonly AuditRow[]> {
    return (await super.rows(after, limit)).map((row) => this.change(row));
  }
}

describe('the notary', () => {
  const folder = temporaryFolder();
  let clock: ManualClock;
  let audit: ReachedInto;
  let file: CheckpointFile;
  let signed: AuditCheckpoint[];
  let faults: AuditFault[];
  let files = 0;

  beforeEach(() => {
    clock = new ManualClock(T0);
    audit = new ReachedInto();
    file = new CheckpointFile(folder.file(`kept/${(files += 1)}.jsonl`));
    signed = [];
    faults = [];
  });
  afterAll(() => folder.remove());

  const notary = () =>
    new Notary({
      audit,
      clock,
      file,
      key: privateKey,
      onCheckpoint: (checkpoint) => signed.push(checkpoint),
      onFaults: (found) => faults.push(...found),
      onTrouble: () => undefined,
    });
  const write = (act: AuditDraft['act'] = 'signed-in', count = 1) =>
    audit.append(Array.from({ length: count }, () => ({ at: clock.now(), by: 'sato', role: 'duty' as const, act, subject: 'x' })));
  const numbers = () => signed.map(({ number }) => number);

  it('S33 signs nothing while there is nothing, then the first entry, then every hour', async () => {
    const one = notary();
    await one.look();
    await write();
    await one.look();
    await write('signed-in', 4);
    await one.look();
    expect(numbers()).toEqual([1]);
    await clock.advance(HOUR);
    await one.look();
    expect(numbers()).toEqual([1, 5]);
    expect(signed[1]).toMatchObject({ number: 5, hash: (await audit.head()).hash, at: T0 + HOUR });
    expect(faults).toEqual([]);
  });

  it('S33 signs behind every act on an order, once', async () => {
    const one = notary();
    await write();
    await one.look();
    await write('order-confirmed');
    await write();
    await one.look();
    await one.look();
    expect(numbers()).toEqual([1, 3]);
  });

  it('S33 goes on in another process where the file ends, torn line or not', async () => {
    await write('order-given', 3);
    await notary().look();
    appendFileSync(file.path, '{"number":4,"hash":"to');
    await notary().look();
    expect(numbers()).toEqual([3]);
    await write('order-lifted');
    await notary().look();
    expect(numbers()).toEqual([3, 4]);
    const record = await readSignedRecord(file.path, trusted);
    expect([...record.signed.keys()]).toEqual([3, 4]);
    expect(record.faults).toEqual([{ line: 2, kind: 'unreadable' }]);
  });

  it('F73 tells what does not hold in the newest stretch, and signs all the same', async () => {
    const one = notary();
    await write('signed-in', 700);
    await one.look();
    await write('signed-in', 700);
    audit.change = (row) => (row.number === 900 ? { ...row, text: row.text.replace('sato', 'mallory') } : row);
    await clock.advance(HOUR);
    await one.look();
    expect(faults).toEqual([{ kind: 'changed', from: 900, to: 900 }]);
    expect(numbers()).toEqual([700, 1_400]);
    expect(one.standing).toMatchObject({ checkpoint: { number: 1_400 }, faults: [{ kind: 'changed' }] });
  });

  it('F73 tells at the next look that the chain is shorter than what was signed', async () => {
    await write('signed-in', 9);
    await notary().look();
    audit = new ReachedInto();
    await write('signed-in', 4);
    const one = notary();
    await one.look();
    expect(faults).toEqual([{ kind: 'cut', from: 5, to: 9 }]);
    expect(numbers()).toEqual([9, 4]);
    await write('order-given');
    await one.look();
    expect(numbers()).toEqual([9, 4, 5]);
  });

  it('F73 believes no line that another key signed, and names it', async () => {
    await write();
    await notary().look();
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const forged = JSON.stringify({ ...signed[0], number: 10_000, key: auditKeyName(stranger) });
    writeFileSync(file.path, `${readFileSync(file.path, 'utf8')}${forged}\n${JSON.stringify({ ...signed[0], number: 2 })}\n`);
    expect(await file.last(trusted)).toEqual(signed[0]);
    const record = await readSignedRecord(file.path, trusted);
    expect(record.faults).toEqual([
      { line: 2, kind: 'key' },
      { line: 3, kind: 'signature' },
    ]);
    expect(record.newest).toEqual(signed[0]);
  });

  it('is not stopped by a disk that takes nothing: it says so, and signs when it can', async () => {
    writeFileSync(folder.file('in-the-way'), '');
    file = new CheckpointFile(folder.file('in-the-way/checkpoints.jsonl'));
    const told: (string | null)[] = [];
    const one = new Notary({
      audit,
      clock,
      file,
      key: privateKey,
      onCheckpoint: () => undefined,
      onFaults: () => undefined,
      onTrouble: (why) => told.push(why),
    });
    await write();
    one.start();
    while (told.length === 0) await new Promise((next) => setImmediate(next));
    expect(told).toEqual([expect.stringMatching(/EEXIST|ENOTDIR/)]);
    await one.stop();
  });
});
