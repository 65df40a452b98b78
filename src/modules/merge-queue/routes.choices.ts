import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { idSchema } from '#kernel/ids.ts';
import { Reply, route, type RouteDefinition } from '#platform/http/route.ts';
import type { MergeQueue } from './commands.ts';
import type { FileChoice } from './model.history.ts';
import { EntryView, presentEntry } from './routes.view.ts';
import { presentRollback, RollbackView } from './routes.view.history.ts';
import { SummaryView } from './routes.view.summary.ts';

const EntryParams = z.object({ id: idSchema('changeRequest') });
const Reason = z.string().max(500).default('');

const Sides = z.object({
  path: z.string(),
  message: z.string(),
  base: z.string().nullable(),
  ours: z.string().nullable(),
  theirs: z.string().nullable(),
});

const FileOrder = z.strictObject({
  path: z.string().min(1).max(4096),
  choice: z.enum(['ours', 'theirs', 'delete']).optional(),
  content: z.string().optional(),
  content_base64: z.base64().optional(),
});
const ResolveBody = z.strictObject({
  /** `ours`: the target's version; `theirs`: the submitted one; of every file that `files` does not name. */
  choice: z.enum(['ours', 'theirs', 'edit', 'drop']),
  files: z.array(FileOrder).max(1000).default([]),
  reason: Reason,
});

// Contents of resolved files, with escapes.
const MOST_BODY_BYTES = 16 * 1024 * 1024;

/** What people decide about one change request: its conflict, and landing it again. */
export function choiceRoutes({ queue }: { queue: MergeQueue }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/change-requests/:id/conflict',
      summary: 'The conflict a change request was set aside for: base, ours and theirs of each file',
      tag: 'merge queue',
      access: 'viewer',
      params: EntryParams,
      response: {
        status: 200,
        schema: z.object({
          id: z.string(),
          open: z.boolean(),
          target: z.string(),
          base: z.string(),
          head: z.string(),
          moved: z.boolean(),
          files: z.array(Sides),
        }),
      },
      handle: ({ params }) => queue.conflict(params.id),
    }),
    route({
      method: 'POST',
      path: '/v1/change-requests/:id/resolve',
      summary: 'Decide a conflict: ours, theirs, edited contents, or drop; the result is the next attempt of the task',
      tag: 'merge queue',
      access: 'developer',
      params: EntryParams,
      body: ResolveBody,
      bodyLimit: MOST_BODY_BYTES,
      response: { status: 201, schema: EntryView },
      async handle({ params, body, actor }) {
        const by = actor?.subject ?? 'anonymous';
        if (body.choice === 'drop') return presentEntry(await queue.drop(params.id, body.reason || 'Dropped instead of resolving its conflict.', by));
        const files = body.files.map(({ path, ...given }) => ({ path, choice: toChoice(path, given) }));
        const entry = await queue.resolve(params.id, { choice: body.choice, files, reason: body.reason, by });
        return new Reply(201, presentEntry(entry), { location: `/v1/change-requests/${entry.id}` });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/change-requests/:id/summary',
      summary: 'What a change request did, why, which checks passed, and who approved it',
      tag: 'merge queue',
      access: 'viewer',
      params: EntryParams,
      response: { status: 200, schema: SummaryView },
      handle: async ({ params }) => (await queue.detail(params.id)).summary,
    }),
    route({
      method: 'POST',
      path: '/v1/change-requests/:id/reland',
      summary: 'Land again what landed and is no longer on its branch',
      tag: 'merge queue',
      access: 'developer',
      params: EntryParams,
      body: z.strictObject({ reason: Reason }),
      response: { status: 201, schema: RollbackView },
      handle: async ({ params, body, actor }) =>
        new Reply(201, presentRollback(await queue.reland(params.id, { by: actor?.subject ?? 'anonymous', reason: body.reason || 'Landed again.' }))),
    }),
  ];
}

type Given = Omit<z.infer<typeof FileOrder>, 'path'>;

function toChoice(path: string, { choice, content, content_base64: contentBase64 }: Given): FileChoice {
  const given = [choice, content, contentBase64].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new AppError('invalid', `${path}: give either "choice", "content" or "content_base64".`, { code: 'choice_unclear', detail: { path } });
  if (choice !== undefined) return { choice };
  return content === undefined ? { contentBase64: contentBase64 ?? '' } : { content };
}
