import { client, RequestError, type ClientConnection } from '@agentclientprotocol/sdk';
import { messageOf } from '#kernel/errors.ts';
import { settlesWithin } from '#platform/process/index.ts';
import type { AgentEvent, HarnessRun, PermissionAnswer, PermissionRequest, SpawnedProcess } from '#ports/harness.ts';
import {
  endOfConnection,
  endOfError,
  endOfTurn,
  PROTOCOL_VERSION,
  unreadable,
  versionMismatch,
  type Ending,
  type Exit,
  type Phase,
} from './ending.ts';
import { mapAuthMethods, mapCapabilities } from './map.introduction.ts';
import { mapUsage, type UpdateMapper } from './map.ts';
import { choosePermission } from './permission.ts';
import { InitializeAnswer, NewSessionAnswer, PermissionCall, PromptAnswer } from './schema.ts';
import type { Wire } from './wire.ts';

/** Who we say we are. Files and terminals stay the agent's own business, inside its sandbox. */
const INITIALIZE = {
  protocolVersion: PROTOCOL_VERSION,
  clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
  clientInfo: { name: 'reeve', title: 'Reeve', version: '1' },
};

/** A request that failed, already in our words. */
class Ended extends Error {
  readonly ending: Ending;
  constructor(ending: Ending) {
    super(ending.detail);
    this.ending = ending;
  }
}

/** What an agent says of itself. */
export interface Introduction {
  name: string | null;
  version: string | null;
  /** It can use MCP servers over HTTP. */
  takesTools: boolean;
  /** Names of what it says it can do. */
  capabilities: string[];
  authMethods: Array<{ id: string; name: string }>;
}

export interface Conversation {
  /** Asks the agent who it is; an ending when it does not say. */
  introduce(): Promise<Introduction | Ending>;
  /** After `introduce`: opens a session and says nothing in it. */
  open(cwd: string): Promise<{ modes: string[] } | Ending>;
  /** The whole run: initialize, session, mode, prompt, end of the turn. */
  talk(run: HarnessRun, emit: (event: AgentEvent) => void): Promise<Ending>;
  /** Asks the agent to stop its turn; resolves when it did, or never. */
  cancelTurn(): Promise<void>;
  close(): void;
}

export interface ConversationDeps {
  process: SpawnedProcess;
  wire: Wire;
  mapper: UpdateMapper;
  /** Answers a permission request; null: the run is being stopped. */
  permit: HarnessRun['permit'] | null;
  emit(event: AgentEvent): void;
  isStopping(): boolean;
}

export function openConversation(deps: ConversationDeps): Conversation {
  const connection = connect(deps);
  let sessionId: string | null = null;
  let turn: Promise<unknown> | null = null;
  const ask = (phase: Phase, params: unknown): Promise<unknown> => request(deps, connection, phase, params);

  const introduce = async (): Promise<Introduction> => {
    const answer = read(InitializeAnswer, await ask('initialize', INITIALIZE), 'initialize');
    if (answer.protocolVersion !== PROTOCOL_VERSION) throw new Ended(versionMismatch(answer.protocolVersion));
    return {
      name: answer.agentInfo?.title ?? answer.agentInfo?.name ?? null,
      version: answer.agentInfo?.version ?? null,
      takesTools: answer.agentCapabilities.mcpCapabilities.http,
      capabilities: mapCapabilities(answer.agentCapabilities),
      authMethods: mapAuthMethods(answer.authMethods),
    };
  };
  const openSession = async (cwd: string, mcpServers: object[]): Promise<NewSessionAnswer> =>
    read(NewSessionAnswer, await ask('session/new', { cwd, mcpServers }), 'session/new');

  return {
    introduce: () => introduce().catch(toEnding),
    open: (cwd) => openSession(cwd, []).then(({ modes }) => ({ modes: (modes?.availableModes ?? []).map(({ id }) => id) }), toEnding),
    async talk(run, emit) {
      try {
        const { name, version, takesTools } = await introduce();
        const mcpServers = takesTools ? toolServersOf(run) : [];
        const session = await openSession(run.worktree, mcpServers);
        sessionId = session.sessionId;
        emit({ kind: 'started', agent: name ?? run.agent.name, version, session: sessionId });
        const note = await chooseMode(connection, session, run.agent.mode ?? null);
        if (run.tools && !takesTools)
          emit({ kind: 'output', stream: 'stderr', text: 'The agent takes no MCP servers over HTTP, so it has none of our tools.' });
        if (note !== null) emit({ kind: 'output', stream: 'stderr', text: note });
        turn = ask('session/prompt', { sessionId, prompt: [{ type: 'text', text: run.prompt }] });
        const answer = read(PromptAnswer, await turn, 'session/prompt');
        for (const event of mapUsage(answer)) emit(event);
        turn = null;
        return endOfTurn(answer.stopReason);
      } catch (error) {
        turn = null;
        return toEnding(error);
      }
    },
    async cancelTurn() {
      if (turn === null || sessionId === null) return;
      await connection.agent.notify('session/cancel', { sessionId }).catch(() => {});
      await turn?.catch(() => {});
    },
    close: () => connection.close(),
  };
}

