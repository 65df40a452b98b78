import { describe, expect, it } from 'vitest';
import { decideAgentFor, decideStart, feedbackOf, reasonOf, slugOf, splitWaits } from './decide.ts';

describe('which agent plays a role', () => {
  const project = { coder: 'project-coder' };
  const installation = { coder: 'house-coder', reviewer: 'house-reviewer' };

  it('is the one the request names, for coding', () => {
    expect(decideAgentFor('coder', { agent: 'mine' }, project, installation)).toBe('mine');
  });

  it('is not the requested coder when the role is another', () => {
    expect(decideAgentFor('reviewer', { agent: 'mine' }, project, installation)).toBe('house-reviewer');
  });

  it("is the project's own before the installation's", () => {
    expect(decideAgentFor('coder', { agent: null }, project, installation)).toBe('project-coder');
  });

  it('is nobody when nobody is named', () => {
    expect(decideAgentFor('tester', { agent: null }, project, installation)).toBeNull();
  });
});

describe('what an agent hears after a change request was set aside', () => {
  it('of a conflict: both versions and the path', () => {
    const text = feedbackOf({
      kind: 'conflict',
      head: 'a'.repeat(40),
      conflicts: [{ path: 'src/a.js', message: 'CONFLICT (content)', base: 'old', ours: 'landed', theirs: 'mine' }],
    });
    expect(text).toContain('src/a.js');
    expect(text).toContain('landed');
    expect(text).toContain('mine');
  });

  it('of a conflict in long files: what happened before the versions, and the start of both', () => {
    const text =
      feedbackOf({
        kind: 'conflict',
        head: 'a'.repeat(40),
        conflicts: [
          { path: 'src/a.js', message: 'CONFLICT (content)', base: null, ours: `LANDED${'x'.repeat(50_000)}`, theirs: `MINE${'y'.repeat(50_000)}` },
        ],
      }) ?? '';
    expect(text).toMatch(/^Others landed changes/);
    for (const part of ['CONFLICT (content)', 'LANDED', 'MINE']) expect(text).toContain(part);
    expect(text.length).toBeLessThan(13_000);
  });

  it('of failed checks: the command and its output', () => {
    const text = feedbackOf({
      kind: 'checks_failed',
      head: 'a'.repeat(40),
      checks: [{ name: 'test', command: 'npm test', exit_code: 1, output: 'expected 190' }],
    });
    expect(text).toContain('npm test');
    expect(text).toContain('expected 190');
  });

  it('keeps the end of a long output, where test runners say what failed', () => {
    const text =
      feedbackOf({
        kind: 'checks_failed',
        head: 'a'.repeat(40),
        checks: [{ name: 'test', command: 'npm test', exit_code: 1, output: `${'x'.repeat(50_000)}THE END` }],
      }) ?? '';
    expect(text.length).toBeLessThan(13_000);
    expect(text).toContain('THE END');
  });

  it('is nothing when nothing went wrong', () => {
    expect(feedbackOf(null)).toBeNull();
  });
});

describe('the reason people read of a change that was set aside', () => {
  const head = 'a'.repeat(40);

  it('is one line with each failing check, its exit code and what it said', () => {
    const output = 'ok 1\nAssertionError: expected 190 to be 200\n    at cart.js:3\n\n# tests 2\n# fail 1\n';
    expect(reasonOf({ kind: 'checks_failed', head, checks: [{ name: 'test', command: 'npm test', exit_code: 1, output }] })).toBe(
      'Merged onto the newest state, 1 check failed: test (exit code 1): AssertionError: expected 190 to be 200',
    );
  });

  it('names the paths of a conflict, at most five', () => {
    const conflicts = Array.from({ length: 7 }, (_, n) => ({ path: `src/${n}.js`, message: 'CONFLICT', base: null, ours: 'a', theirs: 'b' }));
    expect(reasonOf({ kind: 'conflict', head, conflicts })).toBe(
      'It conflicts with what others landed, in src/0.js, src/1.js, src/2.js, src/3.js, src/4.js and 2 more.',
    );
  });

  it('is the first line of what the queue says otherwise, and nothing when nothing went wrong', () => {
    expect(reasonOf({ kind: 'publish_refused', detail: 'The branch is protected.\nmore' })).toBe('The branch is protected.');
    expect(reasonOf(null)).toBeNull();
  });
});

describe('what a task waits for', () => {
  const task = (id: string, scope: string[], role = 'coder') => ({ id, scope, role });
  const named = [task('a', ['src/a.ts']), task('b', ['src/a.ts', 'src/b.ts'])] as const;

  it('is only the end of another that names the same file, where the rules made the plan', () => {
    expect(splitWaits(named[1], ['a'], { planner: 'rules', tasks: named })).toEqual({ landed: [], ended: ['a'] });
  });

  it.each([
    ['a planner said so', 'some-model', named[0], named[1]],
    ['the earlier one may touch anything', 'rules', task('a', ['**']), named[1]],
    ['it may touch anything itself', 'rules', named[0], task('b', ['**'])],
    ['it is to test the other', 'rules', named[0], task('b', ['test/a.ts'], 'tester')],
  ])('is the landing of the other when %s', (_, planner, one, two) => {
    expect(splitWaits(two, ['a'], { planner, tasks: [one, two] })).toEqual({ landed: ['a'], ended: [] });
  });
});

describe('a branch name from words', () => {
  it.each([
    ['Fix rounding of totals', 'fix-rounding-of-totals'],
    ['  Été — déjà vu!  ', 'ete-deja-vu'],
    ['../../etc/passwd', 'etc-passwd'],
    ['日本語', 'request'],
    ['a'.repeat(80), 'a'.repeat(40)],
    ['In src/cart.js refuse negative quantities', 'in-src-cart-js-refuse-negative'],
    ['In src/cart.js refuse negative amountss', 'in-src-cart-js-refuse-negative-amountss'],
  ])('%s -> %s', (text, slug) => {
    expect(slugOf(text)).toBe(slug);
  });
});

describe('whether a story starts', () => {
  const ready = { readyLabel: 'AI-Ready', labels: ['bug', 'ai-ready'], state: 'new', storyRunning: false, optedOut: false };

  it('starts with the label, in any case', () => {
    expect(decideStart(ready)).toBe('start');
  });

  it('starts again when questions were answered', () => {
    expect(decideStart({ ...ready, state: 'needs_info' })).toBe('start');
  });

  it.each([
    ['without the label', { labels: ['bug'] }],
    ['while a story runs', { storyRunning: true }],
    ['in an opted-out project', { optedOut: true }],
    ['when the work has ended', { state: 'merged' }],
    ['when it is under way', { state: 'in_progress' }],
  ])('does not start %s', (_, change) => {
    expect(decideStart({ ...ready, ...change })).toBe('ignore');
  });
});
