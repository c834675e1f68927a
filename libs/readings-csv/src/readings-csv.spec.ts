import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readReadings } from './readings-csv.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readings-'));
});
afterEach(async () => rm(folder, { recursive: true }));

async function aFile(name: string, content: string | Buffer): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function rowsOf(...files: readonly string[]) {
  const table = await readReadings(files);
  return Array.from({ length: table.length }, (_, index) => {
    const { gauge, time, value } = table.at(index);
    return [new Date(time).toISOString().slice(11, 16), table.gauges[gauge], table.quantities[gauge], value];
  });
}

it('reads a long table in order of time, whatever its own order', async () => {
  const file = await aFile(
    'a.csv',
    '\uFEFFgauge,time,level\r\nb,2016-08-31T04:10:00+09:00,2.5\r\na,2016-08-31T04:00:00+09:00,1.5\r\na,2016-08-31T04:20:00+09:00,\r\n',
  );
  expect(await rowsOf(file)).toEqual([
    ['19:00', 'a', 'level', 1.5],
    ['19:10', 'b', 'level', 2.5],
  ]);
});

it('reads a wide table, gzip, and several files together', async () => {
  const wide = await aFile('w.csv.gz', gzipSync('time,a,"b"\n2016-08-31T04:00:00+09:00,1,2\n2016-08-31T05:00:00+09:00,,4'));
  const rain = await aFile('r.csv', 'gauge,time,rain\nr,2016-08-30T19:30Z,7\n');
  expect(await rowsOf(wide, rain)).toEqual([
    ['19:00', 'a', 'level', 1],
    ['19:00', 'b', 'level', 2],
    ['19:30', 'r', 'rain', 7],
    ['20:00', 'b', 'level', 4],
  ]);
});

it.each([
  ['a time without offset', 'gauge,time,level\na,2016-08-31T04:00:00,1', /x\.csv:2: "2016-08-31T04:00:00" is no time with offset/],
  ['a value that is no number', 'gauge,time,level\na,2016-08-31T04:00:00Z,1\na,2016-08-31T05:00:00Z,high', /x\.csv:3: "high" is no number/],
  ['a row that is too short', 'gauge,time,level\na,2016-08-31T04:00:00Z', /x\.csv:2: 2 columns instead of 3/],
  ['a header without time', 'station,level\na,1', /x\.csv:1: no column "time"/],
  [
    'a header without quantity',
    'gauge,time,height\na,2016-08-31T04:00:00Z,1',
    /x\.csv:1: no column with a quantity; name one of level, rain/,
  ],
  ['an empty file', '', /no reading in it/],
])('names the line of %s', async (_, text, message) => {
  const file = await aFile('x.csv', text);
  await expect(readReadings([file])).rejects.toThrow(message);
});

it('says which file is missing or broken', async () => {
  await expect(readReadings([join(folder, 'no.csv')])).rejects.toThrow(/no\.csv: cannot be read .*ENOENT/);
  const broken = await aFile('b.csv.gz', 'not gzip');
  await expect(readReadings([broken])).rejects.toThrow(/b\.csv\.gz: cannot be read .*incorrect header/);
});
