import { z } from 'zod';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import type { LocalManagement } from '#connectors/local/index.ts';
import { loginOf, Numbered } from './routes.local.ts';

const tag = 'embedded forge';
const Thread = z.object({
  id: z.string(),
  path: z.string(),
  line: z.number().nullable(),
  resolved: z.boolean(),
  outdated: z.boolean(),
  comments: z.array(z.object({ id: z.string(), author: z.string(), body: z.string(), created_at: z.string() })),
});
const Review = z.object({
  id: z.string(),
  author: z.string(),
  verdict: z.string(),
  body: z.string(),
  head_sha: z.string().nullable(),
  created_at: z.string(),
});
const Body = z.string().max(65_536);
const OfThread = Numbered.extend({ thread_id: z.string() });

/** What people say of pull requests of the embedded forge, as a whole and beside lines. */
export function localReviewRoutes(manage: LocalManagement): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/local/repositories/:owner/:name/pulls/:number/reviews',
      summary: 'Reviews of a pull request of the embedded forge, and the conversations beside lines of its diff',
      tag,
      access: 'viewer',
      params: Numbered,
      response: { status: 200, schema: z.object({ items: z.array(Review), threads: z.array(Thread) }) },
      handle: async ({ params }) => {
        const name = `${params.owner}/${params.name}`;
        const [reviews, threads] = [await manage.reviews(name, params.number), await manage.threads(name, params.number)];
        return {
          items: reviews.map(({ id, author, verdict, body, headSha, submittedAt }) => ({
            id,
            author,
            verdict,
            body,
            head_sha: headSha,
            created_at: submittedAt.toISOString(),
          })),
          threads: threads.map((thread) => ({
            ...thread,
            comments: thread.comments.map(({ createdAt, ...comment }) => ({ ...comment, created_at: createdAt.toISOString() })),
          })),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/local/repositories/:owner/:name/pulls/:number/reviews',
      summary: 'Review a pull request of the embedded forge, also beside lines of its diff',
      tag,
      access: 'developer',
      params: Numbered,
      body: z.strictObject({
        verdict: z.enum(['approved', 'changes_requested', 'commented']),
        body: Body.default(''),
        comments: z
          .array(z.strictObject({ path: z.string().min(1).max(1000), line: z.number().int().min(1), body: Body.min(1) }))
          .max(100)
          .default([]),
        author: z.string().optional(),
      }),
      response: { status: 201, schema: z.object({ id: z.string() }) },
      handle: async ({ params, body: { author, ...review }, actor }) =>
        manage.review(`${params.owner}/${params.name}`, params.number, { ...review, by: loginOf(actor, author) }),
    }),
    route({
      method: 'POST',
      path: '/v1/local/repositories/:owner/:name/pulls/:number/threads/:thread_id/replies',
      summary: 'Answer in a conversation beside a line of a pull request of the embedded forge',
      tag,
      access: 'developer',
      params: OfThread,
      body: z.strictObject({ body: Body.min(1), author: z.string().optional() }),
      response: { status: 201, schema: z.object({ id: z.string() }) },
      handle: async ({ params, body, actor }) =>
        manage.answerThread(`${params.owner}/${params.name}`, params.number, params.thread_id, { body: body.body, by: loginOf(actor, body.author) }),
    }),
    route({
      method: 'POST',
      path: '/v1/local/repositories/:owner/:name/pulls/:number/threads/:thread_id/resolve',
      summary: 'End a conversation beside a line of a pull request of the embedded forge',
      tag,
      access: 'developer',
      params: OfThread,
      body: z.strictObject({ author: z.string().optional() }),
      response: { status: 200, schema: z.object({ id: z.string() }) },
      handle: async ({ params, body, actor }) => {
        await manage.resolveThread(`${params.owner}/${params.name}`, params.number, params.thread_id, loginOf(actor, body.author));
        return { id: params.thread_id };
      },
    }),
  ];
}
