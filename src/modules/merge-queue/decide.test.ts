import { expect, test } from 'vitest';
import type { TreeEntry } from '#ports/git.ts';
import { collisionConflicts, planApply } from './decide.apply.ts';
import { type WholeChange, ENTRY_STATES } from '#modules/change-requests/index.ts';
import { classifyEffect, type EffectFacts } from './decide.effect.ts';
import { commitMessage } from './decide.message.ts';
import { compareEntries, stuckDependencies, unmetDependencies } from '#modules/queue-schedule/index.ts';
import { decideAfterFault, decideAfterMove, decideAfterPublication, mayDrop, mayRetry } from './decide.ts';
import type { QueueEntry } from './model.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const entry = (id: string, more: Partial<QueueEntry> = {}): QueueEntry =>
  ({ id, state: 'queued', priority: 2, retries: 0, baseMoves: 0, submittedAt: minutesAgo(1), notBefore: null, ...more }) as QueueEntry;

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const head = (files: Record<string, string>, mode: TreeEntry['mode'] = '100644'): Map<string, TreeEntry> =>
  new Map(Object.entries(files).map(([path, blob]) => [path, { path, blob, mode }]));
const write = (path: string, baseBlob: string | null, from: string | null = null): WholeChange => ({
  op: 'write',
  path,
  from,
  baseBlob,
  mode: '100644',
  content: new Uint8Array(),
});

test.each<[string, WholeChange, Map<string, TreeEntry>, 'R0' | 'R1']>([
  ['an untouched file', write('f', A), head({ f: A }), 'R0'],
  ['a file others changed', write('f', A), head({ f: B }), 'R1'],
  ['a file others deleted', write('f', A), head({}), 'R1'],
  ['a file others made a link', write('f', A), head({ f: A }, '120000'), 'R1'],
  ['a file whose mode others changed', write('f', A), head({ f: A }, '100755'), 'R1'],
  ['a file whose mode it changes', { ...write('f', A), mode: '100755' }, head({ f: A }), 'R1'],
  ['a rename of a file whose mode others changed', write('g', A, 'f'), head({ f: A }, '100755'), 'R1'],
  ['a new file', write('n', null), head({ f: A }), 'R0'],
  ['a new file others made too', write('n', null), head({ n: A }), 'R1'],
  ['a new file below what others made a file', write('n/x', null), head({ n: A }), 'R1'],
  ['a new file where others made a folder', write('n', null), head({ 'n/x': A }), 'R1'],
  ['a rename of an untouched file', write('g', A, 'f'), head({ f: A }), 'R0'],
  ['a rename onto what others made', write('g', A, 'f'), head({ f: A, g: B }), 'R1'],
  ['a deletion of an untouched file', { op: 'delete', path: 'f', baseBlob: A, mode: '100644' }, head({ f: A }), 'R0'],
  ['a deletion of a file whose mode others changed', { op: 'delete', path: 'f', baseBlob: A, mode: '100644' }, head({ f: A }, '100755'), 'R1'],
])('%s is applied by %#', (_, change, files, rung) => {
  expect(planApply([change], files).rung).toBe(rung);
});

test('one touched file sends the whole change to the merge, and says which', () => {
  expect(planApply([write('f', A), write('g', A)], head({ f: A, g: B }))).toEqual({ rung: 'R1', because: ['g'] });
});

test('a rename is a removal and a new file', () => {
  expect(planApply([write('g', A, 'f')], head({ f: A }))).toEqual({
    rung: 'R0',
    changes: [
      { path: 'f', content: null },
      { path: 'g', content: new Uint8Array(), mode: '100644' },
    ],
  });
});

test('names that collide only after the merge are a conflict', () => {
  const before = head({ 'README.md': A });
  expect(collisionConflicts([...before.keys(), 'Readme.md'], ['Readme.md']).map((conflict) => conflict.path)).toEqual(['Readme.md']);
  expect(collisionConflicts(before.keys(), [])).toEqual([]);
});

const line = (path: string, added: number | null, deleted: number | null, from: string | null = null) => ({ path, added, deleted, from });
const facts = (more: Partial<EffectFacts>): EffectFacts => ({
  submitted: [line('f', 3, 1)],
  landed: [line('f', 3, 1)],
  renamedSince: new Map(),
  reverts: null,
  ...more,
});

test.each<[string, Partial<EffectFacts>, string]>([
  ['equal counts', {}, 'preserved'],
  ['equal binary changes', { submitted: [line('x', null, null)], landed: [line('x', null, null)] }, 'preserved'],
  ['a file others renamed', { landed: [line('g', 3, 1)], renamedSince: new Map([['f', 'g']]) }, 'preserved'],
  ['nothing left', { landed: [] }, 'already_landed'],
  ['fewer lines', { landed: [line('f', 2, 1)] }, 'partially_absorbed'],
  ['more lines', { landed: [line('f', 3, 2)] }, 'partially_absorbed'],
  ['a missing file', { submitted: [line('f', 3, 1), line('g', 1, 0)] }, 'partially_absorbed'],
  ['a file nobody submitted', { landed: [line('f', 3, 1), line('g', 1, 0)] }, 'partially_absorbed'],
  ['a renamed file nobody says was renamed', { landed: [line('g', 3, 1)] }, 'partially_absorbed'],
  ['a revert whose base holds what it reverts', { reverts: { id: 'cr_1', landedInBase: true } }, 'preserved'],
  ['a revert whose base does not', { reverts: { id: 'cr_1', landedInBase: false } }, 'revert_lost'],
  ['an empty revert', { submitted: [], landed: [], reverts: { id: 'cr_1', landedInBase: false } }, 'revert_lost'],
])('the effect of %s is judged', (_, more, kind) => {
  expect(classifyEffect(facts(more)).kind).toBe(kind);
});

