import type { Clock } from '#kernel/clock.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { Projects, Repository } from '#modules/projects/index.ts';
import type { ForgeEvent, PullFact } from '#ports/forge-event.ts';
import type { PullRequest } from '#ports/forge-read.ts';
import { decideHelp } from './decide.people.ts';
import { HELP_WORKFLOW, type PeoplePull } from './model.people.ts';
import { endHelp, lockPeoplePull, peoplePull, want } from './store.people.ts';

export interface PeoplePullsDeps {
  db: Db;
  clock: Clock;
  projects: Pick<Projects, 'get' | 'repositoryByName'>;
  workflow: Pick<WorkflowEngine, 'start' | 'status'>;
  pulls: {
    byNumber(repositoryId: string, number: number): Promise<{ id: string; workItemId: string | null } | null>;
    save(on: Db | Tx, pull: { projectId: string; repositoryId: string; pull: PullRequest }): Promise<string>;
  };
  /** Whether Reeve itself goes by this login on a forge. */
  isOwn(forge: string, login: string): Promise<boolean>;
}

/** Pull requests that people opened. */
export interface PeoplePulls {
  /** What a forge tells: begins a round of help, or ends it for good. Safe to be told twice and out of order. */
  note(event: ForgeEvent): Promise<void>;
  /** A person said that Reeve shall leave it alone. False: it is none of a person's. */
  stop(repositoryId: string, number: number): Promise<boolean>;
}

export function createPeoplePulls(deps: PeoplePullsDeps): PeoplePulls {
  const { db } = deps;
  return {
    async note(event) {
      if (!('pull' in event)) return;
      const repository = await repositoryOf(deps, event);
      if (repository === null) return;
      const project = await deps.projects.get(repository.projectId);
      if (project === null) return;
      const { pull } = event;
      const there = await deps.pulls.byNumber(repository.id, pull.number);
      const known = there === null ? null : await peoplePull(db, there.id);
      const decided = decideHelp({
        kind: event.kind,
        repository: repository.name,
        settings: project.optedOut ? { people_pulls: 'off' } : project.settings.reviews,
        author: pull.author,
        // A pull request of ours may be told of before it is recorded: then its author alone says it.
        isOurs: (there !== null && there.workItemId !== null) || (await deps.isOwn(event.repo.forge, pull.author)),
        draft: pull.draft,
        state: pull.state,
        headSha: pull.head_sha,
        known,
      });
      if (decided === 'ignore') return;
      await db.tx(async (tx) => {
        const pullId = await deps.pulls.save(tx, { projectId: project.id, repositoryId: repository.id, pull: toPullRequest(pull) });
        if (decided === 'end') return endHelp(tx, pullId, pull.state === 'merged' ? 'merged' : 'closed');
        return begin(deps, tx, await lockPeoplePull(tx, { pullId, author: pull.author }));
      });
    },

    async stop(repositoryId, number) {
      const there = await deps.pulls.byNumber(repositoryId, number);
      if (there === null || (await peoplePull(db, there.id)) === null) return false;
      await endHelp(db, there.id, 'stopped');
      return true;
    },
  };
}

async function repositoryOf(deps: PeoplePullsDeps, { repo }: ForgeEvent): Promise<Repository | null> {
  if (repo.forge !== 'local' && repo.forge !== 'github') return null;
  const repository = await deps.projects.repositoryByName(repo.forge, repo.name);
  return repository?.allowlisted === true ? repository : null;
}

/** A round that is under way looks again at its end; one that broke off is followed by the next. */
async function begin(deps: PeoplePullsDeps, tx: Tx, row: PeoplePull): Promise<void> {
  const idOf = (generation: number) => `${HELP_WORKFLOW}:${row.pullId}:${generation}`;
  const engine = row.running ? await deps.workflow.status(idOf(row.generation)) : null;
  const isUnderWay = row.running && (engine === null || engine.status === 'enqueued' || engine.status === 'running');
  const generation = isUnderWay ? row.generation : row.generation + 1;
  await want(tx, row.pullId, { generation, at: deps.clock.now() });
  if (!isUnderWay) await deps.workflow.start(tx, HELP_WORKFLOW, idOf(generation), { pullId: row.pullId });
}

function toPullRequest(pull: PullFact): PullRequest {
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    draft: pull.draft,
    headBranch: pull.head_branch,
    baseBranch: pull.base_branch,
    headSha: pull.head_sha,
    mergeSha: pull.merge_sha,
    labels: pull.labels,
    url: pull.url,
  };
}
