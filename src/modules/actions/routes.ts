import { z } from 'zod';
import { isAtLeast, type Actor } from '#kernel/actor.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import type { Db } from '#platform/db/index.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { SECRET_HELD } from './commands.propose.ts';
import { exceptionRoutes } from './routes.exceptions.ts';
import { ACTION_KINDS, type Action, type Actions, type Proposal } from './model.ts';

const STATUSES = ['pending', 'approved', 'executing', 'executed', 'failed', 'declined', 'expired', 'superseded', 'denied', 'shadowed'] as const;

const ActionView = z.object({
  id: z.string(),
  kind: z.string(),
  status: z.enum(STATUSES),
  digest: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
  mode: z.string().nullable(),
  rule: z.string(),
  why: z.string(),
  record: z.record(z.string(), z.unknown()),
  project_id: z.string().nullable(),
  work_item_id: z.string().nullable(),
  supersedes: z.string().nullable(),
  superseded_by: z.string().nullable(),
  outcome: z.record(z.string(), z.unknown()).nullable(),
  created_at: z.string(),
  expires_at: z.string(),
  executed_at: z.string().nullable(),
});

const modeOf = (action: Action): string | null => {
  if (action.decision.kind === 'approval') return action.decision.mode;
  return action.decision.kind === 'auto' ? 'auto' : null;
};

/** An action as HTTP shows it. */
export function presentAction(action: Action): z.infer<typeof ActionView> {
  return {
    id: action.id,
    kind: action.record.kind,
    status: action.status,
    digest: action.digest,
    risk: action.record.risk,
    mode: modeOf(action),
    rule: action.decision.rule,
    why: action.decision.reason,
    record: { ...action.record },
    project_id: action.projectId,
    work_item_id: action.workItemId,
    supersedes: action.supersedes,
    superseded_by: action.supersededBy,
    outcome: action.outcome,
    created_at: action.createdAt.toISOString(),
    expires_at: action.expiresAt.toISOString(),
    executed_at: action.executedAt?.toISOString() ?? null,
  };
}

const ProposeBody = z.strictObject({
  kind: z.enum(ACTION_KINDS),
  target: z.strictObject({
    forge: z.string().min(1).max(40),
    repo: z.string().min(1).max(4096),
    number: z.number().int().min(1).nullable().default(null),
    branch: z.string().max(200).nullable().default(null),
  }),
  args: z.record(z.string(), z.json()).default({}),
  preconditions: z
    .strictObject({
      head_sha: z.string().max(64).nullable().default(null),
      base_sha: z.string().max(64).nullable().default(null),
      issue_updated_at: z.string().max(40).nullable().default(null),
    })
    .prefault({}),
  work_item_id: z.string().max(100).nullable().default(null),
});
type ProposeBody = z.output<typeof ProposeBody>;

const Proposed = z.object({
  action_id: z.string(),
  digest: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
  mode: z.string().nullable(),
  ttl: z.number().int().describe('Seconds from the proposal until it runs out.'),
  status: z.enum(STATUSES),
});

export interface ActionRoutesDeps {
  db: Db;
  ids: { next(kind: 'request'): string };
  actions: Pick<Actions, 'propose' | 'transaction' | 'get' | 'list' | 'undo' | 'breakGlass' | 'accountForGlass' | 'glassUses'>;
  ledger: Pick<Ledger, 'append'>;
  /**
   * What a proposal over HTTP belongs to. Never taken from the caller's word alone: an agent is bound to the work item of its run, and
   * its trigger is who asked for that work. AppError forbidden when the caller has nothing to do with it, or may not ask for this at all.
   */
  scope(
    actor: Actor,
    asked: Pick<ProposeBody, 'kind' | 'target' | 'args'>,
    workItemId: string | null,
  ): Promise<Pick<Proposal, 'projectId' | 'workItemId' | 'triggerUser'>>;
}

/** Proposing and reading actions. Facts are never accepted from outside: policy sees what Reeve observed. */
export function actionRoutes(deps: ActionRoutesDeps): RouteDefinition[] {
  return [proposeRoute(deps), getRoute(deps), listRoute(deps), ...exceptionRoutes(deps)];
}

