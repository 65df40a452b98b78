import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#kernel/errors.ts';
import { randomSecret } from '#platform/crypto/index.ts';
import { redactValue } from '#platform/redaction/index.ts';
import { findRegistered, findSecrets } from '#platform/secrets/index.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import { createAcpHarness } from '#connectors/acp/index.ts';
import { createExecHarness } from '#connectors/exec/index.ts';
import { createFileBlobStore } from '#connectors/files/index.ts';
import { createGit } from '#connectors/git/index.ts';
import { createToolServer } from '#connectors/mcp/index.ts';
import { createGithubApps, createGithubWebhook } from '#connectors/github/index.ts';
import { createLocalForge } from '#connectors/local/index.ts';
import { priceOf } from '#connectors/models/index.ts';
import { createModelProxy } from '#connectors/model-proxy/index.ts';
import { createSandbox } from '#connectors/sandbox/index.ts';
import { createAccess } from '#modules/access/index.ts';
import { ACTION_KINDS, createActions, createForgeEffects, type ActionRoutesDeps } from '#modules/actions/index.ts';
import { createAgents, createBriefs, createCheckRunner, createRegenerator, type AgentRouteDeps } from '#modules/agents/index.ts';
import { createApprovals } from '#modules/approvals/index.ts';
import {
  createDelivery,
  createDeliveryQueries,
  createDeliverySteps,
  createDeliveryStore,
  createEndings,
  createPullKeeper,
  isOwn,
  peopleCommandIn,
  createFixes,
  createLandings,
  locateDocument,
  scopeOfProposal,
  startJob,
} from '#modules/delivery/index.ts';
import { createConnections } from '#modules/connections/index.ts';
import { createCompliance } from '#modules/compliance/index.ts';
import { createGateway, createPromptLibrary } from '#modules/gateway/index.ts';
import { createBackfills, createBackfillSteps, createIntake, parseForgeEvent } from '#modules/intake/index.ts';
import { createImpact } from '#modules/impact/index.ts';
import { createForgeLimits, createInsights } from '#modules/insights/index.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { admitAlone, createMergeQueue, type MergeQueueRoutesDeps } from '#modules/merge-queue/index.ts';
import { createPeople } from '#modules/people/index.ts';
import { createPlanChecks, createPlanning } from '#modules/planning/index.ts';
import { createPolicyVersions, simulate } from '#modules/policy/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createSettings } from '#modules/settings/index.ts';
import {
  createCoverage,
  createHelpSteps,
  createPeoplePulls,
  createReviewers,
  createReviews,
  createTestRounds,
  isOptedIn,
} from '#modules/reviews/index.ts';
import { createReleases, createReleaseTasks } from '#modules/releases/index.ts';
import { createTriage } from '#modules/triage/index.ts';
import { createWork } from '#modules/work/index.ts';
import type { Harness } from '#ports/harness.ts';
import type { WebhookReceiver } from '#ports/webhook.ts';
import { askedByName } from './asked-by-name.ts';
import { refuseAssignee } from './assignees.ts';
import { createAppBudget, createCallMoney } from './budget.ts';
import { createAppChat } from './chat.ts';
import { harnessOf } from './config.ts';
import { registerInternalEffects } from './effects.ts';
import { createEventSide } from './events.ts';
import { createFacts } from './facts.ts';
import { createGuard } from './guard.ts';
import { createForges, createGithubConnection } from './forges.ts';
import { socketDirOf, type Context } from './context.ts';
import { createAppRollout, createHoldingBack } from './rollout.ts';
import { createMirrors } from './mirrors.ts';
import { createAppModels } from './models.ts';
import { PROMPTS_DIR } from './paths.ts';
import { createSignInConfig } from './sign-in.ts';
import { isAllowlisted } from './startup.ts';
import { createAudits, createBranchReader, createReceiver } from './compliance.ts';
import { createPlaces } from './places.ts';
import { reachedAt } from './server-files.ts';
import { createAppPolicy, createPolicyLoader, isPolicyConfigured, OBSERVED, type PolicyParts } from './policy.ts';
import { createPolicyProposals, decisionHistory, refusePolicyByHand, registerPolicyUpdate, withComplianceMode } from './policy-changes.ts';
import {
  createLadder,
  createPushProposals,
  createQueueRules,
  createRegeneration,
  createScheduling,
  createVerification,
  landedMeanwhile,
  protectedPathsOf,
  publishByAction,
} from './queue.ts';
import { createQueueOrigin } from './queue-origin.ts';

