import type { On } from './client.repository.ts';
import { RequestedReviewers } from './schema.rest.ts';

/** People who were asked and have not answered; GitHub takes off whoever hands in a review. Teams are left out. */
export async function reviewersOf({ client, name }: On, number: number): Promise<string[]> {
  const asked = await client.get(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
    { ...name, pull_number: number },
    RequestedReviewers,
  );
  return asked.users.map(({ login }) => login);
}
