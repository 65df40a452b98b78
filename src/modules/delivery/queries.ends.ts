import type { PullRequest } from '#ports/forge-read.ts';
import type { TrackerIssue } from '#ports/tracker-read.ts';
import type { ActionKind, ActionStatus } from '#modules/actions/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import type { ForgeFacts } from './decide.ends.ts';
import type { Pull, Story } from './model.ts';
import type { EndingsDeps } from './steps.context.ts';
import type { SavedPull } from './store.ts';

export interface Observed {
  facts: ForgeFacts;
  /** The story's pull request as the forge shows it, ready to be stored. */
  pull: SavedPull | null;
}

/** Reads from the forge how the issue and the pull request of a story stand now. AppError unavailable, rate_limited when it is away. */
export async function observe(deps: EndingsDeps, item: WorkItem, story: Story, hint: string | null): Promise<Observed> {
  const repository = item.repositoryId === null ? null : await deps.projects.repository(item.repositoryId);
  const stored = await deps.store.pullOfWorkItem(deps.db, item.id);
  const repo = repository === null ? null : { forge: repository.forge, name: repository.name };
  const issue = repo === null || item.number === null ? null : await deps.tracker(repo.forge).issue(repo, item.number);
  const pull = repo === null || stored === null || !isOf(story, stored) ? null : await deps.forge(repo.forge).pullByNumber(repo, stored.number);
  const over = issue?.state === 'closed' || (pull !== null && pull.state !== 'open');
  const own = over && repo !== null ? await deps.ownLogin(repo.forge) : null;
  return {
    facts: {
      pull: pullFacts(pull),
      issue: issueFacts(issue),
      ownLogin: own?.login ?? '',
      sharedLogin: own?.exclusive === false,
      hint,
      ...(over ? await ownDeeds(deps, item, story) : NONE),
    },
    pull:
      pull === null || stored === null
        ? null
        : { id: stored.id, workItemId: item.id, projectId: stored.projectId, repositoryId: stored.repositoryId, pull },
  };
}

/** A pull request that ended in an earlier try of the work says nothing about this one. */
function isOf(story: Story, pull: Pull): boolean {
  return pull.state === 'open' || pull.createdAt >= story.startedAt;
}

const NONE = { ownMerge: 'none', ownClose: false } as const;

/** What the story's own actions did there, or have begun to do. */
async function ownDeeds(deps: EndingsDeps, item: WorkItem, story: Story): Promise<Pick<ForgeFacts, 'ownMerge' | 'ownClose'>> {
  const has = async (kind: ActionKind, status: ActionStatus): Promise<boolean> =>
    (await deps.actions.list({ workItemId: item.id, kind, status, limit: 50 })).items.some((action) => action.createdAt >= story.startedAt);
  const merged = await has('pr.merge', 'executed');
  const merging = !merged && (await has('pr.merge', 'executing'));
  return {
    ownMerge: merged ? 'done' : merging ? 'under_way' : 'none',
    ownClose: (await has('issue.close', 'executed')) || (await has('issue.close', 'executing')),
  };
}

function pullFacts(pull: PullRequest | null): ForgeFacts['pull'] {
  return pull === null ? null : { number: pull.number, state: pull.state, mergeSha: pull.mergeSha, endedBy: pull.endedBy ?? null };
}

function issueFacts(issue: TrackerIssue | null): ForgeFacts['issue'] {
  return issue === null ? null : { number: issue.number, state: issue.state, closeReason: issue.closeReason, closedBy: issue.closedBy ?? null };
}
