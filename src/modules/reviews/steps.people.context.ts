import type { Clock } from '#kernel/clock.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { Result } from '#kernel/result.ts';
import type { Ids } from '#kernel/ids.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { SECRET_HELD, type Action, type ActionKind, type Actions, type Proposal } from '#modules/actions/index.ts';
import type { Agents, CheckRunner, RunRequest } from '#modules/agents/index.ts';
import type { AdmissionRefusal } from '#modules/change-requests/index.ts';
import type { AdmittedChange } from '#modules/merge-queue/index.ts';
import type { People } from '#modules/people/index.ts';
import type { Project, Projects, Repository } from '#modules/projects/index.ts';
import type { ForgeRead, PullRequest, RepoRef } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';
import type { CoverageReports } from './commands.coverage.ts';
import type { Reviewers } from './commands.reviewers.ts';
import type { Reviews } from './commands.ts';
import { isFinal, isOptedIn, refuseHelp } from './decide.people.ts';
import type { HelpChange, HelpRefusal, HelpRun, PeoplePull } from './model.people.ts';
import { peoplePull } from './store.people.ts';

export interface HelpDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  log: Log;
  people: Pick<People, 'personFor' | 'byHandle'>;
  projects: Pick<Projects, 'get' | 'repository'>;
  agents: Pick<Agents, 'ensureRun' | 'outcome' | 'get'>;
  actions: Pick<Actions, 'transaction' | 'propose' | 'byKey' | 'foresee' | 'execute' | 'get' | 'withdraw'>;
  reviews: Pick<Reviews, 'record' | 'last'>;
  reviewers: Reviewers;
  coverage: CoverageReports;
  /** Installation-wide role -> agent name. */
  roles: Readonly<Partial<Record<HelpRole, string>>>;
  forge(name: string): ForgeRead;
  mirror(repositoryId: string): Promise<Mirror>;
  runChecks: CheckRunner;
  /** What may become a commit of an agent's document; nothing is stored. */
  admit(document: unknown, place: { projectId: string; repositoryId: string }): Promise<Result<AdmittedChange, AdmissionRefusal[]>>;
  /** Tells the logins that Reeve itself goes by on a forge. */
  ownOn(forge: string): Promise<(login: string) => boolean>;
  publicUrl: string;
  /** Where the pull request is kept. */
  pulls: {
    get(id: string): Promise<{ id: string; repositoryId: string; number: number } | null>;
    save(on: Db | Tx, pull: { projectId: string; repositoryId: string; pull: PullRequest }): Promise<string>;
  };
}

export type HelpRole = 'reviewer' | 'tester' | 'coder';

const MOST_DIFF_BYTES = 200_000;

export interface Place {
  project: Project;
  repository: Repository;
  repo: RepoRef;
  number: number;
}

/** What an agent is sent for. */
export type HelpOrder = Pick<RunRequest, 'agent' | 'feedback' | 'material' | 'base' | 'target'> & {
  role: HelpRole;
  /** Named before it is started, so that a step that runs again finds it. */
  runId: string;
  scope?: string[];
};

/** What the steps of help have in common. */
export interface HelpContext {
  placeOf(pullId: string): Promise<Place>;
  /** Why nothing (more) may be done; null: it may. `pull`: as the forge shows it, where it was asked. */
  refusal(pullId: string, pull?: PullRequest | null): Promise<HelpRefusal | null>;
  agentFor(place: Place, role: HelpRole): string | null;
  /** Null: there is no money for it. */
  prepare(pullId: string, about: Pick<HelpChange, 'title' | 'body'>, order: HelpOrder): Promise<HelpRun | null>;
  /**
   * Proposes once under its key; the executor carries it out. What holds a secret is denied on record; null: it is malformed, or not allowed here
   * (any more), and is left unsaid.
   */
  propose(pullId: string, kind: ActionKind, proposal: HelpProposal): Promise<Action | null>;
  /** The proposal as it would be made. */
  proposalOf(pullId: string, kind: ActionKind, proposal: HelpProposal): Promise<Proposal>;
  diffOf(place: Place, change: Pick<HelpChange, 'base' | 'headSha'>): Promise<string>;
  baseOf(place: Place, pull: PullRequest): Promise<string>;
}

export interface HelpProposal {
  key: string;
  args: Proposal['args'];
  by?: { subject: string; run: string };
  branch?: string;
  /** Handle of the person who asked. */
  triggerUser?: string | null;
  /** Workflow that waits for the answer and goes on with it; left out: the executor carries the action out. */
  waiting?: string;
}

