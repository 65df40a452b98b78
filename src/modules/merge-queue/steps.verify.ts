import { AppError } from '#kernel/errors.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import type { QueueEntry } from './model.ts';
import type { CheckResult } from './model.verify.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { move, quarantine } from './steps.merge.ts';
import type { Lease } from './store.targets.ts';

/** Most characters of one check's output that are kept with a quarantined entry; the end says what failed. */
const MOST_OUTPUT = 64 * 1024;

/** Runs the checks on exactly the tree that would land; a tree that passed before (the target moved and came to the same) is not run again. */
export async function verifyEntry(deps: MergeQueueDeps, entry: QueueEntry, held: { lease: Lease; signal: AbortSignal }): Promise<void> {
  const { candidate } = entry;
  if (candidate === null) throw new TypeError(`${entry.id} is verifying without a candidate`);
  if (entry.verifiedTree === candidate.tree) {
    await move(deps, entry, held.lease, { to: 'publishing', event: 'verified', detail: { tree: candidate.tree, again: false }, change: {} });
    return;
  }
  const checking = deps.verify({
    repositoryId: entry.repositoryId,
    projectId: entry.projectId,
    commit: candidate.commit,
    tree: candidate.tree,
    requiredChecks: entry.document.checks.map((check) => check.name),
    entry,
    signal: held.signal,
  });
  const result = await Promise.race([checking, aborted(held.signal)]);
  await crashpoint('queue.verify.after');
  const checks = result.checks.map(keepEnd);
  if (result.passed) {
    const ran = checks.map(({ name, command, exit_code }) => ({ name, command, exit_code }));
    await move(deps, entry, held.lease, {
      to: 'publishing',
      event: 'verified',
      detail: { tree: candidate.tree, checks: ran },
      change: { verifiedTree: candidate.tree },
    });
  } else if (result.infrastructure === true) {
    throw new AppError(
      'unavailable',
      `The checks could not be run: ${checks.map((check) => check.output || check.name).join('; ') || 'no reason given'}`,
      { code: 'verify_infrastructure' },
    );
  } else {
    await quarantine(deps, entry, held.lease, {
      kind: 'checks_failed',
      checks: checks.filter((check) => check.exit_code !== 0),
      head: candidate.head,
    });
  }
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
