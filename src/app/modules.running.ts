import path from 'node:path';
import { findRegistered, findSecrets } from '#platform/secrets/index.ts';
import { createFileBlobStore } from '#connectors/files/index.ts';
import { createToolServer } from '#connectors/mcp/index.ts';
import { createModelProxy } from '#connectors/model-proxy/index.ts';
import { createAgents, createBriefs, createCheckRunner, createRegenerator, type Agents } from '#modules/agents/index.ts';
import { createDeliveryStore } from '#modules/delivery/index.ts';
import { createMergeQueue, type MergeQueue } from '#modules/merge-queue/index.ts';
import { createCoverage, createReviewers } from '#modules/reviews/index.ts';
import { askedByName } from './asked-by-name.ts';
import { socketDirOf, type Context } from './context.ts';
import { PROMPTS_DIR } from './paths.ts';
import {
  createLadder,
  createPushProposals,
  createQueueRules,
  createRegeneration,
  createScheduling,
  createVerification,
  landedMeanwhile,
  publishByAction,
} from './queue.ts';
import { createQueueOrigin } from './queue-origin.ts';
import type { Deciding } from './modules.deciding.ts';
import type { Estate } from './modules.estate.ts';
import type { Outside } from './modules.outside.ts';
import type { Ground } from './modules.ground.ts';
import type { Judgement } from './modules.judgement.ts';

/** Where work is done and landed: agents and their tools, checks, coverage, reviewers, the merge queue. */
export type Running = Awaited<ReturnType<typeof createRunning>>;

/** Limits of one change request until the policy's own are read at admission. */
const AGENT_CHANGE_LIMITS = { files: 500, bytes: 16 * 1024 * 1024 };

type Rooms = Ground & Estate & Outside & Judgement & Deciding;

/** With what agents and checks are run: the sandbox, the folders, what may be shown. */
function createShop({ config, log, redactor }: Context, { sandbox, mirror, redact, nonce, environment }: Rooms) {
  const folders = { data: config.dataDir, prompts: PROMPTS_DIR, sockets: socketDirOf(config.dataDir) };
  return {
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
}

type Shop = ReturnType<typeof createShop>;
type Coverage = ReturnType<typeof createCoverage>;

/** Agents, and the tools that they are given while they run. */
function createAgentSide({ config, ids, log }: Context, rooms: Rooms, shop: Shop, queue: () => MergeQueue) {
  const { base, data, access, work, projects, planning, harnesses, models, budget } = rooms;
  const inFile = new Set(Object.keys(config.sections.agents));
  const agents: Agents = createAgents({
    ...base,
    ...shop,
    agents: config.sections.agents,
    roles: config.sections.roles,
    isAdded: (name) => !inFile.has(name),
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
      landedMeanwhile: (runId) => landedMeanwhile({ agents, planning, queue: queue() }, runId),
    },
  });
  return agents;
}

/** How what they hand in gets onto a target: admission, verification, the queue. */
async function createLanding({ db, ids, workflow, log, workerId }: Context, rooms: Rooms, parts: { agents: Agents; coverage: Coverage; shop: Shop }) {
  const { base, settings, redact, projects, work, git, mirror, policy, planning, impact, actions, approvals } = rooms;
  const { coverage, shop } = parts;
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
    workerId,
    verify: createVerification({ db, ids, store: deliveryStore, projects, coverage, run: runChecks }),
    publishByAction: publishByAction(actions, mirror),
    proposePush: createPushProposals({ actions, projects }),
    actionStatus: async (id) => (await actions.get(id))?.status ?? null,
    origin: createQueueOrigin({ work, planning, agents: parts.agents, actions, approvals }),
    scratch: (of) => git.scratch(of),
    impact: ({ repositoryId, tree, files }) => impact.impactOf(repositoryId, tree, files),
    settings: { maxRetries: await settings.get('queue.max_retries') },
    scheduling: createScheduling(projects),
    ladder: createLadder(projects),
    regenerate: createRegeneration({ projects, run: createRegenerator(shop) }),
    notify: (tx, workflowId, topic, message, key) => workflow.send(tx, workflowId, topic, message, key),
  });
  return { runChecks, deliveryStore, admission, queue };
}

export async function createRunning(context: Context, rooms: Rooms) {
  const { clock, db } = context;
  const { access, people, mirror, approvals } = rooms;
  const shop = createShop(context, rooms);
  // Agents ask the queue what landed meanwhile, and the queue asks agents whose work it holds: the first asks later.
  const agents = createAgentSide(context, rooms, shop, () => landing.queue);
  const coverage = createCoverage({ db, mirror });
  const reviewers = createReviewers({
    db,
    clock,
    people,
    mirror,
    projectsOfEach: (personIds) => access.projectsOfEach(personIds),
    askedByName: () => askedByName(approvals),
  });
  const landing = await createLanding(context, rooms, { agents, coverage, shop });
  return { agents, coverage, reviewers, ...landing };
}
