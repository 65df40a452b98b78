import { isAtLeast } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { People } from '#modules/people/index.ts';
import type { Project, Projects, Repository } from '#modules/projects/index.ts';
import type { ForgeEvent, PullFact } from '#ports/forge-event.ts';
import type { PullRequest } from '#ports/forge-read.ts';
import { mayAskForFix } from './decide.people.fix.ts';
import { decideHelp, isFollowed, isOptedIn } from './decide.people.ts';
import { HELP_WORKFLOW, type PeoplePull } from './model.people.ts';
import { insertFix } from './store.people.fix.ts';
import { endHelp, isOvertaken, lockPeoplePull, lockPull, peoplePull, want } from './store.people.ts';

export interface PeoplePullsDeps {
  db: Db;
  clock: Clock;
  projects: Pick<Projects, 'get' | 'repositoryByName'>;
  workflow: Pick<WorkflowEngine, 'start' | 'status'>;
  pulls: {
    byNumber(repositoryId: string, number: number): Promise<{ id: string; workItemId: string | null; state: PullRequest['state'] } | null>;
    save(on: Db | Tx, pull: { projectId: string; repositoryId: string; pull: PullRequest }): Promise<string>;
  };
  people: Pick<People, 'recognize'>;
  /** Ids of the projects a person is limited to; null: none. */
  projectsOf(personId: string): Promise<readonly string[] | null>;
  /** What a comment on a forge tells Reeve to do; null: nothing that concerns a person's pull request. */
  commandIn(forge: string, body: string): PeopleCommand | null;
  /** Whether Reeve itself goes by this login on a forge. */
  isOwn(forge: string, login: string): Promise<boolean>;
}

/** Pull requests that people opened. */
export interface PeoplePulls {
  /**
   * What a forge tells: begins a round of help, or ends it for good; a comment of the author or a maintainer may ask to have something mended, or to
   * be left alone. Safe to be told twice and out of order.
   */
  note(event: ForgeEvent): Promise<void>;
}

export function createPeoplePulls(deps: PeoplePullsDeps): PeoplePulls {
  return {
    async note(event) {
      if (event.kind === 'pull.discussed') return hear(deps, event);
      if (!('pull' in event)) return;
      const repository = await repositoryOf(deps, event);
      if (repository === null) return;
      const project = await deps.projects.get(repository.projectId);
      if (project === null) return;
      await note(deps, { repository, project }, event);
    },
  };
}

type PullEvent = Extract<ForgeEvent, { pull: PullFact }>;

/** Under one lock for each pull request: deliveries overtake each other, and a late one changes nothing that a newer one said. */
async function note(deps: PeoplePullsDeps, { repository, project }: { repository: Repository; project: Project }, event: PullEvent): Promise<void> {
  const { pull } = event;
  const ours = await deps.pulls.byNumber(repository.id, pull.number);
  // A pull request of ours may be told of before it is recorded: then its author alone says it.
  const isOwn = (ours !== null && ours.workItemId !== null) || (await deps.isOwn(event.repo.forge, pull.author));
  await deps.db.tx(async (tx) => {
    const there = await lockPull(tx, { repositoryId: repository.id, number: pull.number });
    const { forge, name } = event.repo;
    const late = there !== null && (await isOvertaken(tx, { forge, repository: name, number: pull.number, updatedAt: pull.updated_at }));
    const save = () => deps.pulls.save(tx, { projectId: project.id, repositoryId: repository.id, pull: toPullRequest(pull) });
    const facts = {
      kind: event.kind,
      repository: repository.name,
      settings: project.optedOut ? ({ people_pulls: 'off' } as const) : project.settings.reviews,
      author: pull.author,
      isOurs: isOwn || (there !== null && there.workItemId !== null),
      draft: pull.draft,
      state: pull.state,
      headSha: pull.head_sha,
    };
    const decide = (known: PeoplePull | null) => {
      const decided = decideHelp({ ...facts, known });
      // A round reads the forge itself: what is told late may begin one, and ends none.
      return late && (decided === 'end' || there.state !== 'open') ? 'ignore' : decided;
    };
    if (decide(there === null ? null : await peoplePull(tx, there.id)) === 'ignore') {
      if (!late && isFollowed({ ...facts, optedOut: project.optedOut, rowState: there?.state ?? null })) await save();
      return;
    }
    const pullId = late ? there.id : await save();
    const row = await lockPeoplePull(tx, { pullId, author: pull.author });
    // Somebody may have said stop in this moment.
    const decided = decide(row);
    if (decided === 'end') await endHelp(tx, pullId, pull.state === 'merged' ? 'merged' : 'closed');
    if (decided === 'want') await begin(deps, tx, row, deps.clock.now());
  });
}

