import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema, toPage } from '#kernel/page.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { proposeActivation, type ActivationDeps } from './commands.activate.ts';
import { parsePolicy } from './commands.ts';
import type { PolicyVersions } from './commands.versions.ts';
import { locateProblems } from './decide.locate.ts';
import type { Explanation, PolicyDecision, PolicyInForce, PolicyVersion } from './model.ts';
import { invalidPolicy, type SimulationReport } from './queries.simulate.ts';
import { policyWordRoutes, type PolicyWordsDeps } from './routes.words.ts';

const Problem = z.object({
  path: z.string(),
  detail: z.string(),
  line: z.number().int().nullable().describe('Where it is in the text, from 1; null: it is about the whole text.'),
  column: z.number().int().nullable(),
});

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

const Explained = Decision.extend({
  rule_name: z.string().describe('`actions.<kind>`, or `defaults` for a kind the policy does not name.'),
  conditions: z.array(
    z.object({
      member: z.enum(['when', 'ask_if']),
      text: z.string(),
      holds: z.boolean().nullable().describe('Null: it has no answer, `error` says why, and the action is denied.'),
      error: z.string().nullable(),
    }),
  ),
  limits: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['fine', 'over', 'deny', 'unconcerned']),
      reason: z
        .string()
        .describe(
          'Why it is passed. Of `pii_redaction` also what its value means: `off` lets personal data leave; `standard` replaces it by its class in texts for a forge outside before the action is recorded and its digest made, so that what people see is what leaves; `strict` makes it wait for a person, and what is approved leaves as it is.',
        ),
    }),
  ),
  tightened: z.array(z.object({ path: z.string(), from: z.string(), to: z.string() })).describe("What the project's own policy made stricter."),
  sources: z.object({ organisation: z.string(), override: z.string().nullable() }),
  engine: z.object({ name: z.string(), answer: z.string(), reason: z.string() }).nullable(),
});

function presentExplanation(explanation: Explanation): z.infer<typeof Explained> {
  const { decision, rule, conditions, limits, tightened, sources, engine } = explanation;
  return { ...presentDecision(decision), rule_name: rule, conditions, limits, tightened, sources, engine };
}

const Text = z.string().max(200_000);
// A text of that length as JSON, every character escaped.
const BODY_LIMIT = 2 * 1024 * 1024;

/** `30d`, `12h`, `45m`, or an instant with its zone. */
const Since = z
  .string()
  .max(40)
  .refine((text) => parseSince(text, new Date(0)) !== null, 'a time like 30d, 12h or 2026-11-21T00:00:00Z');

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function parseSince(text: string, now: Date): Date | null {
  const ago = /^([1-9]\d{0,4})([mhd])$/.exec(text);
  if (ago !== null) return new Date(now.getTime() - Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS]);
  const instant = z.iso.datetime({ offset: true }).safeParse(text);
  return instant.success ? new Date(instant.data) : null;
}

const DecidedModeWord = z.enum(['auto', 'ask', 'require_approval', 'deny']);
const Simulated = z.object({
  hash: z.string(),
  since: z.string(),
  considered: z.number().int().describe('Recorded decisions that were made again.'),
  unknown: z.number().int().describe('Recorded decisions whose facts were not kept.'),
  truncated: z.boolean().describe('There were more decisions than are looked at; the newest were.'),
  counts: z.array(z.object({ from: DecidedModeWord, to: DecidedModeWord, count: z.number().int() })),
});
const Changed = z.object({
  action_id: z.string(),
  kind: z.string(),
  project_id: z.string().nullable(),
  decided_at: z.string(),
  from: DecidedModeWord,
  to: DecidedModeWord,
  rule: z.string(),
  reason: z.string(),
});

function presentSimulated({ hash, since, considered, unknown, truncated, counts }: SimulationReport): z.infer<typeof Simulated> {
  return { hash, since: since.toISOString(), considered, unknown, truncated, counts };
}

function presentChanged(changed: SimulationReport['changed'][number]): z.infer<typeof Changed> {
  const { actionId, actionKind, projectId, at, from, to, rule, reason } = changed;
  return { action_id: actionId, kind: actionKind, project_id: projectId, decided_at: at.toISOString(), from, to, rule, reason };
}

const Version = z.object({
  version: z.number().int(),
  hash: z.string(),
  source: z.string(),
  activated_at: z.string(),
  activated_by: z.string(),
  action_id: z.string().nullable().describe('The approved action; null where the text came with the installation.'),
  text: z.string(),
});

const presentVersion = (version: PolicyVersion): z.infer<typeof Version> => ({
  version: version.nr,
  hash: version.hash,
  source: version.source,
  activated_at: version.activatedAt.toISOString(),
  activated_by: version.activatedBy,
  action_id: version.actionId,
  text: version.text,
});

export interface PolicyRoutesDeps extends PolicyWordsDeps {
  policy: PolicyInForce;
  /** The same installation under another text of the organisation, for those who try one. */
  under(text: string): Pick<PolicyInForce, 'explain'>;
  versions: Pick<PolicyVersions, 'list'>;
  simulate(text: string, since: Date): Promise<SimulationReport>;
  activation: ActivationDeps;
  /** Id of a project by id or key. AppError not_found. */
  projectId(given: string): Promise<string>;
  now(): Date;
  /** A key for a request that brings none. */
  newKey(): string;
}

/** Reading, trying and proposing policies; nothing here changes one by itself. */
export function policyRoutes(deps: PolicyRoutesDeps): RouteDefinition[] {
  return [
    currentRoute(deps),
    checkRoute(deps),
    explainRoute(deps),
    simulateRoute(deps),
    versionsRoute(deps),
    activateRoute(deps),
    ...policyWordRoutes(deps),
  ];
}

