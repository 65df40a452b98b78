import { expect, it } from 'vitest';
import { ForgeEvent } from '#ports/forge-event.ts';
import { GITHUB_PAYLOADS } from '../../../test/kit/github-payloads.ts';
import { toForgeEvent } from './map.event.ts';

type Payload = Record<string, unknown>;
const all = GITHUB_PAYLOADS.flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })));
const of = (name: string, action: string | null, fits: (payload: Payload) => boolean = () => true): Payload => {
  const found = all.find(({ name: event, payload }) => event === name && (action === null || payload['action'] === action) && fits(payload));
  if (found === undefined) throw new Error(`no recorded ${name} ${action}`);
  return found.payload;
};

it('reads every payload GitHub publishes: as a fact in our form, or ignored with a reason that is not a failure to read', () => {
  expect(all.length).toBeGreaterThanOrEqual(329);
  const wrong = all.flatMap(({ name, payload }) => {
    const fact = toForgeEvent(name, payload);
    if (fact.kind !== 'ignored') return ForgeEvent.safeParse(fact).error ?? [];
    return /^nothing is done|^the (check run|check suite|workflow run|status) /.test(fact.note) ? [] : `${name}: ${fact.note}`;
  });
  expect(wrong).toEqual([]);
});

it('finds facts of every kind a forge can tell in them', () => {
  const kinds = new Set(all.map(({ name, payload }) => toForgeEvent(name, payload).kind));
  const missing = ForgeEvent.options.map((option) => option.shape.kind.value).filter((kind) => !kinds.has(kind));
  // GitHub publishes no example of these; cases below make them from their neighbours.
  expect(missing).toEqual(['issue.closed', 'pull.merged', 'pull.discussed', 'issue.discussed']);
});

it.each([
  ['completed', 'completed'],
  ['not_planned', 'not_planned'],
  ['a reason GitHub brings in next year', null],
  [null, null],
])('an issue closed as "%s" tells the reason %s', (given, expected) => {
  const payload = { ...structuredClone(of('issues', 'reopened')), action: 'closed' };
  Object.assign((payload as Payload)['issue'] as Payload, { state: 'closed', state_reason: given });
  expect(toForgeEvent('issues', payload)).toMatchObject({ kind: 'issue.closed', issue: { state: 'closed', close_reason: expected } });
});

it('tells an issue as it stood, with the label that was set', () => {
  const payload = of('issues', 'labeled');
  const fact = toForgeEvent('issues', payload);
  expect(fact).toMatchObject({
    kind: 'issue.labeled',
    repo: { forge: 'github', name: (payload['repository'] as { full_name: string }).full_name },
    actor: (payload['sender'] as { login: string }).login,
    label: (payload['label'] as { name: string }).name,
    issue: { number: (payload['issue'] as { number: number }).number, body: expect.any(String) as string },
  });
});

it.each([
  [true, 'pull.merged', 'f'.repeat(40)],
  [false, 'pull.closed', null],
])('a closed pull request (merged: %s) is %s, and only a merged one has the commit of its merge', (merged, kind, mergeSha) => {
  const payload = structuredClone(of('pull_request', 'closed'));
  Object.assign(payload['pull_request'] as Payload, {
    merged,
    merged_at: merged ? '2026-01-02T03:04:05Z' : null,
    merge_commit_sha: 'f'.repeat(40),
    state: 'closed',
  });
  expect(toForgeEvent('pull_request', payload)).toMatchObject({ kind, pull: { merge_sha: mergeSha } });
});

it.each([
  ['success', 'success'],
  ['failure', 'failure'],
  ['timed_out', 'failure'],
  ['action_required', 'failure'],
  ['startup_failure', 'failure'],
  ['a word GitHub brings in next year', 'failure'],
  ['skipped', 'neutral'],
  ['cancelled', 'cancelled'],
])('a check run that ended with "%s" counts as %s', (conclusion, expected) => {
  const payload = structuredClone(of('check_run', 'completed'));
  Object.assign(payload['check_run'] as Payload, { conclusion, completed_at: '2026-01-02T03:04:05Z' });
  expect(toForgeEvent('check_run', payload)).toMatchObject({ kind: 'check.completed', check: { conclusion: expected } });
});

it.each([
  ['0'.repeat(40), 'b'.repeat(40), null, 'b'.repeat(40)],
  ['a'.repeat(40), '0'.repeat(40), 'a'.repeat(40), null],
])('a push that makes or deletes a branch (%s to %s) has no commit on that side', (before, after, from, to) => {
  const payload = { ...of('push', null), ref: 'refs/heads/feature/x', before, after };
  expect(toForgeEvent('push', payload)).toMatchObject({ kind: 'push', branch: 'feature/x', before: from, after: to });
});

