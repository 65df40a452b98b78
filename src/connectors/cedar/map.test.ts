import { expect, test } from 'vitest';
import { toCedarRecord } from './map.ts';

test('facts become a Cedar context: null is left out, fractions are decimals, everything else stays', () => {
  expect(toCedarRecord({ a: 1, b: 'x', c: true, d: null, e: [1, null, 'y'], f: { g: null, h: 2 }, cost: 12.5, tiny: -0.00004 })).toEqual({
    a: 1,
    b: 'x',
    c: true,
    e: [1, 'y'],
    f: { h: 2 },
    cost: { __extn: { fn: 'decimal', arg: '12.5000' } },
    tiny: { __extn: { fn: 'decimal', arg: '-0.0000' } },
  });
});

test.each([[{ __entity: {} }], [{ a: [{ __extn: { fn: 'ip', arg: '1' } }] }], [{ n: 1e300 }], [{ n: 2 ** 53 + 0.5 }], [{ n: Number.NaN }]])(
  '%j has no Cedar form',
  (facts) => expect(() => toCedarRecord(facts)).toThrow(TypeError),
);
