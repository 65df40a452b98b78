import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import type { AgentCommand, Harness, SandboxedProcess, SpawnedProcess } from '#ports/harness.ts';
import { openConversation } from './conversation.ts';
import { createUpdateMapper } from './map.ts';
import { startRun } from './run.ts';
import { openWire } from './wire.ts';

export interface AcpDeps {
  log: Log;
  clock: Clock;
}

/** An agent that downloads itself at its first start (`npx`) needs a while. */
const PROBE_PATIENCE_MS = 60_000;

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

async function probeAgent(agent: AgentCommand, sandbox: SandboxedProcess): ReturnType<Harness['probe']> {
  let process: SpawnedProcess;
  try {
    process = await sandbox(agent.command, agent.env);
  } catch (error) {
    return { ok: false, detail: messageOf(error), name: null, version: null };
  }
  const wire = openWire(process, { bytes() {}, update() {}, noise() {} });
  const conversation = openConversation({ process, wire, mapper: createUpdateMapper('/'), permit: null, emit() {}, isStopping: () => true });
  const timer = setTimeout(wire.end, PROBE_PATIENCE_MS);
  void process.exited.then(wire.end);
  const answer = await conversation.introduce();
  clearTimeout(timer);
  process.stdin.end();
  await process.kill(500);
  conversation.close();
  if ('reason' in answer) return { ok: false, detail: answer.detail, name: null, version: null };
  return {
    ok: true,
    detail: `${answer.name ?? agent.name}${answer.version === null ? '' : ` ${answer.version}`} speaks ACP.`,
    name: answer.name,
    version: answer.version,
  };
}
