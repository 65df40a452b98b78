import { z } from 'zod';
import { renderCard, visible } from './decide.card.ts';
import { confirmationOf } from './decide.confirm.ts';
import type { Approval, Standing } from './model.ts';

export const STATUSES = ['pending', 'approved', 'declined', 'modified', 'expired', 'withdrawn'] as const;

export const ApprovalView = z.object({
  id: z.string(),
  status: z.enum(STATUSES),
  digest: z.string().describe('What a decision must repeat: the SHA-256 of the action record.'),
  kind: z.string(),
  headline: z.string().describe('What will happen, in one sentence. Names in it are untrusted text.'),
  issue_title: z.string().nullable().describe('Title of the issue it is for: untrusted text.'),
  risk: z.enum(['low', 'medium', 'high']),
  mode: z.string().nullable(),
  approvers: z.array(z.string()),
  votes: z.object({ yes: z.number().int(), needed: z.number().int() }),
  record: z.record(z.string(), z.unknown()),
  card: z.string().describe('The record as text for people; hidden characters appear as escapes.'),
  rule: z.string().describe('The policy rule that asked: actions.pr.merge.mode.'),
  why: z.string(),
  project_id: z.string().nullable(),
  work_item_id: z.string().nullable(),
  decided_by: z.string().nullable(),
  decided_at: z.string().nullable(),
  reason: z.string().nullable(),
  self_approved: z.boolean(),
  confirm: z.string().nullable().describe('What a person types before a yes to high risk: the name of the repository. Null: nothing.'),
  warning: z
    .string()
    .nullable()
    .describe('Why it would not be done even after a yes, as it was last read: Reeve could go around the protection of its branch.'),
  asked: z.string().nullable().describe('Who is asked at the moment: person:<handle> or role:<role>.'),
  notes: z.array(
    z.object({ kind: z.enum(['question', 'answer', 'reassigned', 'reminded', 'escalated']), by: z.string(), text: z.string(), at: z.string() }),
  ),
  you: z
    .object({
      may_decide: z.boolean(),
      why_not: z.object({ code: z.string(), reason: z.string() }).nullable(),
      requester: z.boolean().describe('The caller asked for it or wrote it.'),
      voted: z.boolean().describe('The caller has said yes already; it waits for somebody else.'),
    })
    .nullable()
    .describe('How the caller stands to it, where it was asked for by GET.'),
  action_status: z.string(),
  supersedes: z.string().nullable(),
  superseded_by: z.string().nullable(),
  outcome: z.record(z.string(), z.unknown()).nullable().describe('Result of the effect, or the error sentence.'),
  executed_at: z.string().nullable(),
  created_at: z.string(),
  expires_at: z.string(),
});

/** An approval as HTTP shows it. */
export function presentApproval(approval: Approval, standing?: Standing): z.infer<typeof ApprovalView> {
  const { action } = approval;
  const waits = action.decision.kind === 'approval' ? action.decision : null;
  return {
    id: approval.id,
    status: approval.status,
    digest: action.digest,
    kind: action.record.kind,
    headline: approval.headline,
    issue_title: approval.issueTitle,
    risk: action.record.risk,
    mode: waits?.mode ?? null,
    approvers: waits?.approvers ?? [],
    votes: approval.votes,
    record: { ...action.record },
    card: renderCard(action),
    rule: action.decision.rule,
    why: action.decision.reason,
    project_id: action.projectId,
    work_item_id: action.workItemId,
    decided_by: approval.decidedBy,
    decided_at: approval.decidedAt?.toISOString() ?? null,
    reason: approval.reason,
    self_approved: approval.selfApproved,
    confirm: action.record.risk === 'high' ? confirmationOf(action) : null,
    warning: approval.warning === null ? null : visible(approval.warning),
    asked: approval.asked,
    notes: approval.notes.map(({ kind, by, text, at }) => ({ kind, by: visible(by), text: visible(text), at: at.toISOString() })),
    you: standing === undefined ? null : presentStanding(standing),
    action_status: action.status,
    supersedes: action.supersedes,
    superseded_by: action.supersededBy,
    outcome: action.outcome,
    executed_at: action.executedAt?.toISOString() ?? null,
    created_at: action.createdAt.toISOString(),
    expires_at: action.expiresAt.toISOString(),
  };
}

const presentStanding = ({ mayDecide, whyNot, requester, voted }: Standing) => ({ may_decide: mayDecide, why_not: whyNot, requester, voted });
