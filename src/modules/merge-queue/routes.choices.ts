import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { idSchema } from '#kernel/ids.ts';
import { Reply, route, type RouteDefinition } from '#platform/http/route.ts';
import type { MergeQueue } from './commands.ts';
import type { FileChoice } from './model.history.ts';
import { EntryView, presentEntry } from './routes.view.ts';
import { ConflictView, DiffView, presentConflict, presentPreview, PreviewView } from './routes.view.conflict.ts';
import { presentRollback, RollbackView } from './routes.view.history.ts';
import { SummaryView } from './routes.view.summary.ts';

const EntryParams = z.object({ id: idSchema('changeRequest') });
const Reason = z.string().max(500).default('');

const DiffQuery = z.object({ max_bytes: z.coerce.number().int().min(1).max(4_194_304).default(1_048_576).describe('Most bytes of the text.') });

const FileOrder = z.strictObject({
  path: z.string().min(1).max(4096),
  choice: z.enum(['ours', 'theirs', 'delete']).optional(),
  content: z.string().optional(),
  content_base64: z.base64().optional(),
});
const PreviewBody = z.strictObject({
  choice: z.enum(['ours', 'theirs', 'edit']),
  files: z.array(FileOrder).max(1000).default([]),
});
const ResolveBody = z.strictObject({
  /** `ours`: the target's version; `theirs`: the submitted one; of every file that `files` does not name. */
  choice: z.enum(['ours', 'theirs', 'edit', 'drop']),
  files: z.array(FileOrder).max(1000).default([]),
  reason: Reason,
});

// Contents of resolved files, with escapes.
const MOST_BODY_BYTES = 16 * 1024 * 1024;

/** What people decide about one change request (its conflict, and landing it again), and what they look at for it. */
export function choiceRoutes({ queue }: { queue: MergeQueue }): RouteDefinition[] {
  return [...lookRoutes(queue), ...decisionRoutes(queue)];
}

function lookRoutes(queue: MergeQueue): RouteDefinition[] {
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
        schema: ConflictView,
      },
      handle: async ({ params }) => presentConflict(await queue.conflict(params.id)),
    }),
    route({
      method: 'GET',
      path: '/v1/change-requests/:id/diff',
      summary: 'What a change request does to the commit it was made on, as a unified diff',
      tag: 'merge queue',
      access: 'viewer',
      params: EntryParams,
      query: DiffQuery,
      response: { status: 200, schema: DiffView },
      handle: ({ params, query }) => queue.diff(params.id, query.max_bytes),
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
  ];
}

function decisionRoutes(queue: MergeQueue): RouteDefinition[] {
  return [
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
        const entry = await queue.resolve(params.id, { choice: body.choice, files: toChoices(body.files), reason: body.reason, by });
        return new Reply(201, presentEntry(entry), { location: `/v1/change-requests/${entry.id}` });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/change-requests/:id/resolve/preview',
      summary: 'What a choice would make of a conflict, as a diff against the target; submits nothing',
      tag: 'merge queue',
      access: 'developer',
      params: EntryParams,
      query: DiffQuery,
      body: PreviewBody,
      bodyLimit: MOST_BODY_BYTES,
      response: { status: 200, schema: PreviewView },
      async handle({ params, query, body }) {
        const choice = { choice: body.choice, files: toChoices(body.files) };
        return presentPreview(await queue.previewResolution(params.id, choice, query.max_bytes));
      },
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

const toChoices = (files: ReadonlyArray<z.infer<typeof FileOrder>>): Array<{ path: string; choice: FileChoice }> =>
  files.map(({ path, ...given }) => ({ path, choice: toChoice(path, given) }));

function toChoice(path: string, { choice, content, content_base64: contentBase64 }: Given): FileChoice {
  const given = [choice, content, contentBase64].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new AppError('invalid', `${path}: give either "choice", "content" or "content_base64".`, { code: 'choice_unclear', detail: { path } });
  if (choice !== undefined) return { choice };
  return content === undefined ? { contentBase64: contentBase64 ?? '' } : { content };
}