/** The token goes in this message alone: an environment or a command line would show it to whatever the agent starts. */
function toolServersOf({ tools }: HarnessRun): object[] {
  if (tools === null || tools === undefined) return [];
  return [{ type: 'http', name: tools.name, url: tools.url, headers: [{ name: 'Authorization', value: `Bearer ${tools.token}` }] }];
}

function connect(deps: ConversationDeps): ClientConnection {
  return client({ name: 'reeve' })
    .onRequest('*', ({ method, params }) => {
      if (method === 'session/request_permission') return answerPermission(deps, params);
      throw RequestError.methodNotFound(method);
    })
    .connect(deps.wire.stream);
}

function answerPermission(deps: ConversationDeps, params: unknown): { outcome: unknown } {
  const call = PermissionCall.safeParse(params);
  if (deps.isStopping() || deps.permit === null) return { outcome: { outcome: 'cancelled' } };
  if (!call.success) {
    deps.emit({ kind: 'permission', title: '', toolKind: 'other', allowed: false, reason: 'the request cannot be read' });
    return { outcome: { outcome: 'cancelled' } };
  }
  const request = deps.mapper.permission(call.data.toolCall);
  const { outcome, allowed, reason } = choosePermission(call.data.options, decide(deps.permit, request));
  deps.emit({ kind: 'permission', title: request.title, toolKind: request.toolKind, allowed, reason });
  return { outcome };
}

/** A policy that breaks has not allowed anything. */
function decide(permit: HarnessRun['permit'], request: PermissionRequest): PermissionAnswer {
  try {
    return permit(request);
  } catch (error) {
    return { allow: false, reason: `the policy could not decide: ${messageOf(error)}` };
  }
}

async function request(deps: ConversationDeps, connection: ClientConnection, phase: Phase, params: unknown): Promise<unknown> {
  try {
    return await connection.agent.request<unknown, unknown>(phase, params);
  } catch (error) {
    if (error instanceof RequestError) throw new Ended(endOfError(phase, error));
    throw new Ended(endOfConnection(phase, await exitOf(deps.process), deps.wire.stderrTail()));
  }
}

/** How long a process that closed its output may take to exit before we say that it did not. */
const EXIT_PATIENCE_MS = 1000;

async function exitOf(process: SpawnedProcess): Promise<Exit | null> {
  return (await settlesWithin(process.exited, EXIT_PATIENCE_MS)) ? process.exited : null;
}

/** Asks for the operator's mode when the agent has it; returns a sentence when it does not happen. */
async function chooseMode(connection: ClientConnection, session: NewSessionAnswer, wanted: string | null): Promise<string | null> {
  if (wanted === null) return null;
  const modes = session.modes?.availableModes ?? [];
  const mode = modes.find(({ id, name }) => id === wanted || name === wanted);
  if (mode === undefined) return `The agent has no mode "${wanted}" (it has: ${modes.map(({ id }) => id).join(', ') || 'none'}).`;
  try {
    await connection.agent.request('session/set_mode', { sessionId: session.sessionId, modeId: mode.id });
    return null;
  } catch (error) {
    return `The agent would not switch to mode "${wanted}": ${messageOf(error)}`;
  }
}

interface Reader<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

function read<T>(schema: Reader<T>, answer: unknown, phase: Phase): T {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new Ended(unreadable(phase));
  return parsed.data;
}

function toEnding(error: unknown): Ending {
  if (error instanceof Ended) return error.ending;
  return { reason: 'crashed', detail: `The conversation with the agent broke: ${messageOf(error)}` };
}
