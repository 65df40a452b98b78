import { ACTION_KINDS } from '#modules/actions/index.ts';
import { createChangesReader } from '#modules/approvals/index.ts';
import { createCompliance } from '#modules/compliance/index.ts';
import { createInsights } from '#modules/insights/index.ts';
import { simulate } from '#modules/policy/index.ts';
import { createReleases, createReleaseTasks } from '#modules/releases/index.ts';
import { createTimeline } from '#modules/timeline/index.ts';
import { createSavedViews } from '#modules/work/index.ts';
import { harnessOf } from './config.ts';
import { createActionChange } from './action-change.ts';
import { registerInternalEffects } from './effects.ts';
import { createHealth } from './connections.ts';
import { watchedReceiver } from './watched.ts';
import { createAudits, createBranchReader, createReceiver } from './compliance.ts';
import { createPolicyLoader, isPolicyConfigured, OBSERVED, policyUnder } from './policy.ts';
import { createPolicyProposals, decisionHistory, registerPolicyUpdate, withComplianceMode } from './policy-changes.ts';
import type { Context } from './context.ts';
import type { Deciding } from './modules.deciding.ts';
import type { Estate } from './modules.estate.ts';
import type { Outside } from './modules.outside.ts';
import type { Ground } from './modules.ground.ts';
import type { Judgement } from './modules.judgement.ts';
import type { Running } from './modules.running.ts';
import type { Story } from './modules.story.ts';

type Rooms = Ground & Estate & Outside & Judgement & Deciding & Running & Story;

/** Changes of Reeve's own rules are actions like all others. */
function createOwnRules({ config }: Context, { actions, budget, rollout, policy, policyParts, policyVersions, settings }: Rooms) {
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
  return {
    simulatePolicy,
    policyUnder: (text: string) => withComplianceMode(policyUnder(config, policyParts, text), settings),
    policyDecisions: (kind: string) => decisionHistory(actions, new Date(0), kind),
    policyActivation: {
      kinds: ACTION_KINDS,
      policy,
      simulate: simulatePolicy,
      configured: isPolicyConfigured(config),
      propose: createPolicyProposals({ actions }),
    },
  };
}

/** What is kept and shown of everything that was done: Reeve's own rules as actions, records of changes, releases, figures. */
export function createRecords(context: Context, rooms: Rooms) {
  const { config, clock, db } = context;
  const { base, calls, ledger, redact, work, projects, forge, mirror, policy, gateway, planning, actions, agents, queue, deliveryQueries } = rooms;
  const { approvals, repository } = rooms;
  const releases = createReleases({ clock, compliance: { list: (filter) => compliance.list(filter) }, projects, work, forge, mirror });
  const ownRules = createOwnRules(context, rooms);
  const receiver = createReceiver(config);
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
      redact,
    },
    receiver: receiver === null ? null : watchedReceiver(calls, receiver),
    branches: createBranchReader({ projects, forge }),
    audits: createAudits(db),
  });
  return {
    ...ownRules,
    health: createHealth(context, rooms),
    approvalChanges: createChangesReader({ approvals, policy, change: createActionChange({ clock, forge, repository, mirror, queue }) }),
    compliance,
    releases,
    releaseTasks: createReleaseTasks({ db, clock, ledger, projects, actions, releases, forge, mirror }),
    timeline: createTimeline({ db, ownLogin: rooms.forges.ownLogin }),
    views: createSavedViews(base),
    insights: createInsights({ db, clock, harnessOf: (agent) => harnessOf(config, agent) }),
  };
}
