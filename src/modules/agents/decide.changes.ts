import type { TreeEntry } from '#ports/git.ts';
import { isQueueOwned, outOfScope } from './decide.scope.ts';
import type { RunFailure } from './model.ts';

/** One path that differs between the base commit and what the agent left. */
export type TreeChange =
  | { op: 'create'; path: string; after: TreeEntry }
  | { op: 'modify'; path: string; before: TreeEntry; after: TreeEntry }
  | { op: 'delete'; path: string; before: TreeEntry }
  | { op: 'rename'; path: string; from: string; before: TreeEntry; after: TreeEntry };

export interface TreeDifference {
  base: readonly TreeEntry[];
  after: readonly TreeEntry[];
  /** Renames git found between the two. */
  renames: ReadonlyArray<{ from: string; path: string }>;
  /** Folders and files the project's setup made: never part of the agent's work. */
  setupMade: readonly string[];
}

/**
 * What the agent changed, whether it committed, staged or only wrote it. Sorted by path. Files that the project's setup
 * made (a node_modules nobody ignores) are left out, unless the base has them too.
 */
export function changesBetween(difference: TreeDifference): TreeChange[] {
  const before = byPath(difference.base);
  const after = byPath(difference.after.filter((entry) => before.has(entry.path) || !isBelowAny(entry.path, difference.setupMade)));
  const changes: TreeChange[] = [];
  const renamed = new Set<string>();
  for (const { from, path } of difference.renames) {
    const old = before.get(from);
    const now = after.get(path);
    if (old === undefined || now === undefined || after.has(from) || before.has(path)) continue;
    changes.push({ op: 'rename', path, from, before: old, after: now });
    renamed.add(from).add(path);
  }
  for (const [path, now] of after) {
    const old = before.get(path);
    if (renamed.has(path)) continue;
    if (old === undefined) changes.push({ op: 'create', path, after: now });
    else if (old.blob !== now.blob || old.mode !== now.mode) changes.push({ op: 'modify', path, before: old, after: now });
  }
  for (const [path, old] of before) {
    if (!after.has(path) && !renamed.has(path)) changes.push({ op: 'delete', path, before: old });
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function byPath(entries: readonly TreeEntry[]): Map<string, TreeEntry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function isBelowAny(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(`${root}/`));
}

export interface ChangeLimits {
  files: number;
  bytes: number;
}

export interface ChangeFacts {
  changes: readonly TreeChange[];
  /** Number of files the base has, and of those left. */
  filesBefore: number;
  filesAfter: number;
  /** Bytes of all new contents. */
  bytes: number;
  scope: readonly string[];
  regenerate: Readonly<Record<string, string>>;
  limits: ChangeLimits;
}

/** Why a diff cannot become a change request; `feedback` is for the next attempt. */
export interface ChangeRefusal {
  failure: RunFailure;
  detail: string;
  retryable: boolean;
  feedback: string | null;
}

/**
 * Judges the diff itself, before any check runs: nothing changed · everything gone · forbidden kinds of files · outside the
 * scope · too large. Null: it may go on to the checks. The order matters: a wiped worktree is also out of scope and too
 * large, and the first sentence is the one a person needs.
 */
export function judgeChanges(facts: ChangeFacts): ChangeRefusal | null {
  const own = facts.changes.filter((change) => !isQueueOwned(change.path, facts.regenerate));
  if (own.length === 0) return nothingChanged(facts.changes.length);
  if (facts.filesBefore > 0 && facts.filesAfter === 0) {
    return refusal('out_of_scope', 'The agent deleted every file of the repository.', 'You deleted every file. Change only what the task names.');
  }
  return forbiddenKinds(own) ?? scopeBreach(own, facts) ?? tooLarge(own, facts);
}

function nothingChanged(ownedByQueue: number): ChangeRefusal {
  const detail =
    ownedByQueue === 0
      ? 'The agent ended without changing a file.'
      : 'The agent changed only files that Reeve makes itself (lockfiles, generated files).';
  return refusal('no_changes', detail, `${detail} The task is not done until files within its scope are changed.`);
}

function forbiddenKinds(changes: readonly TreeChange[]): ChangeRefusal | null {
  const found = changes.flatMap((change) => {
    if (!change.path.isWellFormed()) return [`${change.path.toWellFormed()} (a name that is not Unicode)`];
    if (change.op === 'delete') return [];
    if (change.after.mode === '120000') return [`${change.path} (symbolic link)`];
    if (change.after.mode === '160000') return [`${change.path} (submodule or nested repository)`];
    return change.path.split('/').some((name) => name.toLowerCase() === '.git') ? [`${change.path} (git's own folder)`] : [];
  });
  if (found.length === 0) return null;
  return refusal(
    'out_of_scope',
    `The change holds what a change request may not hold: ${listed(found)}.`,
    `Remove these, they are not allowed: ${found.join(', ')}.`,
  );
}

function scopeBreach(changes: readonly TreeChange[], facts: ChangeFacts): ChangeRefusal | null {
  const touched = changes.flatMap((change) => (change.op === 'rename' ? [change.path, change.from] : [change.path]));
  const outside = outOfScope(touched, facts.scope, facts.regenerate);
  if (outside.length === 0) return null;
  return refusal(
    'out_of_scope',
    `The agent changed files outside the task's scope: ${listed(outside)}.`,
    `You changed files outside the scope. Only ${facts.scope.join(', ')} may be touched. Leave these as they are: ${outside.slice(0, 50).join(', ')}.`,
  );
}

function tooLarge(changes: readonly TreeChange[], facts: ChangeFacts): ChangeRefusal | null {
  const { limits } = facts;
  if (changes.length <= limits.files && facts.bytes <= limits.bytes) return null;
  const detail = `The change has ${changes.length} files and ${facts.bytes} bytes; at most ${limits.files} files and ${limits.bytes} bytes are allowed.`;
  return refusal('too_large', detail, `${detail} Make a smaller change that does only what the task asks.`);
}

function refusal(failure: RunFailure, detail: string, feedback: string): ChangeRefusal {
  return { failure, detail, retryable: true, feedback };
}

/** The first ten, then how many more. */
function listed(items: readonly string[]): string {
  const shown = items.slice(0, 10).join(', ');
  return items.length > 10 ? `${shown} and ${items.length - 10} more` : shown;
}
