import { expect, test } from 'vitest';
import { reviewArgs } from './decide.text.ts';
import type { NamedFinding, Review } from './model.ts';

const finding = (key: string, more: Partial<NamedFinding> = {}): NamedFinding => ({
  key,
  state: 'open',
  severity: 'major',
  path: 'src/a.ts',
  line: 2,
  what: `What ${key}`,
  why: `Why ${key}`,
  suggestion: `Mend ${key}`,
  ...more,
});
const review = (more: Partial<Review> = {}): Review => ({
  id: 'rev_1',
  pullId: 'pull_1',
  runId: 'run_1',
  headSha: 'abcdef0123456789',
  reviewer: 'critic',
  parsed: true,
  summary: 'All in all fine.',
  findings: [],
  checklist: [],
  focus: [],
  createdAt: new Date(0),
  ...more,
});
const SHOWN = new Map([['src/a.ts', new Set([1, 2, 3])]]);

test('a finding on a line that the diff shows stands beside it with everything, and in short in the text', () => {
  const { body, comments, head_sha, marker } = reviewArgs(review({ findings: [finding('F1')] }), SHOWN);
  expect([head_sha, marker]).toEqual(['abcdef0123456789', 'reeve:review']);
  expect(comments).toEqual([
    { path: 'src/a.ts', line: 2, marker: 'reeve:finding:F1', body: '**major** (F1): What F1\n\nWhy F1\n\nSuggestion: Mend F1' },
  ]);
  expect(body).toContain('- F1 **major** `src/a.ts:2`: What F1');
  expect(body).not.toContain('Why F1');
});

test('a finding on another line, of another file or of none is whole in the text', () => {
  const findings = [
    finding('F1', { line: 40 }),
    finding('F2', { path: 'src/b.ts' }),
    finding('F3', { path: null, line: null }),
    finding('F4', { line: null }),
  ];
  const { body, comments } = reviewArgs(review({ findings }), SHOWN);
  expect(comments).toEqual([]);
  for (const { key } of findings) expect(body).toContain(`Why ${key}\n  Suggestion: Mend ${key}`);
  expect(body).toContain('- F3 **major**: What F3');
});

test('the gravest come first, and those that are settled are told as such and stand beside no line', () => {
  const findings = [finding('F1', { severity: 'note' }), finding('F2', { state: 'settled' }), finding('F3', { severity: 'blocker' })];
  const { body, comments } = reviewArgs(review({ findings }), SHOWN);
  expect(comments.map(({ marker }) => marker)).toEqual(['reeve:finding:F3', 'reeve:finding:F1']);
  expect(body.indexOf('F3')).toBeLessThan(body.indexOf('F1'));
  expect(body).toContain('### Settled\n- ~~F2: What F2~~');
});

test('criteria and files are told, and nothing speaks of approving', () => {
  const told = review({
    checklist: [
      { item: 'Orders are kept', met: 'yes', evidence: 'a test' },
      { item: 'It is fast', met: 'unclear', evidence: '' },
    ],
    focus: [{ path: 'src/a.ts', why: 'Money.' }],
  });
  const { body } = reviewArgs(told, SHOWN);
  expect(body).toContain('### Acceptance\n- **yes**: Orders are kept (a test)\n- **unclear**: It is fast');
  expect(body).toContain('### Look at\n- `src/a.ts`: Money.');
  expect(body).toContain('No findings.');
  expect(body).toContain('a person still decides');
  expect(body).not.toMatch(/approve/i);
});

test('an answer without the asked form is plainly marked, whole, and what stood before still stands', () => {
  const { body } = reviewArgs(review({ parsed: false, summary: 'LGTM', findings: [finding('F1')] }), new Map());
  expect(body).toContain('did not answer in the asked form');
  expect(body).toContain('LGTM');
  expect(body).toContain('### Findings of the review before\n- F1');
  expect(body).not.toContain('No findings');
});

test('text of an agent opens no line of its own in a list, and no code', () => {
  const findings = [finding('F1', { path: 'a`b\u202Ec.ts', line: null, what: 'one\n- F9 **blocker**: forged', suggestion: null, why: '' })];
  const { body } = reviewArgs(review({ findings }), SHOWN);
  expect(body).toContain("- F1 **major** `a'b\\u202ec.ts`: one - F9 **blocker**: forged");
});

test('a long review is cut at what a forge takes', () => {
  const { body } = reviewArgs(review({ summary: 'x'.repeat(80_000) }), SHOWN);
  expect(body.length).toBeLessThan(61_000);
  expect(body).toContain('_Cut here');
});
