import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { Action, ActionKind, Proposal } from './model.ts';

/**
 * How an executed action is taken back. `action`: another action of ours, which policy decides like any other. `command`: what a person
 * runs, because more than one thing follows from it. `irreversible`: nothing takes it back, so the shipped policy calls it high risk.
 */
export type Inverse =
  | { by: 'action'; kind: ActionKind; propose: (done: Action) => Undo | null }
  /** `how`: the same in the words of the console; left out where the command is such words already. */
  | { by: 'command'; command: string; how?: string }
  | { by: 'irreversible'; why: string };

export type Undo = Pick<Proposal, 'kind' | 'target' | 'args' | 'preconditions'>;

/** Every kind, so that nobody adds one without saying how it is taken back (a test compares the table with the shipped policy). */
export const INVERSES: Readonly<Record<ActionKind, Inverse>> = {
  'plan.approve': { by: 'command', command: 'reeve issue stop ID', how: 'stop the work, on the page of its issue' },
  'agent.dispatch': { by: 'command', command: 'reeve job stop ID', how: 'stop the run, on its page' },
  'ci.retry': { by: 'command', command: 'reeve job stop ID', how: 'stop the run, on its page' },
  'policy.update': { by: 'command', command: 'propose the former policy again' },
  'budget.raise': { by: 'command', command: 'reeve budget cap USD', how: 'set the cap back, in the settings under Budget' },
  'rollout.advance': {
    by: 'command',
    command: 'reeve rollout rollback --project P',
    how: 'put the project back to the stage before, in its settings',
  },
  'approval.notify': { by: 'command', command: 'delete the message in the chat' },
  'branch.create': { by: 'command', command: 'git push origin --delete BRANCH', how: 'delete the branch in the repository' },
  'branch.push': { by: 'command', command: 'reeve queue rollback ID', how: 'revert what landed, in the merge queue' },
  'branch.delete': {
    by: 'action',
    kind: 'branch.create',
    propose: (done) => same(done, 'branch.create', { sha: done.record.args['sha'] ?? '' }),
  },
  'pr.revert': { by: 'action', kind: 'pr.close', propose: (done) => onNumber(done, 'pr.close', {}) },
  'ci.rerun': { by: 'command', command: 'cancel the run on the forge' },
  'release.changelog': { by: 'action', kind: 'pr.close', propose: (done) => onNumber(done, 'pr.close', {}) },
  'release.draft': { by: 'command', command: 'delete the draft on the forge' },
  'pr.merge': { by: 'command', command: 'reeve queue rollback ID', how: 'revert what landed, in the merge queue' },
  'pr.create': { by: 'action', kind: 'pr.close', propose: (done) => onNumber(done, 'pr.close', {}) },
  'pr.close': { by: 'action', kind: 'pr.create', propose: reopened },
  'pr.update': { by: 'action', kind: 'pr.update', propose: (done) => former(done, 'pr.update', ['title', 'body', 'draft', 'labels']) },
  'pr.label': { by: 'action', kind: 'pr.label', propose: (done) => relabelled(done, 'pr.label') },
  'pr.comment.summary': { by: 'action', kind: 'pr.comment.summary', propose: (done) => retracted(done, 'pr.comment.summary', null) },
  'pr.comment.output': { by: 'action', kind: 'pr.comment.output', propose: (done) => retracted(done, 'pr.comment.output', null) },
  'pr.comment.answer': { by: 'action', kind: 'pr.comment.answer', propose: (done) => retracted(done, 'pr.comment.answer', null) },
  'pr.review': {
    by: 'action',
    kind: 'pr.review',
    // Remarks beside lines stay: they are people's conversations by then.
    propose: ({ record }) => ({ kind: 'pr.review', target: record.target, args: { ...record.args, body: '_Taken back._', comments: [] } }),
  },
  'pr.reviewers': { by: 'command', command: 'take the request back on the forge' },
  'pr.thread.reply': { by: 'command', command: 'delete the answer on the forge' },
  'pr.thread.resolve': { by: 'command', command: 'open the conversation again on the forge' },
  'pr.check': {
    by: 'action',
    kind: 'pr.check',
    propose: (done) => same(done, 'pr.check', { ...done.record.args, conclusion: 'neutral', summary: 'Taken back.' }),
  },
  'pr.assign': { by: 'action', kind: 'pr.assign', propose: (done) => former(done, 'pr.assign', ['assignees']) },
  'issue.comment.triage': { by: 'action', kind: 'issue.comment.triage', propose: (done) => retracted(done, 'issue.comment.triage', 'reeve:triage') },
  'issue.comment.plan': { by: 'action', kind: 'issue.comment.plan', propose: (done) => retracted(done, 'issue.comment.plan', 'reeve:plan') },
  'issue.comment.questions': {
    by: 'action',
    kind: 'issue.comment.questions',
    propose: (done) => retracted(done, 'issue.comment.questions', 'reeve:questions'),
  },
  'issue.label': { by: 'action', kind: 'issue.label', propose: (done) => relabelled(done, 'issue.label') },
  'issue.assign': { by: 'action', kind: 'issue.assign', propose: (done) => former(done, 'issue.assign', ['assignees']) },
  'issue.close': { by: 'action', kind: 'issue.transition', propose: (done) => same(done, 'issue.transition', { state: 'open' }) },
  'issue.transition': {
    by: 'action',
    kind: 'issue.transition',
    propose: (done) => same(done, 'issue.transition', { state: done.record.args['state'] === 'open' ? 'closed' : 'open' }),
  },
  'issue.tick': {
    by: 'action',
    kind: 'issue.tick',
    propose: (done) => same(done, 'issue.tick', { item: done.record.args['item'] ?? 0, done: done.record.args['done'] !== true }),
  },
  'issue.create.low': { by: 'action', kind: 'issue.close', propose: (done) => onNumber(done, 'issue.close', { reason: 'not_planned' }) },
};