test('what is not preserved is told file by file', () => {
  const effect = classifyEffect(facts({ landed: [line('f', 2, 1)] }));
  expect(effect).toEqual({ kind: 'partially_absorbed', detail: 'f: +3 -1 submitted, +2 -1 would land.' });
});

const order = (...entries: QueueEntry[]): string[] => entries.toSorted((a, b) => compareEntries(a, b, NOW)).map(({ id }) => id);

test('priority goes first, then age; a retry costs; waiting long enough beats priority', () => {
  expect(order(entry('low', { priority: 3 }), entry('high', { priority: 0 }))).toEqual(['high', 'low']);
  expect(order(entry('young'), entry('old', { submittedAt: minutesAgo(5) }))).toEqual(['old', 'young']);
  expect(order(entry('tried', { retries: 1, submittedAt: minutesAgo(2) }), entry('fresh'))).toEqual(['fresh', 'tried']);
  expect(order(entry('urgent', { priority: 0 }), entry('starving', { priority: 3, submittedAt: minutesAgo(60) }))).toEqual(['starving', 'urgent']);
});

test('a dependency is met by any landed attempt of its task', () => {
  expect(
    unmetDependencies([
      { id: 'cr_1', states: ['dropped', 'landed'] },
      { id: 'cr_2', states: ['already_landed'] },
    ]),
  ).toEqual([]);
  expect(
    unmetDependencies([
      { id: 'cr_1', states: ['dropped'] },
      { id: 'cr_2', states: ['quarantined', 'queued'] },
    ]),
  ).toEqual(['cr_1', 'cr_2']);
});

test('a dependency is stuck when every attempt of its task was set aside or dropped, not while one is under way', () => {
  expect(
    stuckDependencies([
      { id: 'cr_1', states: ['dropped', 'quarantined'] },
      { id: 'cr_2', states: ['quarantined', 'queued'] },
      { id: 'cr_3', states: ['dropped', 'landed'] },
    ]),
  ).toEqual(['cr_1']);
});

const LIMITS = { maxRetries: 3, maxBaseMoves: 2 };

test('faults are tried again with growing pauses, then set aside with the last error', () => {
  const pauses = [0, 1, 2].map((retries) => decideAfterFault({ retries }, 'disk full', LIMITS, NOW));
  expect(pauses.map((decision) => (decision.kind === 'retry' ? decision.notBefore.getTime() - NOW.getTime() : null))).toEqual([2000, 4000, 8000]);
  expect(decideAfterFault({ retries: 3 }, 'disk full', LIMITS, NOW)).toEqual({
    kind: 'quarantine',
    reason: { kind: 'retries_exhausted', detail: 'Tried 4 times; the last error was: disk full' },
  });
  expect(decideAfterFault({ retries: 90 }, 'x', { ...LIMITS, maxRetries: 99 }, NOW)).toMatchObject({ notBefore: new Date(NOW.getTime() + 120_000) });
});

test('a moving target is followed within bounds', () => {
  expect(decideAfterMove({ baseMoves: 1 }, LIMITS)).toEqual({ kind: 'merge_again', baseMoves: 2 });
  expect(decideAfterMove({ baseMoves: 2 }, LIMITS)).toMatchObject({ kind: 'quarantine', reason: { kind: 'retries_exhausted' } });
});

test('the answer of a publishing action is landed, moved, or a reason', () => {
  expect(decideAfterPublication({ kind: 'landed', commit: A })).toEqual({ kind: 'landed', commit: A });
  expect(decideAfterPublication({ kind: 'base_moved' })).toEqual({ kind: 'moved' });
  expect(decideAfterPublication({ kind: 'refused', detail: 'no' })).toEqual({
    kind: 'quarantine',
    reason: { kind: 'publish_refused', detail: 'no' },
  });
});

test('people may try again what is set aside, and drop what is not being published', () => {
  expect(ENTRY_STATES.filter(mayRetry)).toEqual(['quarantined']);
  expect(ENTRY_STATES.filter(mayDrop)).toEqual(['queued', 'merging', 'verifying', 'quarantined']);
});

const message = (summary: string): string =>
  commitMessage({ id: 'cr_1' as QueueEntry['id'], taskId: 'task_1', document: { summary } as QueueEntry['document'] });

test.each([
  ['Fix it', 'Fix it\n\nReeve-Task: task_1\nReeve-Change-Request: cr_1\n'],
  ['Fix it\n\nBecause.', 'Fix it\n\nBecause.\n\nReeve-Task: task_1\nReeve-Change-Request: cr_1\n'],
  ['Fix it\n\nReeve-Task: forged', 'Fix it\n\n    Reeve-Task: forged\n\nReeve-Task: task_1\nReeve-Change-Request: cr_1\n'],
  ['Reeve-Task: forged', 'Change: Reeve-Task: forged\n\nReeve-Task: task_1\nReeve-Change-Request: cr_1\n'],
  [' \n ', 'Change without a summary\n\nReeve-Task: task_1\nReeve-Change-Request: cr_1\n'],
])('the message of %j leads from the commit to task and change request', (summary, expected) => {
  expect(message(summary)).toBe(expected);
});

test('a long first line is cut in the subject and whole in the body', () => {
  const [subject, , body] = message('x'.repeat(200)).split('\n');
  expect(subject).toHaveLength(120);
  expect(body).toBe('x'.repeat(200));
});
