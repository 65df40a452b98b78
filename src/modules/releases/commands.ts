import type { Clock } from '#kernel/clock.ts';
import type { JsonObject } from '#kernel/json.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { ActionKind, Actions } from '#modules/actions/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { Project, Projects, Repository } from '#modules/projects/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { ForgeRead } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';
import { decideChangelog } from './decide.changelog.ts';
import { isVersionTag, predecessorOf } from './decide.tags.ts';
import type { ReleaseNotes } from './model.ts';
import type { Releases } from './queries.ts';
import { findRelease, keepPastRelease, markDrafted, noteRelease, releasesOf, type ReleaseRow } from './store.ts';

export interface ReleaseTaskDeps {
  db: Db;
  clock: Clock;
  ledger: Ledger;
  projects: Pick<Projects, 'get' | 'repositoryByName'>;
  actions: Pick<Actions, 'byKey' | 'propose' | 'transaction'>;
  releases: Pick<Releases, 'notes'>;
  forge(name: string): ForgeRead;
  mirror(repositoryId: string): Promise<Mirror>;
}

/** What a tag of a version asks for. */
export interface ReleaseTasks {
  /** Drafts the release of a new tag and proposes its entry in the changelog, once for each tag. Other events mean nothing here. Safe to run twice. */
  hear(event: ForgeEvent): Promise<void>;
  /** Keeps a release that was read from the past, so that the next tag is told from the right one. Nothing is drafted or proposed for it. Safe to run twice. */
  remember(event: ForgeEvent): Promise<void>;
}

export function createReleaseTasks(deps: ReleaseTaskDeps): ReleaseTasks {
  return {
    async hear(event) {
      const told = tagOf(event);
      const place = told === null ? null : await placeOf(deps, event, told.tag);
      if (told === null || place === null) return;
      const row = await rowOf(deps, place.repository, told);
      if (row.draftedAt === null) await draft(deps, { ...place, row });
    },
    async remember(event) {
      if (event.kind !== 'release.published') return;
      const { tag } = event.release;
      const place = await placeOf(deps, event, tag);
      if (place !== null) await keepPastRelease(deps.db, { repositoryId: place.repository.id, tag, at: new Date(event.occurred_at) });
    },
  };
}

/** Null: the tag names no version, or nothing is done for its repository. */
async function placeOf({ projects }: ReleaseTaskDeps, event: ForgeEvent, tag: string): Promise<Pick<Task, 'project' | 'repository'> | null> {
  if (!isVersionTag(tag)) return null;
  const repository = await projects.repositoryByName(event.repo.forge as Repository['forge'], event.repo.name);
  if (repository === null || !repository.allowlisted) return null;
  const project = await projects.get(repository.projectId);
  return project === null || project.optedOut ? null : { project, repository };
}

/** A release that is published makes its tag where there is none, and GitHub may tell of either first. */
function tagOf(event: ForgeEvent): { tag: string; sha: string | null } | null {
  if (event.kind === 'tag.pushed') return { tag: event.tag, sha: event.sha };
  return event.kind === 'release.published' ? { tag: event.release.tag, sha: null } : null;
}

/** From the release of the same product before: the one heard of last, else the newest that is published on the forge, else from the beginning. */
async function rowOf(deps: ReleaseTaskDeps, repository: Repository, { tag, sha }: { tag: string; sha: string | null }): Promise<ReleaseRow> {
  const known = await findRelease(deps.db, repository.id, tag);
  if (known !== null) return known;
  const before = predecessorOf(await releasesOf(deps.db, repository.id), tag);
  const shown = before === null ? await publishedBefore(deps, repository, tag) : null;
  return noteRelease(deps.db, {
    repositoryId: repository.id,
    tag,
    sha,
    previousTag: before?.tag ?? shown?.tag ?? null,
    previousSha: before?.sha ?? null,
    since: sinceOf(before) ?? shown?.publishedAt ?? null,
  });
}

/** What was merged before the last tag was made and is not in it counts to the next: where its commit is known, that decides, and the instant only bounds the search. */
const LOOKED_BACK_MS = 90 * 24 * 3_600_000;

function sinceOf(before: ReleaseRow | null): Date | null {
  if (before === null) return null;
  return before.sha === null ? before.createdAt : new Date(before.createdAt.getTime() - LOOKED_BACK_MS);
}

async function publishedBefore(deps: ReleaseTaskDeps, { forge, name }: Repository, tag: string) {
  const all = (await deps.forge(forge).releases?.({ forge, name })) ?? [];
  const published = all.filter(({ publishedAt }) => publishedAt !== null);
  return predecessorOf(
    published.toSorted((a, b) => (b.publishedAt?.getTime() ?? 0) - (a.publishedAt?.getTime() ?? 0)),
    tag,
  );
}

