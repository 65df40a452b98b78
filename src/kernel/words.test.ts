import { expect, test } from 'vitest';
import { diceOf, rawWordsOf, stemOf, trigramsOf, wordsOf } from './words.ts';

test.each([
  ['totals', 'total'],
  ['crashes', 'crashed'],
  ['rounding', 'rounds'],
  ['saved', 'saving'],
  ['stopped', 'stops'],
  ['categories', 'category'],
  ['validation', 'validates'],
  ['deleting', 'deleted'],
  ['prices', 'pricing'],
])('%s and %s have one stem', (one, two) => {
  expect(stemOf(one)).toBe(stemOf(two));
});

test.each([
  ['price', 'prize'],
  ['import', 'export'],
  ['status', 'state'],
  ['address', 'add'],
])('%s and %s do not', (one, two) => {
  expect(stemOf(one)).not.toBe(stemOf(two));
});

test('camelCase, paths and punctuation split words; brands stay whole', () => {
  expect(rawWordsOf("formatPrice in src/cart-page.js doesn't like PayPal")).toEqual([
    'format',
    'price',
    'in',
    'src',
    'cart',
    'page',
    'js',
    'doesnt',
    'like',
    'paypal',
  ]);
});

test('words that carry nothing are left out', () => {
  expect(wordsOf('The total of the cart is not right')).toEqual(['total', 'cart', 'right']);
});

test('texts are alike by their letters', () => {
  expect(diceOf(trigramsOf('Cart total'), trigramsOf('cart  TOTAL!'))).toBe(1);
  expect(diceOf(trigramsOf('Cart total'), trigramsOf('Login form'))).toBeLessThan(0.2);
  expect(diceOf(new Set(), new Set())).toBe(0);
});
