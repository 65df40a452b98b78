import { expect, test } from 'vitest';
import { decideWaits, type Standing } from './decide.waits.ts';
import type { WorkItem, WorkState } from './model.ts';

const now = new Date('2026-01-01T10:00:00Z');
const since = '2026-01-01T09:00:00+00:00';
const NOTHING: Standing = { approval: null, question: null, handed: null, run: null, entry: null, blocker: null, underWay: false };
const item = (state: WorkState): Pick<WorkItem, 'state' | 'stateReason' | 'requestedBy' | 'author' | 'updatedAt'> => ({
  state,
  stateReason: null,
  requestedBy: 'dora',
  author: 'ben',
  updatedAt: now,
});

const approval = { id: 'act_1', kind: 'plan.approve', since };
const run = { id: 'run_1', agent: 'coder', role: 'coder', since };

test.each([
  ['a decision that waits comes before an agent that works', 'in_progress', { approval, run, underWay: true }, 'person', 'act_1'],
  ['a question of an agent', 'in_progress', { question: { id: 'que_1', agent: 'coder', since }, run, underWay: true }, 'person', 'que_1'],
  [
    "a person's own task",
    'in_progress',
    { handed: { id: 'task_1', title: 'Cart', assignee: 'person:ada', since }, underWay: true },
    'person',
    'task_1',
  ],
  ['an agent that works', 'in_progress', { run, entry: { id: 'cr_1', state: 'queued', since }, underWay: true }, 'agent', 'run_1'],
  ['the merge queue', 'in_progress', { entry: { id: 'cr_1', state: 'verifying', since }, underWay: true }, 'queue', 'cr_1'],
  ['checks of a pull request', 'in_review', { underWay: true }, 'checks', null],
  ['another issue', 'new', { blocker: { id: 'iss_1', number: 4, title: 'First' } }, 'issue', 'iss_1'],
  ['nobody has started it', 'new', {}, 'nobody', null],
  ['an answer of its author', 'needs_info', { underWay: true }, 'person', null],
  ['a failure is looked at by a person', 'failed', {}, 'person', null],
] as const)('%s', (_, state, standing, who, id) => {
  expect(decideWaits(item(state), { ...NOTHING, ...standing })).toMatchObject({ who, id });
});

test('names who is asked, and what for', () => {
  expect(decideWaits(item('needs_info'), NOTHING)?.text).toBe('An answer of ben is needed.');
  expect(decideWaits(item('awaiting_merge'), { ...NOTHING, approval: { ...approval, kind: 'pr.merge' } })).toEqual({
    who: 'person',
    text: 'A person decides about the merge.',
    since: new Date(since),
    id: 'act_1',
  });
});

test.each(['merged', 'duplicate', 'declined'] as const)('what ended as %s waits for nothing, whatever is left around it', (state) => {
  expect(decideWaits(item(state), { ...NOTHING, approval })).toBeNull();
});

test('a story between two steps holds nobody up', () => {
  expect(decideWaits(item('planned'), { ...NOTHING, underWay: true })).toBeNull();
});
