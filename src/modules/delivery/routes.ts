import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import { CheckSpec } from '#modules/projects/index.ts';
import type { Delivery, StartedRequest } from './commands.ts';
import type { Endings } from './commands.ends.ts';
import type { Fixes } from './commands.fix.ts';
import { FIX_KINDS } from './model.review.ts';
import { RequestOptions, type CiResult, type Story } from './model.ts';
import type { DeliveryQueries } from './queries.ts';

const StoryBody = z.object({
  issue_id: z.string(),
  generation: z.number(),
  workflow_id: z.string(),
  kind: z.string(),
  started_by: z.string(),
  ended_as: z.string().nullable(),
  ended_by: z.string().nullable().describe('Who ended it from outside; null: it came to its own end, or runs.'),
  detail: z.string().nullable(),
  published_branch: z
    .string()
    .nullable()
    .describe('Where the work of a request was published instead of the branch it named; null: there, or nowhere.'),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
});

const CiResultBody = z.object({
  id: z.string(),
  project_id: z.string(),
  repository_id: z.string(),
  issue_id: z.string().nullable(),
  head_sha: z.string(),
  name: z.string(),
  source: z.string(),
  conclusion: z.string(),
  duration_ms: z.number().nullable(),
  summary: z.string(),
  created_at: z.iso.datetime(),
});

const presentStory = (story: Story) => ({
  issue_id: story.workItemId,
  generation: story.generation,
  workflow_id: story.workflowId,
  kind: story.kind,
  started_by: story.startedBy,
  ended_as: story.endedAs,
  ended_by: story.endedBy,
  detail: story.detail,
  published_branch: story.publishedBranch,
  started_at: story.startedAt.toISOString(),
  ended_at: story.endedAt?.toISOString() ?? null,
});

const presentStarted = ({ item, story }: StartedRequest) => ({ issue_id: item.id, target: item.targetBranch, story: presentStory(story) });

const presentCiResult = (result: CiResult) => ({
  id: result.id,
  project_id: result.projectId,
  repository_id: result.repositoryId,
  issue_id: result.workItemId,
  head_sha: result.headSha,
  name: result.name,
  source: result.source,
  conclusion: result.conclusion,
  duration_ms: result.durationMs,
  summary: result.summary,
  created_at: result.createdAt.toISOString(),
});

export function deliveryRoutes(deps: {
  delivery: Delivery;
  queries: DeliveryQueries;
  endings: Pick<Endings, 'stop'>;
  fixes: Fixes;
}): RouteDefinition[] {
  const { delivery, queries, endings } = deps;
  return [
    route({
      method: 'POST',
      path: '/orchestrate/:issue_id',
      summary: 'Start or resume the story of an issue',
      tag: 'delivery',
      access: 'developer',
      params: z.object({ issue_id: z.string() }),
      response: { status: 202, schema: StoryBody },
      handle: async ({ params, actor }) => presentStory(await delivery.orchestrate(params.issue_id, actorOf({ actor }))),
    }),
    route({
      method: 'GET',
      path: '/v1/issues/:issue_id/story',
      summary: 'The newest story of an issue',
      tag: 'delivery',
      access: 'viewer',
      params: z.object({ issue_id: z.string() }),
      response: { status: 200, schema: StoryBody },
      handle: async ({ params }) => {
        const story = await queries.story(params.issue_id);
        if (story === null) throw new AppError('not_found', `No story was started for ${params.issue_id}.`);
        return presentStory(story);
      },
    }),
    stopRoute(endings),
    fixRoute(deps.fixes),
    route({
      method: 'POST',
      path: '/v1/requests',
      summary: 'Start a typed request on an allowlisted repository',
      tag: 'delivery',
      access: 'developer',
      body: z.strictObject({
        text: z.string().min(1).max(50_000),
        repository_id: z.string(),
        target: RequestOptions.shape.target,
        agent: RequestOptions.shape.agent,
        checks: RequestOptions.shape.checks,
      }),
      response: { status: 202, schema: z.object({ issue_id: z.string(), target: z.string().nullable(), story: StoryBody }) },
      handle: async ({ body, actor, keep }) => {
        const started = await delivery.request(
          { text: body.text, repositoryId: body.repository_id, options: { target: body.target, agent: body.agent, checks: body.checks } },
          actorOf({ actor }),
          (tx, made) => keep(tx, presentStarted(made)),
        );
        return presentStarted(started);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/requests/repository',
      summary: "Take a repository of this machine into the installation, by the operator's own word",
      tag: 'delivery',
      access: 'admin',
      body: z.strictObject({ path: z.string().startsWith('/'), default_branch: z.string().min(1), checks: z.array(CheckSpec).default([]) }),
      response: { status: 200, schema: z.object({ repository_id: z.string(), project_id: z.string() }) },
      handle: async ({ body, actor }) => {
        const repository = await delivery.adoptPath({ path: body.path, defaultBranch: body.default_branch, checks: body.checks }, actorOf({ actor }));
        return { repository_id: repository.id, project_id: repository.projectId };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/ci-results',
      summary: 'Results of checks, append-only',
      tag: 'delivery',
      access: 'viewer',
      query: PageQuery.extend({ head_sha: z.string().optional() }),
      response: { status: 200, schema: pageSchema(CiResultBody) },
      handle: async ({ query }) => {
        const page = await queries.ciResults({ headSha: query.head_sha, limit: query.limit, cursor: query.cursor });
        return { ...page, items: page.items.map(presentCiResult) };
      },
    }),
  ];
}

function fixRoute(fixes: Fixes): RouteDefinition {
  return route({
    method: 'POST',
    path: '/v1/pulls/:id/fix',
    summary: 'Have the open remarks of the reviews, or the conflict with the base, worked on by an agent; a merge that waits is taken back',
    tag: 'delivery',
    access: 'developer',
    params: z.object({ id: z.string() }),
    body: z.strictObject({ what: z.enum(FIX_KINDS) }),
    response: {
      status: 202,
      schema: z.object({
        id: z.string(),
        pull_id: z.string(),
        what: z.string(),
        state: z.string(),
        asked_by: z.string(),
        asked_at: z.iso.datetime(),
      }),
    },
    async handle({ params, body, actor }) {
      const fix = await fixes.ask(params.id, body.what, actorOf({ actor }));
      const { id, pullId, what, state, askedBy, askedAt } = fix;
      return new Reply(202, { id, pull_id: pullId, what, state, asked_by: askedBy, asked_at: askedAt.toISOString() });
    },
  });
}

function stopRoute(endings: Pick<Endings, 'stop'>): RouteDefinition {
  return route({
    method: 'POST',
    path: '/v1/issues/:issue_id/stop',
    summary: 'Stop the story of an issue: its agents, approvals and change requests; the issue on its tracker stays as it is',
    tag: 'delivery',
    access: 'maintainer',
    params: z.object({ issue_id: z.string() }),
    body: z.strictObject({ reason: z.string().max(1000).nullable().default(null) }).prefault({}),
    response: { status: 200, schema: StoryBody },
    handle: async ({ params, body, actor }) => presentStory(await endings.stop(params.issue_id, body.reason, actorOf({ actor }))),
  });
}
