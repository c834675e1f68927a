import { ReportMemory, UNSENT_MAX } from './report-memory.ts';
import { BATCH_REPORTS_MAX, encodeReports } from './report-packet.ts';

const report = (seq: number) => ({ seq, t: seq, level: 1 });
const filled = (count: number): ReportMemory => {
  const memory = new ReportMemory();
  for (let seq = 0; seq < count; seq += 1) memory.keep(report(seq));
  return memory;
};
const seqsOf = (packet: readonly { readonly seq?: number | undefined }[] | null) => packet?.map(({ seq }) => seq) ?? null;

it('has one packet under way at a time, oldest first', () => {
  const memory = filled(BATCH_REPORTS_MAX + 1);
  const first = memory.take()!;
  expect(first).toHaveLength(BATCH_REPORTS_MAX);
  expect(memory.take()).toBeNull();
  memory.acknowledged(first);
  expect(seqsOf(memory.take())).toEqual([BATCH_REPORTS_MAX]);
});

it('sends an interrupted packet again, with what came meanwhile', () => {
  const memory = filled(2);
  memory.take();
  memory.interrupted();
  memory.keep(report(2));
  expect(seqsOf(memory.take())).toEqual([0, 1, 2]);
});

it('does not take the late word of a broken connection for the packet that is under way now', () => {
  const memory = filled(2);
  const former = memory.take()!;
  memory.interrupted();
  memory.take();
  memory.acknowledged(former);
  expect(memory.waiting).toBe(2);
});

it('drops the oldest report that is not under way when it is full, and counts it', () => {
  const memory = filled(1);
  memory.take();
  for (let seq = 1; seq <= UNSENT_MAX; seq += 1) memory.keep(report(seq));
  expect([memory.waiting, memory.dropped]).toEqual([UNSENT_MAX, 1]);
  memory.interrupted();
  expect(seqsOf(memory.take())?.slice(0, 2)).toEqual([0, 2]);
});

it('F24 repeats what is above the highest kept number, and nothing when nobody ever confirmed', () => {
  const silent = filled(3);
  silent.acknowledged(silent.take()!);
  silent.forgotten();
  expect(silent.waiting).toBe(0);
  const memory = filled(3);
  memory.acknowledged(memory.take()!);
  memory.kept(0);
  memory.forgotten();
  expect(seqsOf(memory.take())).toEqual([1, 2]);
});

it('fits the fullest batch into a packet of 64 KiB', () => {
  const longest = {
    seq: 4_294_967_295,
    t: '2026-07-01T03:10:00.123+09:00',
    in: 4_294_967_295,
    out: 4_294_967_295,
    count: 4_294_967_295,
    mode: 'observe' as const,
    interval: 604_800,
    batV: 3.65,
    rssi: -105,
    fw: 'sim-1.0.0',
  };
  expect(encodeReports(Array.from({ length: BATCH_REPORTS_MAX }, () => longest)).length).toBeLessThan(64 * 1024);
});
