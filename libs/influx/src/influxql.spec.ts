import { HistoryUnavailable } from './history-unavailable.ts';
import { count, instant, numberIn, rowsOf, text } from './influxql.ts';

describe('InfluxQL', () => {
  it.each([
    ['tama-03', `'tama-03'`],
    ['', `''`],
    [`o'neill`, `'o\\'neill'`],
    [`\\' or 1=1 --`, `'\\\\\\' or 1=1 --'`],
    ['two\nlines', `'two\\nlines'`],
    ['多摩 三 "北"', `'多摩 三 "北"'`],
  ])('writes %j as one text', (value, written) => expect(text(value)).toBe(written));

  it.each([
    [Date.UTC(2026, 6, 1, 3, 10), `'2026-07-01T03:10:00.000Z'`],
    [0.5, `'1970-01-01T00:00:00.001Z'`],
    [Infinity, `'2262-01-01T00:00:00.000Z'`],
    [-Infinity, `'1678-01-01T00:00:00.000Z'`],
  ])('writes the instant %d within what InfluxDB can hold', (at, written) => expect(instant(at)).toBe(written));

  it.each([
    [1, '1'],
    [2_000.9, '2000'],
    [Infinity, '2147483647'],
  ])('writes %d rows as a whole number', (rows, written) => expect(count(rows)).toBe(written));

  it('reads rows by the names of their columns, whatever the order', () => {
    const [first, second] = rowsOf({
      results: [
        {
          statement_id: 0,
          series: [
            {
              name: 'reading',
              columns: ['value', 'time'],
              values: [
                [3, 7],
                [null, 8],
              ],
            },
          ],
        },
      ],
    });
    expect(numberIn(first, 'time')).toBe(7);
    expect(numberIn(first, 'value')).toBe(3);
    expect(numberIn(second, 'value')).toBeNull();
    expect(numberIn(second, 'raw')).toBeNull();
    expect(numberIn(undefined, 'raw')).toBeNull();
  });

  it.each([{ results: [{ statement_id: 0 }] }, { results: [] }, { results: [{ series: [] }] }])('reads %j as no rows', (answer) =>
    expect(rowsOf(answer)).toEqual([]),
  );

  it.each([
    [{ results: [{ statement_id: 0, error: 'database not found: x' }] }, 'database not found: x'],
    [{ error: 'error parsing query' }, 'error parsing query'],
    ['<html>sign in</html>', 'something else than results'],
    [undefined, 'something else than results'],
    [{ results: [{ series: [{ columns: 'time' }] }] }, 'something else than rows'],
  ])('says that %j is a failure, though its status was 200', (answer, words) => {
    expect(() => rowsOf(answer)).toThrow(HistoryUnavailable);
    expect(() => rowsOf(answer)).toThrow(words);
  });
});
