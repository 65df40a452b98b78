import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { pageBody, route, type RouteDefinition } from '#platform/http/index.ts';
import { LEVELS, STAGES, TONES, type Entry } from './model.ts';
import type { Timeline } from './queries.ts';

const Link = z.string().nullable();

const EntryView = z
  .object({
    id: z.string(),
    issue_id: z.string(),
    at: z.iso.datetime(),
    kind: z.string().describe("Persisted name: of a ledger entry, of a forge's event, `ci.<conclusion>` or `review.written`"),
    stage: z.enum(STAGES),
    tone: z.enum(TONES).describe('`waiting`: somebody has to do something'),
    level: z.enum(LEVELS).describe('`main`: what a person would tell of it; `detail`: the rest of what is on record'),
    actor: z.string(),
    text: z.string(),
    detail: z.string().nullable(),
    evidence: z.array(z.string()),
    links: z.object({
      event_id: Link,
      plan_id: Link,
      task_id: Link,
      run_id: Link,
      change_request_id: Link,
      ci_result_id: Link,
      review_id: Link,
      action_id: Link.describe('Of the action, and of its approval where people decide about it'),
      question_id: Link,
      record_id: Link,
      pull_id: Link,
      pull_number: z.number().int().nullable(),
      url: Link.describe('Page of the forge'),
      commit: Link,
      ledger_seq: z.number().int().nullable(),
    }),
  })
  .meta({ id: 'TimelineEntry' });

const Query = PageQuery.extend({
  level: z.enum(LEVELS).optional().describe('Both when it is left out'),
  stage: z
    .union([z.string().max(200), z.array(z.string().max(40)).max(20)])
    .transform((given) => (typeof given === 'string' ? given.split(',') : given))
    .pipe(z.array(z.enum(STAGES)))
    .optional()
    .describe('Any of them: `a,b`, or given several times'),
  order: z.enum(['oldest', 'newest']).default('oldest'),
});

/** `GET /v1/issues/{id}/timeline`. */
export function timelineRoutes({ timeline }: { timeline: Timeline }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/issues/:id/timeline',
      summary: 'The story of an issue in order, from the event that brought it to its merge, each entry with its evidence',
      tag: 'issues',
      access: 'viewer',
      params: z.object({ id: z.string() }),
      query: Query,
      response: { status: 200, schema: pageSchema(EntryView) },
      handle: async ({ params, query: { stage, ...query } }) =>
        pageBody(await timeline.of({ ...query, workItemId: params.id, stages: stage }), (entry) => present(params.id, entry)),
    }),
  ];
}

function present(issueId: string, entry: Entry): z.infer<typeof EntryView> {
  const { links, at, ...same } = entry;
  return {
    ...same,
    issue_id: issueId,
    at: at.toISOString(),
    links: {
      event_id: links.eventId,
      plan_id: links.planId,
      task_id: links.taskId,
      run_id: links.runId,
      change_request_id: links.changeRequestId,
      ci_result_id: links.ciResultId,
      review_id: links.reviewId,
      action_id: links.actionId,
      question_id: links.questionId,
      record_id: links.recordId,
      pull_id: links.pullId,
      pull_number: links.pullNumber,
      url: links.url,
      commit: links.commit,
      ledger_seq: links.ledgerSeq,
    },
  };
}
