import { AppError, isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { LabelSetter, TrackerRead } from '#ports/tracker-read.ts';
import type { GithubAuth } from './client.auth.ts';
import { orNull, readingOn, type On } from './client.repository.ts';
import { toTrackerIssue } from './map.pull.ts';
import { Issue, IssueEvent } from './schema.rest.ts';

/** Pages that may hold nothing but pull requests before an empty one is handed on. */
const MOST_EMPTY_PAGES = 5;

/** Reading issues. Pull requests share the numbers and the lists, and are no issues. */
export function createTrackerRead(auth: GithubAuth): TrackerRead {
  const at = (repo: RepoRef): Promise<On> => readingOn(auth, repo);
  return {
    async issue(repo, number) {
      const found = await issueOf(await at(repo), number);
      return found === null ? null : toTrackerIssue(found);
    },
    async issues(repo, page) {
      const on = await at(repo);
      let cursor = page.cursor ?? null;
      for (let tries = 1; ; tries += 1) {
        const { items, next } = await on.client.page(
          'GET /repos/{owner}/{repo}/issues',
          { ...on.name, ...queryOf(page), ...parseCursor(cursor) },
          Issue,
        );
        const issues = items.filter(isIssue).map(toTrackerIssue);
        if (issues.length > 0 || next === null || tries >= MOST_EMPTY_PAGES) return { items: issues, nextCursor: next };
        cursor = next;
      }
    },
    labeledBy: async (repo, number, label) => labeledBy(await at(repo), number, label),
  };
}

/** What happened to an issue, oldest first. An issue with thousands of events is not read to its end: then nobody knows. */
async function labeledBy(on: On, number: number, label: string): Promise<LabelSetter | null> {
  const parameters = { ...on.name, issue_number: number };
  const events = await orNull(
    on,
    on.client.list('GET /repos/{owner}/{repo}/issues/{issue_number}/events', parameters, IssueEvent).catch((error: unknown) => {
      if (isAppError(error, 'too_large') || isAppError(error, 'forbidden')) return [];
      throw error;
    }),
  );
  const last = events?.findLast((event) => event.event === 'labeled' && event.label?.name.toLowerCase() === label.toLowerCase());
  if (last?.actor === null || last?.actor === undefined) return null;
  return { login: last.actor.login, accountId: String(last.actor.id), at: new Date(last.created_at) };
}

const isIssue = (issue: Issue): boolean => issue.pull_request === undefined || issue.pull_request === null;

/** An issue that is no pull request; null where there is none, also where it was deleted or moved to another repository. */
export async function issueOf(on: On, number: number): Promise<Issue | null> {
  const found = await orNull(on, on.client.get('GET /repos/{owner}/{repo}/issues/{issue_number}', { ...on.name, issue_number: number }, Issue));
  return found === null || !isIssue(found) ? null : found;
}

/** Oldest first, so that what is made meanwhile comes at the end. */
function queryOf({ state, updatedSince, limit }: { state?: 'open' | 'closed'; updatedSince?: Date; limit: number }) {
  const since = updatedSince === undefined ? {} : { since: updatedSince.toISOString() };
  return { state: state ?? 'all', ...since, sort: 'created', direction: 'asc', per_page: Math.min(Math.max(limit, 1), 100) };
}

/** A cursor is what GitHub itself named as the next page, and nothing else gets into the query by it. */
export function parseCursor(cursor: string | null): Record<string, string> {
  if (cursor === null) return {};
  const given = [...new URLSearchParams(cursor)];
  const fine = given.length > 0 && given.every(([name, value]) => (name === 'page' || name === 'after') && /^[\w=+/-]{1,200}$/.test(value));
  if (!fine) throw new AppError('invalid', 'The cursor is not one of this list.', { code: 'bad_cursor' });
  return Object.fromEntries(given);
}
