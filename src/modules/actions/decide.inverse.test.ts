import { expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { DEFAULT_POLICY_TEXT, parsePolicy } from '#modules/policy/index.ts';
import { decideGlass, stillTwo } from './decide.break-glass.ts';
import { INVERSES } from './decide.inverse.ts';
import { ACTION_KINDS, type Action, type ActionKind } from './model.ts';
import { parseArgs } from './model.args.ts';

test('every kind says how it is taken back, and what cannot be is high risk in the shipped policy', () => {
  expect(Object.keys(INVERSES).toSorted()).toEqual([...ACTION_KINDS].toSorted());
  const policy = parsePolicy(DEFAULT_POLICY_TEXT, ACTION_KINDS);
  const risks = ACTION_KINDS.map(
    (kind) => [kind, INVERSES[kind].by, policy.ok ? (policy.value.rules[kind]?.risk ?? 'unnamed') : 'unreadable'] as const,
  );
  expect(risks.filter(([, by, risk]) => risk === 'unreadable' || risk === 'unnamed' || (by === 'irreversible' && risk !== 'high'))).toEqual([]);
});

const before = { title: 'Old', body: 'Old body', draft: true, labels: ['a'], assignees: ['ada'], head_branch: 'ai-7', base_branch: 'main' };
const done = (kind: ActionKind, args: JsonObject, outcome: JsonObject = {}): Action =>
  ({ id: 'act_1', outcome, record: { kind, args, target: { forge: 'local', repo: 'acme/shop', number: 7, branch: null } } }) as unknown as Action;

test.each<[ActionKind, JsonObject, JsonObject, ActionKind, JsonObject]>([
  ['pr.create', {}, { number: 9 }, 'pr.close', {}],
  ['pr.close', {}, { before }, 'pr.create', { title: 'Old', body: 'Old body', head_branch: 'ai-7', base_branch: 'main' }],
  ['pr.update', { title: 'New' }, { before: { title: 'Old' } }, 'pr.update', { title: 'Old' }],
  ['pr.label', { add: ['x'], remove: ['y'] }, {}, 'pr.label', { add: ['y'], remove: ['x'] }],
  ['pr.comment.summary', { body: 'x', marker: 'reeve:r' }, {}, 'pr.comment.summary', { body: '_Taken back._', marker: 'reeve:r' }],
  ['pr.comment.answer', { body: 'x', marker: 'reeve:r' }, {}, 'pr.comment.answer', { body: '_Taken back._', marker: 'reeve:r' }],
  [
    'pr.review',
    { head_sha: 'a'.repeat(40), body: 'x', marker: 'reeve:review', comments: [{ path: 'a', line: 1, body: 'y', marker: 'm' }] },
    {},
    'pr.review',
    { head_sha: 'a'.repeat(40), body: '_Taken back._', marker: 'reeve:review', comments: [] },
  ],
  ['pr.comment.output', { body: 'x', marker: 'reeve:o' }, {}, 'pr.comment.output', { body: '_Taken back._', marker: 'reeve:o' }],
  ['pr.revert', {}, { number: 9 }, 'pr.close', {}],
  ['release.changelog', {}, { number: 9 }, 'pr.close', {}],
  ['issue.tick', { item: 3, done: true }, {}, 'issue.tick', { item: 3, done: false }],
  ['pr.assign', { assignees: ['dora'] }, { before: { assignees: ['ada'] } }, 'pr.assign', { assignees: ['ada'] }],
  ['issue.comment.plan', { body: 'x' }, {}, 'issue.comment.plan', { body: '_Taken back._', marker: 'reeve:plan' }],
  ['issue.label', { add: ['bug'], remove: [] }, {}, 'issue.label', { add: [], remove: ['bug'] }],
  ['issue.close', { reason: 'duplicate' }, {}, 'issue.transition', { state: 'open' }],
  ['issue.transition', { state: 'open', reason: 'completed' }, {}, 'issue.transition', { state: 'closed' }],
  ['issue.create.low', { title: 't', body: 'b', labels: [] }, { number: 31 }, 'issue.close', { reason: 'not_planned' }],
])('%s is taken back by an action whose arguments fit', (kind, args, outcome, wanted, expected) => {
  const inverse = INVERSES[kind];
  const proposal = inverse.by === 'action' ? inverse.propose(done(kind, args, outcome)) : null;
  expect(proposal).toMatchObject({ kind: wanted, args: expected });
  expect(proposal === null ? null : parseArgs(proposal).args).not.toBeNull();
  expect(proposal?.target.number ?? null).toBe(kind === 'pr.close' ? null : (outcome['number'] ?? 7));
});

test('where the receipt does not say what was there before, nothing is guessed', () => {
  for (const kind of ['pr.assign', 'pr.update', 'pr.close', 'pr.create', 'issue.create.low'] as const) {
    const inverse = INVERSES[kind];
    expect(inverse.by === 'action' ? inverse.propose(done(kind, {})) : 'x').toBeNull();
  }
});

const pending = { status: 'pending', decision: { kind: 'approval' } } as Parameters<typeof decideGlass>[0];
const mia = { kind: 'person', subject: 'person:mia', role: 'maintainer', personId: 'pers_mia' } as const;
test.each<[string, Parameters<typeof decideGlass>, string | undefined]>([
  ['a maintainer', [pending, mia, { role: 'maintainer', active: true }], undefined],
  ['an admin', [pending, { ...mia, role: 'admin' }, { role: 'admin', active: true }], undefined],
  ['a developer', [pending, mia, { role: 'developer', active: true }], 'role_missing'],
  ['a maintainer with a viewer token', [pending, { ...mia, role: 'viewer' }, { role: 'maintainer', active: true }], 'role_missing'],
  ['somebody who left', [pending, mia, { role: 'maintainer', active: false }], 'person_inactive'],
  ['an agent', [pending, { ...mia, kind: 'agent', role: 'agent' }, { role: 'maintainer', active: true }], 'agent_never_decides'],
  ['the admin token', [pending, { ...mia, kind: 'service', personId: null }, null], 'no_person'],
  ['for what is denied', [{ ...pending, decision: { kind: 'deny' } } as typeof pending, mia, { role: 'maintainer', active: true }], 'policy_denies'],
  ['for what is done', [{ ...pending, status: 'executed' }, mia, { role: 'maintainer', active: true }], 'not_pending'],
])('breaking glass: %s', (_, given, code) => {
  expect(decideGlass(...given)?.code).toBe(code);
});

test('one person twice is not two', () => {
  expect(
    stillTwo([
      { personId: 'a', role: 'maintainer' },
      { personId: 'a', role: 'admin' },
    ]),
  ).toBe(false);
  expect(
    stillTwo([
      { personId: 'a', role: 'maintainer' },
      { personId: 'b', role: null },
    ]),
  ).toBe(false);
  expect(
    stillTwo([
      { personId: 'a', role: 'maintainer' },
      { personId: 'b', role: 'manager' },
    ]),
  ).toBe(true);
});