export function createHelpContext(deps: HelpDeps): HelpContext {
  async function placeOf(pullId: string): Promise<Place> {
    const pull = await deps.pulls.get(pullId);
    const repository = pull === null ? null : await deps.projects.repository(pull.repositoryId);
    const project = repository === null ? null : await deps.projects.get(repository.projectId);
    if (pull === null || repository === null || project === null) throw new AppError('not_found', `There is no pull request ${pullId}.`);
    return { project, repository, repo: { forge: repository.forge, name: repository.name }, number: pull.number };
  }

  async function proposalOf(pullId: string, kind: ActionKind, { key, args, by, branch, triggerUser, waiting }: HelpProposal): Promise<Proposal> {
    const { repository, repo, number } = await placeOf(pullId);
    return {
      kind,
      target: { forge: repo.forge, repo: repo.name, number, branch: branch ?? null },
      args,
      proposer: by ?? { subject: 'system' },
      triggerUser: triggerUser ?? null,
      projectId: repository.projectId,
      workItemId: null,
      idempotencyKey: `people:${pullId}:${kind}:${key}`,
      ...(waiting === undefined ? { runBy: 'executor' as const } : { notifyWorkflow: waiting }),
    };
  }

  async function refusal(pullId: string, pull?: PullRequest | null): Promise<HelpRefusal | null> {
    const { project, repository } = await placeOf(pullId);
    const row: Pick<PeoplePull, 'endedAs'> = (await peoplePull(deps.db, pullId)) ?? { endedAs: 'closed' };
    const wanted = !project.optedOut && isOptedIn(project.settings.reviews.people_pulls, repository.name);
    return refuseHelp({ row, isOptedIn: wanted, allowlisted: repository.allowlisted, ...(pull === undefined ? {} : { pull }) });
  }

  return {
    placeOf,
    refusal,
    agentFor: ({ project }, role) => project.settings.roles[role] ?? deps.roles[role] ?? null,

    async prepare(pullId, { title, body }, { scope, ...order }) {
      const { repository, number } = await placeOf(pullId);
      const about = { projectId: repository.projectId, repositoryId: repository.id, number, title, body, ...(scope === undefined ? {} : { scope }) };
      const request = { ...order, runId: order.runId as RunRequest['runId'], taskId: null, workItemId: null, about, attempt: 1 };
      return unlessUnfunded(deps, async () => {
        await deps.agents.ensureRun(request);
        return { workflowId: `agents.run:${request.runId}:1`, request };
      });
    },

    proposalOf,

    async propose(pullId, kind, parts) {
      const proposal = await proposalOf(pullId, kind, parts);
      // Said before a crash: it may read otherwise by now, and one thing is not said in two ways.
      const before = await deps.actions.byKey(proposal.idempotencyKey);
      if (before !== null) return before;
      const made = (given: Proposal): Promise<Action> => deps.actions.transaction((tx) => deps.actions.propose(tx, given));
      try {
        return await made(proposal);
      } catch (error) {
        // Whoever quotes a secret cannot mend it here: it is kept as denied, as it is for a workflow.
        if (isAppError(error, 'invalid') && error.code === SECRET_HELD) return made({ ...proposal, runBy: 'caller' });
        if (!isFinal(error)) throw error;
        deps.log.warn({ err: error, pullId, kind }, 'what was to be said about a pull request was left unsaid');
        return null;
      }
    },

    diffOf: async (place, { base, headSha }) => (await deps.mirror(place.repository.id)).diffText(base, headSha, MOST_DIFF_BYTES),
    baseOf: (place, pull) => baseOf(deps, place, pull),
  };
}

/** Where the change began; the forge may have told of commits that its git does not give yet. */
async function baseOf(deps: HelpDeps, place: Place, pull: PullRequest): Promise<string> {
  const mirror = await deps.mirror(place.repository.id);
  await mirror.fetch();
  if ((await mirror.resolve(pull.headSha)) === null)
    throw new AppError('unavailable', `${place.repository.name} does not give the commit ${pull.headSha} yet.`, { code: 'forge_behind' });
  const base = await mirror.mergeBase(pull.headSha, `refs/remotes/source/${pull.baseBranch}`);
  if (base === null) throw new AppError('refused', `${pull.headBranch} and ${pull.baseBranch} share no history.`, { code: 'no_common_history' });
  return base;
}

/** Help is worth no question about money: without any it is left out this time. */
async function unlessUnfunded<T>(deps: Pick<HelpDeps, 'log'>, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error, 'refused')) throw error;
    deps.log.info({ err: error }, 'help with a pull request was left out');
    return null;
  }
}
