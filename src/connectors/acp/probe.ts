import { messageOf } from '#kernel/errors.ts';
import type { AgentCommand, ProbeAnswer, ProbeOptions, ProbeTrouble, SandboxedProcess, SpawnedProcess } from '#ports/harness.ts';
import { openConversation, type Conversation, type Introduction } from './conversation.ts';
import { PROTOCOL_VERSION, type Ending } from './ending.ts';
import { createUpdateMapper } from './map.ts';
import { openWire } from './wire.ts';

/** An agent that downloads itself at its first start (`npx`) needs a while. */
const PROBE_PATIENCE_MS = 60_000;
const KILL_GRACE_MS = 500;

const NOTHING = { name: null, version: null, protocol: null, capabilities: [], authMethods: [], modes: [] };

/** Starts the agent, lets it introduce itself, opens a session where there is a folder for one, and ends it whatever came of that. */
export async function probeAgent(agent: AgentCommand, sandbox: SandboxedProcess, options: ProbeOptions = {}): Promise<ProbeAnswer> {
  let process: SpawnedProcess;
  try {
    process = await sandbox(agent.command, agent.env);
  } catch (error) {
    return { ...NOTHING, ok: false, trouble: 'spawn_failed', detail: messageOf(error) };
  }
  const wire = openWire(process, { bytes() {}, update() {}, noise() {} });
  const conversation = openConversation({ process, wire, mapper: createUpdateMapper('/'), permit: null, emit() {}, isStopping: () => true });
  const limitMs = options.limitMs ?? PROBE_PATIENCE_MS;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    wire.end();
  }, limitMs);
  void process.exited.then(wire.end);
  const answer = await converse(agent, conversation, options.cwd ?? null);
  clearTimeout(timer);
  process.stdin.end();
  await process.kill(KILL_GRACE_MS);
  conversation.close();
  if (!late || answer.ok) return answer;
  return { ...answer, trouble: 'too_slow', detail: `The agent did not answer within ${Math.round(limitMs / 1000)} seconds.` };
}

async function converse(agent: AgentCommand, conversation: Conversation, cwd: string | null): Promise<ProbeAnswer> {
  const introduction = await conversation.introduce();
  if ('reason' in introduction) return { ...NOTHING, ...failed(introduction) };
  const said = { ...about(introduction), modes: [] };
  const session = cwd === null ? null : await conversation.open(cwd);
  if (session !== null && 'reason' in session) return { ...said, ...failed(session) };
  const name = introduction.name ?? agent.name;
  const version = introduction.version === null ? '' : ` ${introduction.version}`;
  return { ...said, ok: true, trouble: null, detail: `${name}${version} speaks ACP.`, modes: session?.modes ?? [] };
}

const about = ({ name, version, capabilities, authMethods }: Introduction) => ({
  name,
  version,
  protocol: `ACP ${PROTOCOL_VERSION}`,
  capabilities,
  authMethods,
});

/** A conversation that has not come to a prompt ends in these ways alone. */
const TROUBLES: Partial<Record<Ending['reason'], ProbeTrouble>> = { refused: 'login_needed', protocol: 'protocol' };

function failed({ reason, detail }: Ending): { ok: false; trouble: ProbeTrouble; detail: string } {
  return { ok: false, trouble: TROUBLES[reason] ?? 'crashed', detail };
}
