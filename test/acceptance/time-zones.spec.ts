import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Four processes on a machine that may be busy.
const HOUR = 3_600_000;
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Nights on which clocks somewhere do something unusual; a flood of six hours passes over each. */
const NIGHTS = {
  'the end of a year': '2027-12-31T21:00:00+09:00',
  '29 February': '2028-02-28T22:00:00+09:00',
  'summer time begins in St. John’s': '2028-03-12T14:00:00+09:00',
  'summer time ends in St. John’s': '2028-11-05T12:00:00+09:00',
  'a plain midnight in Japan': '2028-07-01T21:30:00+09:00',
} as const;

/** A zone east and west of the date line, with half hours, with and without summer time. */
const ZONES = ['UTC', 'Asia/Tokyo', 'America/St_Johns', 'Pacific/Apia'] as const;

/** Each instant is written under another offset: what counts is the instant. */
const OFFSETS = ['+09:00', 'Z', '-03:30', '+13:00'] as const;

function floodOf(from: number): string[] {
  return Array.from({ length: 73 }, (_, i) => {
    const level = 3.2 + 3 * Math.sin((Math.PI * i) / 72) ** 2;
    return `ose-seguchi,${written(from + (i * 6 * HOUR) / 72, OFFSETS[i % OFFSETS.length]!)},${level.toFixed(2)}`;
  });
}

const written = (at: number, offset: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toString({ timeZone: offset === 'Z' ? 'UTC' : offset });

/** What a replay prints on a machine in some zone, without how long it took. */
async function replayedIn(zone: string, file: string): Promise<string> {
  const args = ['--conditions=source', 'apps/cli/src/main.ts', 'replay', 'infra/playbooks/mihon', '--readings', file, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, TZ: zone }, maxBuffer: 64 * 1024 * 1024 });
  return stdout.replace(/,"seconds":[0-9.]+/, '');
}

describe('F23 zones, midnight, the end of a year, 29 February', () => {
  it('decide nothing: a machine anywhere comes to the same output, byte for byte', async () => {
    const file = folder.file('nights.csv');
    const rows = Object.values(NIGHTS)
      .toSorted((a, b) => Date.parse(a) - Date.parse(b))
      .flatMap((night) => floodOf(Date.parse(night)));
    writeFileSync(file, `gauge,time,level\n${rows.join('\n')}\n`);
    const [first, ...others] = await Promise.all(ZONES.map((zone) => replayedIn(zone, file)));
    for (const other of others) expect(other).toBe(first);

    const { transitions, readings } = JSON.parse(first!) as { transitions: { at: string; rule: string; to: number }[]; readings: number };
    expect(readings).toBe(rows.length);
    const floods = transitions.filter(({ rule, to }) => rule === 'river-level' && to === 3);
    // Every night has its flood, told in the city's own time.
    expect(floods).toHaveLength(Object.keys(NIGHTS).length);
    for (const { at } of floods) expect(at).toMatch(/\+09:00$/);
  });
});