/** What routes of one module need to ask of another. */
interface Scopes {
  locate: MergeQueueRoutesDeps['locate'];
  admitted: NonNullable<MergeQueueRoutesDeps['admitted']>;
  proposal: ActionRoutesDeps['scope'];
  startJob: AgentRouteDeps['startJob'];
}

export type Modules = Awaited<ReturnType<typeof createModules>>;

/** Limits of one change request until the policy's own are read at admission. */
const AGENT_CHANGE_LIMITS = { files: 500, bytes: 16 * 1024 * 1024 };

/** Kinds that change Reeve's own rules. */
const OWN_RULES: ReadonlySet<string> = new Set(['policy.update', 'budget.raise', 'rollout.advance']);

/** Builds every module of one process, each with what it needs and nothing more. No logic lives here. */
export async function createModules(context: Context, adminToken: string) {
  const { config, clock, ids, db, outbox, workflow, log, redactor } = context;
  const data = (name: string) => path.join(config.dataDir, name);
  const environment = config.environment([
    'PATH',
    'HOME',
    'LANG',
    'SSH_AUTH_SOCK',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    ...Object.values(config.sections.agents).flatMap((agent) => agent.env),
  ]);
  const gitEnv = config.environment(['PATH', 'HOME', 'SSH_AUTH_SOCK', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']);
  // What agents are given by name may be keys: no log or text shall hold them.
  for (const [name, value] of Object.entries(environment)) if (/KEY|TOKEN|SECRET|PASS|CREDENTIAL/i.test(name)) redactor.register(value);
  const nonce = () => randomSecret(24);

  const redact = (text: string): string => redactor.redact(text);
  const written = createLedger({ db, checkpointKeyFile: data('keys/ledger.pem'), places: createPlaces(config) });
  const ledger: typeof written = { ...written, append: (tx, entry) => written.append(tx, { ...entry, payload: redactValue(entry.payload, redact) }) };
  const base = { db, clock, ids, ledger, outbox };
  const settings = createSettings({ ...base, defaults: { shadow: config.shadow } });
  const work = createWork(base);
  const isNamed = (forge: string, name: string): boolean => forge === 'github' && isAllowlisted(config.repoAllowlist, name);
  const projects = createProjects({ ...base, isAllowlisted: isNamed });
  const people = createPeople({ ...base, work });
  const access = createAccess({
    ...base,
    people,
    projects,
    adminToken,
    jwt: { issuer: config.publicUrl ?? 'urn:reeve', keyFile: data('access-key') },
    ...createSignInConfig(config, people),
    registerSecret: (secret, until) => redactor.register(secret, until?.getTime()),
  });
  const intake = createIntake(base);
  const githubConnection = createGithubConnection(config, {
    clock,
    env: gitEnv,
    registerSecret: (secret, until) => redactor.register(secret, until),
    onLimit: createForgeLimits({ metrics: context.metrics, clock }, 'github'),
  });
  const webhooks: readonly WebhookReceiver[] = [createGithubWebhook({ secrets: githubConnection.webhookSecrets })];

  const local = createLocalForge({
    db,
    clock,
    ids,
    reposDir: data('repositories'),
    env: gitEnv,
    publicUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
    crashpoint,
    onEvent: async ({ deliveryId, type, payload }) => {
      await intake.receive({
        source: 'local',
        deliveryId,
        headers: { 'x-event': type },
        body: Buffer.from(JSON.stringify(payload)),
        normalise: parseForgeEvent,
      });
    },
    onError: (error, delivery) =>
      log.warn({ err: error, delivery: delivery.deliveryId }, 'an event of the embedded forge waits for its next delivery'),
  });
  const forges = createForges({ local, github: githubConnection.forge, problem: githubConnection.problem });
  const readable = async (id: string) => {
    const known = await projects.repository(id);
    const project = known === null ? null : await projects.get(known.projectId);
    return known === null ? null : { ...known, reads: known.allowlisted && project?.optedOut === false };
  };
  const backfills = createBackfills({ ...base, workflow, repository: readable });
  const backfillSteps = createBackfillSteps({
    ...base,
    repository: readable,
    history: (name) => (name === 'github' ? (forges.github?.history ?? null) : null),
    aborting: () => workflow.aborting,
  });
  const connections = createConnections({
    ...base,
    projects,
    apps: createGithubApps({ apiUrl: config.githubApiUrl, clock, registerSecret: (secret) => redactor.register(secret) }),
    keeper: githubConnection,
    publicUrl: () => reachedAt(config),
    isAllowed: async (name) => (await projects.repositoryByName('github', name))?.allowlisted ?? isNamed('github', name),
    takesWebhooks: () => githubConnection.webhookSecrets().length > 0,
  });
  const forge = forges.read;
  const git = createGit({ env: gitEnv });
  const mirror = createMirrors({ git, projects, forge, gitAuth: forges.gitAuth, dataDir: config.dataDir });

  const sandbox = createSandbox({ path: environment['PATH'], hidden: [config.dataDir] });
  const harnesses = new Map<string, Harness>(
    [createAcpHarness({ log, clock }), createExecHarness({ log, clock })].map((harness) => [harness.kind, harness]),
  );
  const models = createAppModels(config, { harnesses, sandbox });
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
    onInForce: (inForce) =>
      void policyVersions.note(inForce).catch((error: unknown) => log.warn({ err: error }, 'the policy in force could not be kept as a version')),
  };
  const policy = withComplianceMode(createAppPolicy(config, policyParts), settings);
  const budget = createAppBudget(config, { ...base, metrics: context.metrics });
  const gateway = createGateway({
    ...base,
    money: createCallMoney(config, { budget, work }),
    models: models.all,
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

  const selfApproval = async (projectId: string | null): Promise<'never' | 'local'> => {
    const project = projectId === null ? null : await projects.get(projectId);
    return project?.settings.selfApproval === 'local' ? 'local' : config.selfApproval;
  };
  const repository = async (repo: { forge: string; name: string }) =>
    repo.forge === 'local' || repo.forge === 'path' || repo.forge === 'github' ? projects.repositoryByName(repo.forge, repo.name) : null;
  const rollout = createAppRollout(config, base, () => actions);
  const holdsBack = createHoldingBack({ rollout, repository, planning });
  const actions: ReturnType<typeof createActions> = createActions({
    ...base,
    policy,
    workflow,
    organisation: 'reeve',
    facts: createFacts({
      forge,
      mirror,
      repository,
      planApproved: async (workItemId) => (await planning.plansOf(workItemId)).some((plan) => plan.state === 'approved'),
      work,
      triage,
      planning,
      selfApproval,
      stage: async (projectId) => (projectId === null ? config.rolloutStage : (await rollout.stageOf(projectId)).stage),
      budget,
      helps: async (repo) => {
        const known = await repository(repo);
        const project = known === null ? null : await projects.get(known.projectId);
        return known !== null && project !== null && !project.optedOut && isOptedIn(project.settings.reviews.people_pulls, known.name);
      },
    }),
    async refusal({ kind, target, projectId }) {
      // Policy, caps and stages are Reeve's own and in no repository.
      if (OWN_RULES.has(kind) && target.forge === 'reeve') return null;
      const project = projectId === null ? null : await projects.get(projectId);
      if (project?.optedOut === true) return `The project ${project.key} has opted out.`;
      const known = await repository({ forge: target.forge, name: target.repo });
      return known?.allowlisted === true ? null : `${target.repo} is not on the allowlist.`;
    },
    guard: createGuard({ forge, repository }),
    async roleOf(personId) {
      const person = await people.get(personId);
      return person?.active === true ? person.role : null;
    },
    shadow: async (proposal) => config.shadow || (await settings.get('shadow')) || holdsBack(proposal),
    outgoing: { redact, findSecrets },
    executor: () => workflow.executor,
  });
  const approvals = createApprovals({
    ...base,
    people,
    actions,
    selfApproval,
    projectsOfEach: (personIds) => access.projectsOfEach(personIds),
    confirmAlways: () => settings.get('approvals.confirm_always'),
  });
  const connectedChat = createAppChat(context, {
    actions,
    approvals,
    people,
    work,
    triage,
    repositoryName: async (id) => (await projects.repository(id))?.name ?? null,
    projectsOf: (personId) => access.projectsOf(personId),
  });
  for (const effect of createForgeEffects({
    ...forges.effects,
    async mirrorDir(repo) {
      const known = await repository(repo);
      if (known === null) throw new AppError('not_found', `There is no repository ${repo.name}.`);
      return (await mirror(known.id)).dir;
    },
  })) {
    actions.register(effect);
  }

  const folders = { data: config.dataDir, prompts: PROMPTS_DIR, sockets: socketDirOf(config.dataDir) };
  const shop = {
    log,
    sandbox,
    folders,
    mirror,
    redact,
    redactStream: () => redactor.stream(),
    toolDirs: [path.dirname(process.execPath)],
    nonce,
    environment,
  };
  const agents = createAgents({
    ...base,
    ...shop,
    agents: config.sections.agents,
    roles: config.sections.roles,
    harnesses,
    modelProxy: createModelProxy({ log }),
    upstream: models.upstream,
    blobs: createFileBlobStore({ folder: data('blobs') }),
    brief: createBriefs({ work, planning, projects }),
    limits: AGENT_CHANGE_LIMITS,
    budget,
    tools: {
      server: createToolServer({ log }),
      ids,
      tokens: { issue: (tx, run) => access.issueRunToken(tx, run), revoke: (tx, runId) => access.revokeRunTokens(tx, runId) },
      landedMeanwhile: (runId) => landedMeanwhile({ agents, planning, queue }, runId),
    },
  });

  const coverage = createCoverage({ db, mirror });
  const reviewers = createReviewers({
    db,
    clock,
    people,
    mirror,
    projectsOfEach: (personIds) => access.projectsOfEach(personIds),
    askedByName: () => askedByName(approvals),
  });
  const runChecks = createCheckRunner(shop, { pool: 2 });
  const deliveryStore = createDeliveryStore();
  const admission = {
    mirrors: mirror,
    rules: createQueueRules({ policy, projects, planning }),
    findSecrets: async (text: string) => [...findRegistered(text, redact), ...(await findSecrets(text))],
  };
  const queue = createMergeQueue({
    ...base,
    ...admission,
    log,
    workerId: context.workerId,
    verify: createVerification({ db, ids, store: deliveryStore, projects, coverage, run: runChecks }),
    publishByAction: publishByAction(actions, mirror),
    proposePush: createPushProposals({ actions, projects }),
    proposing: (work) => actions.transaction(work),
    actionStatus: async (id) => (await actions.get(id))?.status ?? null,
    origin: createQueueOrigin({ work, planning, agents, actions, approvals }),
    scratch: (of) => git.scratch(of),
    impact: ({ repositoryId, tree, files }) => impact.impactOf(repositoryId, tree, files),
    settings: { maxRetries: await settings.get('queue.max_retries') },
    scheduling: createScheduling(projects),
    ladder: createLadder(projects),
    regenerate: createRegeneration({ projects, run: createRegenerator(shop) }),
    notify: (tx, workflowId, topic, message, key) => workflow.send(tx, workflowId, topic, message, key),
  });

  const deliveryDeps = {
    ...base,
    log,
    store: deliveryStore,
    work,
    projects,
    people,
    triage,
    planning,
    agents,
    queue,
    actions,
    reviews: createReviews({ db, ids, redact: shop.redact }),
    reviewers,
    coverage,
    tests: createTestRounds({ db }),
    forge,
    ownLogin: forges.ownLogin,
    mirror,
    waitsOf: (planId: string) => planChecks.waitsOf(planId),
    roles: config.sections.roles,
    settings: { maxAttempts: () => settings.get('runs.max_attempts') },
    publicUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
    redact: shop.redact,
    budget,
  };
  const delivery = createDelivery({ ...deliveryDeps, workflow });
  const steps = createDeliverySteps(deliveryDeps);
  const endings = createEndings({ ...deliveryDeps, tracker: forges.tracker });
  const deliveryQueries = createDeliveryQueries({ db, store: deliveryStore });
  const pulls = createPullKeeper({ db, ids, store: deliveryStore });
  const peoplePulls = createPeoplePulls({
    ...base,
    projects,
    workflow,
    pulls,
    isOwn: async (name, login) => isOwn(login, await forges.ownLogin(name)),
    people,
    projectsOf: (personId) => access.projectsOf(personId),
    commandIn: peopleCommandIn,
  });
  const helpSteps = createHelpSteps({
    ...deliveryDeps,
    pulls,
    runChecks,
    admit: (document, place) => admitAlone(admission, document, place),
    ownOn: async (name) => {
      const own = await forges.ownLogin(name);
      return (login) => isOwn(login, own);
    },
  });
  const fixes = createFixes({ ...deliveryDeps, workflow, queries: deliveryQueries });
  const releases = createReleases({ clock, compliance: { list: (filter) => compliance.list(filter) }, projects, work, forge, mirror });
  const landings = createLandings({ ...deliveryDeps, workflow, tracker: forges.tracker });
  const onEvents = createEventSide({
    ...deliveryDeps,
    config,
    workflow,
    approvals,
    delivery,
    endings,
    fixes,
    access,
    github: githubConnection.forge,
  });
  registerInternalEffects(actions);
  actions.register(budget.effect);
  actions.register(rollout.effect);
  registerPolicyUpdate(actions, { policy, versions: policyVersions });
  const simulatePolicy = (text: string, since: Date) =>
    simulate(
      { kinds: ACTION_KINDS, observed: OBSERVED, load: createPolicyLoader(config, policyParts), history: (from) => decisionHistory(actions, from) },
      text,
      since,
    );
  const compliance = createCompliance({
    ...base,
    sources: {
      work,
      projects,
      planning,
      agents,
      gateway,
      queue,
      actions,
      pulls: deliveryQueries,
      policy,
      ledger,
      redact: (text) => redactor.redact(text),
    },
    receiver: createReceiver(config),
    branches: createBranchReader({ projects, forge }),
    audits: createAudits(db),
  });
  const scopes: Scopes = {
    locate: (document, actor) => locateDocument(deliveryDeps, document, actor),
    async admitted(entry, actor) {
      const { runId } = actor;
      if (actor.kind === 'agent' && runId) await db.tx((tx) => agents.recordChangeRequest(tx, runId, entry.id));
    },
    async proposal(actor, asked, workItemId) {
      refusePolicyByHand(asked);
      return scopeOfProposal(deliveryDeps, actor, asked, workItemId);
    },
    startJob: (input, by) => startJob({ ...deliveryDeps, steps, workflow }, input, by),
  };

  return {
    ledger,
    settings,
    work,
    projects,
    people,
    access,
    intake,
    webhooks,
    local,
    forges,
    connections,
    backfills,
    backfillSteps,
    forge,
    mirror,
    gateway,
    budget,
    rollout,
    triage,
    planning,
    policy,
    policyVersions,
    simulatePolicy,
    policyActivation: {
      kinds: ACTION_KINDS,
      policy,
      simulate: simulatePolicy,
      configured: isPolicyConfigured(config),
      propose: createPolicyProposals({ actions }),
    },
    actions,
    approvals,
    connectedChat,
    sandbox,
    harnesses,
    agents,
    queue,
    delivery,
    endings,
    fixes,
    landings,
    onEvents,
    planChecks,
    steps,
    deliveryQueries,
    peoplePulls,
    helpSteps,
    reviewers,
    coverage,
    compliance,
    releases,
    releaseTasks: createReleaseTasks({ db, clock, ledger: base.ledger, projects, actions, releases, forge, mirror }),
    insights: createInsights({ db, clock, harnessOf: (agent) => harnessOf(config, agent) }),
    scopes,
    selfApproval,
  };
}