interface Task {
  project: Project;
  repository: Repository;
  row: ReleaseRow;
}

async function draft(deps: ReleaseTaskDeps, task: Task): Promise<void> {
  const { project, repository, row } = task;
  const notes = await deps.releases.notes({
    project: project.id,
    repository: repository.name,
    to: row.createdAt.toISOString(),
    ...(row.since === null ? {} : { from: row.since.toISOString() }),
    contained: { in: row.sha, notIn: row.previousSha },
    withPeople: true,
  });
  if (notes.changes > 0) {
    if (await mayDraft(deps, repository, row.tag)) {
      const args = { tag: row.tag, name: row.tag, body: notes.markdown, marker: `reeve:release:${sha256Hex(row.tag).slice(0, 16)}` };
      await propose(deps, task, 'release.draft', { args });
    }
    await proposeChangelog(deps, task, notes);
  }
  await deps.db.tx(async (tx) => {
    await markDrafted(tx, repository.id, row.tag, notes.changes);
    const payload = { repository: repository.name, tag: row.tag, previous: row.previousTag, changes: notes.changes };
    deps.ledger.append(tx, { kind: 'release.noted', subject: `${repository.id}:${row.tag}`, actor: 'system', projectId: project.id, payload });
  });
}

/** One that is out already, or that people began to write, is theirs. */
async function mayDraft(deps: ReleaseTaskDeps, { forge, name }: Repository, tag: string): Promise<boolean> {
  const read = deps.forge(forge);
  if (read.releases === undefined) return false;
  const there = (await read.releases({ forge, name })).filter((release) => release.tag === tag);
  return there.every(({ publishedAt, body }) => publishedAt === null && (body.trim() === '' || body.includes('<!-- reeve:release:')));
}

async function propose(
  deps: ReleaseTaskDeps,
  { project, repository, row }: Task,
  kind: ActionKind,
  { args, branch = null }: { args: JsonObject; branch?: string | null },
): Promise<void> {
  const idempotencyKey = `release:${repository.id}:${row.tag}:${kind}`;
  // Proposed before a crash: what it said then stands.
  if ((await deps.actions.byKey(idempotencyKey)) !== null) return;
  await deps.actions.transaction((tx) =>
    deps.actions.propose(tx, {
      kind,
      target: { forge: repository.forge, repo: repository.name, branch },
      args,
      proposer: { subject: 'system' },
      triggerUser: null,
      projectId: project.id,
      workItemId: null,
      idempotencyKey,
      runBy: 'executor',
    }),
  );
}

const CHANGELOG = 'CHANGELOG.md';

/** Only a changelog that is kept is kept on: where there is none, nobody asked for one. */
async function proposeChangelog(deps: ReleaseTaskDeps, task: Task, notes: ReleaseNotes): Promise<void> {
  const { repository, row } = task;
  const mirror = await deps.mirror(repository.id);
  await mirror.fetch();
  const head = await mirror.resolve(`refs/remotes/source/${repository.defaultBranch}`);
  const file = head === null ? null : await mirror.readFile(head, CHANGELOG);
  if (head === null || file === null) return;
  const date = row.createdAt.toISOString().slice(0, 10);
  const after = decideChangelog(file.toString('utf8'), { tag: row.tag, date, notes });
  if (after === null) return;
  const branch = `reeve/changelog-${row.tag}`;
  const title = `Changelog for ${row.tag}`;
  const sha = await keptCommit(mirror, `refs/heads/${branch}`, async () =>
    mirror.commit({
      tree: await mirror.writeTree(head, [{ path: CHANGELOG, content: Buffer.from(after) }]),
      parents: [head],
      message: title,
      author: { name: 'Reeve', email: 'reeve@localhost' },
      atUnixS: Math.floor(row.createdAt.getTime() / 1000),
    }),
  );
  const body = `What was merged since ${row.previousTag ?? 'the beginning'}, as the ledger and the merged pull requests tell it. People decide whether it is merged.`;
  await propose(deps, task, 'release.changelog', { branch, args: { sha, title, body, base_branch: repository.defaultBranch } });
}

/** The commit that was made for this release before, so that one proposal names one commit. */
async function keptCommit(mirror: Mirror, ref: string, make: () => Promise<string>): Promise<string> {
  const before = await mirror.resolve(ref);
  if (before !== null) return before;
  const made = await make();
  return (await mirror.compareAndSwap(ref, null, made)) ? made : ((await mirror.resolve(ref)) ?? made);
}
