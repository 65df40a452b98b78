import { mkdir } from 'node:fs/promises';
import { messageOf } from '#kernel/errors.ts';
import { globMatcher } from '#kernel/glob.ts';
import type { Mirror } from '#ports/git.ts';
import type { SandboxLevel } from '#ports/sandbox.ts';
import { isInfrastructureTrouble } from './decide.setup.ts';
import { benchOf, type WorkshopDeps } from './steps.context.ts';
import { createWorktreePool, type CheckPlace } from './steps.pool.ts';
import { runShell } from './steps.shell.ts';

export interface RegenerateInput {
  repositoryId: string;
  /** Exact commit the commands run on. */
  commit: string;
  /** Run one after the other; each command's results are the files its globs match. */
  steps: ReadonlyArray<{ command: string; globs: readonly string[] }>;
  sandbox: SandboxLevel;
  network: 'none' | 'registry';
  timeoutMs: number;
  signal: AbortSignal;
}

/** `content` null: the command removed the file. */
export interface WrittenFile {
  path: string;
  content: Uint8Array | null;
  mode: '100644' | '100755';
}

export type RegenerateReport =
  | { kind: 'written'; files: WrittenFile[] }
  | { kind: 'failed'; command: string; exitCode: number | null; output: string }
  | { kind: 'infrastructure'; detail: string };

/**
 * Runs a project's commands that write generated files, in a worktree of an exact commit and in the sandbox, as checks are
 * run, and answers what became of the files they are meant to write; whatever else they did is gone with the worktree.
 * Setup is not run: a command that needs the dependencies brings them itself. Rejects only when `signal` aborts.
 */
export type Regenerator = (input: RegenerateInput) => Promise<RegenerateReport>;

export function createRegenerator(deps: WorkshopDeps): Regenerator {
  const pool = createWorktreePool(deps, 0);
  return async (input) => {
    const mirror = await deps.mirror(input.repositoryId);
    const place = await pool.take(input.repositoryId);
    try {
      const probe = input.sandbox === 'none' ? null : await deps.sandbox.probe(input.sandbox);
      if (probe?.ok === false) return { kind: 'infrastructure', detail: `The sandbox "${input.sandbox}" does not work here: ${probe.detail}` };
      await mkdir(place.home, { recursive: true });
      await pool.prepare(mirror, place, input.commit);
      const failure = await runAll(deps, mirror, place, input);
      return failure ?? { kind: 'written', files: await readWritten(mirror, place, input) };
    } catch (error) {
      if (input.signal.aborted) throw error;
      deps.log.error({ commit: input.commit, err: error }, 'generated files could not be written');
      return { kind: 'infrastructure', detail: messageOf(error) };
    } finally {
      await pool.give(mirror, input.repositoryId, place, false);
    }
  };
}

async function runAll(
  deps: WorkshopDeps,
  mirror: Mirror,
  { name, worktree, home }: CheckPlace,
  input: RegenerateInput,
): Promise<RegenerateReport | null> {
  const bench = benchOf(deps, { worktree, home, mirrorDir: mirror.dir, sandbox: input.sandbox, network: input.network, mark: name });
  for (const { command } of input.steps) {
    const { ended, exitCode, output } = await runShell(deps, bench, { command, timeoutMs: input.timeoutMs, signal: input.signal });
    input.signal.throwIfAborted();
    if (ended === 'spawn_failed' || (exitCode !== 0 && isInfrastructureTrouble(output))) return { kind: 'infrastructure', detail: output };
    if (ended !== 'exit' || exitCode !== 0) return { kind: 'failed', command, exitCode, output };
  }
  return null;
}

/** Only plain files under the names the settings give; a link or a submodule in their place is left out. */
async function readWritten(mirror: Mirror, { worktree }: CheckPlace, { commit, steps }: RegenerateInput): Promise<WrittenFile[]> {
  const tree = await mirror.snapshotWorktree(worktree);
  const isMeant = globMatcher(steps.flatMap(({ globs }) => globs));
  const changed = (await mirror.diffNames(commit, tree))
    .flatMap(({ path, from, status }) => (from === null || status !== 'R' ? [path] : [from, path]))
    .filter(isMeant);
  if (changed.length === 0) return [];
  const after = new Map((await mirror.listTree(tree)).map((entry) => [entry.path, entry]));
  const files: WrittenFile[] = [];
  for (const path of new Set(changed)) {
    const entry = after.get(path);
    if (entry === undefined) files.push({ path, content: null, mode: '100644' });
    else if (entry.mode === '100644' || entry.mode === '100755') files.push({ path, content: await mirror.readBlob(entry.blob), mode: entry.mode });
  }
  return files;
}
