import { expect, test } from 'vitest';
import fc from 'fast-check';
import { figuresOf } from './decide.answer.ts';
import { MOST_ROWS, seriesOf, splitSeries, stretchesOf } from './decide.buckets.ts';
import { binsOf } from './decide.distribution.ts';
import type { MetricDefinition, Sample, Window } from './model.ts';

const DEFINITION: MetricDefinition = {
  id: 'x',
  version: 1,
  title: 'X',
  meaning: '',
  formula: '',
  end: '',
  unit: 'seconds',
  value: 'median',
  subject: 'thing',
  exclusions: { odd: 'it was odd' },
  parts: {},
  whenEmpty: 'There was nothing.',
};

const day = (text: string): Date => new Date(text.length === 10 ? `${text}T00:00:00Z` : text);
const over = (from: string, to: string, asOf = to): Window => ({ from: day(from), to: day(to), asOf: day(asOf) });
const sample = (at: string, value: number | null, agents: string[] = ['codex']): Sample => ({
  subject: at,
  at: day(at),
  value,
  excluded: value === null ? 'odd' : null,
  parts: {},
  evidence: [at],
  keys: { agent: agents, harness: ['acp'], repository: ['r'], project: ['p'] },
});

test('days begin at midnight and weeks on Monday, whatever the window cuts off', () => {
  const texts = (window: Window, bucket: 'day' | 'week') =>
    stretchesOf(window, bucket).map(
      ({ from, to, partial }) => `${from.toISOString().slice(0, 13)} ${to.toISOString().slice(0, 13)} ${partial ? 'partial' : 'whole'}`,
    );
  expect(texts(over('2026-11-20T06:00:00Z', '2026-11-22'), 'day')).toEqual([
    '2026-11-20T06 2026-11-21T00 partial',
    '2026-11-21T00 2026-11-22T00 whole',
  ]);
  // 2026-11-16 was a Monday.
  expect(texts(over('2026-11-09', '2026-11-18', '2026-11-17'), 'week')).toEqual([
    '2026-11-09T00 2026-11-16T00 whole',
    '2026-11-16T00 2026-11-18T00 partial',
  ]);
  expect(texts(over('1969-12-29', '1970-01-05'), 'week')).toEqual(['1969-12-29T00 1970-01-05T00 whole']);
});

test('a stretch without a sample is null with its reason, never a zero', () => {
  const series = seriesOf(
    DEFINITION,
    [sample('2026-11-03T05:00:00Z', 10), sample('2026-11-03T06:00:00Z', 30), sample('2026-11-04T01:00:00Z', null)],
    over('2026-11-02', '2026-11-05'),
    'day',
  );
  expect(series.map(({ value, n }) => [value, n])).toEqual([
    [null, 0],
    [20, 2],
    [null, 0],
  ]);
  expect(series[0]?.reason).toBe('There was nothing.');
  expect(series[2]).toMatchObject({ reason: 'There was nothing. 1 left out: it was odd', excluded: { odd: 1 } });
  expect(series[0]).not.toHaveProperty('evidence');
});

test('every sample of the window is in exactly one stretch, in any order and either length', () => {
  const window = over('2026-10-29T11:00:00Z', '2026-12-03T04:00:00Z');
  const instants = fc.date({ min: day('2026-10-20'), max: day('2026-12-10'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.array(instants), fc.constantFrom('day' as const, 'week' as const), (dates, bucket) => {
      const samples = dates.map((at, index) => ({ ...sample('2026-11-03', index), at, subject: String(index) }));
      const series = seriesOf(DEFINITION, samples, window, bucket);
      expect(series.reduce((sum, { n }) => sum + n, 0)).toBe(figuresOf(DEFINITION, samples, window).n);
      expect(seriesOf(DEFINITION, samples.toReversed(), window, bucket)).toEqual(series);
    }),
    { numRuns: 100 },
  );
});

test('what happened after the instant that is asked about is not seen', () => {
  const samples = [sample('2026-11-03T05:00:00Z', 10), sample('2026-11-03T20:00:00Z', 30)];
  expect(seriesOf(DEFINITION, samples, over('2026-11-03', '2026-11-04', '2026-11-03T12:00:00Z'), 'day')).toMatchObject([
    { n: 1, value: 10, partial: true },
  ]);
});

test('a split shows the keys with the most samples and says how many it leaves out', () => {
  const samples = Array.from({ length: MOST_ROWS + 3 }, (_, at) =>
    Array.from({ length: at + 1 }, (__, n) => sample(`2026-11-03T0${n % 10}:00:00Z`, n, [`agent-${at}`])),
  ).flat();
  const { rows, rowsLeftOut } = splitSeries(DEFINITION, samples, { window: over('2026-11-03', '2026-11-04'), bucket: 'day', by: 'agent' });
  expect(rowsLeftOut).toBe(3);
  expect(rows?.map(({ key, n }) => [key, n])[0]).toEqual([`agent-${MOST_ROWS + 2}`, MOST_ROWS + 3]);
  expect(rows).toHaveLength(MOST_ROWS);
});

test('bins are side by side, hold every number once and end where the numbers do', () => {
  expect(binsOf({ unit: 'seconds' }, [])).toEqual([]);
  expect(binsOf({ unit: 'seconds' }, [70, 59, 3599, 120])).toEqual([
    { from: 30, to: 60, n: 1 },
    { from: 60, to: 120, n: 1 },
    { from: 120, to: 300, n: 1 },
    { from: 300, to: 600, n: 0 },
    { from: 600, to: 1200, n: 0 },
    { from: 1200, to: 1800, n: 0 },
    { from: 1800, to: 3600, n: 1 },
  ]);
  expect(binsOf({ unit: 'minutes' }, [1.5])).toEqual([{ from: 1, to: 2, n: 1 }]);
  expect(binsOf({ unit: 'count' }, [0, 2, 2])).toEqual([
    { from: 0, to: 1, n: 1 },
    { from: 1, to: 2, n: 0 },
    { from: 2, to: 3, n: 2 },
  ]);
  expect(binsOf({ unit: 'count' }, [0, 40]).at(-1)).toEqual({ from: 20, to: 50, n: 1 });
  expect(binsOf({ unit: 'share' }, [1, 0, 1])).toEqual([
    { from: 0, to: 0, n: 1 },
    { from: 1, to: 1, n: 2 },
  ]);
});

test('no number is too large for the bins', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), { minLength: 1 }),
      fc.constantFrom('seconds' as const, 'minutes' as const, 'count' as const),
      (numbers, unit) => {
        const bins = binsOf({ unit }, numbers);
        expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(numbers.length);
        for (const bin of bins) expect(bin.n).toBe(numbers.filter((one) => one >= bin.from && one < bin.to).length);
        expect(bins.slice(1).map(({ from }) => from)).toEqual(bins.slice(0, -1).map(({ to }) => to));
      },
    ),
    { numRuns: 100 },
  );
});
