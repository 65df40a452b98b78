import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { messageOf } from '#kernel/errors.ts';
import { decideTargets, isVoid } from './decide.targets.ts';
import type { BenchOptions, BenchReport, Part, RepositoryReport, StaleAll } from './model.ts';
import { runBacktest } from './steps.backtest.ts';
import { createRunGit, withScratch, type QueueBenchDeps } from './steps.context.ts';
import { factsOf, openSubject, type Subject } from './steps.history.ts';
import { runLoads } from './steps.load.ts';
import { runResolver } from './steps.resolver.ts';
import { runStalePulls, runStaleTransplants, runTruth } from './steps.stale.ts';
import { runStaleBaselines } from './steps.stale-baselines.ts';
import { runThroughput } from './steps.throughput.ts';
import { runWindows } from './steps.windows.ts';

/** Runs the parts on each repository in turn. A void repository (T0) is not measured any further. */
export async function runQueueBench(deps: QueueBenchDeps, options: BenchOptions): Promise<BenchReport> {
  const started = performance.now();
  const loadBefore = loadOf();
  const repositories: RepositoryReport[] = [];
  for (const [at, dir] of options.repositories.entries()) {
    repositories.push(await withScratch((scratch) => runRepository(deps, options, { dir, scratch: path.join(scratch, String(at)) })));
  }
  return {
    version: 1,
    seed: options.seed,
    samples: options.samples,
    git: (await deps.git.version()).join('.'),
    node: process.version,
    cores: availableParallelism(),
    loadBefore,
    loadAfter: loadOf(),
    void: isVoid(repositories),
    repositories,
    load: options.only.includes('t4') ? runLoads({ seed: options.seed, progress: deps.progress }) : null,
    targets: decideTargets(repositories),
    seconds: (performance.now() - started) / 1000,
  };
}

const loadOf = (): number => Number((loadavg()[0] ?? 0).toFixed(2));

async function runRepository(deps: QueueBenchDeps, options: BenchOptions, where: { dir: string; scratch: string }): Promise<RepositoryReport> {
  const subject = await openSubject(deps, createRunGit(deps.env), where);
  const plan = { seed: options.seed, samples: options.samples, progress: deps.progress, scratch: where.scratch };
  const report: RepositoryReport = { facts: factsOf(subject), t0: null, t1: null, t2: null, t3: null, throughput: null, failed: [] };
  /** A part that fails is told and costs no other part its figures. */
  const attempt = async (part: Part, work: () => Promise<void>): Promise<void> => {
    if (!options.only.includes(part) || isVoid([report])) return;
    try {
      await work();
    } catch (error) {
      report.failed.push({ part, error: messageOf(error) });
      deps.progress(`${part} ${subject.name} failed: ${messageOf(error)}`);
    }
  };
  await attempt('t0', async () => void (report.t0 = await runBacktest(subject, plan)));
  await attempt('t1', async () => void (report.t1 = await runStale(subject, plan)));
  await attempt('t2', async () => void (report.t2 = await runWindows(subject, plan)));
  await attempt('t3', async () => void (report.t3 = await runResolver(subject, plan)));
  await attempt('throughput', async () => void (report.throughput = await runThroughput(deps, subject, plan)));
  return report;
}

async function runStale(subject: Subject, plan: { seed: number; samples: number; scratch: string; progress(line: string): void }): Promise<StaleAll> {
  const started = performance.now();
  const sets = subject.pulls.length > 0 ? [await runStalePulls(subject, plan)] : [];
  sets.push(await runStaleTransplants(subject, plan));
  const truth = subject.pulls.length > 0 ? await runTruth(subject, plan) : null;
  const baselines = await runStaleBaselines(subject, plan);
  return { sets, truth, ...baselines, seconds: (performance.now() - started) / 1000 };
}
