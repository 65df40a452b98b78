import { expect, test } from 'vitest';
import type { Actor } from '#kernel/actor.ts';
import { isAppError } from '#kernel/errors.ts';
import type { SseReply } from '#platform/http/index.ts';
import type { RequestOf } from '#platform/http/route.ts';
import { changeRequestJsonSchema, type MergeQueue } from './commands.ts';
import { ChangeRequestDocument, type AdmissionRefusal } from '#modules/change-requests/index.ts';
import { mergeQueueRoutes } from './routes.ts';

const refusing = (error: AdmissionRefusal[]): MergeQueue => ({ submit: async () => ({ ok: false, error }) }) as unknown as MergeQueue;

const DEVELOPER: Actor = { kind: 'person', subject: 'person:dana', role: 'developer', personId: 'pers_1' };

async function post(queue: MergeQueue, body: unknown, known = true): Promise<unknown> {
  const routes = mergeQueueRoutes({ queue, locate: async () => (known ? { projectId: 'proj_1', repositoryId: 'repo_1', workItemId: null } : null) });
  const submitRoute = routes.find((route) => route.method === 'POST' && route.path === '/v1/change-requests');
  try {
    return await submitRoute?.handle({ body, actor: DEVELOPER } as unknown as RequestOf<never, never, never>);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { kind: error.kind, code: error.code, ...error.detail };
  }
}

test('refusals are one problem whose code and path are those of the first, with all of them in a list', async () => {
  const refusals = [
    { code: 'out_of_scope', path: 'src/a.ts', detail: 'Outside.' },
    { code: 'unknown_base', path: null, detail: 'Unknown.' },
  ];
  expect(await post(refusing(refusals), {})).toEqual({ kind: 'refused', code: 'out_of_scope', path: 'src/a.ts', refusals });
});

test('a document for a repository nobody knows is refused by its field', async () => {
  expect(await post(refusing([]), { repo: 'no/where' }, false)).toMatchObject({ kind: 'refused', code: 'unknown_repository', path: 'repo' });
});

test('reading needs viewer, submitting a token whose scope is asked for, everything else developer', () => {
  const routes = mergeQueueRoutes({ queue: refusing([]), locate: async () => null });
  expect(routes.map((route) => `${route.method} ${route.path} ${route.access}`)).toEqual([
    'POST /v1/change-requests authenticated',
    'GET /v1/change-requests viewer',
    'GET /v1/change-requests/:id viewer',
    'GET /v1/change-requests/:id/conflict viewer',
    'GET /v1/change-requests/:id/diff viewer',
    'GET /v1/change-requests/:id/summary viewer',
    'POST /v1/change-requests/:id/resolve developer',
    'POST /v1/change-requests/:id/resolve/preview developer',
    'POST /v1/change-requests/:id/reland developer',
    'GET /v1/queue viewer',
    'GET /v1/queue/stream viewer',
    'POST /v1/queue/targets/pause developer',
    'POST /v1/queue/targets/resume developer',
    'POST /v1/queue/targets/drain developer',
    'POST /v1/queue/alarms/:id/dismiss developer',
    'POST /v1/queue/:id/retry developer',
    'POST /v1/queue/:id/drop developer',
    'POST /v1/queue/replay developer',
    'POST /v1/queue/rollback/plan developer',
    'POST /v1/queue/rollback developer',
    'GET /v1/queue/rollbacks/:id viewer',
    'GET /v1/queue/landings viewer',
    'GET /v1/queue/quarantine viewer',
    'GET /v1/queue/rollbacks viewer',
    'GET /v1/queue/targets viewer',
    'GET /v1/queue/figures viewer',
  ]);
});

test('who is limited to projects hears of the transitions of those alone', async () => {
  const moved = { version: 1, at: new Date(0), event: 'merged', fromState: null, toState: 'verifying', actor: 'queue' };
  const place = { repositoryId: 'repo_1', target: 'ai-1', taskId: 't', rung: null, xid: '1' };
  const row = (projectId: string, ordinal: number) => ({ ...moved, ...place, changeRequestId: `cr_${ordinal}`, projectId, ordinal });
  const follow = async (_after: unknown, limit: number) => ({
    rows: limit === 0 ? [] : [row('proj_2', 1), row('proj_1', 2)],
    position: { xid: '1', ordinal: 2 },
  });
  const routes = mergeQueueRoutes({ queue: { follow } as unknown as MergeQueue, locate: async () => null });
  const stream = routes.find((route) => route.path === '/v1/queue/stream');
  const heard = async (projects: string[] | null): Promise<unknown> => {
    const actor = { ...DEVELOPER, projects };
    const reply = (await stream?.handle({ query: {}, headers: {}, actor } as unknown as RequestOf<never, never, never>)) as unknown as SseReply;
    const ending = new AbortController();
    if (typeof reply.source !== 'function') throw new TypeError('the stream is not made for each reader');
    for await (const message of reply.source(ending.signal)) {
      ending.abort();
      return message.id;
    }
    return null;
  };
  expect([await heard(null), await heard(['proj_1'])]).toEqual(['1.1', '1.2']);
});

test('the published schema names every operation and every required field of a document as it is sent', () => {
  const schema = changeRequestJsonSchema() as {
    $id: string;
    required: string[];
    additionalProperties: boolean;
    properties: { changes: { items: { oneOf?: unknown[]; anyOf?: unknown[] } } };
  };
  expect(schema.$id).toBe('/schemas/change-request.v1.json');
  expect(schema.additionalProperties).toBe(false);
  expect(schema.required.toSorted()).toEqual(['attempt', 'base', 'changes', 'intent', 'repo', 'summary', 'target', 'task_id', 'version']);
  const { items } = schema.properties.changes;
  expect((items.oneOf ?? items.anyOf)?.length).toBe(6);
  expect(ChangeRequestDocument.safeParse({}).success).toBe(false);
});
