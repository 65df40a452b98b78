import { visible } from '#kernel/text.ts';
import { tellDemand, tellFinding, tellThread, type OpenRemarks } from './decide.remarks.ts';

const MOST_TEXT = 12_000;
const MOST_NAMED = 10;

/** The author of a pull request, and maintainers; nobody else has agents write to somebody's branch. */
export function mayAskForFix(asker: { login: string; isMaintainer: boolean }, author: string): boolean {
  return asker.isMaintainer || asker.login.toLowerCase() === author.toLowerCase();
}

/** What an agent is told of what is open. All of it is what people and agents wrote. */
export function remarksTold({ demands, threads, findings }: OpenRemarks): string {
  const open = [...demands.map(tellDemand), ...threads.map(tellThread), ...findings.map(tellFinding)];
  return ['The change was reviewed. Do what the remarks ask for where they are right, and nothing else:', ...open].join('\n\n').slice(0, MOST_TEXT);
}

/** What an agent is told of a conflict. */
export function conflictTold(paths: readonly string[], base: string): string {
  const told = `The branch conflicts with ${base}. Your worktree holds both sides, with conflict markers where git could put them, in: ${paths.join(', ')}.`;
  return `${told.slice(0, MOST_TEXT)} Keep what both sides want, and leave no marker.`;
}

/** A file of the conflict as it was given to the agent and as it left it; null: there is none. */
export interface Conflicted {
  path: string;
  given: string | null;
  left: string | null;
}

/**
 * A file in which the conflict still is: with a marker (checks need not see one), or as it was given. Of a file that one side deleted, and of a
 * binary one, git makes no marker: an agent that did nothing must not count as one that decided. Null: none.
 */
export function stillConflicts(files: readonly Conflicted[]): string | null {
  const there = files.filter(({ given, left }) => given !== null || left !== null);
  const open = there.find(({ given, left }) => given === left || (left !== null && /^(?:<{7}|>{7}) /m.test(left)));
  return open?.path ?? (there.length === 0 ? (files[0]?.path ?? null) : null);
}

/** Some of the files of a change, for a sentence; names are an agent's. */
export function filesTold(paths: readonly string[]): string {
  const named = paths.slice(0, MOST_NAMED).map((path) => `\`${visible(path).replaceAll('`', "'")}\``);
  const more = paths.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What the author is told of a push that was proposed. */
export function pushTold({ status, reason }: { status: string; reason: string | null }, where: string): string {
  if (status === 'pending') return `Pushing it here is for somebody else to allow: ${where}`;
  if (status === 'denied') return `It is not pushed: ${reason ?? 'the policy says no.'}`;
  return `What becomes of the push: ${where}`;
}
