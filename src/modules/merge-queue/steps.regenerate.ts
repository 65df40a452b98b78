import { AppError } from '#kernel/errors.ts';
import { matchesAnyGlob } from '#kernel/glob.ts';
import type { Mirror } from '#ports/git.ts';
import { pathsOf, strippedPaths } from '#modules/change-requests/index.ts';
import { planRegeneration } from './decide.ladder.ts';
import type { LadderRules } from './model.ladder.ts';
import type { QuarantineReason, QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';

/** `idle`: no command has anything to do. */
export type Regenerated = { kind: 'idle' } | { kind: 'written'; tree: string; paths: string[] } | { kind: 'failed'; reason: QuarantineReason };

export interface RegenerateSubject {
  head: string;
  tree: string;
  /** Files the queue writes that git could not merge. */
  conflicted: readonly string[];
}

/** Which commands a change calls for; none where a forge merges by itself, because it would not take their files along. */
export function commandsFor(
  entry: Pick<QueueEntry, 'document' | 'notes' | 'publish'>,
  rules: LadderRules,
  conflicted: readonly string[],
): ReturnType<typeof planRegeneration> {
  if (entry.publish.kind === 'action') return [];
  return planRegeneration(rules, { changed: entry.document.changes.flatMap(pathsOf), stripped: strippedPaths(entry.notes), conflicted });
}

/**
 * R2: the project's own commands write what the queue owns, on the merged tree, before it is verified. Only files that the
 * settings name are taken; a command that fails or takes too long sets the change aside with its output. Throws AppError
 * unavailable `regenerate_infrastructure` when they could not be run.
 */
export async function regenerate(
  deps: MergeQueueDeps,
  mirror: Mirror,
  given: { entry: QueueEntry; rules: LadderRules; subject: RegenerateSubject; signal: AbortSignal },
): Promise<Regenerated> {
  const { entry, rules, subject, signal } = given;
  const steps = commandsFor(entry, rules, subject.conflicted);
  if (steps.length === 0) return { kind: 'idle' };
  if (deps.regenerate === undefined)
    throw new AppError('unavailable', 'This installation cannot run the commands that write generated files.', { code: 'regenerate_infrastructure' });
  const atUnixS = Math.floor(deps.clock.now().getTime() / 1000);
  const commit = await mirror.commit({
    tree: subject.tree,
    parents: [subject.head],
    message: `Merged ${entry.id}`,
    author: { name: 'Reeve', email: 'reeve@localhost' },
    atUnixS,
  });
  const result = await deps.regenerate({ repositoryId: entry.repositoryId, projectId: entry.projectId, commit, steps, entry, signal });
  signal.throwIfAborted();
  if (result.kind === 'infrastructure')
    throw new AppError('unavailable', `Generated files could not be written: ${result.detail}`, { code: 'regenerate_infrastructure' });
  if (result.kind === 'failed') {
    const { command, exitCode, output } = result;
    return {
      kind: 'failed',
      reason: { kind: 'checks_failed', checks: [{ name: 'regenerate', command, exit_code: exitCode, output }], head: subject.head },
    };
  }
  const globs = steps.flatMap((step) => step.globs);
  const files = result.files.filter(({ path }) => matchesAnyGlob(path, globs));
  const unwritten = subject.conflicted.filter((path) => !files.some((file) => file.path === path));
  const tree = await mirror.writeTree(
    commit,
    files.map(({ path, content, mode }) => (content === null ? { path, content } : { path, content, mode })),
  );
  return { kind: 'written', tree, paths: [...files.map(({ path }) => path), ...unwritten] };
}
