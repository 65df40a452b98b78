import { expect, test } from 'vitest';
import type { WorkItemId } from '#kernel/ids.ts';
import { DUPLICATE_AT, decideDuplicates } from './decide.duplicates.ts';

type Item = Parameters<typeof decideDuplicates>[0];
type Text = readonly [title: string, body: string];

let made = 0;
function item(title: string, body: string, change: Partial<Item> = {}): Item {
  made += 1;
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, made));
  return {
    id: `iss_${String(made).padStart(26, '0')}` as WorkItemId,
    number: made,
    title,
    body,
    state: 'new',
    duplicateOf: null,
    createdAt: at,
    updatedAt: at,
    type: null,
    ...change,
  };
}

// What a shop's tracker holds besides the pair in question: the background that document frequencies are counted over.
const TRACKER: readonly Text[] = [
  ['Add a wishlist', 'As a customer I want to keep products on a list so that I can buy them later.'],
  ['Footer links open in the same tab', 'The links of the footer should open in a new tab.'],
  ['Upgrade to Node 24', 'Node 20 reaches its end of life in April.'],
  ['Document the environment variables', 'The README does not say which variables the server reads.'],
  ['Rename `calc` to `calculateShipping`', 'The name in src/shipping.js says nothing.'],
  ['Product page shows no stock level', 'It should say "in stock" or "sold out" next to the price.'],
  ['Orders over 100 euro should ship for free', 'Above 100 the shipping cost must be 0.'],
  ['Newsletter sign-up accepts any text', 'The form should check that it is an address.'],
];

const SAME: ReadonlyArray<readonly [Text, Text]> = [
  [
    ['Cart total is wrong when a discount code is applied', 'I put two shirts in the cart and used SAVE10. The total is higher than it should be.'],
    ['Incorrect sum in basket after entering a voucher', 'With the voucher SAVE10 the basket shows an incorrect total, too high for two shirts.'],
  ],
  [
    ['Login fails with capital letters in the e-mail', 'If I type Anna@example.org I get "unknown user", with anna@example.org it works.'],
    ['Cannot sign in when my email has upper case letters', 'Signing in with Anna@Example.org says unknown user. Lower case works.'],
  ],
  [
    ['Search crashes on empty query', 'Pressing enter in the empty search box throws TypeError: Cannot read properties of undefined.'],
    ['TypeError when searching for nothing', 'Submit the search box without text: "TypeError: Cannot read properties of undefined" in the console.'],
  ],
  [
    ['Prices are rounded down instead of to the nearest cent', '`formatPrice(1.005)` gives 1.00.'],
    ['formatPrice rounds wrong', 'formatPrice(1.005) returns "1.00", expected "1.01" (nearest cent).'],
  ],
  [
    ['Checkout page is very slow', 'It takes 12 seconds to load the checkout page with 30 items in the cart.'],
    ['Loading the checkout takes too long with many items', 'With about 30 items the checkout page needs more than ten seconds.'],
  ],
  [
    ['Add dark mode', 'A dark theme would be nice for the evening.'],
    ['Please support a dark theme', 'At night the white page hurts. A dark mode with a switch would be great.'],
  ],
  [
    ['Negative quantities are accepted in the cart', 'I can enter -3 as quantity and the total becomes negative.'],
    ['Quantity below zero possible', 'The cart lets me type a negative quantity such as -3; then the total is negative.'],
  ],
  [
    ['Order confirmation mail is sent twice', 'Customers receive the confirmation two times.'],
    ['Duplicate confirmation emails', 'After an order I get the same confirmation email twice.'],
  ],
  [
    ['Typo in README: "recieve"', 'In the section on webhooks.'],
    ['README spelling mistake', 'It says "recieve" in the webhooks section of the README.'],
  ],
  [
    ['Session expires while filling the checkout form', 'After 10 minutes on the checkout form everything typed is lost and I must log in again.'],
    ['Logged out in the middle of checkout', 'If the checkout form takes me more than 10 minutes my session expires and the typed data is lost.'],
  ],
  [
    ['Product images do not load on mobile', 'On my phone all product pictures are missing.'],
    ['Pictures of products missing on phones', 'On iPhone and Android the product images do not appear.'],
  ],
  [
    ['Sort orders by date', 'The list of orders should be sorted by date, newest first.'],
    ['Order list is not sorted', 'Orders appear in random order; please sort the list of orders by date, newest on top.'],
  ],
  [
    ['CSV export breaks on commas in product names', 'A product called "Shirt, blue" shifts the columns of the exported CSV.'],
    ['Exported CSV has shifted columns', 'When a product name contains a comma ("Shirt, blue") the columns of the csv are shifted.'],
  ],
  [
    ['Cart total is wrong with a coupon', ''],
    ['Cart total wrong when coupon used', ''],
  ],
  [
    ['`parseDate` ignores the time zone', 'parseDate("2026-01-01T00:00+02:00") gives midnight UTC.'],
    ['Wrong hour after parseDate', 'The offset is dropped by `parseDate`: "2026-01-01T00:00+02:00" becomes midnight UTC.'],
  ],
  [
    ['Searching with umlauts finds nothing', '"Müller" gives no results although there are products.'],
    ['Umlauts break the product search', 'A search for "Müller" returns an empty list.'],
  ],
  [
    ['Memory leak in the importer', 'After importing 50 files the process uses 4 GB.'],
    ['Importer eats all memory', 'Importing many files makes the process grow to several GB until it is killed.'],
  ],
  [
    ['Tax is calculated on shipping', 'VAT is added on the shipping cost.'],
    ['Shipping costs should not be taxed', 'VAT is calculated on shipping, that is wrong.'],
  ],
  [
    ['Empty cart page shows NaN', 'Open the cart without items: total NaN.'],
    ['NaN as total when the cart has no items', 'The total shows NaN on an empty cart.'],
  ],
];

