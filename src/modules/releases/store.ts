import { sql, type Queryable } from '#platform/db/index.ts';

/** A tag of a release: `createdAt` is when it was first heard of, and of one that was read from the past when it was published. */
export interface ReleaseRow {
  repositoryId: string;
  tag: string;
  sha: string | null;
  previousTag: string | null;
  previousSha: string | null;
  since: Date | null;
  createdAt: Date;
  draftedAt: Date | null;
}

const ROW = sql`repository_id, tag, sha, previous_tag, previous_sha, since, created_at, drafted_at`;

/** The first word on a tag stays: a tag that is moved later is no other release. Answers the row as it is now. */
export async function noteRelease(
  on: Queryable,
  release: Pick<ReleaseRow, 'repositoryId' | 'tag' | 'sha' | 'previousTag' | 'previousSha' | 'since'>,
): Promise<ReleaseRow> {
  await on.run(sql`insert into releases (repository_id, tag, sha, previous_tag, previous_sha, since)
    values (${release.repositoryId}, ${release.tag}, ${release.sha}, ${release.previousTag}, ${release.previousSha}, ${release.since})
    on conflict do nothing`);
  return on.one(sql<ReleaseRow>`select ${ROW} from releases where repository_id = ${release.repositoryId} and tag = ${release.tag}`);
}

export async function findRelease(on: Queryable, repositoryId: string, tag: string): Promise<ReleaseRow | null> {
  return (await on.maybe(sql<ReleaseRow>`select ${ROW} from releases where repository_id = ${repositoryId} and tag = ${tag}`)) ?? null;
}

/** A release of the past, in its place in time; it counts as drafted. Nothing changes for one that was heard of. */
export async function keepPastRelease(on: Queryable, { repositoryId, tag, at }: { repositoryId: string; tag: string; at: Date }): Promise<void> {
  await on.run(
    sql`insert into releases (repository_id, tag, created_at, drafted_at) values (${repositoryId}, ${tag}, ${at}, now()) on conflict do nothing`,
  );
}

/** Newest first. */
export function releasesOf(on: Queryable, repositoryId: string): Promise<ReleaseRow[]> {
  return on.all(sql<ReleaseRow>`select ${ROW} from releases where repository_id = ${repositoryId} order by created_at desc, tag desc`);
}

export async function markDrafted(on: Queryable, repositoryId: string, tag: string, changes: number): Promise<void> {
  await on.run(
    sql`update releases set drafted_at = now(), changes = ${changes} where repository_id = ${repositoryId} and tag = ${tag} and drafted_at is null`,
  );
}
