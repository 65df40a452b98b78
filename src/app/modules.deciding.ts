import { AppError } from '#kernel/errors.ts';
import { findSecrets } from '#platform/secrets/index.ts';
import { createActions, createForgeEffects } from '#modules/actions/index.ts';
import { createApprovals, type Approvals } from '#modules/approvals/index.ts';
import { isOptedIn } from '#modules/reviews/index.ts';
import { createStandingQueries } from '#modules/work/index.ts';
import { createAppChat } from './chat.ts';
import { createFacts } from './facts.ts';
import { createGuard } from './guard.ts';
import { createAppRollout, createHoldingBack } from './rollout.ts';
import type { Rollout } from '#modules/rollout/index.ts';
import type { Context } from './context.ts';
import type { Estate } from './modules.estate.ts';
import type { Outside } from './modules.outside.ts';
import type { Ground } from './modules.ground.ts';
import type { Judgement } from './modules.judgement.ts';

/** What may be done outside: actions with the facts and rules they are held against, who says yes, and how far the rollout is. */
export type Deciding = ReturnType<typeof createDeciding>;

/** Kinds that change Reeve's own rules. */
const OWN_RULES: ReadonlySet<string> = new Set(['policy.update', 'budget.raise', 'rollout.advance']);

type Actions = ReturnType<typeof createActions>;

type FindRepository = (repo: { forge: string; name: string }) => Promise<Awaited<ReturnType<Estate['projects']['repositoryByName']>>>;

type Rooms = Ground & Estate & Outside & Judgement;

/** People decide in a chat too, where one is connected. */
function connectChat(
  context: Context,
  { calls, people, work, triage, projects, access }: Rooms,
  decisions: { actions: Actions; approvals: Approvals },
) {
  return createAppChat(context, {
    ...decisions,
    onCall: (outcome) => calls.note('slack', outcome),
    people,
    work,
    triage,
    repositoryName: async (id) => (await projects.repository(id))?.name ?? null,
    projectsOf: (personId) => access.projectsOf(personId),
  });
}

/** The one place where the write sides of forges are handed out. */
function registerForgeEffects({ forges, mirror }: Rooms, actions: Actions, repository: FindRepository) {
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
}

interface Asked {
  repository: FindRepository;
  selfApproval(projectId: string | null): Promise<'never' | 'local'>;
  rollout: Rollout;
}

/** What Reeve looks up itself before a rule is asked. */
function observeFacts({ config }: Context, rooms: Rooms, { repository, selfApproval, rollout }: Asked) {
  const { forge, mirror, planning, projects, work, triage, budget } = rooms;
  return createFacts({
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
  });
}

export function createDeciding(context: Context, rooms: Rooms) {
  const { config, workflow } = context;
  const { base, settings, redact, access, people, projects, forge, policy, planning } = rooms;
  const selfApproval = async (projectId: string | null): Promise<'never' | 'local'> => {
    const project = projectId === null ? null : await projects.get(projectId);
    return project?.settings.selfApproval === 'local' ? 'local' : config.selfApproval;
  };
  const repository: FindRepository = async (repo) =>
    repo.forge === 'local' || repo.forge === 'path' || repo.forge === 'github' ? projects.repositoryByName(repo.forge, repo.name) : null;
  const rollout = createAppRollout(config, base, () => actions);
  const holdsBack = createHoldingBack({ rollout, repository, planning });
  const actions: Actions = createActions({
    ...base,
    policy,
    workflow,
    organisation: 'reeve',
    facts: observeFacts(context, rooms, { repository, selfApproval, rollout }),
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
    policy,
    selfApproval,
    projectsOfEach: (personIds) => access.projectsOfEach(personIds),
    issuesOf: (ids) => createStandingQueries(context.db).namesOf(ids),
    confirmAlways: () => settings.get('approvals.confirm_always'),
  });
  const connectedChat = connectChat(context, rooms, { actions, approvals });
  registerForgeEffects(rooms, actions, repository);
  return { selfApproval, repository, rollout, actions, approvals, connectedChat };
}
