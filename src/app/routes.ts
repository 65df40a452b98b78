import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import { accessRoutes } from '#modules/access/index.ts';
import { ACTION_KINDS, actionRoutes } from '#modules/actions/index.ts';
import { addedAgentRoutes, agentRoutes } from '#modules/agents/index.ts';
import { approvalRoutes } from '#modules/approvals/index.ts';
import { chatRoutes } from '#modules/chat/index.ts';
import { budgetRoutes } from '#modules/budget/index.ts';
import { complianceRoutes } from '#modules/compliance/index.ts';
import { connectionHealthRoutes, connectionPages, connectionRoutes } from '#modules/connections/index.ts';
import { askRoutes, deliveryRoutes, pullRoutes } from '#modules/delivery/index.ts';
import { gatewayRoutes } from '#modules/gateway/index.ts';
import { insightRoutes } from '#modules/insights/index.ts';
import { backfillRoutes, intakeRoutes, webhookRoutes } from '#modules/intake/index.ts';
import { ledgerRoutes } from '#modules/ledger/index.ts';
import { changeRequestJsonSchema, mergeQueueRoutes } from '#modules/merge-queue/index.ts';
import { identityRoutes, peopleRoutes, teamRoutes } from '#modules/people/index.ts';
import { planCheckRoutes, planJsonSchema, planningRoutes } from '#modules/planning/index.ts';
import { overviewRoutes } from '#modules/overview/index.ts';
import { policyRoutes } from '#modules/policy/index.ts';
import { projectRoutes, repositoryRoutes } from '#modules/projects/index.ts';
import { reviewerLoadRoutes, reviewRoutes } from '#modules/reviews/index.ts';
import { releaseRoutes } from '#modules/releases/index.ts';
import { rolloutRoutes } from '#modules/rollout/index.ts';
import { settingsRoutes } from '#modules/settings/index.ts';
import { setupRoutes } from '#modules/setup/index.ts';
import { triageRoutes } from '#modules/triage/index.ts';
import { timelineRoutes } from '#modules/timeline/index.ts';
import { viewRoutes, workRoutes } from '#modules/work/index.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';
import { rereadGithub } from './reread.ts';
import { localReviewRoutes } from './routes.local.reviews.ts';
import { localForgeRoutes } from './routes.local.ts';
import { streamRoutes } from './routes.stream.ts';
import { reachedAt } from './server-files.ts';
import { takeGithubRepository } from './take-repository.ts';

/** Every route of the product, for the server, the documents and the table of roles. */
export function allRoutes(context: Context, modules: Modules): RouteDefinition[] {
  const { db, ids, config, outbox } = context;
  const { ledger, actions, queue } = modules;
  const projectId = (given: string) => projectIdOf(modules.projects, given);
  return [
    ...accessRoutes({
      access: modules.access,
      people: modules.people,
      publicUrl: config.publicUrl,
      consoleUrl: () => reachedAt(config),
    }),
    ...projectRoutes({ projects: modules.projects, agentNames: () => modules.agents.agents().map(({ name }) => name) }),
    ...repositoryRoutes(modules),
    ...peopleRoutes(modules),
    ...identityRoutes(modules),
    ...teamRoutes(modules),
    ...workRoutes({ work: modules.work, db }),
    ...viewRoutes(modules),
    ...timelineRoutes(modules),
    ...intakeRoutes(modules),
    ...backfillRoutes(modules),
    ...connectionRoutes({
      connections: modules.connections,
      reread: () => rereadGithub(context, modules, { settledMs: 0 }),
      take: (name, by) => takeGithubRepository({ projects: modules.projects, github: modules.forges.github }, name, by),
    }),
    ...connectionHealthRoutes(modules),
    ...connectionPages(modules),
    ...webhookRoutes({ intake: modules.intake, receivers: modules.webhooks }),
    ...triageRoutes(modules),
    ...planningRoutes(modules),
    ...planCheckRoutes(modules),
    ...deliveryRoutes({ delivery: modules.delivery, queries: modules.deliveryQueries, endings: modules.endings, fixes: modules.fixes }),
    ...pullRoutes(modules),
    ...reviewerLoadRoutes(modules),
    ...askRoutes(modules),
    ...reviewRoutes({ reviewers: modules.reviewers, coverage: modules.coverage, pull: (id) => modules.deliveryQueries.pull(id) }),
    ...agentRoutes({ agents: modules.agents, startJob: modules.scopes.startJob }),
    ...mergeQueueRoutes({ queue, locate: modules.scopes.locate, admitted: modules.scopes.admitted }),
    ...policyRoutes({
      policy: modules.policy,
      kinds: ACTION_KINDS,
      versions: modules.policyVersions,
      simulate: modules.simulatePolicy,
      under: modules.policyUnder,
      decisions: modules.policyDecisions,
      activation: modules.policyActivation,
      projectId,
      now: () => context.clock.now(),
      newKey: () => ids.next('request'),
    }),
    ...actionRoutes({ db, ids, actions, ledger, scope: modules.scopes.proposal }),
    ...approvalRoutes({ approvals: modules.approvals, approvalChanges: modules.approvalChanges, projectId }),
    ...chatRoutes(modules.connectedChat),
    ...ledgerRoutes({ ledger, people: modules.people, pulls: modules.deliveryQueries, projects: modules.projects }),
    ...complianceRoutes(modules),
    ...releaseRoutes(modules),
    ...insightRoutes(modules),
    ...settingsRoutes(modules),
    ...gatewayRoutes(modules),
    ...rolloutRoutes(modules),
    ...budgetRoutes({ ids, budget: modules.budget, actions, projects: modules.projects }),
    ...localForgeRoutes(modules),
    ...localReviewRoutes(modules.local.manage),
    ...overviewRoutes(modules),
    ...setupRoutes(modules),
    ...addedAgentRoutes({ added: modules.addedAgents }),
    ...streamRoutes({ outbox }),
    ...schemaRoutes(),
  ];
}

async function projectIdOf(projects: Pick<Modules['projects'], 'get' | 'byKey'>, given: string): Promise<string> {
  const project = (await projects.get(given)) ?? (await projects.byKey(given));
  if (project === null) throw new AppError('not_found', `There is no project ${given}.`);
  return project.id;
}

const SCHEMAS: Readonly<Record<string, () => object>> = { 'plan.v1.json': planJsonSchema, 'change-request.v1.json': changeRequestJsonSchema };

function schemaRoutes(): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/schemas/:name',
      summary: 'A published JSON schema',
      tag: 'schemas',
      access: 'public',
      params: z.object({ name: z.string() }),
      response: { status: 200, schema: z.looseObject({}) },
      handle: async ({ params }) => {
        const schema = Object.hasOwn(SCHEMAS, params.name) ? SCHEMAS[params.name] : undefined;
        if (schema === undefined) throw new AppError('not_found', `There is no schema ${params.name}.`, { detail: { known: Object.keys(SCHEMAS) } });
        return schema();
      },
    }),
  ];
}
