import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideFeasible } from './decide.assess.ts';
import { draftByRules, type DraftInput } from './decide.draft.ts';
import { likelyFiles, namedPaths, testsBeside } from './decide.paths.ts';
import { validatePlan } from './decide.validate.ts';
import type { PlanFacts } from './model.ts';

const FILES = [
  'README.md',
  'CHANGELOG.md',
  'package.json',
  'package-lock.json',
  'docs/api.md',
  'src/cart.js',
  'src/price.js',
  'src/shipping/rates.js',
  'src/shipping/index.js',
  'src/search.js',
  'src/http/routes.js',
  'src/http/server.js',
  'test/cart.test.js',
  'test/price.test.js',
  'test/search.test.js',
  'public/logo.png',
];
const FACTS: PlanFacts = { checks: ['test', 'lint'], maxFiles: 40, maxContextTokens: 200_000 };

function draft(
  title: string,
  body = '',
  change: Partial<DraftInput> & {
    type?: NonNullable<DraftInput['triage']>['type'];
    size?: NonNullable<DraftInput['triage']>['size'];
    evidence?: string[];
  } = {},
) {
  const { type = 'bug', size = 'S', evidence = [], ...rest } = change;
  return draftByRules({
    item: { title, body, type: null, size: null },
    kind: 'issue',
    triage: { type, size, risk: 'low', evidence },
    repoFiles: FILES,
    facts: FACTS,
    ...rest,
  });
}

describe('paths', () => {
  test.each([
    ['in `src/cart.js`', ['src/cart.js']],
    ['cart.js', ['src/cart.js']],
    ['see README', ['README.md']],
    ['below src/shipping/', ['src/shipping/**']],
    ['a new src/tax.js', ['src/tax.js']],
    ['a new tax.js', ['**/tax.js']],
    ['index.js', ['src/shipping/index.js']],
    ['https://example.org/src/cart.js and 1.2.3, Node.js, e.g. and/or', []],
    ['../../etc/passwd', []],
  ])('"%s" names %j', (text, expected) => {
    expect(namedPaths(text, FILES).map(({ glob }) => glob)).toEqual(expected);
  });

  test('a file of the root without an extension is named by exactly its name', () => {
    const files = ['license', 'Makefile', 'src/build'];
    const named = (text: string) => namedPaths(text, files).map(({ glob, exists }) => [glob, exists]);
    expect(named('add a target to Makefile, and the year to license')).toEqual([
      ['Makefile', true],
      ['license', true],
    ]);
    expect(named('the build needs a License')).toEqual([]);
  });

  test('files are likely by the words in their names; a word every path has says nothing', () => {
    expect(likelyFiles('The cart total is wrong', FILES)[0]?.path).toBe('src/cart.js');
    expect(likelyFiles('Shipping rates for Austria', FILES)[0]?.path).toBe('src/shipping/rates.js');
    expect(likelyFiles('Something about nothing', FILES)).toEqual([]);
    expect(likelyFiles('logo lock', FILES)).toEqual([]);
  });

  test('tests stand beside their file, or would', () => {
    expect(testsBeside('src/cart.js', FILES)).toEqual(['test/cart.test.js']);
    expect(testsBeside('src/http/server.js', FILES)).toEqual(['**/{server.test,server.spec,server_test,test_server}.*']);
    const plain = ['src/index.js', 'src/cart/index.js', 'bench/index.js', 'test/index.js', 'test/cart/index.js'];
    expect(testsBeside('src/index.js', plain)).toEqual(['test/index.js']);
    expect(testsBeside('src/cart/index.js', plain)).toEqual(['test/cart/index.js']);
    expect(testsBeside('bench/index.js', plain)).toEqual(['bench/**/{index.test,index.spec,index_test,test_index}.*']);
    expect(testsBeside('README.md', FILES)).toEqual([]);
    expect(testsBeside('src/**', FILES)).toEqual([]);
  });
});

