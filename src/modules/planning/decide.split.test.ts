import { describe, expect, test } from 'vitest';
import { scopesOverlap } from './decide.scope.ts';
import { ancestorsOf } from './decide.order.ts';
import { splitRequest, type RequestSplit } from './decide.split.ts';

const FILES = [
  'README.md',
  'package.json',
  'src/cart.js',
  'src/price.js',
  'src/cli.js',
  'src/shipping.js',
  'test/cart.test.js',
  'test/price.test.js',
  'docs/api.md',
];

const brief = (split: RequestSplit) =>
  split.tasks.map(({ key, scope, depends_on }) => `${key}[${scope.join(' ')}]${depends_on.length === 0 ? '' : ` after ${depends_on.join(',')}`}`);

/** The promise of a split, whatever the text: two tasks that may run at once never meet in a file. */
function expectSafe(split: RequestSplit): void {
  const ancestors = ancestorsOf(split.tasks);
  for (const [at, one] of split.tasks.entries()) {
    for (const two of split.tasks.slice(at + 1)) {
      expect(ancestors.get(two.key)?.has(one.key) === true || !scopesOverlap(one.scope, two.scope)).toBe(true);
    }
  }
}

describe('splitting a request', () => {
  test('a checklist with paths becomes tasks that run at the same time, tests included', () => {
    const split = splitRequest(
      'Tidy up:\n\n- [ ] round prices in src/price.js\n- [ ] fix the total in `src/cart.js`\n- [x] done already in src/cli.js\n',
      FILES,
    );
    expect(split).toMatchObject({ by: 'checklist', title: 'Tidy up' });
    expect(brief(split)).toEqual(['t1[src/price.js test/price.test.js]', 't2[src/cart.js test/cart.test.js]']);
    expect(split.tasks[0]?.title).toBe('round prices in src/price.js');
    expectSafe(split);
  });

  test('a numbered list without paths is done one after the other', () => {
    const split = splitRequest('1. Add a logger\n2. Use it everywhere\n3. Document it', FILES);
    expect(split.by).toBe('numbered');
    expect(brief(split)).toEqual(['t1[**]', 't2[**] after t1', 't3[**] after t2']);
    expectSafe(split);
  });

  test('an item without a path waits for all before it, and all after wait for it', () => {
    const split = splitRequest(
      '1. Change src/cart.js\n2. Change src/price.js\n3. Look over everything\n4. Change docs/api.md\n5. Change src/cli.js',
      FILES,
    );
    expect(brief(split)).toEqual([
      't1[src/cart.js test/cart.test.js]',
      't2[src/price.js test/price.test.js]',
      't3[**] after t1,t2',
      't4[docs/api.md] after t3',
      't5[src/cli.js **/{cli.test,cli.spec,cli_test,test_cli}.*] after t3',
    ]);
    expectSafe(split);
  });

  test('items of one file wait for each other, others do not', () => {
    const split = splitRequest('- [ ] rename total in src/cart.js\n- [ ] docs in docs/api.md\n- [ ] round in src/cart.js', FILES);
    expect(brief(split)).toEqual(['t1[src/cart.js test/cart.test.js]', 't2[docs/api.md]', 't3[src/cart.js test/cart.test.js] after t1']);
    expectSafe(split);
  });

  test('"then" keeps the order although no file is shared', () => {
    const split = splitRequest('1. Add roundTo in src/price.js\n2. Then use it in src/cart.js', FILES);
    expect(split.tasks[1]?.depends_on).toEqual(['t1']);
  });

  test('paths named in prose divide it at sentences and at "and" before an order', () => {
    const split = splitRequest('Fix the rounding in src/price.js and add a --json flag to src/cli.js. Mention the flag in README.', FILES);
    expect(split.by).toBe('paths');
    expect(brief(split)).toEqual([
      't1[src/price.js test/price.test.js]',
      't2[src/cli.js **/{cli.test,cli.spec,cli_test,test_cli}.*]',
      't3[README.md]',
    ]);
    expectSafe(split);
  });

  test('one clause with two paths is one task', () => {
    expect(splitRequest('Move formatPrice from src/cart.js to src/price.js', FILES)).toMatchObject({ by: 'whole', tasks: [{ scope: ['**'] }] });
    const split = splitRequest('Move formatPrice from src/cart.js to src/price.js. Add a flag to src/cli.js.', FILES);
    expect(split.tasks.map(({ scope }) => scope.slice(0, 2))[0]).toEqual(['src/cart.js', 'test/cart.test.js']);
    expect(split.tasks[0]?.scope).toContain('src/price.js');
  });

  test('a remark belongs to the task before it', () => {
    const split = splitRequest('Fix src/price.js. It must stay fast. Fix src/cart.js.', FILES);
    expect(split.tasks.map(({ text }) => text)).toEqual(['Fix src/price.js. It must stay fast.', 'Fix src/cart.js.']);
  });

  test('an order without a path among named ones is a task of its own, last in line', () => {
    const split = splitRequest('Fix src/price.js. Fix src/cart.js. Add a changelog.', FILES);
    expect(brief(split).at(-1)).toBe('t3[**] after t1,t2');
    expectSafe(split);
  });

  test.each(['Make the shop faster', '', '- only one item', '## Steps to reproduce\n1. open\n2. click'])(
    '"%s" stays one task that may touch anything',
    (text) => {
      expect(splitRequest(text, FILES)).toMatchObject({ by: 'whole', tasks: [{ key: 't1', scope: ['**'], depends_on: [] }] });
    },
  );

  test('bare names and folders are found in the repository, new files are kept as written', () => {
    const split = splitRequest('- [ ] fix cart.js\n- [ ] rewrite docs/\n- [ ] create src/tax.js', FILES);
    expect(split.tasks.map(({ scope }) => scope[0])).toEqual(['src/cart.js', 'docs/**', 'src/tax.js']);
  });

  test('sub-items stay with their item', () => {
    const split = splitRequest('1. Change src/cart.js\n   - keep the API\n   - add a test\n2. Change docs/api.md', FILES);
    expect(split.tasks).toHaveLength(2);
    expect(split.tasks[0]?.text).toContain('keep the API');
  });

  test('more items than a plan can hold are joined at the end, none is lost', () => {
    const text = Array.from({ length: 60 }, (_, at) => `${at + 1}. change src/file${at}.js`).join('\n');
    const split = splitRequest(text, []);
    expect(split.tasks).toHaveLength(50);
    expect(split.tasks.at(-1)?.scope).toContain('src/file59.js');
    expectSafe(split);
  });

  test('code blocks and links are not read as work', () => {
    const split = splitRequest('Fix src/cart.js\n\n```\n1. src/a.js\n2. src/b.js\n```\nsee https://example.org/src/price.js', FILES);
    expect(split.tasks).toHaveLength(1);
  });
});
