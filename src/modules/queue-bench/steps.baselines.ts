import path from 'node:path';
import { unlessMissing } from './steps.context.ts';
import type { Subject } from './steps.history.ts';

/** A change as one commit on its base, and the head it is to be put on (null: on what the one before left). */
export interface BaselineChange {
  commit: string;
  onto: string | null;
}

export interface BaselineReport {
  applied: number;
  tried: number;
  /** Of git's own command alone; moving the worktree to another head does not count. */
  seconds: number;
}

export type Baseline = 'am' | 'cherry-pick';

/** A worktree that borrows the mirror's objects, for git's commands that cannot do without one; nothing is checked out yet. */
export async function openWorktree({ run, mirror }: Subject, scratch: string): Promise<string> {
  const dir = path.join(scratch, 'worktree');
  await run(scratch, ['clone', '--quiet', '--no-checkout', '--shared', mirror.dir, dir]);
  await run(dir, ['config', 'advice.detachedHead', 'false']);
  return dir;
}

/** What a queue made of `git am -3` or `git cherry-pick` would do with the same changes: one command for each. */
export async function runBaseline(subject: Subject, worktree: string, by: Baseline, changes: readonly BaselineChange[]): Promise<BaselineReport> {
  const { run } = subject;
  const report: BaselineReport = { applied: 0, tried: 0, seconds: 0 };
  for (const { commit, onto } of changes) {
    const patch = await unlessMissing(async () => {
      if (onto !== null) await run(worktree, ['checkout', '--quiet', '--force', '--detach', onto]);
      return by === 'am' ? (await run(worktree, ['format-patch', '-1', '--stdout', '--binary', '--full-index', commit])).stdout : '';
    });
    if (patch === null) continue;
    const args = by === 'am' ? ['am', '-3', '--quiet'] : ['cherry-pick', commit];
    const started = performance.now();
    const { code } = await run(worktree, args, { stdin: patch, okCodes: [0, 1, 128] });
    report.seconds += (performance.now() - started) / 1000;
    report.tried += 1;
    if (code === 0) report.applied += 1;
    else await run(worktree, [by, '--abort'], { okCodes: [0, 1, 128] });
    if (code !== 0) await run(worktree, ['reset', '--quiet', '--hard'], { okCodes: [0, 1, 128] });
  }
  return report;
}
