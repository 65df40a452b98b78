import { describe, expect, test } from 'vitest';
import type { PullReview, ReviewThread } from '#ports/forge-read.ts';
import { fixFeedback, isNothing, nameThreads, openRemarks, standing, type NamedFinding } from '#modules/reviews/index.ts';
import { decideAnswers, parseAnswers, reviewMaterial } from './decide.review.ts';

const isReeve = (login: string) => login === 'reeve';
const thread = (id: string, bodies: string[], more: Partial<ReviewThread> = {}, by = 'dora'): ReviewThread => ({
  id,
  path: 'src/a.ts',
  line: 3,
  resolved: false,
  outdated: false,
  comments: bodies.map((body, index) => ({ id: `${id}-${index}`, author: index === 0 ? by : 'mia', body, createdAt: new Date(index) })),
  ...more,
});
const finding = (key: string, more: Partial<NamedFinding> = {}): NamedFinding => ({
  key,
  state: 'open',
  severity: 'major',
  path: 'src/b.ts',
  line: 9,
  what: `What ${key}`,
  why: 'Why',
  suggestion: null,
  ...more,
});
const review = (author: string, verdict: PullReview['verdict'], body = ''): PullReview => ({
  id: '1',
  author,
  verdict,
  body,
  headSha: null,
  submittedAt: new Date(0),
});

describe('what is open on a pull request', () => {
  test('is every conversation that nobody ended, every finding without one, and what those who ask for changes say', () => {
    const threads = [thread('1', ['Why?']), thread('2', ['Old'], { resolved: true }), thread('3', ['x <!-- reeve:finding:F1 -->'], {}, 'reeve')];
    const open = openRemarks(
      { threads, reviews: [review('mia', 'changes_requested', 'No.')] },
      [finding('F1'), finding('F2'), finding('F3', { state: 'settled' })],
      isReeve,
    );
    expect(open.threads.map(({ id }) => id)).toEqual(['1', '3']);
    expect(open.findings.map(({ key }) => key)).toEqual(['F2']);
    expect(open.demands).toEqual([{ author: 'mia', body: 'No.' }]);
    expect(isNothing(open)).toBe(false);
  });

  test('is not the conversation about a finding that is settled, nor a finding whose conversation was ended', () => {
    const threads = [
      thread('1', ['x <!-- reeve:finding:F1 -->'], {}, 'reeve'),
      thread('2', ['y <!-- reeve:finding:F2 -->'], { resolved: true }, 'reeve'),
    ];
    expect(isNothing(openRemarks({ threads, reviews: [] }, [finding('F1', { state: 'settled' }), finding('F2')], isReeve))).toBe(true);
  });

  test('is also what somebody marks like a finding of the reviewer: a marker is Reeve’s under its own login alone', () => {
    const threads = [thread('1', ['Mine. <!-- reeve:finding:F1 -->']), thread('2', ['Hidden? <!-- reeve:finding:F2 -->'])];
    const open = openRemarks({ threads, reviews: [] }, [finding('F1'), finding('F2', { state: 'settled' })], isReeve);
    expect([open.threads.map(({ id }) => id), open.findings.map(({ key }) => key)]).toEqual([['1', '2'], ['F1']]);
  });

  test('the newest verdict of a person counts, whatever they remarked since', () => {
    const all = [
      review('mia', 'changes_requested'),
      review('Mia', 'approved'),
      review('ada', 'changes_requested'),
      review('ada', 'commented'),
      review('bob', 'changes_requested'),
      review('bob', 'dismissed'),
    ];
    expect(standing(all).map(({ author }) => author)).toEqual(['ada']);
  });
});

test('the agent is told each conversation with its name, place, authors and words, and how to answer', () => {
  const threads = nameThreads(
    [thread('PRRT_a', ['Why? <!-- hidden -->', 'Yes, why?'], { outdated: true }), thread('PRRT_b', ['And?'], { line: null }, 'reeve')],
    isReeve,
  );
  expect(threads.map(({ own }) => own)).toEqual([undefined, true]);
  const { text } = fixFeedback({ findings: [finding('F2')], demands: [{ author: 'mia\u202E', body: 'Please.' }] }, threads);
  expect(text).toContain('T1, src/a.ts:3 (said of an older version)\ndora: Why?\nmia: Yes, why?');
  expect(text).toContain('T2, src/a.ts\nreeve: And?');
  expect(text).toContain('F2, major, src/b.ts:9\nWhat F2\nWhy');
  expect(text).toContain('mia\\u202e asks for changes:\nPlease.');
  expect(text).toContain('"T1 done: what you did"');
  expect(text).not.toContain('hidden');
});

