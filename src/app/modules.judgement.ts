import { setTimeout as delay } from 'node:timers/promises';
import { createAcpHarness } from '#connectors/acp/index.ts';
import { createExecHarness } from '#connectors/exec/index.ts';
import { priceOf } from '#connectors/models/index.ts';
import { createSandbox } from '#connectors/sandbox/index.ts';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import { createGateway, createPromptLibrary } from '#modules/gateway/index.ts';
import { createImpact } from '#modules/impact/index.ts';
import { createPlanChecks, createPlanning } from '#modules/planning/index.ts';
import { createPolicyVersions } from '#modules/policy/index.ts';
import { createTriage } from '#modules/triage/index.ts';
import { refuseAssignee } from './assignees.ts';
import { createAppBudget, createCallMoney } from './budget.ts';
import { createAppModels } from './models.ts';
import { PROMPTS_DIR } from './paths.ts';
import { createAppPolicy, type PolicyParts } from './policy.ts';
import { withComplianceMode } from './policy-changes.ts';
import { protectedPathsOf } from './queue.ts';
import { watchedEngine, watchedModel } from './watched.ts';
import type { Harness } from '#ports/harness.ts';
import type { Context } from './context.ts';
import type { Estate } from './modules.estate.ts';
import type { Outside } from './modules.outside.ts';
import type { Ground } from './modules.ground.ts';

/** What judges before anything is done: models and their harnesses, the policy in force, money, triage, plans. */
export type Judgement = Awaited<ReturnType<typeof createJudgement>>;

function createRules({ config, clock, db, log }: Context, { ledger, settings, projects, local, git, calls }: Ground & Estate & Outside) {
  const policyVersions = createPolicyVersions({ db, ledger, kinds: ACTION_KINDS });
  const policyParts: PolicyParts = {
    repository: {
      git,
      cloneUrl: (name) => local.read.cloneUrl({ forge: name.startsWith('/') ? 'path' : 'local', name }),
      dataDir: config.dataDir,
      now: () => clock.now().getTime(),
    },
    projectKey: async (projectId) => (await projects.get(projectId))?.key ?? null,
    activated: () => policyVersions.activated(),
    watched: (engine) => watchedEngine(calls, engine),
    onInForce: (inForce) =>
      void policyVersions.note(inForce).catch((error: unknown) => log.warn({ err: error }, 'the policy in force could not be kept as a version')),
  };
  const policy = withComplianceMode(createAppPolicy(config, policyParts), settings);
  return { policyVersions, policyParts, policy };
}

export async function createJudgement(context: Context, rooms: Ground & Estate & Outside) {
  const { config, log, clock } = context;
  const { base, calls, environment, nonce, people, projects, work, mirror } = rooms;
  const sandbox = createSandbox({ path: environment['PATH'], hidden: [config.dataDir] });
  const harnesses = new Map<string, Harness>(
    [createAcpHarness({ log, clock }), createExecHarness({ log, clock })].map((harness) => [harness.kind, harness]),
  );
  const models = createAppModels(config, { harnesses, sandbox });
  const rules = createRules(context, rooms);
  const { policy } = rules;
  const budget = createAppBudget(config, { ...base, metrics: context.metrics });
  const gateway = createGateway({
    ...base,
    money: createCallMoney(config, { budget, work }),
    models: models.all.map((model) => watchedModel(calls, model)),
    prompts: createPromptLibrary(PROMPTS_DIR),
    nonce,
    priceOf,
    sleep: async (ms, signal) => delay(ms, undefined, { signal }),
  });
  const triage = createTriage({ ...base, gateway, model: () => models.name, protectedPaths: await protectedPathsOf(policy) });
  const planning = createPlanning({
    ...base,
    gateway,
    model: () => models.name,
    work,
    async checksOf(workItemId) {
      const item = await work.get(workItemId);
      const project = item === null ? null : await projects.get(item.projectId);
      return (project?.settings.checks ?? []).map((check) => check.name);
    },
    refuseAssignee: (assignee) => refuseAssignee({ people, agents: config.sections.agents }, assignee),
  });
  const impact = createImpact({ mirrors: mirror });
  const planChecks = createPlanChecks({ planning, work, projects, mirror, impact });
  return { sandbox, harnesses, models, ...rules, budget, gateway, triage, planning, impact, planChecks };
}
