import { describe, expect, it } from 'vitest';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import { refuseAgentProposal } from './decide.proposals.ts';

const own = { numbers: [7, 12] };

describe('what an agent may propose', () => {
  it('is a comment, or what people decide, on the issue and the pull request of its own work', () => {
    for (const number of own.numbers) {
      expect(refuseAgentProposal({ kind: 'pr.comment.summary', target: { number }, args: {} }, own)).toBeNull();
      expect(refuseAgentProposal({ kind: 'issue.close', target: {}, args: { number } }, own)).toBeNull();
    }
    expect(refuseAgentProposal({ kind: 'issue.create.low', target: {}, args: {} }, own)).toBeNull();
  });

  it('is nothing on what is somebody else’s, however it is named', () => {
    for (const [target, args] of [
      [{ number: 8 }, {}],
      [{ number: null }, { number: 8 }],
      [{}, {}],
      [{ number: 8 }, { number: 7 }],
      [{}, { number: '7' }],
    ] as const)
      expect(refuseAgentProposal({ kind: 'pr.comment.summary', target, args }, own)).toMatchObject({ code: 'not_your_work' });
  });

  it('names no marker, and is none of the kinds that Reeve proposes itself', () => {
    expect(refuseAgentProposal({ kind: 'pr.comment.summary', target: { number: 7 }, args: { marker: 'reeve:plan' } }, own)).toMatchObject({
      code: 'not_an_agents_action',
    });
    const refused = ACTION_KINDS.filter((kind) => refuseAgentProposal({ kind, target: { number: 7 }, args: {} }, own) !== null);
    expect(refused).toEqual(
      expect.arrayContaining(['branch.push', 'pr.create', 'pr.update', 'pr.check', 'pr.label', 'issue.label', 'agent.dispatch', 'policy.update']),
    );
    expect(refused).not.toContain('pr.merge');
  });
});
