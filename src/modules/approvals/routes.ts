import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { renderCard } from './decide.card.ts';
import type { Approval, Approvals } from './model.ts';

const STATUSES = ['pending', 'approved', 'declined', 'modified', 'expired', 'withdrawn'] as const;

const ApprovalView = z.object({
  id: z.string(),
  status: z.enum(STATUSES),
  digest: z.string().describe('What a decision must repeat: the SHA-256 of the action record.'),
  kind: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
  mode: z.string().nullable(),
  approvers: z.array(z.string()),
  votes: z.object({ yes: z.number().int(), needed: z.number().int() }),
  record: z.record(z.string(), z.unknown()),
  card: z.string().describe('The record as text for people; hidden characters appear as escapes.'),
  why: z.string(),
  project_id: z.string().nullable(),
  work_item_id: z.string().nullable(),
  decided_by: z.string().nullable(),
  decided_at: z.string().nullable(),
  reason: z.string().nullable(),
  self_approved: z.boolean(),
  action_status: z.string(),
  superseded_by: z.string().nullable(),
  created_at: z.string(),
  expires_at: z.string(),
});

/** An approval as HTTP shows it. */
export function presentApproval(approval: Approval): z.infer<typeof ApprovalView> {
  const { action } = approval;
  const waits = action.decision.kind === 'approval' ? action.decision : null;
  return {
    id: approval.id,
    status: approval.status,
    digest: action.digest,
    kind: action.record.kind,
    risk: action.record.risk,
    mode: waits?.mode ?? null,
    approvers: waits?.approvers ?? [],
    votes: approval.votes,
    record: { ...action.record },
    card: renderCard(action),
    why: action.decision.reason,
    project_id: action.projectId,
    work_item_id: action.workItemId,
    decided_by: approval.decidedBy,
    decided_at: approval.decidedAt?.toISOString() ?? null,
    reason: approval.reason,
    self_approved: approval.selfApproved,
    action_status: action.status,
    superseded_by: action.supersededBy,
    created_at: action.createdAt.toISOString(),
    expires_at: action.expiresAt.toISOString(),
  };
}

const Id = z.object({ id: z.string().max(100) });

const DecisionBody = z.strictObject({
  decision: z.enum(['approve', 'decline', 'modify']),
  digest: z.string().min(1).max(200),
  reason: z.string().max(2000).optional(),
  modified_args: z.record(z.string(), z.json()).optional(),
});

export function approvalRoutes(deps: { approvals: Approvals }): RouteDefinition[] {
  const { approvals } = deps;
  return [
    route({
      method: 'GET',
      path: '/v1/approvals',
      summary: 'What waits for people, and what they decided',
      tag: 'approvals',
      access: 'viewer',
      query: PageQuery.extend({ status: z.enum(STATUSES).optional() }),
      response: { status: 200, schema: pageSchema(ApprovalView) },
      async handle({ query }) {
        const page = await approvals.list(query);
        return { items: page.items.map(presentApproval), next_cursor: page.nextCursor };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/approvals/:id',
      summary: 'One approval; its id is the id of its action',
      tag: 'approvals',
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: ApprovalView },
      async handle({ params }) {
        const approval = await approvals.get(params.id);
        if (approval === null) throw new AppError('not_found', `There is no approval ${params.id}.`);
        return presentApproval(approval);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/approvals/:id/decision',
      summary: 'Approve, decline or modify; people only',
      tag: 'approvals',
      access: 'person',
      params: Id,
      body: DecisionBody,
      response: { status: 200, schema: ApprovalView },
      async handle({ params, body, actor }) {
        if (actor === null) throw new AppError('unauthenticated', 'A token is needed.');
        const { modified_args, ...request } = body;
        return presentApproval(await approvals.decide(params.id, { ...request, modifiedArgs: modified_args }, actor));
      },
    }),
  ];
}
