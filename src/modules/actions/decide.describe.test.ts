import { expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { digestFieldsOf, headlineOf, partsOf, undoOf } from './decide.describe.ts';
import { argsSchemaOf, fixedBecause } from './decide.schema.ts';
import { ACTION_KINDS, type Action, type ActionKind, type ActionRecord } from './model.ts';

const SHA = 'a'.repeat(40);

function record(kind: ActionKind, args: JsonObject = {}, more: Partial<ActionRecord> = {}): ActionRecord {
  return {
    v: 1,
    organisation: 'acme',
    action_id: 'act_1' as ActionRecord['action_id'],
    kind,
    target: { forge: 'github', repo: 'acme/shop', number: 7, branch: 'main' },
    args,
    preconditions: { head_sha: SHA, base_sha: null, issue_updated_at: null },
    proposer: { subject: 'agent:codex', run: null, model: null, prompt_hash: null },
    trigger_user: 'dora',
    risk: 'high',
    policy_hash: 'p',
    created_at: '2026-11-21T10:00:00.000Z',
    expires_at: '2026-11-22T10:00:00.000Z',
    ...more,
  };
}

test('each kind says in one sentence what will happen and where', () => {
  for (const kind of ACTION_KINDS) {
    const sentence = headlineOf(record(kind, { sha: SHA }));
    expect(sentence).toMatch(/^[A-Z][^\n]{10,}[^.]$/);
    expect(sentence).not.toContain('undefined');
  }
  expect(headlineOf(record('pr.merge', { message: 'm' }))).toBe('Merge pull request #7 of acme/shop into main at aaaaaaaaaa');
  expect(headlineOf(record('issue.close', { reason: 'not_planned' }))).toBe('Close issue #7 of acme/shop as not planned');
  expect(headlineOf(record('budget.raise', { from_micros: 5_000_000, to_micros: 12_500_000 }))).toBe('Raise a spending cap from $5.00 to $12.50');
  expect(headlineOf(record('branch.push', { sha: null }))).toBe('Push the verified commit to the branch main of acme/shop');
});

test('texts come first, each in the form it has at its destination, exactly as stored', () => {
  const parts = partsOf(
    record('issue.close', { reason: 'duplicate', evidence: { score: 0.9 }, comment: 'Closed\u200B as *duplicate*', duplicate_of: 3 }),
  );
  expect(parts.map(({ path, form, only_shown, hidden }) => [path, form, only_shown, hidden])).toEqual([
    ['args.comment', 'markdown', false, 1],
    ['args.duplicate_of', 'line', false, 0],
    ['args.evidence', 'json', true, 0],
    ['args.reason', 'line', false, 0],
  ]);
  expect(parts[0]?.text).toBe('Closed\u200B as *duplicate*');
});

test('remarks beside lines are shown one by one, and lists item by item', () => {
  const comments = [{ path: 'src/a.ts', line: 12, body: 'Why?', marker: 'm:1' }];
  const parts = partsOf(record('pr.review', { body: 'Fine', head_sha: SHA, marker: 'reeve:review', comments }));
  expect(parts.find(({ path }) => path === 'args.comments[0].body')).toMatchObject({
    label: 'Remark on src/a.ts, line 12',
    form: 'markdown',
    text: 'Why?',
  });
  expect(parts.find(({ path }) => path === 'args.head_sha')?.form).toBe('commit');
  const labels = partsOf(record('issue.label', { add: ['bug', 'x\u202Ey'], remove: [] }));
  expect(labels).toMatchObject([{ path: 'args.add', form: 'list', items: ['bug', 'x\u202Ey'], hidden: 1 }]);
  // An emoji hides nothing.
  expect(partsOf(record('issue.label', { add: ['❤️ \u{E0041}'], remove: [] }))).toMatchObject([{ hidden: 1 }]);
});

test('the fields are every value of the record, each argument one, in the order of the canonical form', () => {
  const fields = digestFieldsOf(record('pr.merge', { message: 'Merge', title: 'T' }));
  const places = fields.map(({ path }) => path);
  expect(places).toEqual(places.toSorted());
  expect(fields).toContainEqual({ path: 'args.message', value: '"Merge"' });
  expect(fields).toContainEqual({ path: 'target.number', value: '7' });
  expect(fields).toContainEqual({ path: 'preconditions.base_sha', value: 'null' });
  expect(digestFieldsOf(record('issue.close', { evidence: { a: [1] } }))).toContainEqual({ path: 'args.evidence', value: '{"a":[1]}' });
  expect(digestFieldsOf(record('pr.close'))).toContainEqual({ path: 'args', value: '{}' });
});

test('taking back is promised only where it can be proposed: after it was done, and when the receipt tells enough', () => {
  const action = (kind: ActionKind, status: Action['status'], outcome: JsonObject | null = null, args: JsonObject = {}) =>
    ({ id: 'act_1', record: record(kind, args), status, outcome }) as unknown as Action;
  expect(undoOf(action('pr.create', 'pending'))).toMatchObject({ by: 'action', what: 'pr.close', now: false });
  expect(undoOf(action('pr.create', 'executed'))).toMatchObject({ now: false });
  expect(undoOf(action('pr.create', 'executed', { number: 9 }))).toMatchObject({ now: true });
  expect(undoOf(action('pr.merge', 'executed', { merge_sha: SHA }))).toMatchObject({ by: 'command', what: 'reeve queue rollback ID', now: false });
  // Whoever reads it in the console has no command line.
  for (const kind of ACTION_KINDS) expect(undoOf(action(kind, 'pending')).told).not.toMatch(/\breeve |\bgit |\bID\b/);
});

test('changed arguments have a schema of what may be sent, without what the target says already', () => {
  for (const kind of ACTION_KINDS) {
    const schema = argsSchemaOf(record(kind));
    expect(schema['type']).toBe('object');
    for (const repeated of ['number', 'branch', 'mirror_dir']) expect(Object.keys(schema['properties'] as object)).not.toContain(repeated);
  }
  expect(argsSchemaOf(record('pr.merge'))).toMatchObject({
    required: ['message'],
    additionalProperties: false,
    properties: { message: { type: 'string', minLength: 1, maxLength: 20_000, contentMediaType: 'text/plain' } },
  });
  // What the number says already.
  expect(Object.keys(argsSchemaOf(record('pr.merge'))['properties'] as object)).toEqual(['message']);
  expect(argsSchemaOf(record('issue.close'))).toMatchObject({ properties: { reason: { enum: ['completed', 'not_planned', 'duplicate'] } } });
  expect(argsSchemaOf(record('issue.comment.plan'))).toMatchObject({ properties: { body: { contentMediaType: 'text/markdown' } } });
});

test('what happens inside has the shape of what is there, and what only tells is not changed', () => {
  expect(argsSchemaOf(record('budget.raise', { to_micros: 5, period: 'month', unmet: ['a'], why: 'x\ny', flag: true, none: null }))).toEqual({
    type: 'object',
    properties: {
      to_micros: { type: 'integer' },
      period: { type: 'string' },
      unmet: { type: 'array', items: { type: 'string' } },
      why: { type: 'string', contentMediaType: 'text/plain' },
      flag: { type: 'boolean' },
      none: {},
    },
    required: ['flag', 'none', 'period', 'to_micros', 'unmet', 'why'],
    additionalProperties: false,
  });
  expect(ACTION_KINDS.filter((kind) => fixedBecause(kind) !== null)).toEqual(['plan.approve', 'agent.dispatch', 'ci.retry', 'policy.update']);
});
