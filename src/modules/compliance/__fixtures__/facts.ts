import type { Facts } from '../model.ts';

type Decision = Facts['decisions'][number];

export const vote = (by: string, decision = 'approve'): Decision['votes'][number] => ({
  by,
  role: 'maintainer',
  decision,
  reason: null,
  at: '2026-01-02T00:00:00Z',
});

/** A merge that mia approved the day after it was proposed. */
export const decisionOf = (more: Partial<Decision> = {}): Decision => ({
  action_id: 'act_1',
  kind: 'pr.merge',
  digest: 'd',
  status: 'executed',
  risk: 'high',
  rule: 'actions.pr.merge.mode',
  policy_hash: 'p',
  trigger_user: 'dora',
  proposed_by: 'system',
  proposed_at: '2026-01-01T12:00:00Z',
  approved_at: '2026-01-02T00:00:00Z',
  executed_at: '2026-01-02T00:01:00Z',
  self_approved: false,
  votes: [vote('person:mia')],
  ...more,
});
