import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import type { StoredTriage, Triage } from './model.ts';

const Candidate = z.object({
  work_item_id: z.string(),
  number: z.number().nullable(),
  title: z.string(),
  confidence: z.number(),
  evidence: z.array(z.string()),
});
const TriageView = z.object({
  work_item_id: z.string(),
  current: z.boolean(),
  type: z.string(),
  labels: z.array(z.string()),
  size: z.string(),
  priority: z.string(),
  duplicates: z.array(Candidate),
  route: z.string(),
  confidence: z.number(),
  risk: z.string(),
  questions: z.array(z.string()),
  rationale: z.string(),
  evidence: z.array(z.string()),
  by: z.string(),
  prompt_hash: z.string().nullable(),
  created_at: z.string(),
});

/** `GET /v1/issues/:id/triage`: how an issue was understood, with every earlier reading. */
export function triageRoutes({ triage }: { triage: Pick<Triage, 'history'> }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/issues/:id/triage',
      summary: 'Triage of an issue, newest first',
      tag: 'issues',
      access: 'viewer',
      params: z.object({ id: z.string() }),
      response: { status: 200, schema: z.object({ items: z.array(TriageView) }) },
      async handle({ params }) {
        const items = await triage.history(params.id);
        if (items.length === 0) throw new AppError('not_found', `There is no triage of ${params.id}.`);
        return { items: items.map(present) };
      },
    }),
  ];
}

function present({ workItemId, current, result, createdAt }: StoredTriage): z.infer<typeof TriageView> {
  const { promptHash, duplicates, ...rest } = result;
  return {
    ...rest,
    work_item_id: workItemId,
    current,
    duplicates: duplicates.map(({ workItemId: id, ...candidate }) => ({ ...candidate, work_item_id: id })),
    prompt_hash: promptHash,
    created_at: createdAt.toISOString(),
  };
}