function currentRoute({ policy, projectId, activation }: PolicyRoutesDeps): RouteDefinition {
  const Source = z.object({ text: z.string(), source: z.string() });
  return route({
    method: 'GET',
    path: '/v1/policy',
    summary: 'The policy in force',
    tag: 'policy',
    access: 'viewer',
    query: z.object({ project: z.string().max(100).optional().describe('Id or key.') }),
    response: {
      status: 200,
      schema: z.object({
        hash: z.string().describe("Covers the organisation's text, the project's own, and the engine's rules."),
        source: z.string(),
        text: z.string(),
        override: Source.nullable(),
        engine: z.object({ name: z.string(), version: z.string() }).nullable(),
        shadow: z.boolean(),
        configured: z.string().nullable().describe('File or repository that says what is in force; null: people activate it here.'),
      }),
    },
    async handle({ query }) {
      const { hash, source, text, override, engine, shadow } = await policy.current(
        query.project === undefined ? null : await projectId(query.project),
      );
      return { hash, source, text, override, engine, shadow, configured: activation.configured };
    },
  });
}

function checkRoute({ kinds }: PolicyRoutesDeps): RouteDefinition {
  return route({
    method: 'POST',
    path: '/v1/policy/check',
    summary: 'Check a policy text without activating it',
    tag: 'policy',
    access: 'viewer',
    body: z.strictObject({ text: Text }),
    bodyLimit: BODY_LIMIT,
    response: { status: 200, schema: z.object({ valid: z.boolean(), hash: z.string().nullable(), problems: z.array(Problem) }) },
    async handle({ body }) {
      const result = parsePolicy(body.text, kinds);
      return result.ok
        ? { valid: true, hash: result.value.hash, problems: [] }
        : { valid: false, hash: null, problems: locateProblems(body.text, result.error) };
    },
  });
}

function explainRoute({ policy, under, kinds, projectId }: PolicyRoutesDeps): RouteDefinition {
  return route({
    method: 'POST',
    path: '/v1/policy/explain',
    summary: 'What the policy in force, or a text that is tried, says about an action: which rule, which condition, which limit, and why',
    tag: 'policy',
    access: 'viewer',
    body: z.strictObject({
      action_kind: z.string().min(1).max(100),
      facts: z.record(z.string(), z.json()).default({}),
      project_id: z.string().max(100).nullable().default(null).describe('Id or key.'),
      text: Text.nullable().default(null).describe('Another policy to ask instead of the one in force; nothing of it is kept.'),
    }),
    bodyLimit: BODY_LIMIT,
    response: { status: 200, schema: Explained },
    async handle({ body }) {
      const project = body.project_id === null ? null : await projectId(body.project_id);
      const parsed = body.text === null ? null : parsePolicy(body.text, kinds);
      if (parsed?.ok === false) throw invalidPolicy(parsed.error);
      const asked = body.text === null ? policy : under(body.text);
      return presentExplanation(await asked.explain({ actionKind: body.action_kind, facts: body.facts }, project));
    },
  });
}

function simulateRoute(deps: PolicyRoutesDeps): RouteDefinition {
  return route({
    method: 'POST',
    path: '/v1/policy/simulate',
    summary: 'Make the recorded decisions again under another text, and list those that would be others',
    tag: 'policy',
    access: 'viewer',
    body: z.strictObject({
      text: Text,
      since: Since.default('30d'),
      limit: z.number().int().min(1).max(200).default(50),
      cursor: z.string().max(100).optional(),
    }),
    bodyLimit: BODY_LIMIT,
    response: { status: 200, schema: Simulated.extend({ items: z.array(Changed), next_cursor: z.string().nullable() }) },
    async handle({ body }) {
      const report = await deps.simulate(body.text, sinceOf(body.since, deps.now()));
      const { cursor } = body;
      // Ids of actions sort by time, and the list is newest first.
      const rest = cursor === undefined ? report.changed : report.changed.filter(({ actionId }) => actionId < cursor);
      return { ...presentSimulated(report), ...toPage(rest.slice(0, body.limit + 1), body.limit, presentChanged, ({ actionId }) => actionId) };
    },
  });
}

const sinceOf = (text: string, now: Date): Date => parseSince(text, now) ?? now;

function versionsRoute({ versions }: PolicyRoutesDeps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/policy/versions',
    summary: 'Every policy that was ever in force, newest first',
    tag: 'policy',
    access: 'viewer',
    query: PageQuery,
    response: { status: 200, schema: pageSchema(Version) },
    handle: async ({ query }) => toPage(await versions.list(query), query.limit, presentVersion, ({ nr }) => String(nr)),
  });
}

function activateRoute(deps: PolicyRoutesDeps): RouteDefinition {
  return route({
    method: 'POST',
    path: '/v1/policy/activate',
    summary: 'Propose that a policy shall be in force; people decide, with what it would have changed on the card',
    tag: 'policy',
    access: 'developer',
    body: z.strictObject({ text: Text, source: z.string().min(1).max(500).default('HTTP'), since: Since.default('30d') }),
    bodyLimit: BODY_LIMIT,
    response: {
      status: 201,
      schema: z.object({ action_id: z.string(), digest: z.string(), status: z.string(), simulated: Simulated }),
    },
    async handle({ body, actor, idempotencyKey }) {
      if (actor === null) throw new AppError('unauthenticated', 'A token is needed.');
      const { text, source } = body;
      const key = `policy:${actor.subject}:${idempotencyKey ?? deps.newKey()}`;
      const activation = { text, source, since: sinceOf(body.since, deps.now()), idempotencyKey: key };
      const { proposed, report } = await proposeActivation(deps.activation, activation, actor);
      return { action_id: proposed.actionId, digest: proposed.digest, status: proposed.status, simulated: presentSimulated(report) };
    },
  });
}
