import { crashpoint } from '#platform/workflow/index.ts';
import { createGit } from '#connectors/git/index.ts';
import { createGithubApps, createGithubWebhook } from '#connectors/github/index.ts';
import { createLocalForge } from '#connectors/local/index.ts';
import { createConnections } from '#modules/connections/index.ts';
import { createBackfills, createBackfillSteps, createIntake, parseForgeEvent, type Intake } from '#modules/intake/index.ts';
import { createForgeLimits } from '#modules/insights/index.ts';
import { createForges, createGithubConnection, type Forges } from './forges.ts';
import { createMirrors } from './mirrors.ts';
import { isNamedBy, type Estate } from './modules.estate.ts';
import { reachedAt } from './server-files.ts';
import type { WebhookReceiver } from '#ports/webhook.ts';
import type { Context } from './context.ts';
import type { Ground } from './modules.ground.ts';

/** The forges and trackers Reeve reads and is told by, what was read of their history, and the mirrors of their repositories. */
export type Outside = ReturnType<typeof createOutside>;

/** The embedded forge: its events come in by the same door as everybody's. */
function createEmbedded({ config, clock, ids, db, log }: Context, { data, gitEnv }: Ground, intake: Intake) {
  return createLocalForge({
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
}

/** The history of repositories, of those that a project reads. */
function createHistory({ workflow }: Context, { base, projects }: Ground & Estate, forges: Forges) {
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
  return { backfills, backfillSteps };
}

export function createOutside(context: Context, rooms: Ground & Estate) {
  const { config, clock, redactor } = context;
  const { base, gitEnv, projects, calls } = rooms;
  const intake = createIntake(base);
  const githubConnection = createGithubConnection(config, {
    clock,
    env: gitEnv,
    registerSecret: (secret, until) => redactor.register(secret, until),
    onLimit: createForgeLimits({ metrics: context.metrics, clock }, 'github'),
    onCall: (outcome) => calls.note('github', outcome),
  });
  const webhooks: readonly WebhookReceiver[] = [createGithubWebhook({ secrets: githubConnection.webhookSecrets })];

  const local = createEmbedded(context, rooms, intake);
  const forges = createForges({ local, github: githubConnection.forge, problem: githubConnection.problem });
  const history = createHistory(context, rooms, forges);
  const connections = createConnections({
    ...base,
    projects,
    apps: createGithubApps({ apiUrl: config.githubApiUrl, clock, registerSecret: (secret) => redactor.register(secret) }),
    keeper: githubConnection,
    publicUrl: () => reachedAt(config),
    isAllowed: async (name) => (await projects.repositoryByName('github', name))?.allowlisted ?? isNamedBy(config)('github', name),
    takesWebhooks: () => githubConnection.webhookSecrets().length > 0,
  });
  const forge = forges.read;
  const git = createGit({ env: gitEnv });
  const mirror = createMirrors({ git, projects, forge, gitAuth: forges.gitAuth, dataDir: config.dataDir });
  return { intake, githubConnection, webhooks, local, forges, ...history, connections, forge, git, mirror };
}
