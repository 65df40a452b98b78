import { AppError } from '#kernel/errors.ts';
import type { Build } from './decide.builds.ts';
import type { EvidenceRun } from '#modules/queue-schedule/index.ts';
import type { CheckResult } from './model.verify.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import type { Lease } from './store.targets.ts';
import { insertVerification } from './store.verifications.ts';

/** Most characters of one check's output that are kept with a quarantined entry; the end says what failed. */
const MOST_OUTPUT = 64 * 1024;

/** What a verification works under. */
export interface Held {
  lease: Lease;
  /** Aborted when the worker must let go, or when the build is no more. */
  signal: AbortSignal;
}

export interface CheckSubject {
  build: Pick<Build, 'id' | 'kind' | 'lane' | 'members'>;
  role: EvidenceRun['role'] | 'audit';
  commit: string;
  tree: string;
}

export interface CheckRun {
  tree: string;
  passed: boolean;
  /** Names of what failed. */
  failed: string[];
  checks: CheckResult[];
}

/**
 * One run of the project's checks on a commit's tree, recorded with what it took. Throws AppError unavailable
 * `verify_infrastructure` when the checks could not be run, and the signal's reason when it aborts.
 */
export async function runChecks(deps: MergeQueueDeps, subject: CheckSubject, held: Held): Promise<CheckRun> {
  const { build, commit, tree } = subject;
  const entry = build.members.at(-1) ?? build.members[0];
  const startedMs = performance.now();
  const checking = deps.verify({
    repositoryId: entry.repositoryId,
    projectId: entry.projectId,
    commit,
    tree,
    requiredChecks: [...new Set(build.members.flatMap((member) => member.document.checks.map((check) => check.name)))],
    entry,
    signal: held.signal,
  });
  const result = await Promise.race([checking, aborted(held.signal)]);
  const outcome = result.passed ? 'passed' : result.infrastructure === true ? 'infrastructure' : 'failed';
  await insertVerification(deps.db, {
    repositoryId: held.lease.repositoryId,
    target: held.lease.target,
    buildId: build.id,
    purpose: subject.role === 'candidate' ? build.kind : subject.role,
    lane: build.lane,
    tree,
    members: build.members.length,
    outcome,
    durationMs: Math.round(performance.now() - startedMs),
  });
  const checks = result.checks.map(keepEnd);
  if (outcome === 'infrastructure') throw infrastructureFault(checks);
  return { tree, passed: result.passed, failed: checks.filter((check) => check.exit_code !== 0).map((check) => check.name), checks };
}

function infrastructureFault(checks: readonly CheckResult[]): AppError {
  const why = checks.map((check) => check.output || check.name).join('; ') || 'no reason given';
  return new AppError('unavailable', `The checks could not be run: ${why}`, { code: 'verify_infrastructure' });
}

/** Rejects when the worker must let go, even if the checks do not end. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

function keepEnd(check: CheckResult): CheckResult {
  const { output } = check;
  return {
    name: check.name,
    command: check.command,
    exit_code: check.exit_code,
    output: output.length > MOST_OUTPUT ? `…\n${output.slice(-MOST_OUTPUT)}` : output,
  };
}
