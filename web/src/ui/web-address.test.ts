import { expect, test } from 'vitest';
import { isWebAddress } from './web-address.ts';

test.each([
  ['https://github.com/acme/shop/pull/1', true],
  ['http://forge.internal:8080/x', true],
  ['HTTPS://github.com/acme', true],
  ['javascript:alert(1)', false],
  [' javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['//evil.example', false],
  ['/pulls', false],
  ['https:alert', false],
  ['https://', false],
  ['', false],
])('%j is an address of the web: %s', (address, is) => {
  expect(isWebAddress(address)).toBe(is);
});
