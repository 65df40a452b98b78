/**
 * The demo's coding agent: a program of its own that speaks ACP version 1 over stdio and really edits files and runs
 * commands in its working directory. Only WHAT it does for which task is written down beforehand, in its skills file.
 *
 *     node agent.ts [--skills FILE] [--refuse-initialize | --needs-login | --protocol-version N]
 */
import { agent, ndJsonStream, RequestError, type ContentBlock } from '@agentclientprotocol/sdk';
import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { captureFrom, findSkill, loadSkills } from './agent.skills.ts';
import { doSkill } from './agent.steps.ts';
import { toolServersOf, type ToolServers } from './agent.tools.ts';
import { createVoice } from './agent.voice.ts';

const { values: options } = parseArgs({
  options: {
    skills: { type: 'string' },
    'refuse-initialize': { type: 'boolean', default: false },
    'needs-login': { type: 'boolean', default: false },
    'protocol-version': { type: 'string', default: '1' },
  },
});
const book = await loadSkills(options.skills ?? null);

interface Session {
  cwd: string;
  mode: string;
  tools: ToolServers;
  cancel: AbortController;
}
const sessions = new Map<string, Session>();

const connection = agent({ name: 'reeve-demo-agent' })
  .onRequest('initialize', () => {
    if (options['refuse-initialize']) throw RequestError.internalError(undefined, 'this agent was told to refuse');
    return {
      protocolVersion: Number(options['protocol-version']),
      agentInfo: { name: 'reeve-demo-agent', title: book.name, version: book.version },
      agentCapabilities: { mcpCapabilities: { http: true, sse: false } },
      authMethods: [],
    };
  })
  .onRequest('session/new', ({ params }) => {
    if (options['needs-login']) throw RequestError.authRequired();
    const sessionId = randomUUID();
    sessions.set(sessionId, { cwd: params.cwd, mode: 'code', tools: toolServersOf(params.mcpServers), cancel: new AbortController() });
    const availableModes = [
      { id: 'code', name: 'Code' },
      { id: 'ask', name: 'Ask first' },
    ];
    return { sessionId, modes: { currentModeId: 'code', availableModes } };
  })
  .onRequest('session/set_mode', ({ params }) => {
    sessionOf(params.sessionId).mode = params.modeId;
    return {};
  })
  .onNotification('session/cancel', ({ params }) => sessions.get(params.sessionId)?.cancel.abort())
  .onRequest('session/prompt', async ({ params, client }) => {
    const session = sessionOf(params.sessionId);
    session.cancel = new AbortController();
    const prompt = params.prompt.map(textOf).join('\n');
    const skill = findSkill(book.skills, prompt);
    const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
    const voice = createVoice(client, params.sessionId, (input, output) =>
      Object.assign(usage, { inputTokens: input, outputTokens: output, totalTokens: input + output }),
    );
    const stopReason = await doSkill(skill?.steps ?? book.otherwise, {
      voice,
      cwd: session.cwd,
      prompt,
      tools: session.tools,
      captured: skill === null ? {} : captureFrom(skill, prompt),
      asks: session.mode === 'ask' ? 'everything' : (skill?.asks ?? 'nothing'),
      paceMs: skill?.paceMs ?? 0,
      signal: session.cancel.signal,
    });
    return { stopReason, ...(usage.totalTokens > 0 ? { usage } : {}) };
  })
  .connect(
    ndJsonStream(
      Writable.toWeb(process.stdout) as WritableStream<Uint8Array>,
      Readable.toWeb(process.stdin) as unknown as ReadableStream<Uint8Array>,
    ),
  );

void connection.closed.then(() => {
  for (const session of sessions.values()) session.cancel.abort();
});

function sessionOf(id: string): Session {
  const session = sessions.get(id);
  if (session === undefined) throw RequestError.sessionNotFound(id);
  return session;
}

function textOf(block: ContentBlock): string {
  if (block.type === 'text') return block.text;
  return block.type === 'resource' && 'text' in block.resource ? block.resource.text : '';
}
