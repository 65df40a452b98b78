import { expect, test } from 'vitest';
import { branchOf, passedBy, shareOf, vouchingOf } from './evidence.ts';

type Decisions = Parameters<typeof passedBy>[0]['decisions'];
const vote = (by: string, decision: string) => ({ by, decision, role: null, reason: null, at: '2026-11-20T10:00:00Z' });
const decisions = (...given: object[]): { decisions: Decisions } => ({
  decisions: given.map((one) => ({ votes: [], approved_at: '2026-11-20T10:00:00Z', executed_at: null, ...one })) as unknown as Decisions,
});

test('who let a change pass is people, an emergency, the policy, or nobody that is on record', () => {
  expect(
    passedBy(decisions({ votes: [vote('person:mia', 'approve'), vote('person:ann', 'decline')] }, { votes: [vote('person:mia', 'approve')] })),
  ).toEqual({
    by: 'people',
    names: ['mia'],
  });
  expect(passedBy(decisions({ emergency: { opened_by: 'person:a', confirmed_by: 'person:b', reason: null, at: '' } }))).toEqual({
    by: 'emergency',
    names: ['a', 'b'],
  });
  expect(passedBy(decisions({}))).toEqual({ by: 'policy' });
  expect(passedBy(decisions())).toEqual({ by: 'nobody' });
});

test('an emergency is told though somebody had said yes before it', () => {
  const emergency = { opened_by: 'person:a', confirmed_by: 'person:b', reason: null, at: '' };
  expect(passedBy(decisions({ votes: [vote('person:mia', 'approve')], emergency }))).toEqual({ by: 'emergency', names: ['a', 'b'] });
  expect(passedBy(decisions({ votes: [vote('person:mia', 'approve')] }, { emergency }))).toEqual({ by: 'emergency', names: ['a', 'b'] });
});

test('a yes that let nothing pass is not counted', () => {
  const outvoted = { votes: [vote('person:mia', 'approve'), vote('person:ann', 'decline')], status: 'declined', approved_at: null };
  expect(passedBy(decisions(outvoted))).toEqual({ by: 'nobody' });
  expect(passedBy(decisions(outvoted, { votes: [vote('person:leo', 'approve')] }))).toEqual({ by: 'people', names: ['leo'] });
  expect(passedBy(decisions(outvoted, {}))).toEqual({ by: 'policy' });
});

test('a landing names the branch it landed on, which need not be the one its pull request leads to', () => {
  const changes = [
    { change_request_id: 'cr_1', target: 'ai-8' },
    { change_request_id: 'cr_2', target: 'main' },
  ] as unknown as Parameters<typeof branchOf>[0]['changes'];
  const pull = { base_branch: 'main' } as Parameters<typeof branchOf>[0]['pull'];
  expect(branchOf({ kind: 'landing', subject: 'cr_1', pull, changes })).toBe('ai-8');
  expect(branchOf({ kind: 'pull_request', subject: 'pull_1', pull, changes })).toBe('main');
  expect(branchOf({ kind: 'landing', subject: 'cr_3', pull: null, changes: [] })).toBeNull();
});

test('a share is all or none only where it is so', () => {
  expect([shareOf(999, 1000), shareOf(1000, 1000), shareOf(1, 1000), shareOf(0, 1000), shareOf(0, 0), shareOf(1, 3)]).toEqual([
    '99 % of 1,000',
    '100 % of 1,000',
    'under 1 % of 1,000',
    '0 % of 1,000',
    'nothing to count',
    '33 % of 3',
  ]);
});

test('a record is vouched for only by a hash that was computed here and stands in the ledger', () => {
  expect(vouchingOf({ own: 'a', said: 'a', ledger: 'a' })).toBe('same');
  expect(vouchingOf({ own: 'b', said: 'a', ledger: 'a' })).toBe('changed');
  expect(vouchingOf({ own: 'a', said: 'a', ledger: 'b' })).toBe('other_in_ledger');
  expect(vouchingOf({ own: 'a', said: 'a', ledger: undefined })).toBe('other_in_ledger');
  expect(vouchingOf({ own: 'a', said: 'a', ledger: null })).toBe('not_in_ledger');
  expect(vouchingOf({ own: null, said: 'a', ledger: 'a' })).toBe('unknown');
  expect(vouchingOf({ own: null, said: 'a', ledger: 'b' })).toBe('other_in_ledger');
});
