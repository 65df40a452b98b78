import { z } from 'zod';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { ApproverRole, RESERVED_KINDS } from './model.document.ts';
import type { RecordedDecision } from './decide.simulate.ts';
import { FACTS } from './model.vocabulary.ts';
import { examplesOf } from './queries.examples.ts';

const Vocabulary = z.object({
  action_kinds: z.array(
    z.object({ kind: z.string(), reserved: z.boolean().describe('Of a later capability: it may be named, and nothing asks for it yet.') }),
  ),
  facts: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['text', 'number', 'true or false', 'list of texts']),
      description: z.string(),
      kinds: z.array(z.string()).nullable().describe('Kinds that bring it; `branch.*` stands for all that begin so; null: all.'),
    }),
  ),
  modes: z.array(z.string()),
  risks: z.array(z.string()),
  approvers: z.array(z.string()),
});

const Question = z.object({
  action_id: z.string(),
  action_kind: z.string(),
  project_id: z.string().nullable(),
  decided_at: z.string(),
  facts: z.record(z.string(), z.json()),
});

const MOST_EXAMPLES = 20;

export interface PolicyWordsDeps {
  kinds: readonly string[];
  /** Decisions about a kind of action, newest first. */
  decisions(kind: string): AsyncIterable<RecordedDecision>;
}

/** What a policy is written with: names, and questions that were asked. */
export function policyWordRoutes({ kinds, decisions }: PolicyWordsDeps): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/policy/vocabulary',
      summary: 'What a policy may name: action kinds, the facts that conditions look at, roles that decide',
      tag: 'policy',
      access: 'viewer',
      response: { status: 200, schema: Vocabulary },
      handle: async () => ({
        action_kinds: [...kinds.map((kind) => ({ kind, reserved: false })), ...RESERVED_KINDS.map((kind) => ({ kind, reserved: true }))],
        facts: FACTS.map((fact) => ({ ...fact, kinds: fact.kinds === null ? null : [...fact.kinds] })),
        modes: ['auto', 'ask', 'require_approval'],
        risks: ['low', 'medium', 'high'],
        approvers: ApproverRole.options.map((role) => `role:${role}`),
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/policy/questions',
      summary: 'The newest questions about a kind of action, with the facts as they were: something to explain',
      tag: 'policy',
      access: 'viewer',
      query: z.object({ action_kind: z.string().min(1).max(100), limit: z.coerce.number().int().min(1).max(MOST_EXAMPLES).default(5) }),
      response: { status: 200, schema: z.object({ items: z.array(Question), next_cursor: z.null() }) },
      async handle({ query }) {
        const found = await examplesOf(decisions(query.action_kind), query.limit);
        const items = found.map(({ actionId, actionKind, projectId, at, facts }) => ({
          action_id: actionId,
          action_kind: actionKind,
          project_id: projectId,
          decided_at: at.toISOString(),
          facts,
        }));
        return { items, next_cursor: null };
      },
    }),
  ];
}
