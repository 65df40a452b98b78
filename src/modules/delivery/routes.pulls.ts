import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import { WAITS_FOR } from './model.pulls.ts';
import { presentChanges, presentConversations, presentDetail, presentOverview, presentTimeline } from './routes.pulls.present.ts';
import type { Conversations } from './queries.conversations.ts';
import type { PullReads } from './queries.pulls.ts';
import { ChangesView, ConversationsView, DetailView, OverviewView, TimelineView } from './routes.pulls.views.ts';

const tag = 'delivery';
const params = z.object({ id: z.string() });
/** Pull requests as they are looked at. */
export function pullRoutes({ pullReads, conversations }: { pullReads: PullReads; conversations: Conversations }): RouteDefinition[] {
  return [listRoute(pullReads), ...oneRoutes(pullReads), conversationsRoute(conversations)];
}

function listRoute(pulls: PullReads): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/pulls',
    summary: 'Pull requests of agents and of people: checks, reviews, and who is waited for since when',
    tag,
    access: 'viewer',
    query: PageQuery.extend({
      project: z.string().optional().describe('Id or key of the project.'),
      repository: z.string().optional().describe('Id of a repository.'),
      state: z.enum(['open', 'merged', 'closed']).optional(),
      author: z.enum(['agent', 'person']).optional().describe("`person`: everybody's but agents'"),
      issue: z.string().optional(),
      waits: z.enum(WAITS_FOR).optional(),
      waits_on: z.string().max(100).optional().describe('Handle, login or `role:<role>` that is waited for'),
      q: z.string().max(200).optional().describe('Words of the title or branch, or a number'),
    }),
    response: { status: 200, schema: pageSchema(OverviewView) },
    async handle({ query, actor }) {
      const { project, repository, issue, waits_on, ...rest } = query;
      const of = { projectId: project, projectIds: actor?.projects ?? undefined, repositoryId: repository, issueId: issue, waitsOn: waits_on };
      const page = await pulls.list({ ...rest, ...of });
      return { ...page, items: page.items.map(presentOverview) };
    },
  });
}

function oneRoutes(pulls: PullReads): RouteDefinition[] {
  const found = async (id: string) => {
    const pull = await pulls.one(id);
    if (pull === null) throw new AppError('not_found', `There is no pull request ${id}.`);
    return pull;
  };
  return [
    route({
      method: 'GET',
      path: '/v1/pulls/:id',
      summary: 'One pull request with the findings of its last review',
      tag,
      access: 'viewer',
      params,
      response: { status: 200, schema: DetailView },
      handle: async ({ params: { id } }) => presentDetail(await found(id)),
    }),
    route({
      method: 'GET',
      path: '/v1/pulls/:id/timeline',
      summary: 'What happened to a pull request, oldest first',
      tag,
      access: 'viewer',
      params,
      query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(500) }),
      response: { status: 200, schema: TimelineView },
      async handle({ params: { id }, query }) {
        await found(id);
        return presentTimeline(id, await pulls.timeline(id, query.limit));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/pulls/:id/changes',
      summary: 'What a pull request changes, and whether it merges with its base',
      tag,
      access: 'viewer',
      params,
      response: { status: 200, schema: ChangesView },
      async handle({ params: { id } }) {
        const { pull } = await found(id);
        return presentChanges(id, await pulls.changes(pull));
      },
    }),
  ];
}

function conversationsRoute(conversations: Conversations): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/pulls/:id/conversations',
    summary: 'Conversations beside the lines of a pull request as its forge has them now, with the answers that are under way',
    tag,
    access: 'viewer',
    params,
    response: { status: 200, schema: ConversationsView },
    async handle({ params: { id } }) {
      const found = await conversations.of(id);
      if (found === null) throw new AppError('not_found', `There is no pull request ${id}.`);
      return presentConversations(id, found);
    },
  });
}
