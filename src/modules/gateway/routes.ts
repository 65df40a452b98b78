import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, foundOr404, pageBody } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { CALL_OUTCOMES, type Gateway, type ModelCall, type ModelVersion } from './model.ts';

const Id = z.object({ id: z.string() });
const VersionView = z.object({
  id: z.string(),
  model: z.string(),
  version: z.string(),
  state: z.enum(['active', 'retired']),
  notes: z.string(),
  calls: z.number(),
  first_used_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
const CallView = z.object({
  id: z.string(),
  purpose: z.string(),
  work_item_id: z.string().nullable(),
  model: z.string(),
  model_version: z.string().nullable(),
  prompt: z.string(),
  prompt_hash: z.string(),
  attempt: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  cost_micros: z.number().nullable(),
  duration_ms: z.number(),
  cached: z.boolean(),
  outcome: z.enum(CALL_OUTCOMES),
  error: z.string().nullable(),
  created_at: z.string(),
});
const VersionBody = z.strictObject({
  model: z.string().min(1).max(200),
  version: z.string().min(1).max(200),
  notes: z.string().max(2000).optional(),
});
const VersionPatch = z.strictObject({ state: z.enum(['active', 'retired']).optional(), notes: z.string().max(2000).optional() });
const CallQuery = PageQuery.extend({ work_item_id: z.string().optional(), model: z.string().optional(), outcome: z.enum(CALL_OUTCOMES).optional() });

/** `/v1/model-versions` and `/v1/model-calls`. Calls are written by the system alone and never changed. */
export function gatewayRoutes({ gateway }: { gateway: Omit<Gateway, 'ask'> }): RouteDefinition[] {
  const tag = 'models';
  return [
    route({
      method: 'GET',
      path: '/v1/model-versions',
      summary: 'List model versions',
      tag,
      access: 'viewer',
      query: PageQuery,
      response: { status: 200, schema: pageSchema(VersionView) },
      handle: async ({ query }) => pageBody(await gateway.versions(query), presentVersion),
    }),
    route({
      method: 'GET',
      path: '/v1/model-versions/:id',
      summary: 'One model version',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: VersionView },
      handle: async ({ params }) => presentVersion(foundOr404(await gateway.version(params.id), 'model version')),
    }),
    route({
      method: 'POST',
      path: '/v1/model-versions',
      summary: 'Register a model version',
      tag,
      access: 'manager',
      body: VersionBody,
      response: { status: 201, schema: VersionView },
      handle: async ({ body, ...request }) => presentVersion(await gateway.addVersion(body, actorOf(request))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/model-versions/:id',
      summary: 'Retire a model version or note something on it',
      tag,
      access: 'manager',
      params: Id,
      body: VersionPatch,
      response: { status: 200, schema: VersionView },
      handle: async ({ params, body, ...request }) => presentVersion(await gateway.changeVersion(params.id, body, actorOf(request))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/model-versions/:id',
      summary: 'Remove a model version no call names',
      tag,
      access: 'manager',
      params: Id,
      response: { status: 204, schema: null },
      handle: ({ params, ...request }) => gateway.removeVersion(params.id, actorOf(request)),
    }),
    route({
      method: 'GET',
      path: '/v1/model-calls',
      summary: 'Questions to models, newest first',
      tag,
      access: 'viewer',
      query: CallQuery,
      response: { status: 200, schema: pageSchema(CallView) },
      handle: async ({ query }) =>
        pageBody(
          await gateway.calls({
            workItemId: query.work_item_id,
            model: query.model,
            outcome: query.outcome,
            limit: query.limit,
            cursor: query.cursor,
          }),
          presentCall,
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/model-calls/:id',
      summary: 'One question to a model',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: CallView },
      handle: async ({ params }) => presentCall(foundOr404(await gateway.call(params.id), 'model call')),
    }),
  ];
}

function presentVersion(version: ModelVersion): z.infer<typeof VersionView> {
  const { firstUsedAt, lastUsedAt, createdAt, updatedAt, ...rest } = version;
  return {
    ...rest,
    first_used_at: firstUsedAt?.toISOString() ?? null,
    last_used_at: lastUsedAt?.toISOString() ?? null,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}

function presentCall(call: ModelCall): z.infer<typeof CallView> {
  return {
    id: call.id,
    purpose: call.purpose,
    work_item_id: call.workItemId,
    model: call.model,
    model_version: call.modelVersion,
    prompt: `${call.promptName}@${call.promptVersion}`,
    prompt_hash: call.promptHash,
    attempt: call.attempt,
    input_tokens: call.inputTokens,
    output_tokens: call.outputTokens,
    cost_micros: call.costMicros,
    duration_ms: call.durationMs,
    cached: call.cached,
    outcome: call.outcome,
    error: call.error,
    created_at: call.createdAt.toISOString(),
  };
}