const AREA: ReadonlyArray<readonly [Text, Text]> = [
  [
    ['Add export of orders to CSV', 'Managers want to download all orders as CSV.'],
    ['Add import of orders from CSV', 'Managers want to upload orders as CSV.'],
  ],
  [
    ['Cart total is wrong when a discount code is applied', 'The total is higher than it should be.'],
    [
      'Cart does not show the discount code that was applied',
      'After applying, the name of the code should be displayed with a button to take it away.',
    ],
  ],
  [
    ['Login fails with capital letters in the e-mail', 'Anna@example.org is unknown.'],
    ['Login should be limited to 5 tries', 'Someone can try passwords for ever. Block for 15 minutes after 5 failed logins.'],
  ],
  [
    ['Search crashes on empty query', 'TypeError in the console.'],
    ['Search should find products by SKU', 'Typing the SKU finds nothing today.'],
  ],
  [
    ['Prices are rounded down', '`formatPrice(1.005)` gives 1.00.'],
    ['Show prices with currency symbol', 'Prices should be shown as €1.00 instead of 1.00.'],
  ],
  [
    ['Checkout page is very slow', 'It takes 12 seconds.'],
    ['Checkout page needs a progress bar', 'Customers do not know how many steps are left.'],
  ],
  [
    ['Add dark mode', 'For the evening.'],
    ['Add compact mode', 'More rows of products on one screen.'],
  ],
  [
    ['Negative quantities are accepted in the cart', 'I can enter -3.'],
    ['Remember the cart between visits', 'The cart should be kept for 30 days.'],
  ],
  [
    ['Order confirmation mail is sent twice', 'Two mails arrive.'],
    ['Order confirmation mail lacks the order number', 'The number should be in the subject.'],
  ],
  [
    ['Typo in README: "recieve"', 'In the section on webhooks.'],
    ['README should explain how to run the tests', 'A section "Tests" is missing.'],
  ],
  [
    ['API returns 404 for deleted products', 'GET /products/7 gives 404, should be 410.'],
    ['API returns 500 for products without price', 'GET /products/9 gives 500.'],
  ],
  [
    ['Sort orders by date', 'Newest first.'],
    ['Sort products by price', 'Cheapest first.'],
  ],
  [
    ['Bump eslint to 9', 'The old one is no longer maintained.'],
    ['Bump vitest to 5', 'The old one is no longer maintained.'],
  ],
  [
    ['Refactor src/cart.js into smaller functions', 'It has 400 lines.'],
    ['Refactor src/checkout.js into smaller functions', 'It has 350 lines.'],
  ],
  [
    ['Support payment by PayPal', 'Customers ask for it.'],
    ['Support payment by invoice', 'Companies ask for it.'],
  ],
  [
    ['Increase the session timeout', 'Ten minutes are too short.'],
    ['Decrease the session timeout for admins', 'Admins should be logged out after two minutes.'],
  ],
  [
    ['Products with zero stock can be ordered', 'The button should be disabled at stock 0.'],
    ['Stock is not reduced after an order', 'After buying the last one the stock still says 1.'],
  ],
  [
    ['Product list: filter by color', 'Customers want to filter by color.'],
    ['Product list: filter by size', 'Customers want to filter by size.'],
  ],
  [
    ['Empty cart page shows NaN', 'total NaN.'],
    ['Empty cart page should suggest products', 'Show three bestsellers on the empty cart page.'],
  ],
  [
    ['Add a health endpoint', 'GET /health returns 200.'],
    ['Add a metrics endpoint', 'GET /metrics returns Prometheus text.'],
  ],
  [
    ['Test for cart total', 'Write a unit test for src/cart.js.'],
    ['Test for shipping', 'Write a unit test for src/shipping.js.'],
  ],
  [
    ['Gift cards', 'Sell gift cards of 25, 50 and 100 euro.'],
    ['Gift wrapping', 'Offer gift wrapping for 3 euro at checkout.'],
  ],
];

