import { sql, type Queryable, type Tx } from '#platform/db/index.ts';

/** Logins that were asked to review a pull request, in the order of asking. */
export async function reviewersOf(on: Queryable, repository: string, number: number): Promise<string[]> {
  const rows = await on.all(sql<{ login: string }>`select login from local_review_requests
    where repository = ${repository} and number = ${number} order by created_at, login`);
  return rows.map(({ login }) => login);
}

export async function insertReviewer(tx: Tx, at: { repository: string; number: number }, login: string, now: Date): Promise<void> {
  await tx.run(sql`insert into local_review_requests (repository, number, login, created_at)
    values (${at.repository}, ${at.number}, ${login}, ${now}) on conflict do nothing`);
}

/** Whoever has reviewed is asked no more until somebody asks them again, as on GitHub. */
export async function deleteReviewer(tx: Tx, at: { repository: string; number: number }, login: string): Promise<void> {
  await tx.run(sql`delete from local_review_requests where repository = ${at.repository} and number = ${at.number} and login = ${login}`);
}