describe('acceptance', () => {
  test("the author's checklist is taken word by word", () => {
    const plan = draft('Wishlist', 'Text.\n\n- [ ] add a product\n- [x] list them\n\n## Steps to reproduce\n- [ ] open', { type: 'feature' });
    expect(plan.acceptance).toEqual([
      { id: 'a1', text: 'add a product' },
      { id: 'a2', text: 'list them' },
    ]);
  });

  test('a section about acceptance counts, bullets or sentences', () => {
    expect(draft('X', '## Acceptance criteria\n- total is 5\n- no NaN', { type: 'feature' }).acceptance.map(({ text }) => text)).toEqual([
      'total is 5',
      'no NaN',
    ]);
    expect(
      draft('X', '### Expected behaviour\nThe total is 5. It has two decimals.', { type: 'feature' }).acceptance.map(({ text }) => text),
    ).toEqual(['The total is 5.', 'It has two decimals.']);
  });

  test('sentences that say what should be are criteria; a bug also gets its test', () => {
    const plan = draft('Prices', 'Prices show one decimal. They should show two decimals. I like the shop.');
    expect(plan.acceptance.map(({ text }) => text)).toEqual([
      'They should show two decimals.',
      'A test that fails without the change and passes with it is part of it.',
    ]);
  });

  test.each(['bug', 'feature', 'refactor', 'docs', 'chore', 'question'] as const)('nothing said about a %s: a criterion is derived', (type) => {
    expect(draft('Cart total', '', { type }).acceptance[0]?.text).toContain('"Cart total"');
  });
});

describe('scope and tasks', () => {
  test('small work on a named file stays in it and its tests', () => {
    expect(draft('Total is wrong', 'in src/cart.js').tasks).toMatchObject([
      { key: 't1', scope: ['src/cart.js', 'test/cart.test.js'], checks: ['test', 'lint'], role: 'coder' },
    ]);
  });

  test('larger work may touch the folders around', () => {
    expect(draft('Rates by country', 'in src/shipping/rates.js', { size: 'M', type: 'feature' }).tasks[0]?.scope).toEqual([
      'src/shipping/**',
      'test/**',
      'README.md',
      'CHANGELOG.md',
      'docs/**',
    ]);
  });

  test('clearly fitting names give their folder; they are named to the agent', () => {
    const task = draft('The search finds nothing', 'for words with capitals').tasks[0];
    expect(task?.scope).toContain('src/**');
    expect(task?.scope).not.toContain('**');
    expect(task?.description).toContain('- src/search.js (search)');
  });

  test('nothing fits: anything may be touched, and the plan says so', () => {
    const plan = draft('Greet the visitors', 'by their name');
    expect(plan.tasks[0]?.scope).toEqual(['**']);
    expect(plan.risks.map(({ text }) => text).join()).toContain('may touch any file');
  });

  test('a list of different files becomes tasks at the same time, each with its criterion', () => {
    const plan = draft('Round everything', '- [ ] round in src/cart.js\n- [ ] round in src/price.js', { size: 'M' });
    expect(plan.tasks.map(({ scope, depends_on, acceptance }) => ({ scope, depends_on, acceptance }))).toEqual([
      { scope: ['src/cart.js', 'test/cart.test.js'], depends_on: [], acceptance: ['a1'] },
      { scope: ['src/price.js', 'test/price.test.js'], depends_on: [], acceptance: ['a2'] },
    ]);
  });

  test('a checklist without files is what one task must achieve', () => {
    const plan = draft('Wishlist', '- [ ] add\n- [ ] remove\n- [ ] list', { type: 'feature' });
    expect(plan.tasks).toMatchObject([{ key: 't1', acceptance: ['a1', 'a2', 'a3'] }]);
  });

  test('a request is divided by its list even without files', () => {
    const plan = draft('Do things', '1. Add a logger\n2. Use it', { kind: 'request', triage: null });
    expect(plan.tasks.map(({ key, scope, depends_on }) => ({ key, scope, depends_on }))).toEqual([
      { key: 't1', scope: ['**'], depends_on: [] },
      { key: 't2', scope: ['**'], depends_on: ['t1'] },
    ]);
  });

  test('a request of one sentence is one task for the whole repository', () => {
    const plan = draft('Add a --json flag to the CLI', '', { kind: 'request', triage: null });
    expect(plan).toMatchObject({ story: 'Add a --json flag to the CLI', tasks: [{ title: 'Add a --json flag to the CLI', scope: ['**'] }] });
  });

  test("limits grow with the size and never above the installation's", () => {
    expect(draft('X', '', { size: 'XS' }).tasks[0]?.limits.files).toBeLessThan(draft('X', '', { size: 'L' }).tasks[0]?.limits.files ?? 0);
    expect(draft('X', '', { size: 'XL', facts: { ...FACTS, maxFiles: 3, maxContextTokens: 5000 } }).tasks[0]?.limits).toEqual({
      files: 3,
      context_tokens: 5000,
    });
  });
});

