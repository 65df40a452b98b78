/** A sample issue as a person would write it. */
export interface SampleIssue {
  title: string;
  body: string;
  author: string;
  /** What the demo shows with it; printed, never read by Reeve. */
  shows: string;
  labels?: string[];
}

/** People of the sample team; the last one decides. */
export const SAMPLE_PEOPLE = [
  {
    handle: 'ada',
    name: 'Ada Lindqvist',
    email: 'ada@shop.example',
    role: 'maintainer',
    skills: ['javascript', 'payments', 'security'],
    capacity_hours_per_week: 32,
    timezone: 'Europe/Stockholm',
    wip_limit: 2,
    owns: ['src/payment.js'],
  },
  {
    handle: 'ben',
    name: 'Ben Okafor',
    email: 'ben@shop.example',
    role: 'developer',
    skills: ['javascript', 'tests'],
    capacity_hours_per_week: 40,
    timezone: 'Africa/Lagos',
    wip_limit: 3,
    owns: ['src/cart.js', 'src/price.js'],
  },
  {
    handle: 'chloe',
    name: 'Chloé Martin',
    email: 'chloe@shop.example',
    role: 'developer',
    skills: ['docs', 'design'],
    capacity_hours_per_week: 24,
    timezone: 'Europe/Paris',
    wip_limit: 2,
    owns: ['README.md'],
  },
  {
    handle: 'dmitri',
    name: 'Dmitri Volkov',
    email: 'dmitri@shop.example',
    role: 'developer',
    skills: ['operations', 'shipping'],
    capacity_hours_per_week: 40,
    timezone: 'Asia/Tbilisi',
    wip_limit: 3,
    owns: ['src/shipping.js'],
  },
  {
    handle: 'mira',
    name: 'Mira Tanaka',
    email: 'mira@shop.example',
    role: 'manager',
    skills: ['planning'],
    capacity_hours_per_week: 40,
    timezone: 'Europe/Berlin',
    wip_limit: 1,
    owns: [],
  },
] as const;

export const SAMPLE_ISSUES: readonly SampleIssue[] = [
  {
    title: 'Cart accepts negative quantities',
    author: 'ben',
    body: 'When I call `addToCart` in `src/cart.js` with a quantity of -2 the line becomes negative and the total drops below zero.\n\nSteps to reproduce:\n1. Start with an empty cart\n2. Add Green tea with quantity -2\n\nExpected: adding a quantity below 1 throws a RangeError and the cart stays as it was.\nActual: the cart holds a line with quantity -2.\n\n- [ ] A quantity below 1 is refused with a RangeError\n- [ ] The cart is unchanged after a refusal',
    shows: 'a bug, fixed and merged',
  },
  {
    title: 'Search should ignore upper and lower case',
    author: 'chloe',
    body: 'Customers type "tea" and find "Black tea", but typing "green" finds nothing, because the catalog says "Green tea". `searchProducts` in `src/catalog.js` should ignore case.\n\n- [ ] Searching "GREEN" finds Green tea\n- [ ] Searching with surrounding blanks finds the same as without',
    shows: 'a small feature',
  },
  {
    title: 'Refactor: format.js computes the price text twice',
    author: 'ben',
    body: 'In `src/format.js` `showLine` repeats what `showPrice` does. Refactor `showLine` to use `showPrice`, with no change in behaviour.\n\n- [ ] showLine uses showPrice\n- [ ] The existing tests in test/format.test.js still pass',
    shows: 'a refactoring',
  },
  {
    title: 'Docs: README does not say how to run the tests',
    author: 'chloe',
    body: 'The documentation in `README.md` should say which Node version is needed and how to run the tests.\n\n- [ ] README.md has a section about running the tests\n- [ ] It names the Node version',
    shows: 'documentation',
  },
  {
    title: 'Negative quantity in the cart makes the total negative',
    author: 'dmitri',
    body: 'I added Green tea with a quantity of -2 to an empty cart with `addToCart` and the cart accepts it: the line is negative and the total drops below zero. A negative quantity should be refused.\n\nSteps to reproduce:\n1. Empty cart\n2. Add Green tea with quantity -2\n\nExpected: a negative quantity is refused.',
    shows: 'the same problem in other words: closed as a duplicate, with a link',
  },
  {
    title: 'Checkout is weird',
    author: 'dmitri',
    body: 'Sometimes it does not feel right. Please improve.',
    shows: 'too vague: it is asked about',
  },
  {
    title: 'Free shipping should start at exactly 50 euros',
    author: 'dmitri',
    body: 'A cart of exactly 5000 cents still pays for shipping. In `src/shipping.js` the comparison in `shippingCost` should include the limit.\n\nSteps to reproduce:\n1. Call shippingCost(5000)\n\nExpected: 0\nActual: 490\n\n- [ ] A cart of exactly 5000 cents ships free\n- [ ] test/shipping.test.js covers the limit',
    shows: 'touches the same line as the next one',
  },
  {
    title: 'Feature: express shipping for 9.90',
    author: 'chloe',
    body: 'Customers want to choose express shipping. `shippingCost` in `src/shipping.js` should take a second parameter: with `express` the cost is 990 cents, also for large carts; without it everything stays as it is.\n\n- [ ] shippingCost(1000, { express: true }) is 990\n- [ ] shippingCost(9000, { express: true }) is 990\n- [ ] The standard price is unchanged',
    shows: 'conflicts with the one before: built again on top of it',
  },
  {
    title: 'Payment: refuse to charge zero or negative amounts',
    author: 'ben',
    body: '`charge` in `src/payment.js` passes any amount to the payment gateway. A payment of 0 or less, or of a fraction of a cent, should be refused before the gateway is called, because a negative charge pays money out.\n\n- [ ] charge rejects with a RangeError when cents is not a positive whole number\n- [ ] The gateway is not called then',
    shows: 'risky: an agent is only sent after another yes',
  },
  {
    title: 'Tax has fractions of a cent',
    author: 'ada',
    body: '`tax` in `src/price.js` returns fractions: tax(999, 19) is 189.81. All money is in whole cents, so the tax should be rounded to the nearest cent.\n\nSteps to reproduce:\n1. Call tax(999, 19)\n\nExpected: 190\nActual: 189.81\n\n- [ ] tax(999, 19) is 190\n- [ ] total is a whole number of cents\n- [ ] test/price.test.js covers rounding',
    shows: 'the first try fails its tests, the second passes',
  },
  {
    title: 'Feature: percentage discount codes and an empty-cart message',
    author: 'chloe',
    body: 'Two things for the summer sale:\n\n- [ ] `src/discount.js`: a function `applyDiscount(cents, percent)` that returns the reduced price in whole cents, never below zero\n- [ ] `src/receipt.js`: a function `receipt(cart)` that returns one line per cart line, and "Your cart is empty" for an empty cart',
    shows: 'two independent tasks, built side by side',
  },
  {
    title: 'Chore: add an editorconfig',
    author: 'ada',
    body: 'Add an `.editorconfig` file with two spaces, UTF-8 and a final newline, so that all editors agree.\n\n- [ ] `.editorconfig` is at the root of the repository',
    shows: 'a chore',
  },
];
