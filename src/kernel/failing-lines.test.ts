import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failedChecksSentence, failingLines } from './failing-lines.ts';

const text = (...lines: string[]): string => lines.join('\n');

test.each([
  [
    'node --test',
    text(
      '✔ adds (0.6ms)',
      '✖ refuses a negative amount (1.2ms)',
      'ℹ tests 2',
      'ℹ fail 1',
      '',
      '✖ failing tests:',
      '',
      'test at test/cart.test.js:5:1',
      '✖ refuses a negative amount (1.2ms)',
      '  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:',
      '  ',
      '  1 !== 2',
      '  ',
      '      at TestContext.<anonymous> (file:///shop/test/cart.test.js:6:10)',
      '      at Test.runInAsyncScope (node:async_hooks:214:14) {',
      '    generatedMessage: true,',
      "    code: 'ERR_ASSERTION',",
      '    actual: 1,',
      '    expected: 2,',
    ),
    ['✖ refuses a negative amount (1.2ms)', 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:', '1 !== 2'],
  ],
  [
    'vitest',
    text(
      ' FAIL  src/cart.test.ts > adds',
      'AssertionError: expected 1 to be 2 // Object.is equality',
      ' ❯ src/cart.test.ts:5:3',
      '',
      ' Test Files  1 failed (1)',
      '      Tests  1 failed (1)',
      'npm error Lifecycle script `test` failed with error:',
      'npm error code 1',
    ),
    ['FAIL src/cart.test.ts > adds', 'AssertionError: expected 1 to be 2 // Object.is equality'],
  ],
  [
    'pytest',
    text('E       assert 1 == 2', 'test_cart.py:4: AssertionError', '=== short test summary info ===', '=== 1 failed, 3 passed in 0.03s ==='),
    ['E assert 1 == 2', 'test_cart.py:4: AssertionError'],
  ],
  [
    'go test',
    text('--- FAIL: TestTotal (0.00s)', '    cart_test.go:7: got 1, want 2', 'FAIL', 'exit status 1', 'FAIL\texample.com/shop\t0.002s'),
    ['--- FAIL: TestTotal (0.00s)', 'cart_test.go:7: got 1, want 2'],
  ],
  [
    'cargo test',
    text(
      "thread 'adds' panicked at src/lib.rs:9:5:",
      'assertion `left == right` failed',
      '  left: 1',
      ' right: 2',
      'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
      'test result: FAILED. 0 passed; 1 failed; 0 ignored',
      'error: test failed, to rerun pass `--lib`',
    ),
    ['assertion `left == right` failed', 'left: 1', 'right: 2'],
  ],
  [
    'tsc',
    text("src/a.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'.", '', 'Found 1 error in src/a.ts:3'),
    ["src/a.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'."],
  ],
  ['a shell', text('starting', 'sh: 1: eslint: not found'), ['sh: 1: eslint: not found']],
  ['nothing that looks like an error', text('one', 'two', '', 'three', 'four', ''), ['two', 'three', 'four']],
  ['nothing at all', ' \n\n', []],
])('of the output of %s the lines that say what failed are told, not the summary after them', (_of, output, lines) => {
  expect(failingLines(output)).toEqual(lines);
});

test('colours are taken out and other control characters are shown as escapes', () => {
  expect(failingLines('\u001b[31mError: \u202Ebad\u001b[39m\u0007\u0000')).toEqual(['Error: \\u202ebad\\u0007\\u0000']);
  // A progress bar overwrites its line: what remained on the screen is its last part.
  expect(failingLines('10%\r50%\rError: no space')).toEqual(['Error: no space']);
});

test('whatever a program prints, at most three lines and three hundred characters of printable text come of it', () => {
  const lines = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('Error: x'.repeat(90), 'not ok 1', '\u001b[1m', 'expected: 1', 'FAIL', '', '😀'.repeat(400), 'a:1:2: b'),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(lines, (parts) => {
      const told = failingLines(parts.join('\n'));
      expect(told.length).toBeLessThanOrEqual(3);
      expect(told.join(' | ').length).toBeLessThanOrEqual(300);
      expect(told.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    }),
  );
});

const check = (name: string, exit_code: number | null, output: string) => ({ name, exit_code, output });

test('the sentence names each failing check, how it ended and what it said', () => {
  expect(failedChecksSentence([check('lint', 0, 'Error: no'), check('test', 1, 'AssertionError: 1 != 2\n\nTests: 1 failed, 3 passed')])).toBe(
    '1 of 2 checks failed: test (exit code 1): AssertionError: 1 != 2',
  );
  expect(failedChecksSentence([check('slow', null, ''), check('test', 7, 'Error: a\nError: b')])).toBe(
    '2 of 2 checks failed: slow (did not finish); test (exit code 7): Error: a | Error: b',
  );
  const many = failedChecksSentence(Array.from({ length: 40 }, (_, n) => check(`check-${n}`, 1, 'Error: '.padEnd(400, 'x'))));
  expect(many.length).toBeLessThan(1500);
  expect(many).toContain('check-39 (exit code 1)');
  expect(many).not.toContain('\n');
});
