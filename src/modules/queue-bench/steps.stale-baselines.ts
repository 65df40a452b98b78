import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createRandom, seedOf } from './decide.random.ts';
import { shareOf } from './decide.statistics.ts';
import type { StaleAll } from './model.ts';
import { openWorktree, runBaseline, type BaselineChange } from './steps.baselines.ts';
import type { Subject } from './steps.history.ts';
import { commitOf } from './steps.landing.ts';
import { findCandidates, landedWithin, type StalePlan } from './steps.stale.ts';
import { submitCommits } from './steps.submission.ts';

/** The staleness at which the baselines are compared, and how many changes: a worktree has to be moved for each. */
export const BASELINE_K = 20;
const MOST_TRIED = 100;

/** What `git am -3` and `git cherry-pick` make of the pull requests of T1 at K=20. They know no effect check: what applies counts. */
export async function runStaleBaselines(subject: Subject, plan: StalePlan & { scratch: string }): Promise<Pick<StaleAll, 'amTried' | 'cherryTried'>> {
  const { mirror, history } = subject;
  const usable = (await findCandidates(subject, plan)).filter(({ place }) => place + BASELINE_K < history.mainline.length);
  const chosen = createRandom(seedOf(plan.seed, subject.name, 't1', BASELINE_K)).sample(usable, plan.samples);
  const changes: BaselineChange[] = [];
  for (const candidate of chosen) {
    if (changes.length >= MOST_TRIED || landedWithin(subject, candidate, BASELINE_K)) continue;
    const submitted = await submitCommits(mirror, candidate);
    const onto = history.mainline[candidate.place + BASELINE_K]?.id;
    if (submitted.kind === 'submitted' && onto !== undefined) changes.push({ commit: await commitOf(mirror, submitted.submission), onto });
  }
  if (changes.length === 0) return { amTried: null, cherryTried: null };
  const scratch = path.join(plan.scratch, 'stale');
  await mkdir(scratch, { recursive: true });
  const worktree = await openWorktree(subject, scratch);
  plan.progress(`t1 ${subject.name} K=${BASELINE_K}: git am -3 and git cherry-pick on ${changes.length} pull requests`);
  const am = await runBaseline(subject, worktree, 'am', changes);
  const cherry = await runBaseline(subject, worktree, 'cherry-pick', changes);
  return { amTried: shareOf(am.applied, am.tried), cherryTried: shareOf(cherry.applied, cherry.tried) };
}