function likeness(first: Text, second: Text): number {
  const tracker = TRACKER.map(([title, body]) => item(title, body));
  const older = item(...first);
  const found = decideDuplicates(item(...second), [...tracker, older]);
  return found.find((candidate) => candidate.workItemId === older.id)?.confidence ?? 0;
}

test.each(SAME)('the same problem in other words is found: %j and %j', (first, second) => {
  expect(likeness(first, second)).toBeGreaterThanOrEqual(DUPLICATE_AT);
});

test.each(AREA)('two issues of one area stay two: %j and %j', (first, second) => {
  expect(likeness(first, second)).toBeLessThan(DUPLICATE_AT);
});

test('no pair of the unrelated tracker items is taken for duplicates', () => {
  const tracker = TRACKER.map(([title, body]) => item(title, body));
  for (const one of tracker) expect(decideDuplicates(one, tracker)).toEqual([]);
});

test('the evidence names the shared words and fields', () => {
  const older = item('formatPrice rounds wrong', '`formatPrice(1.005)` returns 1.00');
  const [found] = decideDuplicates(item('Rounding in formatPrice is wrong', '`formatPrice(1.005)` should be 1.01'), [older]);
  expect(found).toMatchObject({ workItemId: older.id, number: older.number, title: older.title });
  expect(found?.evidence.join('; ')).toMatch(/shared words: .*round/);
  expect(found?.evidence.join('; ')).toContain('both name formatprice');
});

test('only an earlier item can be the original, so two items never close each other', () => {
  const first = item('Cart total is wrong', 'with a coupon the total is too high');
  const second = item('Cart total is wrong', 'with a coupon the total is too high');
  expect(decideDuplicates(second, [first])).toHaveLength(1);
  expect(decideDuplicates(first, [second])).toEqual([]);
});

test('a duplicate is never the original, and neither is work that was merged before the report', () => {
  const text: Text = ['Cart total is wrong', 'with a coupon the total is too high'];
  const duplicate = item(...text, { state: 'duplicate' });
  const merged = item(...text, { state: 'merged' });
  const report = item(...text);
  expect(decideDuplicates(report, [duplicate, merged])).toEqual([]);
  expect(decideDuplicates(report, [{ ...merged, updatedAt: new Date(report.createdAt.getTime() + 1) }])).toHaveLength(1);
});

test('ten thousand candidates are compared and the one that matches is found', () => {
  const nouns = ['cart', 'invoice', 'search', 'login', 'stock', 'voucher', 'newsletter', 'export', 'address', 'review'];
  const others = Array.from({ length: 10_000 }, (_, at) =>
    item(
      `${nouns[at % 10] ?? ''} case ${at} of module ${at % 97}`,
      `Details of case ${at}: ${nouns[(at * 7) % 10] ?? ''} behaves oddly in branch ${at % 31}.`,
    ),
  );
  const wanted = item('Warehouse label prints the wrong barcode', 'The barcode on warehouse labels misses its check digit.');
  const [best] = decideDuplicates(item('Barcode on the warehouse label is incorrect', 'The check digit of the printed barcode is missing.'), [
    ...others,
    wanted,
  ]);
  expect(best?.workItemId).toBe(wanted.id);
});
