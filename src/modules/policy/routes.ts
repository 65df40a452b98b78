import { z } from 'zod';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { parsePolicy } from './commands.ts';
import type { PolicyDecision, PolicyPort } from './model.ts';

const Problem = z.object({ path: z.string(), detail: z.string() });

const Decision = z.object({
  answer: z.enum(['auto', 'approval', 'deny']),
  mode: z.enum(['auto', 'ask', 'require_approval']).nullable(),
  risk: z.enum(['low', 'medium', 'high']),
  rule: z.string(),
  reason: z.string(),
  policy_hash: z.string(),
  approvers: z.array(z.string()),
  min_approvals: z.number().int(),
  ttl: z.number().int().nullable().describe('Seconds a person has to decide.'),
});

/** A decision as HTTP shows it. */
export function presentDecision(decision: PolicyDecision): z.infer<typeof Decision> {
  const waits = decision.kind === 'approval' ? decision : null;
  return {
    answer: decision.kind,
    mode: decision.kind === 'deny' ? null : (waits?.mode ?? 'auto'),
    risk: decision.risk,
    rule: decision.rule,
    reason: decision.reason,
    policy_hash: decision.policyHash,
    approvers: waits?.approvers ?? [],
    min_approvals: waits?.minApprovals ?? 0,
    ttl: waits === null ? null : Math.round(waits.ttlMs / 1000),
  };
}

/** Reading and trying policies; nothing here changes one. */
export function policyRoutes(deps: { policy: PolicyPort; kinds: readonly string[] }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/policy',
      summary: 'The policy in force',
      tag: 'policy',
      access: 'viewer',
      query: z.object({ project: z.string().max(100).optional() }),
      response: { status: 200, schema: z.object({ hash: z.string(), source: z.string(), text: z.string(), shadow: z.boolean() }) },
      handle: ({ query }) => deps.policy.current(query.project),
    }),
    route({
      method: 'POST',
      path: '/v1/policy/check',
      summary: 'Check a policy text without activating it',
      tag: 'policy',
      access: 'viewer',
      body: z.strictObject({ text: z.string().max(200_000) }),
      response: { status: 200, schema: z.object({ valid: z.boolean(), hash: z.string().nullable(), problems: z.array(Problem) }) },
      async handle({ body }) {
        const result = parsePolicy(body.text, deps.kinds);
        return result.ok ? { valid: true, hash: result.value.hash, problems: [] } : { valid: false, hash: null, problems: result.error };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/policy/explain',
      summary: 'What the policy in force says about an action, and which rule says it',
      tag: 'policy',
      access: 'viewer',
      body: z.strictObject({
        action_kind: z.string().min(1).max(100),
        facts: z.record(z.string(), z.json()).default({}),
        project_id: z.string().max(100).nullable().default(null),
      }),
      response: { status: 200, schema: Decision },
      handle: async ({ body }) => presentDecision(await deps.policy.evaluate({ actionKind: body.action_kind, facts: body.facts }, body.project_id)),
    }),
  ];
}
