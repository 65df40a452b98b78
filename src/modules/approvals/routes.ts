import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { renderCard, visible } from './decide.card.ts';
import { confirmationOf } from './decide.confirm.ts';
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
  confirm: z.string().nullable().describe('What a person types before a yes to high risk: the name of the repository. Null: nothing.'),
  warning: z
    .string()
    .nullable()
    .describe('Why it would not be done even after a yes, as it was last read: Reeve could go around the protection of its branch.'),
  asked: z.string().nullable().describe('Who is asked at the moment: person:<handle> or role:<role>.'),
  notes: z.array(
    z.object({ kind: z.enum(['question', 'answer', 'reassigned', 'reminded', 'escalated']), by: z.string(), text: z.string(), at: z.string() }),
  ),
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
    confirm: action.record.risk === 'high' ? confirmationOf(action) : null,
    warning: approval.warning === null ? null : visible(approval.warning),
    asked: approval.asked,
    notes: approval.notes.map(({ kind, by, text, at }) => ({ kind, by: visible(by), text: visible(text), at: at.toISOString() })),
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
  confirm: z.string().max(4096).optional().describe('The name of the repository, typed by the person who approves.'),
});

/** A session is a page on which a person clicks; a bearer token is a program, which repeats the digest and needs no more. */
const isTyped = (headers: { authorization?: string | undefined }): boolean => headers.authorization === undefined;

export interface ApprovalRoutesDeps {
  approvals: Approvals;
  /** Id of a project by id or key. AppError not_found. */
  projectId(given: string): Promise<string>;
}

export function approvalRoutes(deps: ApprovalRoutesDeps): RouteDefinition[] {
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
      async handle({ params, ...request }) {
        const approval = await approvals.get(params.id);
        if (approval === null) throw new AppError('not_found', `There is no approval ${params.id}.`);
        if (approval.status === 'pending') await approvals.looked(params.id, actorOf(request));
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
      async handle({ params, body, headers, ...request }) {
        const { modified_args, ...decision } = body;
        return presentApproval(
          await approvals.decide(params.id, { ...decision, modifiedArgs: modified_args, typed: isTyped(headers) }, actorOf(request)),
        );
      },
    }),
    ...batchRoutes(approvals),
    ...noteRoutes(approvals),
    reportRoute(deps),
  ];
}

const BatchBody = z.strictObject({
  decision: z.enum(['approve', 'decline']),
  kind: z.string().min(1).max(60).describe('Only actions of this kind are decided.'),
  reason: z.string().max(2000).optional(),
  items: z
    .array(z.strictObject({ id: z.string().min(1).max(100), digest: z.string().min(1).max(200), confirm: z.string().max(4096).optional() }))
    .min(1)
    .max(100),
});

const BatchView = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      ok: z.boolean(),
      status: z.enum(STATUSES).nullable(),
      code: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
});

function batchRoutes(approvals: Approvals): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/approvals/decisions',
      summary: 'Approve or decline several like actions; each is decided by itself',
      tag: 'approvals',
      access: 'person',
      body: BatchBody,
      response: { status: 200, schema: BatchView },
      async handle({ body, headers, ...request }) {
        const results = await approvals.decideMany({ ...body, typed: isTyped(headers) }, actorOf(request));
        const items = results.map((result) =>
          result.ok
            ? { id: result.id, ok: true, status: result.approval.status, code: null, detail: null }
            : { id: result.id, ok: false, status: null, code: result.error.code, detail: result.error.message },
        );
        return { items };
      },
    }),
  ];
}

function noteRoutes(approvals: Approvals): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/approvals/:id/notes',
      summary: 'Ask about a pending approval, or answer; decides nothing',
      tag: 'approvals',
      access: 'person',
      params: Id,
      body: z.strictObject({ kind: z.enum(['question', 'answer']).default('question'), text: z.string().min(1).max(2000) }),
      response: { status: 201, schema: ApprovalView },
      handle: async ({ params, body, ...request }) => presentApproval(await approvals.note(params.id, body, actorOf(request))),
    }),
    route({
      method: 'POST',
      path: '/v1/approvals/:id/reassign',
      summary: 'Ask another person or role that may decide it',
      tag: 'approvals',
      access: 'person',
      params: Id,
      body: z.strictObject({ to: z.string().regex(/^(person|role):[a-z0-9][a-z0-9._-]{0,38}$/), reason: z.string().max(1500).optional() }),
      response: { status: 200, schema: ApprovalView },
      handle: async ({ params, body, ...request }) =>
        presentApproval(await approvals.reassign(params.id, body.to, body.reason ?? null, actorOf(request))),
    }),
  ];
}

const ReportView = z.object({
  days: z.number().int(),
  items: z.array(
    z.object({
      person: z.string(),
      decisions: z.number().int(),
      approved_share: z.number(),
      hasty_share: z.number().describe('Share of all decisions that were a yes in under five seconds.'),
      median_seconds: z.number(),
      flagged: z.boolean().describe('More than 95 % of at least 20 decisions were a yes in under five seconds.'),
    }),
  ),
});

function reportRoute({ approvals, projectId }: ApprovalRoutesDeps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/approvals/report',
    summary: 'How each person decides: share approved, time taken, and who approves without reading',
    tag: 'approvals',
    access: 'viewer',
    query: z.object({
      days: z.coerce.number().int().min(1).max(3650).default(30),
      project: z.string().min(1).max(100).optional().describe('Id or key; without it all projects.'),
    }),
    response: { status: 200, schema: ReportView },
    async handle({ query }) {
      const rows = await approvals.report(query.days, query.project === undefined ? null : await projectId(query.project));
      const items = rows.map((row) => ({
        person: row.subject,
        decisions: row.decisions,
        approved_share: row.approvedShare,
        hasty_share: row.hastyShare,
        median_seconds: row.medianSeconds,
        flagged: row.flagged,
      }));
      return { days: query.days, items };
    },
  });
}
