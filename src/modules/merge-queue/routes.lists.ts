import { z } from 'zod';
import type { Actor } from '#kernel/actor.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import type { MergeQueue } from './commands.ts';
import type { ListFilter, PlaceFilter } from './model.lists.ts';
import {
  FiguresView,
  LandingView,
  presentFigures,
  presentLanding,
  presentQuarantined,
  presentRollbackItem,
  presentTargetItem,
  QuarantinedView,
  RollbackItemView,
  TargetView,
} from './routes.view.lists.ts';

const Place = {
  project: z.string().max(200).optional().describe('Id or key of the project.'),
  repository: z.string().max(4096).optional().describe('Id or name of the repository.'),
  target: z.string().max(4096).optional(),
};
const ListQuery = PageQuery.extend(Place);
const Instant = z.iso.datetime({ offset: true });
const LandingsQuery = ListQuery.extend({
  event: z
    .enum(['landed', 'reverted'])
    .optional()
    .describe('`landed`: what stands, without landings that the queue took back by itself; `reverted`: those it took back.'),
  from: Instant.optional().describe('Landed then or later.'),
  to: Instant.optional().describe('Landed before.'),
});

type PlaceQuery = { [Key in keyof typeof Place]: string | undefined };

function toPlace({ project, repository, target }: Partial<PlaceQuery>, actor: Actor | null): PlaceFilter {
  return { projectId: project, repositoryId: repository, target, projectIds: actor?.projects ?? undefined };
}

const toFilter = (query: z.infer<typeof ListQuery>, actor: Actor | null): ListFilter => ({
  ...toPlace(query, actor),
  limit: query.limit,
  cursor: query.cursor,
});

const instantOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

/** What the queue did, as lists without contents, and its figures. */
export function listRoutes({ queue }: { queue: MergeQueue }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/queue/landings',
      summary: 'What landed, newest first: commit, who made it, how it was merged, what it passed, and what became of it since',
      tag: 'merge queue',
      access: 'viewer',
      query: LandingsQuery,
      response: { status: 200, schema: pageSchema(LandingView) },
      async handle({ query, actor }) {
        const { event, from, to } = query;
        const page = await queue.landings({ ...toFilter(query, actor), event, from: instantOf(from), to: instantOf(to) });
        return { ...page, items: page.items.map(presentLanding) };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/queue/quarantine',
      summary: 'What was set aside and waits for a person, newest first, without contents',
      tag: 'merge queue',
      access: 'viewer',
      query: ListQuery,
      response: { status: 200, schema: pageSchema(QuarantinedView) },
      async handle({ query, actor }) {
        const page = await queue.quarantined(toFilter(query, actor));
        return { ...page, items: page.items.map(presentQuarantined) };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/queue/rollbacks',
      summary: 'Confirmed rollbacks and landings put back, newest first, with what became of each',
      tag: 'merge queue',
      access: 'viewer',
      query: ListQuery,
      response: { status: 200, schema: pageSchema(RollbackItemView) },
      async handle({ query, actor }) {
        const page = await queue.rollbacks(toFilter(query, actor));
        return { ...page, items: page.items.map(presentRollbackItem) };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/queue/targets',
      summary: 'Branches something was submitted to, the last active first, with what waits, is set aside and landed there',
      tag: 'merge queue',
      access: 'viewer',
      query: ListQuery.extend({ text: z.string().max(200).optional().describe("Part of a branch's or repository's name.") }),
      response: { status: 200, schema: pageSchema(TargetView) },
      async handle({ query, actor }) {
        const page = await queue.targetList({ ...toFilter(query, actor), text: query.text });
        return { ...page, items: page.items.map(presentTargetItem) };
      },
    }),
    figuresRoute(queue),
  ];
}

function figuresRoute(queue: MergeQueue): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/queue/figures',
    summary: 'Throughput, success, conflicts, time to land and verifications of the last hours',
    tag: 'merge queue',
    access: 'viewer',
    query: z.object({ ...Place, hours: z.coerce.number().int().min(1).max(2160).default(24) }),
    response: { status: 200, schema: FiguresView },
    handle: async ({ query, actor }) => presentFigures(await queue.figures(toPlace(query, actor), query.hours)),
  });
}
