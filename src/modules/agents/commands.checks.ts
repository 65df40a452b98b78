import { mkdir } from 'node:fs/promises';
import { messageOf } from '#kernel/errors.ts';
import type { CheckSpec } from '#modules/projects/index.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import type { SandboxLevel } from '#ports/sandbox.ts';
import { isInfrastructureTrouble } from './decide.setup.ts';
import type { CheckRun } from './model.ts';
import { runChecks } from './steps.checks.ts';
import { benchOf, type WorkshopDeps } from './steps.context.ts';
import { readReport, type ReportFile } from './steps.report.ts';
import { createWorktreePool } from './steps.pool.ts';
import { createSweeper } from './steps.temporary.ts';
import { createSetupCache, type SetupCache, type SetupResult } from './steps.setup.ts';
import type { Bench } from './steps.shell.ts';

export interface CheckInput {
  repositoryId: string;
  projectId: string;
  /** Exact commit to check. */
  commit: string;
  checks: readonly CheckSpec[];
  setup: readonly string[];
  sandbox: SandboxLevel;
  network: 'none' | 'registry';
  /** Ends the checks early. */
  signal?: AbortSignal | undefined;
}

export interface CheckReport {
  passed: boolean;
  /** A failed setup is a check named `setup`. */
  checks: CheckRun[];
  /** True: it failed for reasons of the machine (sandbox, disk, network), so the commit is neither good nor bad. */
  infrastructure: boolean;
  /** Coverage reports that the checks name in the project's settings, in the order of the checks. */
  reports?: ReportFile[];
  /** Folder the checks ran in, which names in reports may begin with. */
  folder?: string;
}

/**
 * Runs a project's checks on a commit. What the commit or the machine does is in the report; rejects only when `signal`
 * aborts, after the processes have ended.
 */
export type CheckRunner = (input: CheckInput) => Promise<CheckReport>;

/**
 * For the merge queue: setup and checks of an exact commit in a worktree made, or reset, for this purpose alone, which is
 * compared with the commit before anything runs in it, in the sandbox, with time limits.
 */
export function createCheckRunner(
  deps: WorkshopDeps,
  options: { /** Worktrees kept for the next checks of a repository. */ pool?: number } = {},
): CheckRunner {
  const setup = createSetupCache(deps);
  const pool = createWorktreePool(deps, options.pool ?? 0);
  const sweep = createSweeper(deps);
  return async (input) => {
    const mirror = await deps.mirror(input.repositoryId);
    await sweep(mirror);
    const { name, worktree, home } = await pool.take(input.repositoryId);
    let ended = false;
    try {
      const probe = input.sandbox === 'none' ? null : await deps.sandbox.probe(input.sandbox);
      if (probe?.ok === false) return trouble(`The sandbox "${input.sandbox}" does not work here: ${probe.detail}`);
      await mkdir(home, { recursive: true });
      await pool.prepare(mirror, { name, worktree, home }, input.commit);
      const report = await inWorktree(deps, setup, input, { worktree, home, mirror, mark: name });
      ended = !report.infrastructure;
      return report;
    } catch (error) {
      if (input.signal?.aborted === true) throw error;
      deps.log.error({ commit: input.commit, err: error }, 'checks could not be run');
      return trouble(messageOf(error));
    } finally {
      await pool.give(mirror, input.repositoryId, { name, worktree, home }, ended);
    }
  };
}

interface Place {
  mark: string;
  worktree: string;
  home: string;
  mirror: Mirror;
}

async function inWorktree(deps: WorkshopDeps, cache: SetupCache, input: CheckInput, place: Place): Promise<CheckReport> {
  const { mirror, worktree } = place;
  const signal = input.signal ?? new AbortController().signal;
  const entries = await mirror.listTree(input.commit);
  const differing = await differsFrom(place, entries, input.commit);
  if (differing !== null) return trouble(differing);
  const benchAt = (folder: string, home: string): Bench =>
    benchOf(deps, { worktree: folder, home, mirrorDir: mirror.dir, sandbox: input.sandbox, network: input.network, mark: place.mark });
  const setup = await cache.restore({
    repositoryId: input.repositoryId,
    mirror,
    commit: input.commit,
    entries,
    commands: input.setup,
    worktree,
    bench: benchAt,
    signal,
  });
  signal.throwIfAborted();
  if (!setup.ok) return setupReport(setup);
  const reports: ReportFile[] = [];
  const afterCheck = async ({ name, coverage }: CheckSpec): Promise<void> => {
    if (coverage === undefined) return;
    reports.push(await readReport(worktree, { check: name, path: coverage, committed: entries.some((entry) => entry.path === coverage) }));
  };
  const { checks, infrastructure } = await runChecks(deps, benchAt(worktree, place.home), { checks: input.checks, signal, afterCheck });
  signal.throwIfAborted();
  const passed = !infrastructure && checks.every((check) => check.exit_code === 0);
  return { passed, checks, infrastructure, ...(reports.length === 0 ? {} : { reports, folder: worktree }) };
}

/** Checks speak of the commit only when the worktree is the commit: a sentence when it is not. */
async function differsFrom({ mirror, worktree }: Place, entries: readonly TreeEntry[], commit: string): Promise<string | null> {
  const tree = await mirror.snapshotWorktree(worktree);
  const expected = await mirror.treeOf(commit);
  if (tree === expected) return null;
  const names = (await mirror.diffNames(expected, tree)).slice(0, 5).map((change) => change.path);
  return `A fresh worktree of ${commit} (${entries.length} files) is not that commit: ${names.join(', ')} differ.`;
}

function setupReport(setup: Extract<SetupResult, { ok: false }>): CheckReport {
  const infrastructure = setup.ended === 'spawn_failed' || setup.ended === 'aborted' || isInfrastructureTrouble(setup.output);
  return {
    passed: false,
    checks: [{ name: 'setup', command: setup.command, exit_code: null, duration_ms: 0, output: setup.output }],
    infrastructure,
  };
}

function trouble(detail: string): CheckReport {
  return { passed: false, checks: [{ name: 'worktree', command: '', exit_code: null, duration_ms: 0, output: detail }], infrastructure: true };
}