it('tells of a tag with its commit, and passes over one that was deleted', () => {
  const commit = 'c'.repeat(40);
  const pushed = {
    ...of('push', null),
    ref: 'refs/tags/v1.0',
    after: 'a'.repeat(40),
    head_commit: { id: commit, timestamp: '2026-11-21T10:00:00Z' },
  };
  expect(toForgeEvent('push', pushed)).toMatchObject({ kind: 'tag.pushed', tag: 'v1.0', sha: commit });
  expect(toForgeEvent('push', { ...pushed, after: '0'.repeat(40) })).toMatchObject({ kind: 'ignored' });
});

it('passes over the push of what is neither branch nor tag, and says so', () => {
  expect(toForgeEvent('push', { ...of('push', null), ref: 'refs/notes/v1' })).toEqual({
    kind: 'ignored',
    note: 'nothing is done with a push to refs/notes/v1',
  });
});

it('tells a comment in the conversation of a pull request by its number alone', () => {
  const comment = structuredClone(of('issue_comment', 'created'));
  Object.assign(comment['issue'] as Payload, { pull_request: { url: 'https://example.test' } });
  const { number } = comment['issue'] as { number: number };
  const { body } = comment['comment'] as { body: string };
  expect(toForgeEvent('issue_comment', comment)).toMatchObject({ kind: 'pull.discussed', number, comment: { body } });
});

it.each([
  ['check_suite', 'completed', { kind: 'check_suite.completed', suite: { conclusion: 'success' } }],
  ['pull_request_review_thread', 'resolved', { kind: 'pull.thread_resolved', thread: { path: 'issue-comment', comments: ['820867280'] } }],
  ['release', 'published', { kind: 'release.published', release: { tag: '0.0.1', name: '0.0.1' } }],
  ['deployment', 'created', { kind: 'deployment.changed', deployment: { state: 'created' } }],
  ['deployment_status', 'created', { kind: 'deployment.changed', deployment: { state: 'success' } }],
  ['label', 'deleted', { kind: 'label.changed', change: 'deleted' }],
  ['merge_group', 'checks_requested', { kind: 'merge_group.changed', group: { state: 'checks_requested', base_branch: 'main' } }],
  [
    'installation',
    'created',
    { kind: 'installation.changed', repo: { name: 'Codertocat/*' }, installation: { change: 'created', account: 'Codertocat' } },
  ],
  ['installation_repositories', 'added', { kind: 'installation.changed', installation: { change: 'added' } }],
])('reads %s (%s)', (event, action, expected) => {
  expect(toForgeEvent(event, of(event, action))).toMatchObject(expected);
});

it('tells that a review was dismissed, so that nobody waits for its author', () => {
  const payload = { ...structuredClone(of('pull_request_review', 'dismissed')) };
  expect(toForgeEvent('pull_request_review', payload)).toMatchObject({ kind: 'pull.reviewed', review: { verdict: 'dismissed' } });
});

it('tells the lasting ids of the accounts of who did it and who wrote it', () => {
  const payload = structuredClone(of('issue_comment', 'created'));
  Object.assign(payload['sender'] as Payload, { login: 'mia', id: 42 });
  Object.assign((payload['comment'] as Payload)['user'] as Payload, { login: 'mia', id: 43 });
  expect(toForgeEvent('issue_comment', payload)).toMatchObject({ actor: 'mia', actor_id: '42', comment: { author: 'mia', author_id: '43' } });
  Object.assign(payload['comment'] as Payload, { user: null });
  expect(toForgeEvent('issue_comment', payload)).toMatchObject({ comment: { author: 'ghost', author_id: null } });
});

it('a deleted account is called ghost', () => {
  const payload = structuredClone(of('issues', 'opened'));
  Object.assign(payload['issue'] as Payload, { user: null });
  expect(toForgeEvent('issues', payload)).toMatchObject({ issue: { author: 'ghost' } });
});

it('says which field is wrong when GitHub changes one that is needed', () => {
  const payload = structuredClone(of('issues', 'opened'));
  Object.assign(payload['issue'] as Payload, { number: 'one' });
  expect(() => toForgeEvent('issues', payload)).toThrow(/issues: .*number/s);
});

it('tells a workflow run that ended', () => {
  const payload = of('workflow_run', 'completed', ({ workflow_run: run }) => (run as Payload)['conclusion'] !== null);
  expect(toForgeEvent('workflow_run', payload)).toMatchObject({ kind: 'workflow_run.completed', run: { conclusion: 'success', attempt: 1 } });
});

it.each(['constructor', '__proto__', 'toString', ''])('an event called "%s" is nobody we know', (name) => {
  expect(toForgeEvent(name, of('push', null))).toMatchObject({ kind: 'ignored' });
});