test('a user story is the story; else the title and the first sentences', () => {
  expect(draft('Wishlist', 'Hello. As a customer I want a list, so that I can buy later. More.', { type: 'feature' }).story).toBe(
    'As a customer I want a list, so that I can buy later.',
  );
  expect(draft('Total is wrong', 'It shows NaN. Always.').story).toBe('Total is wrong. It shows NaN. Always.');
});

test('a story ends before a list, with neither half of it nor the words that lead to it', () => {
  const body = 'It shows NaN. Always.\n\n## Steps to reproduce\n1. Open the cart.\n2. Look.';
  expect(draft('Total is wrong', body).story).toBe('Total is wrong. It shows NaN. Always.');
  expect(draft('Total is wrong', 'It shows NaN.\nSteps to reproduce:\n1. Open the cart.').story).toBe('Total is wrong. It shows NaN.');
  expect(draft('Total is wrong', '- [ ] Searching "GREEN" finds it\n- [ ] So does "green"').story).toBe('Total is wrong');
});

test('risks repeat what triage found, and the missing checks', () => {
  const plan = draft('Pay', 'src/cart.js', { evidence: ['risk high: payment, "invoice"', 'size S: short'], facts: { ...FACTS, checks: [] } });
  expect(plan.risks).toEqual([
    { severity: 'high', text: 'The issue touches a sensitive field: payment, "invoice".' },
    { severity: 'medium', text: 'The project has no checks: nothing but review shows that the change works.' },
  ]);
});

test('other issues that must come first are dependencies', () => {
  expect(draft('X', 'Depends on #12 and is blocked by acme/shop#3; after SHOP-7.').dependencies).toEqual(['#12', 'acme/shop#3', 'SHOP-7']);
});

test('every draft holds against the validator, whatever is written', () => {
  const word = fc.constantFrom(
    'fix',
    'src/cart.js',
    'src/price.js and',
    'docs/',
    'README',
    'the total',
    'should be 5.',
    '\n- [ ]',
    '\n1.',
    '\n\n',
    'and add',
    'then',
    '`src/search.js`',
    '## Acceptance',
    '../x',
    '**',
    'a/../b.js',
    '<!-- x -->',
    '```\n',
    '{a,b}.js',
    '.git/config.yml',
    '\\n',
  );
  const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(text, text, fc.constantFrom('issue', 'request'), fc.constantFrom('XS', 'M', 'XL'), (title, body, kind, size) => {
      const plan = draft(title.replace(/\s+/g, ' ').trim() || 'x', body, { kind, size });
      expect(validatePlan(plan, FACTS)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

describe('feasibility', () => {
  const item = (title: string, body = '') => ({ title, body, source: 'local' });

  test('what triage wants to know is asked first', () => {
    expect(decideFeasible(item('Faster'), { route: 'ask', questions: ['How fast?'], size: 'S' })).toEqual({ ok: false, questions: ['How fast?'] });
  });

  test('a request without substance is asked about', () => {
    expect(decideFeasible(item('do it'), null)).toMatchObject({ ok: false });
    expect(decideFeasible(item('Add a flag to the CLI'), null)).toEqual({ ok: true });
  });

  test('very large work with nothing to divide it by is asked about', () => {
    const triage = { route: 'plan', questions: [], size: 'XL' as const };
    expect(decideFeasible(item('Rewrite the whole shop', 'in a modern way, with everything'), triage)).toMatchObject({ ok: false });
    expect(decideFeasible(item('Rewrite the whole shop', '- [ ] cart\n- [ ] search'), triage)).toEqual({ ok: true });
  });
});
