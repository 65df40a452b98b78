import { expect, test } from 'vitest';
import { timelineOf, type EntryOrigin } from './decide.summary.ts';
import type { JournalRow } from './model.ts';

const NOWHERE: EntryOrigin = { issue: null, plan: null, task: null, run: null, publication: null };

const quarantined = (reason: Record<string, unknown>): JournalRow =>
  ({ event: 'quarantined', actor: 'queue', at: new Date('2026-01-02T03:04:05Z'), detail: { reason } }) as unknown as JournalRow;

test.each<[string, Record<string, unknown>, string]>([
  [
    'failed checks with the line that says what failed',
    {
      kind: 'checks_failed',
      checks: [{ name: 'test', command: 'npm test', exit_code: 1, output: '# tests 4\nAssertionError: expected 190 to be 200\n# fail 1\n' }],
    },
    'checks failed: test (exit code 1): AssertionError: expected 190 to be 200',
  ],
  [
    'checks that did not finish',
    { kind: 'checks_failed', checks: [{ name: 'test', exit_code: null, output: '' }] },
    'checks failed: test (did not finish)',
  ],
  ['the files in conflict', { kind: 'conflict', conflicts: [{ path: 'a.ts' }, { path: 'b.ts' }] }, 'conflict: a.ts, b.ts'],
  ['a reason that has its own sentence', { kind: 'interaction', detail: 'fails together with cr_1' }, 'interaction: fails together with cr_1'],
])('the timeline of a change that was set aside names %s', (_, reason, sentence) => {
  expect(timelineOf([quarantined(reason)], NOWHERE).map(({ detail }) => detail)).toEqual([sentence]);
});
