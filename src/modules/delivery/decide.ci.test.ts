import { describe, expect, test } from 'vitest';
import type { CheckResult } from '#ports/forge-read.ts';
import { chooseTask, ciFeedback, ciSummary, decideCi, decideCiRetry, failingPart, hasCiFiles, SETTLE_MS } from './decide.ci.ts';

const HEAD = 'a'.repeat(40);
const check = (name: string, conclusion: CheckResult['conclusion'], summary = ''): CheckResult => ({
  name,
  headSha: HEAD,
  conclusion,
  url: null,
  summary,
});
const MINUTE = 60_000;

describe('how the CI of a commit stands', () => {
  test.each([
    ['one check failed while another runs', [check('test', 'failure'), check('lint', 'pending')], 'red'],
    ['one check was cancelled', [check('test', 'cancelled'), check('lint', 'success')], 'red'],
    ['one check still runs', [check('test', 'success'), check('lint', 'pending')], 'pending'],
    ['all passed', [check('test', 'success'), check('lint', 'success')], 'green'],
    ['all were skipped', [check('test', 'neutral')], 'green'],
  ] as const)('%s', (_, checks, kind) => {
    expect(decideCi({ checks, expected: false, waitedMs: MINUTE }).kind).toBe(kind);
  });

  test("Reeve's own checks are its own word: they neither make a commit green nor red", () => {
    const own = [check('reeve/test', 'failure'), check('reeve/lint', 'success')];
    expect(decideCi({ checks: own, expected: true, waitedMs: 0 }).kind).toBe('pending');
    expect(decideCi({ checks: [...own, check('test', 'success')], expected: true, waitedMs: MINUTE }).kind).toBe('green');
  });

  test('others’ checks under such a name count, and Reeve’s own under any other do not, where the forge tells who wrote them', () => {
    const theirs = { ...check('reeve/test', 'failure'), own: false };
    const own = { ...check('output', 'failure'), own: true };
    expect(decideCi({ checks: [theirs], expected: true, waitedMs: 0 }).kind).toBe('red');
    expect(decideCi({ checks: [own, check('test', 'success')], expected: true, waitedMs: MINUTE })).toEqual({ kind: 'green', checks: ['test'] });
  });

  test('green only when nothing new was shown for a while: later jobs and slower apps come with checks of their own', () => {
    const passed = { checks: [check('lint', 'success')], expected: true };
    expect(decideCi({ ...passed, waitedMs: 0 })).toEqual({ kind: 'pending', waiting: [], againMs: SETTLE_MS });
    expect(decideCi({ ...passed, waitedMs: MINUTE, quietMs: 500.5 })).toEqual({ kind: 'pending', waiting: [], againMs: 9500 });
    expect(decideCi({ ...passed, waitedMs: 2000, quietMs: MINUTE }).kind).toBe('pending');
    expect(decideCi({ ...passed, waitedMs: SETTLE_MS, quietMs: SETTLE_MS }).kind).toBe('green');
    expect(decideCi({ checks: [check('lint', 'failure')], expected: true, waitedMs: 0 }).kind).toBe('red');
  });

  test('a check that never ends is told of after six hours', () => {
    const stuck = { checks: [check('deploy', 'pending'), check('test', 'success')], expected: true };
    expect(decideCi({ ...stuck, waitedMs: 359 * MINUTE })).toEqual({ kind: 'pending', waiting: ['deploy'] });
    expect(decideCi({ ...stuck, waitedMs: 360 * MINUTE })).toEqual({ kind: 'silent', waiting: ['deploy'] });
  });

  test('what was told of a commit before is not waited for again, what is new is', () => {
    const again = (checks: CheckResult[], waiting: string[] = []) => decideCi({ checks, expected: true, waitedMs: 0, told: { waiting } }).kind;
    expect(again([check('test', 'success')])).toBe('green');
    expect(again([check('test', 'pending')])).toBe('pending');
    expect(again([check('test', 'pending')], ['test'])).toBe('silent');
    expect(again([check('test', 'pending'), check('lint', 'pending')], ['test'])).toBe('pending');
    expect(again([check('test', 'failure')], ['test'])).toBe('red');
    expect(again([])).toBe('silent');
  });

  test.each([
    [false, 0, 'pending'],
    [false, MINUTE, 'none'],
    [true, MINUTE, 'pending'],
    [true, 29 * MINUTE, 'pending'],
    [true, 31 * MINUTE, 'silent'],
  ])('without any check (one is expected: %s) after %i ms it is %s', (expected, waitedMs, kind) => {
    expect(decideCi({ checks: [], expected, waitedMs }).kind).toBe(kind);
  });

  test('a project may say that there is none, or that there must be one; a red check counts all the same', () => {
    expect(decideCi({ checks: [], expected: true, waitedMs: 0, mode: 'none' }).kind).toBe('none');
    expect(decideCi({ checks: [check('test', 'failure')], expected: false, waitedMs: 0, mode: 'none' }).kind).toBe('red');
    expect(decideCi({ checks: [], expected: false, waitedMs: MINUTE, mode: 'required' }).kind).toBe('pending');
  });

  test.each([
    ['.github/workflows/ci.yml', true],
    ['.github/workflows/deep/ci.yml', false],
    ['docs/.github/workflows/ci.yml', false],
    ['Jenkinsfile', true],
    ['src/jenkinsfile.ts', false],
  ])('%s says that somebody runs checks: %s', (path, expected) => {
    expect(hasCiFiles([path])).toBe(expected);
  });
});

