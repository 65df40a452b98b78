import { matchesAnyGlob } from '#kernel/glob.ts';
import type { MergeConflict } from '#ports/git.ts';
import { inputsOf } from './decide.inputs.ts';
import type { LadderRules } from './model.ladder.ts';
import type { Publish } from '#modules/change-requests/index.ts';

/**
 * How the conflicts of git's merge may be answered without an agent or a person. Invariant: either every conflict has its
 * rung, or the whole change is set aside; nothing lands by halves.
 */
export type LadderPlan =
  | { kind: 'climb'; regenerated: MergeConflict[]; structured: MergeConflict[] }
  /** Why no rung below an agent may be tried: a sentence per file. */
  | { kind: 'give_up'; because: Array<{ path: string; reason: string }> };

export function planLadder(conflicts: readonly MergeConflict[], rules: LadderRules, publish: Publish): LadderPlan {
  const regenerated = conflicts.filter((conflict) => isRegenerated(conflict.path, rules, publish));
  const structured = conflicts.filter((conflict) => !regenerated.includes(conflict));
  const because = structured.flatMap((conflict) => {
    const reason = refuseStructured(conflict, rules, publish);
    return reason === null ? [] : [{ path: conflict.path, reason }];
  });
  return because.length > 0 ? { kind: 'give_up', because } : { kind: 'climb', regenerated, structured };
}

/** Where a forge merges by itself, it would not make the tree we verified. */
const byForge = (publish: Publish): boolean => publish.kind === 'action';

export function isRegenerated(path: string, rules: LadderRules, publish: Publish): boolean {
  return !byForge(publish) && matchesAnyGlob(path, Object.keys(rules.regenerate));
}

function refuseStructured(conflict: MergeConflict, rules: LadderRules, publish: Publish): string | null {
  if (byForge(publish)) return 'The forge merges this itself.';
  if (!rules.structuredMerge) return 'The project does not allow structured merges.';
  if (!rules.hasChecks) return 'The project has no checks that could tell whether a structured merge is right.';
  if (isTakenApart(conflict)) return null;
  const { message, ours, theirs } = conflict;
  if (!isAboutContents(message)) return 'The conflict is about more than the contents of the file.';
  return ours === null || theirs === null ? 'The file is binary, too large, or gone on one side.' : null;
}

/** Both sides have the file under this name; renames, deletions and modes are for somebody who knows why. */
export function isAboutContents(message: string): boolean {
  return message.split('\n').every((line) => /^CONFLICT \((contents?|add\/add)\)/.test(line));
}

/** The change modifies a file that the head has no longer: its parts may stand in other files there. */
export function isTakenApart({ message, base, ours, theirs }: MergeConflict): boolean {
  return /^CONFLICT \(modify\/delete\)[^\n]*$/.test(message) && base !== null && ours === null && theirs !== null;
}

export interface RegenerateFacts {
  /** Paths that the change writes or removes. */
  changed: readonly string[];
  /** Paths of the change that were left out at admission because the queue writes them. */
  stripped: readonly string[];
  /** Paths the queue writes that git could not merge. */
  conflicted: readonly string[];
}

/** Which commands must run after a merge, in the order of the settings; one that writes several files runs once. */
export function planRegeneration(rules: LadderRules, facts: RegenerateFacts): Array<{ command: string; globs: string[] }> {
  const steps: Array<{ command: string; globs: string[] }> = [];
  for (const [glob, command] of Object.entries(rules.regenerate)) {
    if (!isNeeded(glob, facts)) continue;
    const step = steps.find((known) => known.command === command);
    if (step === undefined) steps.push({ command, globs: [glob] });
    else step.globs.push(glob);
  }
  return steps;
}

function isNeeded(glob: string, { changed, stripped, conflicted }: RegenerateFacts): boolean {
  if ([...stripped, ...conflicted].some((path) => matchesAnyGlob(path, [glob]))) return true;
  const inputs = inputsOf(glob);
  // What a command reads that writes any other file is not known: it runs whenever something changed.
  return inputs === null ? changed.some((path) => !matchesAnyGlob(path, [glob])) : changed.some((path) => matchesAnyGlob(path, inputs));
}
