/**
 * What the demo's coding agent knows: per sample issue, what it would write. The agent finds a skill by words of its prompt and
 * really edits the files of its worktree; everything around it (plan, scope, checks, queue, conflict) is Reeve's.
 */
const test = (file: string, lines: string[]) => ({ append: file, content: ['', ...lines, ''] });
const runTests = { run: 'node test/all.js', tell: true };

export const skills = {
  name: 'Demo coder',
  version: '1.0.0',
  skills: [
    {
      name: 'refuse negative quantities',
      match: { all: ['Cart accepts negative quantities'] },
      asks: 'edits',
      steps: [
        { think: 'addToCart takes any number. It has to refuse what is below one before it touches the cart.' },
        {
          edit: 'src/cart.js',
          edits: [
            {
              search: 'export function addToCart(cart, product, quantity) {\n',
              replace:
                "export function addToCart(cart, product, quantity) {\n  if (quantity < 1) throw new RangeError('a quantity is at least 1');\n",
            },
          ],
        },
        test('test/cart.test.js', [
          "test('a quantity below one is refused and changes nothing', () => {",
          '  const cart = emptyCart();',
          '  assert.throws(() => addToCart(cart, tea, -2), RangeError);',
          '  assert.equal(countItems(cart), 0);',
          '});',
        ]),
        runTests,
        { say: 'addToCart now refuses a quantity below 1; a test covers it.' },
      ],
    },
    {
      name: 'search without case',
      match: { all: ['Search should ignore upper and lower case'] },
      steps: [
        {
          edit: 'src/catalog.js',
          edits: [
            {
              search: 'PRODUCTS.filter((product) => product.name.includes(text))',
              replace: 'PRODUCTS.filter((product) => product.name.toLowerCase().includes(text.trim().toLowerCase()))',
            },
          ],
        },
        {
          write: 'test/catalog.test.js',
          content: [
            "import assert from 'node:assert/strict';",
            "import { test } from 'node:test';",
            "import { searchProducts } from '../src/catalog.js';",
            '',
            "test('searching ignores case and surrounding blanks', () => {",
            "  assert.deepEqual(searchProducts(' GREEN ').map((product) => product.name), ['Green tea']);",
            '});',
            '',
          ],
        },
        runTests,
        { say: 'searchProducts compares in lower case, without surrounding blanks.' },
      ],
    },
    {
      name: 'one price text',
      match: { all: ['format.js computes the price text twice'] },
      steps: [
        {
          edit: 'src/format.js',
          edits: [
            {
              search:
                "  const sum = (line.product.cents * line.quantity / 100).toFixed(2) + ' EUR';\n  return line.quantity + ' x ' + line.product.name + ': ' + sum;",
              replace: "  return line.quantity + ' x ' + line.product.name + ': ' + showPrice(line.product.cents * line.quantity);",
            },
          ],
        },
        runTests,
        { say: 'showLine uses showPrice; nothing it shows has changed.' },
      ],
    },
    {
      name: 'how to run the tests',
      match: { all: ['README does not say how to run the tests'] },
      steps: [
        {
          append: 'README.md',
          content: ['', '## Running the tests', '', 'Node.js 20 or newer is needed; there is nothing to install.', '', '```', 'npm test', '```', ''],
        },
        { say: 'The README says how to run the tests, and on which Node.js.' },
      ],
    },
    {
      name: 'free shipping at the limit',
      match: { all: ['Free shipping should start at exactly 50 euros'] },
      steps: [
        // On top of express shipping, when that landed first, the line reads differently.
        {
          if: { fileHas: { path: 'src/shipping.js', text: 'EXPRESS_CENTS' } },
          then: [{ edit: 'src/shipping.js', edits: [{ search: 'subtotalCents > FREE_FROM_CENTS', replace: 'subtotalCents >= FREE_FROM_CENTS' }] }],
          else: [
            {
              edit: 'src/shipping.js',
              edits: [
                {
                  search: 'return subtotalCents > FREE_FROM_CENTS ? 0 : STANDARD_CENTS;',
                  replace: 'return subtotalCents >= FREE_FROM_CENTS ? 0 : STANDARD_CENTS;',
                },
              ],
            },
          ],
        },
        // Built again after a conflict, the test is there already.
        {
          if: { fileHas: { path: 'test/shipping.test.js', text: 'exactly the limit' } },
          then: [],
          else: [
            test('test/shipping.test.js', [
              "test('a cart of exactly the limit ships free', () => {",
              '  assert.equal(shippingCost(5000), 0);',
              '});',
            ]),
          ],
        },
        runTests,
        { say: 'The limit itself now ships free.' },
      ],
    },
    {
      name: 'express shipping',
      match: { all: ['express shipping for 9.90'] },
      steps: [
        // It works longer than its neighbour, so that both are under way at once.
        { sleepMs: 1500 },
        {
          if: { fileHas: { path: 'src/shipping.js', text: '>= FREE_FROM_CENTS' } },
          then: [
            { think: 'The limit has changed meanwhile: keep it, and put express shipping before it.' },
            {
              edit: 'src/shipping.js',
              edits: [
                {
                  search: 'export function shippingCost(subtotalCents) {\n  return subtotalCents >= FREE_FROM_CENTS ? 0 : STANDARD_CENTS;',
                  replace:
                    'export function shippingCost(subtotalCents, { express = false } = {}) {\n  return express ? EXPRESS_CENTS : subtotalCents >= FREE_FROM_CENTS ? 0 : STANDARD_CENTS;',
                },
              ],
            },
          ],
          else: [
            {
              edit: 'src/shipping.js',
              edits: [
                {
                  search: 'export function shippingCost(subtotalCents) {\n  return subtotalCents > FREE_FROM_CENTS ? 0 : STANDARD_CENTS;',
                  replace:
                    'export function shippingCost(subtotalCents, { express = false } = {}) {\n  return express ? EXPRESS_CENTS : subtotalCents > FREE_FROM_CENTS ? 0 : STANDARD_CENTS;',
                },
              ],
            },
          ],
        },
        {
          edit: 'src/shipping.js',
          edits: [{ search: 'const STANDARD_CENTS = 490;\n', replace: 'const STANDARD_CENTS = 490;\nconst EXPRESS_CENTS = 990;\n' }],
        },
        test('test/shipping.test.js', [
          "test('express shipping costs 9.90, also for a large cart', () => {",
          '  assert.equal(shippingCost(1000, { express: true }), 990);',
          '  assert.equal(shippingCost(9000, { express: true }), 990);',
          '});',
        ]),
        runTests,
        { say: 'shippingCost takes { express }; the standard price is as it was.' },
      ],
    },
    {
      name: 'refuse odd charges',
      match: { all: ['refuse to charge zero or negative amounts'] },
      asks: 'everything',
      steps: [
        {
          edit: 'src/payment.js',
          edits: [
            {
              search: 'export async function charge(gateway, card, cents) {\n',
              replace:
                "export async function charge(gateway, card, cents) {\n  if (!Number.isInteger(cents) || cents <= 0) throw new RangeError('an amount is a positive number of whole cents');\n",
            },
          ],
        },
        {
          write: 'test/payment.test.js',
          content: [
            "import assert from 'node:assert/strict';",
            "import { test } from 'node:test';",
            "import { charge } from '../src/payment.js';",
            '',
            "test('an amount that is not positive whole cents never reaches the gateway', async () => {",
            '  let called = 0;',
            '  const gateway = { charge: () => (called += 1) };',
            '  for (const cents of [0, -100, 1.5]) await assert.rejects(charge(gateway, {}, cents), RangeError);',
            '  assert.equal(called, 0);',
            '});',
            '',
          ],
        },
        runTests,
        { say: 'charge refuses amounts that are not positive whole cents, before the gateway is called.' },
      ],
    },
    {
      name: 'round the tax, wrongly',
      match: { all: ['Tax has fractions of a cent'], attempt: { max: 1 } },
      steps: [
        { think: 'Cutting the fraction off is the smallest change.' },
        { edit: 'src/price.js', edits: [{ search: 'return cents * (rate / 100);', replace: 'return Math.floor(cents * (rate / 100));' }] },
        test('test/price.test.js', ["test('the tax is rounded to the nearest cent', () => {", '  assert.equal(tax(999, 19), 190);', '});']),
        {
          edit: 'test/price.test.js',
          edits: [
            { search: "import { subtotal, total } from '../src/price.js';", replace: "import { subtotal, tax, total } from '../src/price.js';" },
          ],
        },
        { say: 'The tax is in whole cents now.' },
      ],
    },
    {
      name: 'round the tax',
      match: { all: ['Tax has fractions of a cent'], attempt: { min: 2 } },
      steps: [
        { think: 'The test says 190 where cutting off gave 189: round to the nearest instead.' },
        { edit: 'src/price.js', edits: [{ search: 'return cents * (rate / 100);', replace: 'return Math.round(cents * (rate / 100));' }] },
        test('test/price.test.js', ["test('the tax is rounded to the nearest cent', () => {", '  assert.equal(tax(999, 19), 190);', '});']),
        {
          edit: 'test/price.test.js',
          edits: [
            { search: "import { subtotal, total } from '../src/price.js';", replace: "import { subtotal, tax, total } from '../src/price.js';" },
          ],
        },
        runTests,
        { say: 'The tax is rounded to the nearest cent.' },
      ],
    },
    {
      name: 'discounts',
      match: { all: ['percentage discount codes', 'part 1 of 2'] },
      steps: [
        {
          write: 'src/discount.js',
          content: [
            '/** Reduces a price by so many percent; whole cents, never below zero. */',
            'export function applyDiscount(cents, percent) {',
            '  return Math.max(0, Math.round(cents * (1 - percent / 100)));',
            '}',
            '',
          ],
        },
        runTests,
        { say: 'applyDiscount is in src/discount.js.' },
      ],
    },
    {
      name: 'receipts',
      match: { all: ['percentage discount codes', 'part 2 of 2'] },
      steps: [
        {
          write: 'src/receipt.js',
          content: [
            "import { showLine } from './format.js';",
            '',
            '/** One line per line of the cart. */',
            'export function receipt(cart) {',
            "  return cart.lines.length === 0 ? 'Your cart is empty' : cart.lines.map(showLine).join('\\n');",
            '}',
            '',
          ],
        },
        runTests,
        { say: 'receipt is in src/receipt.js.' },
      ],
    },
    {
      name: 'editorconfig',
      match: { all: ['add an editorconfig'] },
      steps: [
        {
          write: '.editorconfig',
          content: [
            'root = true',
            '',
            '[*]',
            'indent_style = space',
            'indent_size = 2',
            'charset = utf-8',
            'end_of_line = lf',
            'insert_final_newline = true',
            '',
          ],
        },
        { say: 'There is an .editorconfig at the root.' },
      ],
    },
  ],
};
