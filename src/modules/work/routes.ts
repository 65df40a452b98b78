import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import { actorOf, foundOr404 } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { listRoutes, presentWorkItem, WorkItemView } from './routes.lists.ts';
import { fieldsOfTracker, Priority, Size, WorkState, WorkType, type Work, type WorkItem, type WorkItemInput, type WorkItemPatch } from './model.ts';

const Id = z.object({ id: z.string() });
const Label = z.string().min(1).max(100);
const Assignee = z.string().regex(/^(person|agent):\S{1,80}$/, 'person:<handle> or agent:<name>');

const IssueBody = z.strictObject({
  project_id: z.string(),
  repository_id: z.string().nullable().optional(),
  source: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,30}$/)
    .optional(),
  external_id: z.string().min(1).max(200).optional(),
  number: z.number().int().positive().nullable().optional(),
  title: z.string().min(1).max(500),
  body: z.string().max(200_000).optional(),
  url: z.url().nullable().optional(),
  type: WorkType.nullable().optional(),
  priority: Priority.optional(),
  size: Size.nullable().optional(),
  labels: z.array(Label).max(100).optional(),
  assignee: Assignee.nullable().optional(),
  parent_id: z.string().nullable().optional(),
  target_branch: z.string().min(1).max(250).nullable().optional(),
});

const IssuePatch = IssueBody.pick({
  title: true,
  body: true,
  type: true,
  priority: true,
  size: true,
  labels: true,
  assignee: true,
  parent_id: true,
  target_branch: true,
})
  .partial()
  .extend({ duplicate_of: z.string().nullable().optional(), version: z.number().int().positive().optional() });

const DependenciesView = z.object({ blocks: z.array(z.string()), blocked_by: z.array(z.string()) });

export interface WorkRoutesDeps {
  work: Work;
  db: Pick<Db, 'tx'>;
}

/** CRUD of `/v1/issues`, its state and its dependencies. Starting its story is `POST /orchestrate/{issue_id}` of delivery. */
export function workRoutes(deps: WorkRoutesDeps): RouteDefinition[] {
  return [...listRoutes(deps), ...writeRoutes(deps), ...endRoutes(deps), ...dependencyRoutes(deps)];
}

function writeRoutes({ work, db }: WorkRoutesDeps): RouteDefinition[] {
  const tag = 'issues';
  return [
    route({
      method: 'POST',
      path: '/v1/issues',
      summary: 'Make an issue',
      tag,
      access: 'developer',
      body: IssueBody,
      response: { status: 201, schema: WorkItemView },
      handle: async ({ body, ...request }) => {
        const input = toInput(body, actorOf(request).subject);
        return presentWorkItem(await db.tx((tx) => work.create(tx, input)));
      },
    }),
    route({
      method: 'PATCH',
      path: '/v1/issues/:id',
      summary: 'Change an issue',
      tag,
      access: 'developer',
      params: Id,
      body: IssuePatch,
      response: { status: 200, schema: WorkItemView },
      handle: async ({ params, body, ...request }) =>
        presentWorkItem(
          await db.tx(async (tx) => {
            refuseTrackerFields(foundOr404(await work.getIn(tx, params.id), 'issue'), body);
            return work.update(tx, params.id, toPatch(body), actorOf(request).subject, body.version);
          }),
        ),
    }),
  ];
}

/** Moving and removing. */
function endRoutes({ work, db }: WorkRoutesDeps): RouteDefinition[] {
  const tag = 'issues';
  return [
    route({
      method: 'POST',
      path: '/v1/issues/:id/transition',
      summary: 'Move an issue to another state by hand',
      tag,
      access: 'maintainer',
      params: Id,
      body: z.strictObject({ to: WorkState, reason: z.string().min(1).max(1000) }),
      response: { status: 200, schema: WorkItemView },
      handle: async ({ params, body, ...request }) =>
        presentWorkItem(await db.tx((tx) => work.transition(tx, params.id, body.to, body.reason, actorOf(request).subject))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/issues/:id',
      summary: 'Remove an issue nothing points at',
      tag,
      access: 'maintainer',
      params: Id,
      response: { status: 204, schema: null },
      handle: ({ params, ...request }) => work.remove(params.id, actorOf(request)),
    }),
  ];
}

function dependencyRoutes({ work, db }: WorkRoutesDeps): RouteDefinition[] {
  const tag = 'issues';
  const Pair = Id.extend({ blocker: z.string() });
  const view = async (id: string) => {
    const { blocks, blockedBy } = await work.dependencies(id);
    return { blocks, blocked_by: blockedBy };
  };
  return [
    route({
      method: 'GET',
      path: '/v1/issues/:id/dependencies',
      summary: 'What an issue blocks and waits for',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: DependenciesView },
      handle: async ({ params }) => {
        foundOr404(await work.get(params.id), 'issue');
        return view(params.id);
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/issues/:id/dependencies/:blocker',
      summary: 'Let an issue wait for another',
      tag,
      access: 'developer',
      params: Pair,
      response: { status: 200, schema: DependenciesView },
      handle: async ({ params, ...request }) => {
        await db.tx((tx) => work.addDependency(tx, params.blocker, params.id, actorOf(request).subject));
        return view(params.id);
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/issues/:id/dependencies/:blocker',
      summary: 'Let an issue no longer wait for another',
      tag,
      access: 'developer',
      params: Pair,
      response: { status: 200, schema: DependenciesView },
      handle: async ({ params, ...request }) => {
        await db.tx((tx) => work.removeDependency(tx, params.blocker, params.id, actorOf(request).subject));
        return view(params.id);
      },
    }),
  ];
}

function refuseTrackerFields(item: WorkItem, body: z.infer<typeof IssuePatch>): void {
  const owned = fieldsOfTracker(item, body);
  if (owned.length === 0) return;
  throw new AppError('refused', `${owned.join(', ')} of this issue belong to ${item.source}.`, {
    code: 'owned_by_tracker',
    hint: 'Change them there.',
  });
}

function toInput(body: z.infer<typeof IssueBody>, by: string): WorkItemInput {
  const {
    project_id: projectId,
    repository_id: repositoryId,
    external_id: externalId,
    parent_id: parentId,
    target_branch: targetBranch,
    ...same
  } = body;
  const requestedBy = by.startsWith('person:') ? by.slice('person:'.length) : null;
  return { ...same, projectId, repositoryId, externalId, parentId, targetBranch, author: by, requestedBy, by };
}

function toPatch(body: z.infer<typeof IssuePatch>): WorkItemPatch {
  const { parent_id: parentId, target_branch: targetBranch, duplicate_of: duplicateOf, version: _version, ...same } = body;
  return { ...same, parentId: parentId as WorkItemPatch['parentId'], duplicateOf: duplicateOf as WorkItemPatch['duplicateOf'], targetBranch };
}