describe('whether an agent is sent to a red commit', () => {
  const tried = (number: number, headSha: string) => ({ number, headSha, checkName: 'test', summary: '' });

  test('one failure causes one retry, however often it is told', () => {
    expect(decideCiRetry({ number: 2, headSha: HEAD, granted: false }, [tried(1, HEAD)]).kind).toBe('spent');
  });

  test('the very retry that a crash interrupted goes on', () => {
    expect(decideCiRetry({ number: 1, headSha: HEAD, granted: false }, [tried(1, HEAD)]).kind).toBe('same');
  });

  test('the third red commit is a person’s, and theirs to give away', () => {
    const before = [tried(1, 'b'.repeat(40)), tried(2, 'c'.repeat(40)), { ...tried(2, 'c'.repeat(40)), checkName: 'lint' }];
    expect(decideCiRetry({ number: 2, headSha: HEAD, granted: false }, before.slice(0, 1)).kind).toBe('retry');
    expect(decideCiRetry({ number: 3, headSha: HEAD, granted: false }, before).kind).toBe('spent');
    expect(decideCiRetry({ number: 3, headSha: HEAD, granted: true }, before).kind).toBe('retry');
  });
});

const LOG = [
  ...Array.from({ length: 300 }, (_, line) => `2026-11-21T17:00:00.000000${line % 10}Z npm http fetch ${line}`),
  '2026-11-21T17:00:05.0000000Z ##[group]Run npm test',
  '2026-11-21T17:00:06.0000000Z \u001b[31m✖ totals are rounded\u001b[0m',
  '2026-11-21T17:00:06.0000000Z AssertionError [ERR_ASSERTION]: 0.30000000000000004 == 0.3',
  '2026-11-21T17:00:06.0000000Z     at test/cart.test.js:4:3',
  '2026-11-21T17:00:07.0000000Z ##[error]Process completed with exit code 1.',
].join('\r\n');

describe('what is told of a red commit', () => {
  test('of a log the failing part stays, without stamps, colours and what ran before', () => {
    const part = failingPart(LOG);
    expect(part).toContain('✖ totals are rounded\nAssertionError [ERR_ASSERTION]: 0.30000000000000004 == 0.3');
    for (const gone of ['2026-11-21T', '\u001b', '##[group]', 'fetch 200 ']) expect(part).not.toContain(gone);
    expect(part.length).toBeLessThan(2000);
  });

  test('a log that is too long keeps its end, where runners sum up', () => {
    const long = `AssertionError: first\n${'x'.repeat(50_000)}\nlast words`;
    const part = failingPart(long, 1000);
    expect(part.length).toBeLessThanOrEqual(1002);
    expect(part.endsWith('last words')).toBe(true);
  });

  test('the agent reads each failed check, with its log or with what the forge says of it', () => {
    const feedback = ciFeedback(HEAD, [
      { check: check('test', 'failure'), log: LOG },
      { check: check('lint', 'failure', '2 problems in src/cart.js'), log: null },
      { check: check('build', 'cancelled'), log: null },
    ]);
    expect(feedback).toContain('The check test failed:');
    expect(feedback).toContain('0.30000000000000004');
    expect(feedback).toContain('The check lint failed:\n2 problems in src/cart.js');
    expect(feedback).toContain('The check build was cancelled. The forge keeps no log of it.');
  });

  test('people read one line', () => {
    const line = ciSummary(HEAD, [{ check: check('test', 'failure'), log: LOG }]);
    expect(line).toMatch(/^a{10}: test \(.*AssertionError/);
    expect(line).not.toContain('\n');
  });
});

describe('whose work a red commit is', () => {
  const tasks = [
    { taskId: 't1', role: 'coder', paths: ['src/cart.js'] },
    { taskId: 't2', role: 'coder', paths: ['src/tax.js'] },
    { taskId: 't3', role: 'tester', paths: ['test/cart.test.js'] },
  ];
  test.each([
    ['at src/cart.js:4', 't1'],
    ['at src/tax.js:4', 't2'],
    ['at test/cart.test.js', 't2'],
    ['nothing we know', 't2'],
  ])('logs that say "%s" are the work of %s', (words, expected) => {
    expect(chooseTask(tasks, words)).toBe(expected);
  });
  test('nobody’s where nothing landed', () => expect(chooseTask([], 'src/cart.js')).toBeNull());
});
