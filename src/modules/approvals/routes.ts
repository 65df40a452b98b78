import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { ORDERS, type Approvals } from './model.ts';
import type { ChangesReader } from './queries.changes.ts';
import { detailRoutes } from './routes.details.ts';
import { ApprovalView, presentApproval, STATUSES } from './routes.view.ts';

const Id = z.object({ id: z.string().max(100) });

const ListQuery = PageQuery.extend({
  status: z
    .enum([...STATUSES, 'decided'])
    .optional()
    .describe('decided: whatever waits no longer.'),
  kind: z.string().min(1).max(60).optional(),
  risk: z.enum(['low', 'medium', 'high']).optional(),
  project: z.string().min(1).max(100).optional().describe('Id or key.'),
  work_item: z.string().min(1).max(100).optional(),
  mine: z.stringbool().optional().describe('Only what the caller may decide and has not said yes to.'),
  order: z.enum(ORDERS).default('newest').describe('newest proposed first, expiring first, or by risk and then by what runs out first.'),
});

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
  approvalChanges: ChangesReader;
  /** Id of a project by id or key. AppError not_found. */
  projectId(given: string): Promise<string>;
}

export function approvalRoutes(deps: ApprovalRoutesDeps): RouteDefinition[] {
  const { approvals } = deps;
  return [
    listRoute(deps),
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
        const by = actorOf(request);
        if (approval.status === 'pending') await approvals.looked(params.id, by);
        return presentApproval(approval, (await approvals.standings([approval], by))[0]);
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
    ...detailRoutes(deps),
    ...batchRoutes(approvals),
    ...noteRoutes(approvals),
    reportRoute(deps),
  ];
}

function listRoute({ approvals, projectId }: ApprovalRoutesDeps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/approvals',
    summary: 'What waits for people, and what they decided',
    tag: 'approvals',
    access: 'viewer',
    query: ListQuery,
    response: { status: 200, schema: pageSchema(ApprovalView) },
    async handle({ query, actor }) {
      const by = actorOf({ actor });
      const { project, work_item, mine, ...filter } = query;
      const page = await approvals.list({
        ...filter,
        projectId: project === undefined ? undefined : await projectId(project),
        projectIds: by.projects ?? undefined,
        workItemId: work_item,
        mine: mine === true ? by : undefined,
      });
      const standings = await approvals.standings(page.items, by);
      return { items: page.items.map((approval, nr) => presentApproval(approval, standings[nr])), next_cursor: page.nextCursor };
    },
  });
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
