import type { CheckSpec } from '#modules/projects/index.ts';
import type { CheckRun } from './model.ts';
import type { WorkshopDeps } from './steps.context.ts';
import { runShell, type Bench, type ShellResult } from './steps.shell.ts';

/** Runs checks one after the other and all of them, so that the next attempt hears of every failure at once. */
export async function runChecks(
  deps: Pick<WorkshopDeps, 'sandbox' | 'redact'>,
  bench: Bench,
  run: { checks: readonly CheckSpec[]; signal: AbortSignal; onCheck?(check: CheckRun): void; afterCheck?(spec: CheckSpec): Promise<void> },
): Promise<{ checks: CheckRun[]; infrastructure: boolean }> {
  const checks: CheckRun[] = [];
  let infrastructure = false;
  for (const spec of run.checks) {
    const result =
      spec.command === ''
        ? undefinedCheck(spec.name)
        : await runShell(deps, bench, { command: spec.command, timeoutMs: spec.timeout_s * 1000, signal: run.signal });
    // `sh` itself not starting is the machine's fault; a command it does not find (127) may well be the change's.
    if (result.ended === 'spawn_failed' || result.ended === 'aborted') infrastructure = true;
    const check: CheckRun = {
      name: spec.name,
      command: spec.command,
      exit_code: result.exitCode,
      duration_ms: result.durationMs,
      output: result.output,
    };
    checks.push(check);
    run.onCheck?.(check);
    await run.afterCheck?.(spec);
    if (run.signal.aborted) break;
  }
  return { checks, infrastructure };
}

function undefinedCheck(name: string): ShellResult {
  return { ended: 'exit', exitCode: null, durationMs: 0, output: `The project defines no check named "${name}".` };
}