const same = (done: Action, kind: ActionKind, args: JsonObject): Undo => ({ kind, target: done.record.target, args });

/** On the issue or pull request that the action made. */
function onNumber(done: Action, kind: ActionKind, args: JsonObject): Undo | null {
  const number = done.outcome?.['number'];
  return typeof number === 'number' ? { kind, target: { ...done.record.target, number }, args } : null;
}

function relabelled(done: Action, kind: 'pr.label' | 'issue.label'): Undo {
  const { add, remove } = done.record.args;
  return same(done, kind, { add: remove ?? [], remove: add ?? [] });
}

/** What the receipt noted before the change; null where nothing was noted. */
function former(done: Action, kind: ActionKind, members: readonly string[]): Undo | null {
  const before = done.outcome?.['before'];
  if (!isObject(before)) return null;
  const args = Object.fromEntries(members.filter((member) => Object.hasOwn(before, member)).map((member) => [member, before[member] ?? null]));
  return Object.keys(args).length === 0 ? null : same(done, kind, args);
}

/** A comment is edited to say that it no longer holds; what was said stays in the ledger by its digest. */
function retracted(done: Action, kind: ActionKind, marker: string | null): Undo {
  const own = done.record.args['marker'] ?? marker;
  return same(done, kind, { body: '_Taken back._', marker: typeof own === 'string' ? own : `reeve:act:${done.id}` });
}

/** A closed pull request is opened anew from the same branch: closing kept the branch. */
function reopened(done: Action): Undo | null {
  const before = done.outcome?.['before'];
  if (!isObject(before)) return null;
  const { title, body, head_branch, base_branch } = before;
  const { target } = done.record;
  return {
    kind: 'pr.create',
    target: { ...target, number: null },
    args: { title: title ?? '', body: body ?? '', head_branch: head_branch ?? '', base_branch: base_branch ?? '' },
  };
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
