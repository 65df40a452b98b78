import { z } from 'zod';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import type { ReviewerLoads } from './queries.load.ts';
import type { AskedReview } from './model.asked.ts';
import type { ReviewerLoad } from './model.load.ts';

const AskView = z.object({
  pull_id: z.string(),
  project_id: z.string(),
  repository: z.string(),
  number: z.number().int(),
  title: z.string(),
  asked_at: z.iso.datetime(),
});

const LoadView = z
  .object({
    handle: z.string(),
    name: z.string(),
    active: z.boolean(),
    timezone: z.string(),
    asked: z.number().int().describe('Requests in the window'),
    answered: z.number().int().describe('Of those, reviewed or voted on by them'),
    median_minutes: z.number().nullable().describe('From the request to their first review, over answered requests of the window'),
    reason: z.string().nullable().describe('Why there is no median'),
    recent_reviews: z.number().int().describe('Reviews they handed in within seven days'),
    load: z.number().int().describe('Reviews and decisions by name that wait for them now'),
    wip_limit: z.number().int().describe('Most things at once'),
    capacity_hours_per_week: z.number(),
    approvals: z.number().int().describe('Decisions that wait for them by name'),
    open: z.number().int(),
    waiting: z.array(AskView).describe('What waits for them, the longest first, at most twenty'),
  })
  .meta({ id: 'ReviewerLoad' });

const MOST_SHOWN = 20;

/** What waits for whom to be reviewed; for the team, never a ranking. */
export function reviewerLoadRoutes({ reviewerLoads }: { reviewerLoads: ReviewerLoads }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/reviewers',
      summary: 'Reviewers in the order of the alphabet: what waits for each, how long reviews take, and load against capacity',
      tag: 'delivery',
      access: 'viewer',
      query: z.object({
        project: z.string().optional().describe('Id or key of the project.'),
        days: z.coerce.number().int().min(1).max(365).default(30),
      }),
      response: {
        status: 200,
        schema: z.object({ from: z.iso.datetime(), as_of: z.iso.datetime(), items: z.array(LoadView), next_cursor: z.null() }),
      },
      async handle({ query, actor }) {
        const answer = await reviewerLoads.of({ projectId: query.project ?? null, projectIds: actor?.projects ?? null, days: query.days });
        return { from: answer.from.toISOString(), as_of: answer.asOf.toISOString(), items: answer.reviewers.map(presentLoad), next_cursor: null };
      },
    }),
  ];
}

function presentLoad(row: ReviewerLoad): z.input<typeof LoadView> {
  const { handle, name, active, timezone, asked, answered, reason, load, approvals, open } = row;
  return {
    handle,
    name,
    active,
    timezone,
    asked,
    answered,
    reason,
    load,
    approvals,
    median_minutes: row.medianMinutes,
    recent_reviews: row.recentReviews,
    wip_limit: row.wipLimit,
    capacity_hours_per_week: row.capacityHoursPerWeek,
    open: open.length,
    waiting: open.slice(0, MOST_SHOWN).map(presentAsk),
  };
}

const presentAsk = ({ pullId, projectId, repository, number, title, askedAt }: AskedReview): z.input<typeof AskView> => ({
  pull_id: pullId,
  project_id: projectId,
  repository,
  number,
  title,
  asked_at: askedAt.toISOString(),
});