export type PeopleCommand = { kind: 'stop' } | { kind: 'fix'; what: 'reviews' | 'conflict' };

/**
 * Only for pull requests that are helped, and only from their author or a maintainer: an agent may be behind an app that writes in a person's name.
 * An agent is sent for people whom Reeve knows by their account alone, as for other commands; to be left alone anybody may ask for their own.
 */
async function hear(deps: PeoplePullsDeps, event: Extract<ForgeEvent, { kind: 'pull.discussed' }>): Promise<void> {
  const { comment, number } = event;
  const command = (comment.through ?? null) === null ? deps.commandIn(event.repo.forge, comment.body) : null;
  const repository = command === null ? null : await repositoryOf(deps, event);
  const there = repository === null ? null : await deps.pulls.byNumber(repository.id, number);
  const row = there === null ? null : await peoplePull(deps.db, there.id);
  if (command === null || repository === null || row === null || row.endedAs !== null) return;
  const project = await deps.projects.get(repository.projectId);
  if (project === null || project.optedOut || !isOptedIn(project.settings.reviews.people_pulls, repository.name)) return;
  const person = await deps.people.recognize(event.repo.forge, comment.author, comment.author_id ?? null);
  const limits = person === null ? null : await deps.projectsOf(person.id);
  const known = person !== null && person.active && (limits === null || limits.includes(project.id)) ? person : null;
  const isMaintainer = known !== null && isAtLeast(known.role, 'maintainer');
  if (!mayAskForFix({ login: comment.author, isMaintainer }, row.author)) return;
  if (command.kind === 'fix' && (known === null || !isAtLeast(known.role, 'developer'))) return;
  await deps.db.tx(async (tx) => {
    if (command.kind === 'stop') return endHelp(tx, row.pullId, 'stopped');
    const locked = await lockPeoplePull(tx, row);
    if (locked.endedAs !== null) return;
    const fix = { pullId: row.pullId, commentId: comment.id, what: command.what, askedBy: comment.author, handle: known?.handle ?? null };
    if (await insertFix(tx, fix)) await begin(deps, tx, locked, locked.wantedAt);
  });
}

async function repositoryOf(deps: PeoplePullsDeps, { repo }: ForgeEvent): Promise<Repository | null> {
  if (repo.forge !== 'local' && repo.forge !== 'github') return null;
  const repository = await deps.projects.repositoryByName(repo.forge, repo.name);
  return repository?.allowlisted === true ? repository : null;
}

/** A round that is under way looks again at its end; one that broke off is followed by the next. */
async function begin(deps: PeoplePullsDeps, tx: Tx, row: PeoplePull, at: Date): Promise<void> {
  const idOf = (generation: number) => `${HELP_WORKFLOW}:${row.pullId}:${generation}`;
  const engine = row.running ? await deps.workflow.status(idOf(row.generation)) : null;
  const isUnderWay = row.running && (engine === null || engine.status === 'enqueued' || engine.status === 'running');
  const generation = isUnderWay ? row.generation : row.generation + 1;
  await want(tx, row.pullId, { generation, at });
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
