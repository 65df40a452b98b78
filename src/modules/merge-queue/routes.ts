import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { idSchema } from '#kernel/ids.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { Reply, route, type RouteDefinition } from '#platform/http/route.ts';
import type { MergeQueue } from './commands.ts';
import { ENTRY_STATES, type AdmissionRefusal } from './model.ts';
import { EntryView, JournalView, presentEntry, presentJournal, presentStatus, QueueView } from './routes.view.ts';

/** Where a document submitted over HTTP belongs; null when the repository is not known. */
export interface Location {
  projectId: string;
  repositoryId: string;
  workItemId: string | null;
}

export interface MergeQueueRoutesDeps {
  queue: MergeQueue;
  locate(document: { repo: string; taskId: string }): Promise<Location | null>;
}

// Whole contents, base64 and JSON escapes over the policy's byte limit.
const MOST_BODY_BYTES = 16 * 1024 * 1024;
const EntryParams = z.object({ id: idSchema('changeRequest') });
// What is read before the document itself is judged: where it belongs.
const Named = z.object({ repo: z.string().max(4096).default(''), task_id: z.string().max(200).default('') });

export function mergeQueueRoutes(deps: MergeQueueRoutesDeps): RouteDefinition[] {
  return [...submissionRoutes(deps), ...readRoutes(deps), ...queueRoutes(deps)];
}

function submissionRoutes({ queue, locate }: MergeQueueRoutesDeps): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/change-requests',
      summary: 'Submit a change request document (schema: /schemas/change-request.v1.json)',
      tag: 'merge queue',
      access: 'developer',
      body: z.record(z.string(), z.unknown()),
      bodyLimit: MOST_BODY_BYTES,
      response: { status: 201, schema: EntryView },
      async handle({ body, actor }) {
        const named = Named.safeParse(body);
        const place = named.success ? await locate({ repo: named.data.repo, taskId: named.data.task_id }) : null;
        if (place === null) throw refusedBy([{ code: 'unknown_repository', path: 'repo', detail: 'Reeve knows no repository of that name.' }]);
        const result = await queue.submit(body, { ...place, actor: actor?.subject ?? 'anonymous', publish: { kind: 'mirror' } });
        if (!result.ok) throw refusedBy(result.error);
        return new Reply(201, presentEntry(result.value), { location: `/v1/change-requests/${result.value.id}` });
      },
    }),
  ];
}

function readRoutes({ queue }: MergeQueueRoutesDeps): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/change-requests',
      summary: 'Change requests, newest first',
      tag: 'merge queue',
      access: 'viewer',
      query: PageQuery.extend({
        state: z.enum(ENTRY_STATES).optional(),
        project: z.string().optional(),
        repository: z.string().optional(),
        target: z.string().optional(),
        task: z.string().optional(),
        issue: z.string().optional(),
      }),
      response: { status: 200, schema: pageSchema(EntryView) },
      async handle({ query }) {
        const { limit, cursor, state, project, repository, target, task, issue } = query;
        const page = await queue.list({
          limit,
          cursor,
          state,
          target,
          projectId: project,
          repositoryId: repository,
          taskId: task,
          workItemId: issue,
        });
        return { items: page.items.map(presentEntry), next_cursor: page.nextCursor };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/change-requests/:id',
      summary: 'One change request with its document and its timeline from submission to landing',
      tag: 'merge queue',
      access: 'viewer',
      params: EntryParams,
      response: { status: 200, schema: EntryView.extend({ document: z.unknown(), journal: z.array(JournalView) }) },
      async handle({ params }) {
        const entry = await queue.get(params.id);
        if (entry === null) throw new AppError('not_found', `There is no change request ${params.id}.`);
        const journal = (await queue.journal(params.id)).map(presentJournal);
        return { ...presentEntry(entry), document: entry.document, journal };
      },
    }),
  ];
}

function queueRoutes({ queue }: MergeQueueRoutesDeps): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/queue',
      summary: 'What is being merged, verified and published, and what waits, per target branch',
      tag: 'merge queue',
      access: 'viewer',
      response: { status: 200, schema: QueueView },
      handle: async () => presentStatus(await queue.status()),
    }),
    route({
      method: 'POST',
      path: '/v1/queue/:id/retry',
      summary: 'Try a quarantined change request again',
      tag: 'merge queue',
      access: 'developer',
      params: EntryParams,
      response: { status: 200, schema: EntryView },
      handle: async ({ params, actor }) => presentEntry(await queue.retry(params.id, actor?.subject ?? 'anonymous')),
    }),
    route({
      method: 'POST',
      path: '/v1/queue/:id/drop',
      summary: 'Take a change request out of the queue; its contents stay stored',
      tag: 'merge queue',
      access: 'developer',
      params: EntryParams,
      body: z.strictObject({ reason: z.string().min(1).max(500) }),
      response: { status: 200, schema: EntryView },
      handle: async ({ params, body, actor }) => presentEntry(await queue.drop(params.id, body.reason, actor?.subject ?? 'anonymous')),
    }),
  ];
}

/** A 422 problem whose own code and path are those of the first refusal; `refusals` holds all of them. */
function refusedBy(refusals: readonly AdmissionRefusal[]): AppError {
  const [first] = refusals;
  const more = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : '';
  return new AppError('refused', `${first?.detail ?? 'The change request was refused.'}${more}`, {
    code: first?.code ?? 'refused',
    hint: 'Mend what "refusals" names and submit it again.',
    detail: { path: first?.path ?? null, refusals },
  });
}