function proposeRoute(deps: ActionRoutesDeps): RouteDefinition {
  return route({
    method: 'POST',
    path: '/v1/actions/propose',
    summary: 'Propose an action; policy decides whether it runs, waits for people, or is denied',
    tag: 'actions',
    access: 'authenticated',
    body: ProposeBody,
    response: { status: 201, schema: Proposed },
    async handle({ body, actor, idempotencyKey }) {
      if (actor === null) throw new AppError('unauthenticated', 'A token is needed.');
      if (actor.kind !== 'agent' && !isAtLeast(actor.role, 'developer'))
        throw new AppError('forbidden', 'Proposing needs the role developer.', { code: 'role_missing' });
      try {
        const proposal = await proposalFrom(deps, body, actor, idempotencyKey);
        return presentProposed(await deps.actions.transaction((tx) => deps.actions.propose(tx, proposal)));
      } catch (error) {
        if (isAppError(error, 'forbidden')) await recordRefusal(deps, actor, error, { kind: body.kind, target: body.target });
        if (isAppError(error, 'invalid') && error.code === SECRET_HELD) await recordRefusal(deps, actor, error, heldBack(body, error));
        throw error;
      }
    },
  });
}

async function proposalFrom(deps: ActionRoutesDeps, body: ProposeBody, actor: Actor, idempotencyKey: string | null): Promise<Proposal> {
  const scope = await deps.scope(actor, body, body.work_item_id);
  const { head_sha, base_sha, issue_updated_at } = body.preconditions;
  return {
    kind: body.kind,
    target: body.target,
    args: body.args,
    preconditions: { headSha: head_sha, baseSha: base_sha, issueUpdatedAt: issue_updated_at },
    proposer: { subject: actor.subject, run: actor.runId ?? null },
    ...scope,
    idempotencyKey: `http:${callerOf(actor)}:${idempotencyKey ?? deps.ids.next('request')}`,
    runBy: 'executor',
  };
}

/**
 * Whose a key is. All runs of one agent have one subject, and know nothing of each other: a key is its run's alone, or one run could take
 * another's proposal for its own, or keep it from being made.
 */
const callerOf = ({ subject, kind, runId }: Actor): string => (kind === 'agent' ? `${subject}:${runId ?? 'no run'}` : subject);

/** People see every action of what they see; an agent those that its own run proposed. */
function maySee({ subject, kind, runId }: Actor, { record: { proposer } }: Action): boolean {
  return kind !== 'agent' || (proposer.subject === subject && proposer.run === (runId ?? null));
}

function presentProposed(action: Action): z.infer<typeof Proposed> {
  const ttl = Math.round((action.expiresAt.getTime() - action.createdAt.getTime()) / 1000);
  return { action_id: action.id, digest: action.digest, risk: action.record.risk, mode: modeOf(action), ttl, status: action.status };
}

/** A try to reach outside the allowlist, or to carry a secret out, leaves a trace although nothing was proposed. */
async function recordRefusal(deps: ActionRoutesDeps, actor: Actor, error: AppError, about: JsonObject): Promise<void> {
  await deps.db.tx(async (tx) => {
    deps.ledger.append(tx, {
      kind: 'proposal.refused',
      subject: actor.subject,
      actor: actor.subject,
      payload: { ...about, ...(actor.runId ? { run: actor.runId } : {}), code: error.code },
    });
  });
}

/** Without the branch, and without any argument: the secret may stand in either. */
function heldBack({ kind, target: { forge, repo, number } }: ProposeBody, error: AppError): JsonObject {
  return { kind, target: { forge, repo, number }, found: error.detail as JsonObject };
}

function getRoute(deps: ActionRoutesDeps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/actions/:id',
    summary: 'One action: record, decision, outcome',
    tag: 'actions',
    access: 'authenticated',
    params: z.object({ id: z.string().max(100) }),
    response: { status: 200, schema: ActionView },
    async handle({ params, actor }) {
      const action = await deps.actions.get(params.id);
      if (action === null || actor === null || !maySee(actor, action)) throw new AppError('not_found', `There is no action ${params.id}.`);
      return presentAction(action);
    },
  });
}

function listRoute(deps: ActionRoutesDeps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/actions',
    summary: 'Actions, newest first',
    tag: 'actions',
    access: 'viewer',
    query: PageQuery.extend({
      status: z.enum(STATUSES).optional(),
      kind: z.enum(ACTION_KINDS).optional(),
      project: z.string().max(100).optional().describe('Id or key of the project.'),
      work_item: z.string().max(100).optional(),
    }),
    response: { status: 200, schema: pageSchema(ActionView) },
    async handle({ query, actor }) {
      const { project, work_item, ...filter } = query;
      const page = await deps.actions.list({ ...filter, projectId: project, projectIds: actor?.projects ?? undefined, workItemId: work_item });
      return { items: page.items.map(presentAction), next_cursor: page.nextCursor };
    },
  });
}
