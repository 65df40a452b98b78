import { describe, expect, test } from 'vitest';
import type { WorkType } from '#modules/work/index.ts';
import { issueTextOf } from './decide.evidence.ts';
import { decideGaps } from './decide.questions.ts';

function questions(title: string, body: string, type: WorkType, files: readonly string[] = []): string[] {
  return decideGaps(issueTextOf({ title, body, labels: [] }), type, files).questions;
}

describe('issues that nobody could plan on are asked about', () => {
  test.each([
    ['Make the shop faster', '', 'feature'],
    ['It is broken', 'Please fix.', 'bug'],
    ['Improve the UX', 'The app should look more modern.', 'feature'],
    ['Search is slow', '', 'bug'],
    ['Checkout does not work', 'It does not work for some people.', 'bug'],
    ['Clean up the code', '', 'refactor'],
    ['Better error handling', '', 'feature'],
    ['The site is weird on my phone', '', 'bug'],
    ['Something is wrong with the numbers', 'They look off sometimes.', 'bug'],
    ['Make checkout better', 'Customers complain. We should really improve this.', 'feature'],
    ['Update docs', '', 'docs'],
  ] as const)('%s', (title, body, type) => {
    const asked = questions(title, body, type);
    expect(asked.length).toBeGreaterThanOrEqual(1);
    expect(asked.length).toBeLessThanOrEqual(4);
    for (const question of asked) expect(question).toMatch(/\?|\. |enough/);
  });
});

describe('issues with substance are not', () => {
  test.each([
    ['Cart total ignores the quantity', '`total()` in src/cart.js adds each item once.', 'bug'],
    ['Cart total is wrong when quantity is zero', 'Expected 0, got NaN.', 'bug'],
    ['Prices are shown with one decimal', 'formatPrice(1.5) returns "1.5" instead of "1.50".', 'bug'],
    ['Login fails with capital letters in the e-mail', 'Anna@example.org is refused, anna@example.org works.', 'bug'],
    ['Free shipping is not applied above 100 euro', 'An order of 120 still pays 4.90 for shipping.', 'bug'],
    ['Add a wishlist', 'As a customer I want to keep products on a list so that I can buy them later.', 'feature'],
    ['Show stock level on the product page', 'It should say "in stock" or "sold out" next to the price.', 'feature'],
    ['Export orders as CSV', 'A button on the orders page downloads all orders of the month.', 'feature'],
    ['Rename `calc` to `calculateShipping`', '', 'refactor'],
    ['Extract the price calculation from cart.js', 'It is used in three places.', 'refactor'],
    ['Typo in README: "recieve"', '', 'docs'],
    ['Document the environment variables in README.md', '', 'docs'],
    ['Bump eslint to 9', 'The old one is no longer maintained.', 'chore'],
    ['Slow search', 'With 10,000 products `searchProducts("shirt")` takes 4 seconds; it should take less than 200 ms.', 'bug'],
  ] as const)('%s', (title, body, type) => {
    expect(questions(title, body, type)).toEqual([]);
  });
});

test('questions repeat the words of the issue and offer the files that fit', () => {
  const asked = questions('Search is slow', '', 'bug', ['src/search.js', 'test/search.test.js', 'src/cart.js']);
  expect(asked[0]).toContain('"slow" in "Search is slow"');
  expect(asked[1]).toContain('`src/search.js`');
  expect(asked[1]).not.toContain('test');
  expect(asked[2]).toContain('Which steps');
});

test('what is there is not asked for again', () => {
  const asked = questions('It is broken', 'When I press the red button.', 'bug').join(' ');
  expect(asked).not.toContain('Which steps');
});

test('hints of an issue template count as nothing', () => {
  const body = '## Describe the bug\n<!-- Please give the exact steps when src/cart.js fails with an Error -->\n\n_No response_';
  expect(questions('Broken', body, 'bug').length).toBeGreaterThan(0);
});
