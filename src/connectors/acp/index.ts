import type { Clock } from '#kernel/clock.ts';
import type { Log } from '#platform/log/index.ts';
import type { Harness } from '#ports/harness.ts';
import { probeAgent } from './probe.ts';
import { startRun } from './run.ts';

export interface AcpDeps {
  log: Log;
  clock: Clock;
}

/** Agents that speak the Agent Client Protocol, version 1, over stdio. */
export function createAcpHarness({ log, clock }: AcpDeps): Harness {
  return {
    kind: 'acp',
    takesTools: true,
    start(run) {
      const startedMs = clock.now().getTime();
      log.debug({ runId: run.runId, agent: run.agent.name }, 'agent starts');
      return startRun(run, ({ reason }) => {
        log.info({ runId: run.runId, agent: run.agent.name, reason, durationMs: clock.now().getTime() - startedMs }, 'agent ended');
      });
    },
    probe: probeAgent,
  };
}
