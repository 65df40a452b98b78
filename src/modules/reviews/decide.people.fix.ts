import type { ReviewThread } from '#ports/forge-read.ts';

const MOST_TEXT = 12_000;

/** The author of a pull request, and maintainers; nobody else has agents write to somebody's branch. */
export function mayAskForFix(asker: { login: string; isMaintainer: boolean }, author: string): boolean {
  return asker.isMaintainer || asker.login.toLowerCase() === author.toLowerCase();
}

/** What an agent is told of the open conversations and findings; null: nothing is open. All of it is what people and agents wrote. */
export function openRemarks(threads: readonly ReviewThread[], findings: string): string | null {
  const open = threads
    .filter(({ resolved }) => !resolved)
    .map(
      ({ path, line, comments }) =>
        `${path}${line === null ? '' : `:${line}`}\n${comments.map(({ author, body }) => `${author}: ${body}`).join('\n')}`,
    );
  if (open.length === 0 && findings === '') return null;
  const parts = ['The change was reviewed. Do what the remarks ask for where they are right, and nothing else:', ...open];
  if (findings !== '') parts.push(`Findings that still stand:\n${findings}`);
  return parts.join('\n\n').slice(0, MOST_TEXT);
}

/** What an agent is told of a conflict. */
export function conflictTold(paths: readonly string[], base: string): string {
  return `The branch conflicts with ${base}. Your worktree holds both sides, with conflict markers in: ${paths.join(', ')}. Keep what both sides want, and leave no marker.`;
}
