import path from 'node:path';
import { mkdir } from 'node:fs/promises';
import type { Mirror } from '#ports/git.ts';
import { createRandom, seedOf } from './decide.random.ts';
import { shareOf, spreadOf } from './decide.statistics.ts';
import type { Spread, ThroughputReport } from './model.ts';
import { openWorktree, runBaseline, type Baseline } from './steps.baselines.ts';
import type { QueueBenchDeps } from './steps.context.ts';
import type { Subject } from './steps.history.ts';
import { commitOf, land } from './steps.landing.ts';
import { measureQueue, type QueueRates } from './steps.queue.ts';
import { transplant } from './steps.stale.ts';
import { submitCommits, type Submission } from './steps.submission.ts';

/** Consecutive changes written on one base: what agents at work at the same time hand in. */
const WINDOW = 20;
const RUNS = 3;
const AUTHOR = { name: 'Reeve', email: 'reeve@localhost' };

export interface ThroughputPlan {
  seed: number;
  samples: number;
  scratch: string;
  progress(line: string): void;
}

/** The same change requests through the kernel, the whole queue on its database, `git am -3` and `git cherry-pick`, in one run. */
export async function runThroughput(deps: QueueBenchDeps, subject: Subject, plan: ThroughputPlan): Promise<ThroughputReport> {
  const set = await collect(subject, plan);
  const profile: Record<string, number> = {};
  const kernel: number[] = [];
  let landed = 0;
  for (let run = 0; run < RUNS; run += 1) {
    plan.progress(`throughput ${subject.name}: kernel, run ${run + 1} of ${RUNS}`);
    const measured = await runKernel(run === 0 ? subject.mirror : timed(subject.mirror, profile), set, `refs/heads/bench/kernel-${run}`);
    kernel.push(set.submissions.length / measured.seconds);
    ({ landed } = measured);
  }
  for (const name of Object.keys(profile)) profile[name] = (profile[name] ?? 0) / (RUNS - 1);
  const queue = await measured(() => measureQueue(deps, subject, { ...set, runs: RUNS, progress: plan.progress }));
  const byGit = await runGit(subject, set, plan);
  return {
    changes: set.submissions.length,
    files: subject.files,
    kernel: spreadOf(kernel),
    kernelLanded: shareOf(landed, set.submissions.length),
    ...queue,
    ...byGit,
    profile,
  };
}

interface ChangeSet {
  head: string;
  submissions: Submission[];
}

/** Changes of the newest windows, each written on its window's base; the branch begins at the oldest base. */
async function collect(subject: Subject, { seed, samples, progress }: ThroughputPlan): Promise<ChangeSet> {
  const { mainline } = subject.history;
  const wanted = Math.min(samples, mainline.length - 1);
  const first = Math.max(0, mainline.length - 1 - wanted);
  const submissions: Submission[] = [];
  progress(`throughput ${subject.name}: choosing ${wanted} changes`);
  for (let start = first; start + 1 < mainline.length; start += WINDOW) {
    const base = mainline[start]?.id ?? '';
    const window: Submission[] = [];
    for (const { id, parents } of mainline.slice(start + 1, start + 1 + WINDOW)) {
      const head = await transplant(subject, { change: id, parent: parents[0] ?? '', onto: base });
      const submitted = head === null ? null : await submitCommits(subject.mirror, { name: id, base, head });
      if (submitted?.kind === 'submitted') window.push(submitted.submission);
    }
    submissions.push(...createRandom(seedOf(seed, subject.name, 'throughput', start)).shuffle(window));
  }
  return { head: mainline[first]?.id ?? '', submissions };
}

/** Change requests that the branch moves over at once, as in the queue's own builds when checks are cheap. */
const TRAIN = 32;

/** Submissions as they are merged, checked for their effect, committed and published in trains, without a database. */
async function runKernel(mirror: Mirror, set: ChangeSet, ref: string): Promise<{ seconds: number; landed: number }> {
  await mirror.compareAndSwap(ref, null, set.head);
  let { head } = set;
  let landed = 0;
  const started = performance.now();
  for (let at = 0; at < set.submissions.length; at += TRAIN) {
    const train = await mirror.together(() => putOnTop(mirror, set.submissions.slice(at, at + TRAIN), head));
    if (train.landed > 0 && !(await mirror.compareAndSwap(ref, head, train.head))) throw new TypeError('somebody else moved the branch of the bench');
    head = train.head;
    landed += train.landed;
  }
  return { seconds: (performance.now() - started) / 1000, landed };
}

async function putOnTop(mirror: Mirror, submissions: readonly Submission[], onto: string): Promise<{ head: string; landed: number }> {
  let head = onto;
  let landed = 0;
  for (const submission of submissions) {
    const landing = await land(mirror, submission, head, 'plain');
    if (landing?.kind !== 'landed') continue;
    head = await mirror.commit({ tree: landing.tree, parents: [head], message: submission.name, author: AUTHOR, atUnixS: 4_000_000_000 });
    landed += 1;
  }
  return { head, landed };
}

/** Adds up what each operation of the mirror takes. */
function timed(mirror: Mirror, seconds: Record<string, number>): Mirror {
  const wrapped = Object.entries(mirror).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [name, member];
    const call = async (...args: unknown[]): Promise<unknown> => {
      const started = performance.now();
      try {
        return await (member as (...given: unknown[]) => Promise<unknown>)(...args);
      } finally {
        seconds[name] = (seconds[name] ?? 0) + (performance.now() - started) / 1000;
      }
    };
    return [name, call];
  });
  return Object.fromEntries(wrapped) as Mirror;
}

const NOTHING: Spread = { runs: 0, median: null, least: null, most: null };

async function measured(
  work: () => Promise<QueueRates>,
): Promise<Pick<ThroughputReport, 'endToEnd' | 'landing' | 'queueLanded' | 'split' | 'failed'>> {
  try {
    const { endToEnd, landing, landed, tried, split } = await work();
    return { endToEnd: spreadOf(endToEnd), landing: spreadOf(landing), queueLanded: shareOf(landed, tried), split, failed: null };
  } catch (error) {
    return {
      endToEnd: NOTHING,
      landing: NOTHING,
      queueLanded: shareOf(0, 0),
      split: null,
      failed: error instanceof Error ? error.message : String(error),
    };
  }
}

async function runGit(
  subject: Subject,
  set: ChangeSet,
  plan: ThroughputPlan,
): Promise<Pick<ThroughputReport, 'am' | 'cherryPick' | 'amApplied' | 'cherryApplied'>> {
  const scratch = path.join(plan.scratch, 'baselines');
  await mkdir(scratch, { recursive: true });
  const commits: string[] = [];
  for (const submission of set.submissions) commits.push(await commitOf(subject.mirror, submission));
  const worktree = await openWorktree(subject, scratch);
  const rate = async (by: Baseline) => {
    plan.progress(`throughput ${subject.name}: git ${by}`);
    const rates: number[] = [];
    let share = shareOf(0, 0);
    for (let run = 0; run < RUNS; run += 1) {
      await subject.run(worktree, ['checkout', '--quiet', '--force', '--detach', set.head]);
      const report = await runBaseline(
        subject,
        worktree,
        by,
        commits.map((commit) => ({ commit, onto: null })),
      );
      rates.push(report.tried / report.seconds);
      share = shareOf(report.applied, report.tried);
    }
    return { spread: spreadOf(rates), share };
  };
  const am = await rate('am');
  const cherry = await rate('cherry-pick');
  return { am: am.spread, amApplied: am.share, cherryPick: cherry.spread, cherryApplied: cherry.share };
}
