import { matchesAnyGlob } from '#kernel/glob.ts';
import type { QuarantineReason } from '#modules/merge-queue/index.ts';
import { feedbackOf } from './decide.ts';

/** A set-aside change goes back to its agent so many times; then it waits for a person's choice. */
export const MOST_REWORKS = 2;

/** What is known of a change that was set aside, as texts. */
export interface SetAside {
  quarantine: QuarantineReason;
  /** Unified diff of what the agent submitted, from the base it worked on. */
  own: string;
  /** Unified diff of what landed on the target since that base. */
  landed: string;
  /** Paths the agent's change touches: they come first where not everything fits. */
  paths: readonly string[];
}

type Changed = { path: string; from?: string };

/** Both names of a rename. */
export const pathsOf = ({ path, from }: Changed): string[] => (from === undefined ? [path] : [from, path]);

/**
 * Whose work is done again where a branch conflicts with its base. `aside`: the paths that take the base's content, with the other name of what a
 * task renamed. `unowned`: paths that no task changed: what is there somebody pushed, so nobody would do it again and it must not be set aside.
 * `written`: globs of files that are written anew at each landing; they are nobody's.
 */
export function decideOwners(
  conflicts: readonly string[],
  landed: ReadonlyArray<{ taskId: string; document: { changes: readonly Changed[] } }>,
  { tasks, written }: { tasks: readonly string[]; written: readonly string[] },
): { tasks: string[]; aside: string[]; unowned: string[] } {
  const own = landed.filter(({ taskId }) => tasks.includes(taskId));
  const touching = (path: string) => own.filter(({ document }) => document.changes.some((change) => pathsOf(change).includes(path)));
  const owners = new Set(conflicts.flatMap((path) => touching(path).map(({ taskId }) => taskId)));
  const renamed = own.flatMap(({ document }) => document.changes.map(pathsOf)).filter((names) => names.some((name) => conflicts.includes(name)));
  return {
    tasks: tasks.filter((id) => owners.has(id)),
    aside: [...new Set([...conflicts, ...renamed.flat()])],
    unowned: conflicts.filter((path) => touching(path).length === 0 && !matchesAnyGlob(path, written)),
  };
}

/** Most characters of each diff: about 2,500 tokens. */
const MOST_OF_DIFF = 10_000;

/**
 * What an agent must know to do a set-aside change again: the conflict or the failing output, what landed meanwhile, and what it
 * had submitted. Its worktree starts from the newest state, without its own earlier work, so that is here or nowhere.
 */
export function reworkFeedback({ quarantine, own, landed, paths }: SetAside): string {
  const parts = [feedbackOf(quarantine) ?? '', withWhom(quarantine)];
  parts.push(
    landed === ''
      ? 'Nothing else landed since the state you worked on.'
      : `What others landed since the state you worked on:\n${chooseFiles(landed, paths, MOST_OF_DIFF)}`,
  );
  if (own !== '') parts.push(`What you had submitted, which is not in your worktree now:\n${chooseFiles(own, paths, MOST_OF_DIFF)}`);
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Whose fault the queue found it to be: a change that fails only together with others needs another cure than one that fails alone. */
function withWhom(quarantine: QuarantineReason): string {
  return quarantine.kind === 'checks_failed' && quarantine.attribution !== undefined ? quarantine.attribution.detail : '';
}

/**
 * A unified diff of at most `most` characters, by whole files as long as they fit: those at `paths` first, the names of the others
 * after them. The first file is cut when it alone is too long.
 */
export function chooseFiles(diff: string, paths: readonly string[], most: number): string {
  const files = diff.split(/^(?=diff --git )/m).filter((text) => text.trim() !== '');
  const concerns = (text: string): boolean => paths.some((path) => text.split('\n', 1)[0]?.includes(path) === true);
  const ordered = [...files.filter(concerns), ...files.filter((text) => !concerns(text))];
  const told: string[] = [];
  const left: string[] = [];
  let size = 0;
  for (const text of ordered) {
    if (size + text.length <= most) told.push(text.trimEnd());
    else if (told.length === 0) told.push(`${text.slice(0, most)}\n…`);
    else left.push(text.split('\n', 1)[0]?.replace(/^diff --git a\/(.*) b\/.*$/, '$1') ?? '');
    size += text.length;
  }
  const shown = left.slice(0, MOST_NAMED);
  const more = left.length > shown.length ? ` and ${left.length - shown.length} more` : '';
  return [...told, ...(left.length > 0 ? [`(also changed: ${shown.join(', ')}${more})`] : [])].join('\n');
}

const MOST_NAMED = 20;
