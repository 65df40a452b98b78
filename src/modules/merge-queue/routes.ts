import { z } from 'zod';
import { isAtLeast, type Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { idSchema } from '#kernel/ids.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { Reply, route, type RouteDefinition } from '#platform/http/route.ts';
import type { MergeQueue } from './commands.ts';
import { ENTRY_STATES, type AdmissionRefusal } from '#modules/change-requests/index.ts';
import type { QueueEntry } from './model.ts';
import { choiceRoutes } from './routes.choices.ts';
import { historyRoutes } from './routes.history.ts';
import { listRoutes } from './routes.lists.ts';
import { statusRoutes } from './routes.status.ts';
import { DetailView, presentDetail } from './routes.view.detail.ts';
import { EntryView, presentEntry } from './routes.view.ts';

/** Where a document submitted over HTTP belongs; null when the repository is not known. */
export interface Location {
  projectId: string;
  repositoryId: string;
  workItemId: string | null;
}

export interface MergeQueueRoutesDeps {
  queue: MergeQueue;
  /**
   * Where a document belongs. AppError forbidden when it is an agent's and not for the task, branch and try of its own run.
   */
  locate(document: { repo: string; taskId: string; target: string; attempt: number | null }, actor: Actor): Promise<Location | null>;
  /** Told of what was admitted: a run's own change request belongs to that run. */
  admitted?(entry: QueueEntry, actor: Actor): Promise<void>;
}

// Whole contents, base64 and JSON escapes over the policy's byte limit.
const MOST_BODY_BYTES = 16 * 1024 * 1024;
const EntryParams = z.object({ id: idSchema('changeRequest') });
// What is read before the document itself is judged: where it belongs.
const Named = z.object({
  repo: z.string().max(4096).default(''),
  task_id: z.string().max(200).default(''),
  target: z.string().max(1000).default(''),
  attempt: z.number().int().nullable().catch(null).default(null),
});

export function mergeQueueRoutes(deps: MergeQueueRoutesDeps): RouteDefinition[] {
  return [...submissionRoutes(deps), ...readRoutes(deps), ...choiceRoutes(deps), ...statusRoutes(deps), ...historyRoutes(deps), ...listRoutes(deps)];
}

function submissionRoutes({ queue, locate, admitted }: MergeQueueRoutesDeps): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/change-requests',
      summary: 'Submit a change request document (schema: /schemas/change-request.v1.json)',
      tag: 'merge queue',
      // A run's own token too, for its own task: `locate` sees to that.
      access: 'authenticated',
      body: z.record(z.string(), z.unknown()),
      bodyLimit: MOST_BODY_BYTES,
      response: { status: 201, schema: EntryView },
      async handle({ body, actor }) {
        if (actor === null) throw new AppError('unauthenticated', 'A token is needed.');
        if (actor.kind !== 'agent' && !isAtLeast(actor.role, 'developer'))
          throw new AppError('forbidden', 'Submitting needs the role developer.', { code: 'role_missing' });
        const named = Named.safeParse(body);
        const place = named.success ? await locate({ ...named.data, taskId: named.data.task_id }, actor) : null;
        if (place === null) throw refusedBy([{ code: 'unknown_repository', path: 'repo', detail: 'Reeve knows no repository of that name.' }]);
        const result = await queue.submit(body, { ...place, actor: actor.subject, publish: { kind: 'mirror' } });
        if (!result.ok) throw refusedBy(result.error);
        await admitted?.(result.value, actor);
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
        project: z.string().optional().describe('Id or key of the project.'),
        repository: z.string().optional(),
        target: z.string().optional(),
        task: z.string().optional(),
        issue: z.string().optional(),
      }),
      response: { status: 200, schema: pageSchema(EntryView) },
      async handle({ query, actor }) {
        const { limit, cursor, state, project, repository, target, task, issue } = query;
        const page = await queue.list({
          limit,
          cursor,
          state,
          target,
          projectId: project,
          projectIds: actor?.projects ?? undefined,
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
      response: { status: 200, schema: DetailView },
      handle: async ({ params }) => presentDetail(await queue.detail(params.id), Date.now()),
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
