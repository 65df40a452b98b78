import {
  createDelivery,
  createDeliveryQueries,
  createDeliverySteps,
  createEndings,
  createPullKeeper,
  createConversations,
  createPullReads,
  isOwn,
  peopleCommandIn,
  createFixes,
  createAsking,
  createLandings,
  locateDocument,
  scopeOfProposal,
  startJob,
} from '#modules/delivery/index.ts';
import { admitAlone, type MergeQueueRoutesDeps } from '#modules/merge-queue/index.ts';
import { createHelpSteps, createPeoplePulls, createReviewerLoads, createReviews, createTestRounds } from '#modules/reviews/index.ts';
import { createEventSide } from './events.ts';
import { refusePolicyByHand } from './policy-changes.ts';
import type { ActionRoutesDeps } from '#modules/actions/index.ts';
import type { AgentRouteDeps } from '#modules/agents/index.ts';
import type { Context } from './context.ts';
import type { Deciding } from './modules.deciding.ts';
import type { Estate } from './modules.estate.ts';
import type { Outside } from './modules.outside.ts';
import type { Ground } from './modules.ground.ts';
import type { Judgement } from './modules.judgement.ts';
import type { Running } from './modules.running.ts';

/** The stories of issues from event to landing, people's own pull requests, and what follows from which event. */
export type Story = ReturnType<typeof createStory>;

type Rooms = Ground & Estate & Outside & Judgement & Deciding & Running;

/** What routes of one module need to ask of another. */
interface Scopes {
  locate: MergeQueueRoutesDeps['locate'];
  admitted: NonNullable<MergeQueueRoutesDeps['admitted']>;
  proposal: ActionRoutesDeps['scope'];
  startJob: AgentRouteDeps['startJob'];
}

/** What every part of delivery is given. */
function storyParts({ config, log, db, ids }: Context, rooms: Rooms) {
  const { base, settings, redact, work, projects, people, forge, forges, mirror, budget, triage, planning, planChecks } = rooms;
  const { actions, agents, coverage, reviewers, queue, deliveryStore } = rooms;
  return {
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
    reviews: createReviews({ db, ids, redact }),
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
    redact,
    budget,
  };
}

/** People's own pull requests: asked for, helped, never written to without being asked. */
function createPeopleSide({ db, ids, workflow }: Context, rooms: Rooms, deliveryDeps: ReturnType<typeof storyParts>) {
  const { base, access, people, projects, forges, admission, runChecks, deliveryStore } = rooms;
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
  return { peoplePulls, helpSteps };
}

export function createStory(context: Context, rooms: Rooms) {
  const { config, db, workflow } = context;
  const { access, forges, githubConnection, agents, approvals, deliveryStore } = rooms;
  const deliveryDeps = storyParts(context, rooms);
  const delivery = createDelivery({ ...deliveryDeps, workflow });
  const steps = createDeliverySteps(deliveryDeps);
  const endings = createEndings({ ...deliveryDeps, tracker: forges.tracker });
  const deliveryQueries = createDeliveryQueries({ db, store: deliveryStore });
  const pullReads = createPullReads(deliveryDeps);
  const conversations = createConversations(deliveryDeps);
  const reviewerLoads = createReviewerLoads(deliveryDeps);
  const peopleSide = createPeopleSide(context, rooms, deliveryDeps);
  const fixes = createFixes({ ...deliveryDeps, workflow, queries: deliveryQueries });
  const asking = createAsking({ ...deliveryDeps, approvals, endings });
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
    startJob: (input, by, keep) => startJob({ ...deliveryDeps, steps, workflow }, input, by, keep),
  };
  return {
    delivery,
    asking,
    steps,
    endings,
    deliveryQueries,
    pullReads,
    conversations,
    reviewerLoads,
    ...peopleSide,
    fixes,
    landings,
    onEvents,
    scopes,
  };
}
