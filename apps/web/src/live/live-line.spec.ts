import type { LiveEventDto } from '#wire';
import { LiveLine, SILENCE_MS_MAX } from './live-line.ts';

const told = (id: number) => `id: ${id}\nevent: status\ndata: {"type":"status","status":{"serverTime":${id}}}\n\n`;

/** A network and two clocks in the hand of the test. */
function aWorld() {
  const world = { monotonicMs: 0, wallMs: 1_000_000 };
  const opened: { readonly last: string; readonly answer: (response: Response) => void; readonly signal: AbortSignal }[] = [];
  const pauses: (() => void)[] = [];
  const heard: LiveEventDto[] = [];
  const said: string[] = [];
  const line = new LiveLine(
    {
      open: (last, signal) =>
        new Promise<Response>((answer, refuse) => {
          signal.addEventListener('abort', () => refuse(new Error('aborted')));
          opened.push({ last, answer, signal });
        }),
      monotonic: () => world.monotonicMs,
      wall: () => world.wallMs,
      pause: (_, signal) =>
        new Promise((resolve) => {
          pauses.push(resolve);
          signal.addEventListener('abort', () => resolve());
        }),
    },
    { event: (event) => heard.push(event), resumed: () => said.push('resumed'), signedOut: () => said.push('signedOut') },
  );
  const pass = (ms: number) => {
    world.monotonicMs += ms;
    world.wallMs += ms;
  };
  return { world, line, opened, pauses, heard, said, pass };
}

/** A stream that the test writes to. */
function aStream() {
  const pipe = new TransformStream<string, string>();
  const writer = pipe.writable.getWriter();
  return { response: new Response(pipe.readable.pipeThrough(new TextEncoderStream())), writer };
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

describe('live line', () => {
  it('F70 resumes after the last event it applied, so that no event is missing and none comes twice', async () => {
    const { line, opened, pauses, heard, said } = aWorld();
    const run = line.run();
    const first = aStream();
    opened[0]!.answer(first.response);
    await first.writer.write(told(1) + told(2) + told(3).slice(0, 20));
    await until(() => heard.length === 2);
    await first.writer.close();
    await until(() => pauses.length === 1);
    expect(line.hears).toBe(false);
    pauses[0]!();
    await until(() => opened.length === 2);
    expect(opened[1]!.last).toBe('2');
    const second = aStream();
    opened[1]!.answer(second.response);
    await second.writer.write(told(3) + told(4));
    await until(() => heard.length === 4);
    expect(heard.map((event) => event.type === 'status' && event.status.serverTime)).toEqual([1, 2, 3, 4]);
    expect(said).toEqual(['resumed']);
    line.stop();
    await run;
  });

  it('F70 says after 15 s of silence that the truth is over, and leaves a half-open line for a new one', async () => {
    const { line, opened, heard, pass } = aWorld();
    const run = line.run();
    const stream = aStream();
    opened[0]!.answer(stream.response);
    await stream.writer.write(told(1));
    await until(() => heard.length === 1);
    pass(SILENCE_MS_MAX - 1);
    line.tick();
    expect(line.isCut).toBe(false);
    pass(1);
    line.tick();
    expect(line.isCut).toBe(true);
    expect(opened[0]!.signal.aborted).toBe(true);
    line.stop();
    await run;
  });

  it('F70 takes a jump of the wall clock against the monotonic one for sleep: what is shown is old at once', async () => {
    const { world, line, opened, heard, pass } = aWorld();
    const run = line.run();
    const stream = aStream();
    opened[0]!.answer(stream.response);
    await stream.writer.write(told(1));
    await until(() => heard.length === 1);
    pass(1_000);
    line.tick();
    expect(line.isCut).toBe(false);
    world.wallMs += 3_600_000;
    line.tick();
    expect(line.isCut).toBe(true);
    line.stop();
    await run;
  });

  it('ends when the session is over, and tells so', async () => {
    const { line, opened, said } = aWorld();
    const run = line.run();
    opened[0]!.answer(new Response(null, { status: 401 }));
    await run;
    expect(said).toEqual(['signedOut']);
  });

  it('starts from a snapshot after words that it cannot read', async () => {
    const { line, opened, pauses, heard } = aWorld();
    const run = line.run();
    const stream = aStream();
    opened[0]!.answer(stream.response);
    await stream.writer.write(`${told(5)}id: 6\ndata: {"type":\n\n`);
    await until(() => pauses.length === 1);
    expect(heard).toHaveLength(1);
    line.wake();
    await until(() => opened.length === 2);
    expect(opened[1]!.last).toBe('');
    line.stop();
    await run;
  });
});
