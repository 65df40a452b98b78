import { expect, test } from 'vitest';
import { GITHUB_PAYLOADS } from '../../../test/kit/github-payloads.ts';
import { fillGaps } from './map.event.gaps.ts';
import { toForgeEvent } from './map.event.ts';

const AT = new Date('2026-11-21T20:00:00Z');
const ISSUE = { number: 4, title: 'Due has fractions', body: null, labels: [], user: { login: 'mona' } };
const REPOSITORY = { full_name: 'octo-org/till' };
const SHA = 'a'.repeat(40);

test('a payload with the least that names an issue and its label is read, as of when it came', () => {
  const payload = { action: 'labeled', issue: ISSUE, label: { name: 'AI-Ready' }, repository: REPOSITORY, sender: { login: 'mona' } };
  expect(toForgeEvent('issues', payload, AT)).toMatchObject({
    kind: 'issue.labeled',
    label: 'AI-Ready',
    occurred_at: AT.toISOString(),
    issue: { number: 4, external_id: 'octo-org/till#4', state: 'open', labels: ['AI-Ready'], url: '' },
  });
});

test('the repository may be named by its owner and its name', () => {
  const repository = { name: 'till', owner: { login: 'octo-org' } };
  const payload = { action: 'opened', issue: ISSUE, repository, sender: null };
  expect(toForgeEvent('issues', payload, AT)).toMatchObject({
    repo: { name: 'octo-org/till' },
    actor: 'ghost',
    issue: { external_id: 'octo-org/till#4' },
  });
  expect(() => toForgeEvent('issues', { ...payload, repository: { name: 'till' } }, AT)).toThrow(/full_name/);
});

test('checks, statuses and comments are read without their instants, and a check that goes on has not ended', () => {
  const run = { id: 1, name: 'test', head_sha: SHA, status: 'completed', conclusion: 'failure' };
  const of = (event: string, payload: object) => toForgeEvent(event, { repository: REPOSITORY, ...payload }, AT);
  expect(of('check_run', { action: 'completed', check_run: run })).toMatchObject({ kind: 'check.completed', check: { conclusion: 'failure' } });
  expect(of('check_run', { action: 'completed', check_run: { ...run, status: 'in_progress' } })).toMatchObject({ kind: 'ignored' });
  expect(of('status', { sha: SHA, context: 'ci', state: 'failure' })).toMatchObject({ kind: 'check.completed', occurred_at: AT.toISOString() });
  const comment = { id: 9, body: '/reeve approve', user: { login: 'mona' } };
  expect(of('issue_comment', { action: 'created', issue: ISSUE, comment })).toMatchObject({ comment: { id: '9', created_at: AT.toISOString() } });
});

test("nothing of GitHub's own payloads is changed by it", () => {
  for (const { name, examples } of GITHUB_PAYLOADS)
    for (const payload of examples)
      expect([name, toForgeEvent(name, fillGaps(payload, AT.toISOString()))]).toEqual([name, toForgeEvent(name, payload)]);
});
