import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import { settlesWithin } from '#platform/process/index.ts';
import type { AgentCommand, Harness, ProbeAnswer, ProbeOptions, SandboxedProcess } from '#ports/harness.ts';
import { startRun } from './run.ts';

export interface ExecDeps {
  log: Log;
  clock: Clock;
}

/**
 * Any command as an agent: the prompt on standard input (or where `{prompt}` or `{prompt_file}` stands in the command),
 * its output as events, its result in the worktree. It asks for no permission and has no turns to count.
 */
export function createExecHarness({ log, clock }: ExecDeps): Harness {
  return {
    kind: 'exec',
    start(run) {
      const startedMs = clock.now().getTime();
      log.debug({ runId: run.runId, agent: run.agent.name }, 'agent starts');
      return startRun(run, ({ reason }) => {
        log.info({ runId: run.runId, agent: run.agent.name, reason, durationMs: clock.now().getTime() - startedMs }, 'agent ended');
      });
    },
    probe: probeCommand,
  };
}

/** `--version` answers at once wherever it exists. */
const PROBE_MS = 5000;

const SAYS_NOTHING = { name: null, version: null, protocol: null, capabilities: [], authMethods: [], modes: [] };

/** A plain command says nothing of itself; that it can be started is all there is to see without giving it work. */
async function probeCommand(agent: AgentCommand, sandbox: SandboxedProcess, { limitMs = PROBE_MS }: ProbeOptions = {}): Promise<ProbeAnswer> {
  try {
    const process = await sandbox([...agent.command.slice(0, 1), '--version'], agent.env);
    process.stdout.resume();
    process.stderr.resume();
    const exit = (await settlesWithin(process.exited, Math.min(limitMs, PROBE_MS))) ? await process.exited : null;
    await process.kill(500);
    // 126 and 127 are the shell's and the loader's words for "cannot be run" and "not found".
    if (exit === null || (exit.exitCode !== 126 && exit.exitCode !== 127))
      return { ...SAYS_NOTHING, ok: true, trouble: null, detail: `${agent.name} can be started.` };
    return { ...SAYS_NOTHING, ok: false, trouble: 'spawn_failed', detail: `${agent.name} cannot be run (exit code ${exit.exitCode}).` };
  } catch (error) {
    return { ...SAYS_NOTHING, ok: false, trouble: 'spawn_failed', detail: messageOf(error) };
  }
}
