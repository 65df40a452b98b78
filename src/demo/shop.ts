/**
 * The sample repository: a small shop in plain JavaScript with tests of Node's own runner and no dependency to install. It has
 * the faults that the sample issues (`issues.ts`) report. Path -> content.
 */
export const SHOP_FILES: Readonly<Record<string, string>> = {
  'package.json': `{
  "name": "corner-shop",
  "version": "1.4.0",
  "private": true,
  "type": "module",
  "scripts": {
    "test": "node test/all.js"
  }
}
`,
  'README.md': `# Corner shop

The cart and checkout of a small web shop.

## Layout

- \`src/cart.js\`: what a customer wants to buy
- \`src/price.js\`: sums and discounts, in cents
- \`src/shipping.js\`: what sending it costs
- \`src/catalog.js\`: what there is to buy
- \`src/payment.js\`: charging a card
- \`src/format.js\`: how prices are shown
`,
  'AGENTS.md': `# Working on the shop

- Plain JavaScript modules, no dependencies.
- All money is in whole cents.
- Every change of behaviour comes with a test under \`test/\`.
- Run \`npm test\` before you are done.
`,
  'src/cart.js': `/** Adds \`quantity\` of a product; the same product twice is one line. */
export function addToCart(cart, product, quantity) {
  const line = cart.lines.find((each) => each.product.id === product.id);
  if (line) {
    line.quantity += quantity;
  } else {
    cart.lines.push({ product, quantity });
  }
  return cart;
}

export function emptyCart() {
  return { lines: [] };
}

export function countItems(cart) {
  return cart.lines.reduce((sum, line) => sum + line.quantity, 0);
}
`,
  'src/price.js': `/** Price of all lines, in cents. */
export function subtotal(cart) {
  return cart.lines.reduce((sum, line) => sum + line.product.cents * line.quantity, 0);
}

/** Value added tax of an amount; \`rate\` in percent. */
export function tax(cents, rate) {
  return cents * (rate / 100);
}

export function total(cart, rate) {
  const net = subtotal(cart);
  return net + tax(net, rate);
}
`,
  'src/shipping.js': `const STANDARD_CENTS = 490;
const FREE_FROM_CENTS = 5000;

/** Cost of sending a cart of this value, in cents. */
export function shippingCost(subtotalCents) {
  return subtotalCents > FREE_FROM_CENTS ? 0 : STANDARD_CENTS;
}
`,
  'src/catalog.js': `const PRODUCTS = [
  { id: 'p1', name: 'Green tea', cents: 450 },
  { id: 'p2', name: 'Black tea', cents: 420 },
  { id: 'p3', name: 'Tea pot', cents: 2900 },
  { id: 'p4', name: 'Honey', cents: 780 },
];

export function allProducts() {
  return PRODUCTS;
}

/** Products whose name contains the text. */
export function searchProducts(text) {
  return PRODUCTS.filter((product) => product.name.includes(text));
}
`,
  'src/payment.js': `/** Charges a card through the gateway; the gateway is passed in. */
export async function charge(gateway, card, cents) {
  return gateway.charge({ card, cents });
}
`,
  'src/format.js': `/** 1290 -> "12.90 EUR" */
export function showPrice(cents) {
  return (cents / 100).toFixed(2) + ' EUR';
}

/** One line of a receipt. */
export function showLine(line) {
  const sum = (line.product.cents * line.quantity / 100).toFixed(2) + ' EUR';
  return line.quantity + ' x ' + line.product.name + ': ' + sum;
}
`,
  'test/all.js': `// Every test file of this folder in one process: one for each would take longer than the tests.
import { readdirSync } from 'node:fs';

const here = new URL('.', import.meta.url);
for (const name of readdirSync(here)) if (name.endsWith('.test.js')) await import(new URL(name, here));
`,
  'test/cart.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addToCart, countItems, emptyCart } from '../src/cart.js';

const tea = { id: 'p1', name: 'Green tea', cents: 450 };

test('the same product twice is one line', () => {
  const cart = addToCart(addToCart(emptyCart(), tea, 1), tea, 2);
  assert.equal(cart.lines.length, 1);
  assert.equal(countItems(cart), 3);
});
`,
  'test/price.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subtotal, total } from '../src/price.js';

const cart = { lines: [{ product: { id: 'p1', cents: 450 }, quantity: 2 }] };

test('the subtotal is the sum of the lines', () => {
  assert.equal(subtotal(cart), 900);
});

test('the total includes the tax', () => {
  assert.equal(total(cart, 20), 1080);
});
`,
  'test/shipping.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shippingCost } from '../src/shipping.js';

test('a small cart pays for shipping', () => {
  assert.equal(shippingCost(1000), 490);
});

test('a large cart ships free', () => {
  assert.equal(shippingCost(9000), 0);
});
`,
  'test/format.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showLine, showPrice } from '../src/format.js';

test('prices have two decimals and a currency', () => {
  assert.equal(showPrice(1290), '12.90 EUR');
});

test('a receipt line shows quantity, name and sum', () => {
  assert.equal(showLine({ product: { name: 'Honey', cents: 780 }, quantity: 2 }), '2 x Honey: 15.60 EUR');
});
`,
};
