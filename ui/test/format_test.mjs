import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachRow, load } from './load.mjs';

const format = await load('format');
// Numbers and units are joined by a no-break space; the tables below write a plain one.
const plain =
  (call) =>
  (...input) =>
    call(...input).replace(/\u00a0/g, ' ');

test('counts are grouped, and shortened only when they are very long', () => {
  eachRow(assert, format.bigCount, [
    [0, '0'],
    [999, '999'],
    [1234, '1,234'],
    [9_999_999, '9,999,999'],
    [12_345_678, '12.3M'],
  ]);
});

test('plurals follow the number', () => {
  eachRow(
    assert,
    plain((n) => format.plural(n, 'hit', 'hits')),
    [
      [0, '0 hits'],
      [1, '1 hit'],
      [2, '2 hits'],
      [1001, '1,001 hits'],
    ],
  );
});

test('bytes have three digits and the unit that fits', () => {
  eachRow(assert, plain(format.bytes), [
    [0, '0 B'],
    [22, '22 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1536, '1.54 kB'],
    [999_499, '999 kB'],
    [999_600, '1 MB'],
    [412_876_800, '413 MB'],
    [7_922_310_110, '7.92 GB'],
    [3.2e12, '3.2 TB'],
  ]);
});

test('seconds go from microseconds to hours', () => {
  eachRow(assert, plain(format.seconds), [
    [0, '0 ms'],
    [0.00004, '40 μs'],
    [0.001, '1 ms'],
    [0.0214, '21.4 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1 s'],
    [1.234, '1.23 s'],
    [119, '119 s'],
    [180, '3 min'],
    [192, '3:12 min'],
    [601, '10 min'],
    [7200, '2 h'],
  ]);
});

test('a change is relative, of shares in points, and nothing where nothing can be said', () => {
  eachRow(assert, plain(format.change), [
    [112, 100, 'count', '+12%'],
    [95, 100, 'count', '\u22125%'],
    [1003, 1000, 'count', '+0.3%'],
    [1000, 1000, 'count', '±0%'],
    [4200, 100, 'count', '×42'],
    [0, 100, 'count', '\u2212100%'],
    [7, 0, 'count', ''],
    [null, 3, 'seconds', ''],
    [3, undefined, 'seconds', ''],
    [0.42, 0.4, 'share', '+2 pp'],
    [0.042, 0.04, 'share', '+0.2 pp'],
    [0.01, 0, 'share', '+1 pp'],
  ]);
});

test('hours are those that the clocks of the zone say', () => {
  assert.equal(format.timeTick('2026-11-23T12:00:00+01:00', 'hour'), '12:00');
  assert.equal(format.timeTick('2026-11-23T12:00:00Z', 'hour'), '12:00');
});

test('a small share is not shown as none', () => {
  eachRow(assert, format.share, [
    [0, '0%'],
    [0.0001, '<0.1%'],
    [0.0432, '4.3%'],
    [0.5, '50%'],
    [1, '100%'],
  ]);
});

test('values are shown in their unit, absent ones as a dash', () => {
  eachRow(assert, plain(format.inUnit), [
    [1234, 'count', '1,234'],
    [1234, 'bytes', '1.23 kB'],
    [0.5, 'seconds', '500 ms'],
    [0.5, 'share', '50%'],
    [null, 'count', '–'],
    [undefined, 'bytes', '–'],
    ['x', 'count', '–'],
  ]);
});

test('steps of a series are named in UTC, wherever the browser is', () => {
  // Commas come and go with the version of ICU.
  eachRow(assert, (...input) => format.timeTitle(...input).replace(/,/g, ''), [
    ['2026-11-23', 'day', 'Mon 23 Nov 2026'],
    ['2026-11-23T14:00:00Z', 'hour', 'Mon 23 Nov 14:00'],
    ['2026-11-01', 'month', 'November 2026'],
    ['2026-11-23', 'week', 'Week of Mon 23 Nov 2026'],
    ['nonsense', 'day', 'nonsense'],
  ]);
  eachRow(assert, format.timeTick, [
    ['2026-11-23', 'day', '23 Nov'],
    ['2026-11-23T14:00:00Z', 'hour', '14:00'],
    ['2026-11-01', 'month', 'Nov'],
    ['2027-01-01', 'month', 'Jan 2027'],
  ]);
});

test('spans are said in one unit', () => {
  eachRow(assert, plain(format.span), [
    [-5, '0 s'],
    [12_000, '12 s'],
    [185_000, '3 min'],
    [2.4 * 3_600_000, '2 h'],
    [47 * 3_600_000, '47 h'],
    [5.2 * 86_400_000, '5 days'],
  ]);
});
