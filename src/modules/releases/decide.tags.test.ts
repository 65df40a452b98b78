import { expect, it } from 'vitest';
import { isVersionTag, predecessorOf, productOf } from './decide.tags.ts';

it.each([
  ['v1.4.0', true],
  ['1.4', true],
  ['shop/v1.4.0-rc.1', true],
  ['shop@2.0.1+build.5', true],
  ['nightly', false],
  ['deployed-2026', false],
  ['v1', false],
])('%s is a version: %s', (tag, expected) => expect(isVersionTag(tag)).toBe(expected));

it.each([
  ['v1.4.0', ''],
  ['1.4', ''],
  ['v1.4.0-1.2', ''],
  ['shop/v1.4.0-rc.1', 'shop/'],
  ['shop-v1.2-1.3', 'shop-'],
  ['shop-api@2.0', 'shop-api@'],
])('%s is of the product "%s"', (tag, expected) => expect(productOf(tag)).toBe(expected));

it('a tag follows the newest one of its own product', () => {
  const newestFirst = ['shop/v1.4', 'v9.0', 'api/v2.0', 'nightly', 'shop/v1.3', 'api/v1.9'].map((tag) => ({ tag }));
  const before = (tag: string): string | undefined => predecessorOf(newestFirst, tag)?.tag;
  expect([before('api/v2.1'), before('api/v2.0'), before('shop/v1.5'), before('v9.1')]).toEqual(['api/v2.0', 'api/v1.9', 'shop/v1.4', 'v9.0']);
  expect(before('web/v1.0')).toBeUndefined();
});