test('however much was said, how to answer is told, and only what was told whole counts as told', () => {
  const long = Array.from({ length: 60 }, (_, at) => thread(`${at}`, ['x'.repeat(9000)]));
  const { text, threads } = fixFeedback({ findings: [finding('F9')], demands: [] }, nameThreads(long, isReeve));
  expect(text.length).toBeLessThan(41_000);
  expect(text).toContain('"T1 done: what you did"');
  expect(threads.map(({ name }) => name)).toEqual(Array.from({ length: 13 }, (_, at) => `T${at + 1}`));
  for (const { name } of threads) expect(text).toContain(`${name}, src/a.ts:3\n`);
  expect(text).not.toContain('T14, ');
  expect(text).toContain('F9, major');
});

describe('what an agent says of conversations', () => {
  test.each([
    ['T1 done: I did it.', [{ name: 'T1', done: true, words: 'I did it.' }]],
    ['- **T2** fixed. Now it is right', [{ name: 'T2', done: true, words: 'Now it is right' }]],
    ['t1: open, it is meant so', [{ name: 'T1', done: false, words: 'it is meant so' }]],
    ['T2 not done: too big', [{ name: 'T2', done: false, words: 'too big' }]],
    ['T1 done: first\nT1 open: no', [{ name: 'T1', done: false, words: 'no' }]],
    ['> - **T1** done', [{ name: 'T1', done: true, words: '' }]],
    ['T1 opened the file', []],
    ['T3 done: nobody asked', []],
    ['I did T1 and T2.', []],
  ])('%s', (said, expected) => expect(parseAnswers(said, ['T1', 'T2'])).toEqual(expected));

  test.each(['\n*'.repeat(4000), '>'.repeat(8000), `T1 ${' '.repeat(8000)}`, `T1 done ${'. '.repeat(4000)}\u2028`, '* '.repeat(4000)])(
    'takes no time, whatever it is (%#)',
    (said) => expect(parseAnswers(said, ['T2'])).toEqual([]),
  );

  const threads = [
    { name: 'T1', id: 'a', path: 'src/a.ts' },
    { name: 'T2', id: 'b', path: 'src/b.ts' },
    { name: 'T3', id: 'c', path: 'src/c.ts' },
  ];
  const headSha = 'abcdef0123456789';

  test('goes into each conversation; what was done ends it, what was left does not', () => {
    const answers = decideAnswers(threads, { said: 'T1 done: renamed\nT2 open: it is meant so', changed: ['src/a.ts', 'src/c.ts'], headSha });
    expect(answers.map(({ thread: { name }, body, resolve }) => [name, body, resolve])).toEqual([
      ['T1', 'Done in `abcdef0123`. renamed', true],
      ['T2', 'Left open by the agent in `abcdef0123`. it is meant so', false],
    ]);
  });

  test('ends what a person began only where its file was changed too; what the reviewer began it ends alone', () => {
    const mixed = threads.map((one) => (one.name === 'T2' ? { ...one, own: true as const } : one));
    const answers = decideAnswers(mixed, { said: 'T1 done: meant so\nT2 done: meant so', changed: ['src/c.ts'], headSha });
    expect(answers.map(({ thread: { name }, body, resolve }) => [name, body, resolve])).toEqual([
      ['T1', 'Answered by the agent in `abcdef0123`, which does not change this file. meant so', false],
      ['T2', 'Done in `abcdef0123`. meant so', true],
    ]);
  });

  test('is missed where there is none: a conversation about a changed file is told so, and none ends', () => {
    const answers = decideAnswers(threads, { said: 'All done.', changed: ['src/b.ts', 'x.ts'], headSha });
    expect(answers.map(({ thread: { name }, resolve }) => [name, resolve])).toEqual([['T2', false]]);
  });
});

test('a reviewer is given the criteria before the change', () => {
  expect(reviewMaterial([], 'diff')).toBe('diff');
  expect(reviewMaterial(['It is fast'], 'diff')).toBe('What must hold when it is done:\n- It is fast\n\nThe change:\ndiff');
});
