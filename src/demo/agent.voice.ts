import type { AgentContext, RequestPermissionRequest, SessionUpdate } from '@agentclientprotocol/sdk';
import { once } from 'node:events';

export type ToolKind = 'edit' | 'delete' | 'move' | 'execute' | 'fetch' | 'other';

export interface ToolUse {
  kind: ToolKind;
  title: string;
  paths: string[];
  command: string | null;
}

/** A file that a tool changes: looked at before and after, so that the client can show the difference. */
export interface FileLook {
  path: string;
  /** Null: it is not there. */
  read(): Promise<string | null>;
}

/** How the agent speaks to its client. */
export interface Voice {
  say(text: string): Promise<void>;
  think(text: string): Promise<void>;
  plan(entries: Array<{ text: string; status: 'pending' | 'in_progress' | 'completed' }>): Promise<void>;
  /** Counts for the whole turn so far. */
  usage(input: number, output: number): Promise<void>;
  /** Announces a tool call, does it, reports how it ended. Returns the error's words, or null. */
  tool(use: ToolUse, act: () => Promise<string>, change?: FileLook): Promise<string | null>;
  /** Asks leave; true when allowed. */
  ask(use: ToolUse): Promise<boolean>;
  flood(bytes: number, to: 'stdout' | 'stderr' | 'messages', signal: AbortSignal): Promise<void>;
}

export function createVoice(client: AgentContext, sessionId: string, onUsage: (input: number, output: number) => void): Voice {
  let tools = 0;
  const update = (what: SessionUpdate): Promise<void> => client.notify('session/update', { sessionId, update: what });
  const chunk = (kind: 'agent_message_chunk' | 'agent_thought_chunk', text: string): Promise<void> =>
    update({ sessionUpdate: kind, content: { type: 'text', text } });
  const fields = (use: ToolUse) => ({
    title: use.title,
    kind: use.kind,
    locations: use.paths.map((path) => ({ path })),
    rawInput: use.command === null ? { path: use.paths[0] } : { command: use.command },
  });
  const nextId = (): string => `tool-${(tools += 1)}`;

  return {
    say: (text) => chunk('agent_message_chunk', text),
    think: (text) => chunk('agent_thought_chunk', text),
    plan: (entries) => update({ sessionUpdate: 'plan', entries: entries.map(({ text, status }) => ({ content: text, status, priority: 'medium' })) }),
    async usage(input, output) {
      onUsage(input, output);
      await update({ sessionUpdate: 'usage_update', used: input + output, size: 200_000 });
    },
    async tool(use, act, change) {
      const before = (await change?.read()) ?? null;
      const toolCallId = nextId();
      await update({ sessionUpdate: 'tool_call', toolCallId, status: 'in_progress', ...fields(use) });
      let error: string | null = null;
      let output = '';
      try {
        output = await act();
      } catch (thrown) {
        error = thrown instanceof Error ? thrown.message : String(thrown);
      }
      const text = error ?? output;
      const told = text === '' ? [] : [{ type: 'content' as const, content: { type: 'text' as const, text } }];
      const after = error === null ? ((await change?.read()) ?? null) : null;
      const diff = change === undefined || after === null ? [] : [{ type: 'diff' as const, path: change.path, oldText: before, newText: after }];
      const content = [...told, ...diff];
      await update({ sessionUpdate: 'tool_call_update', toolCallId, status: error === null ? 'completed' : 'failed', content });
      return error;
    },
    async ask(use) {
      const request: RequestPermissionRequest = {
        sessionId,
        toolCall: { toolCallId: nextId(), status: 'pending', ...fields(use) },
        options: [
          { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
          { optionId: 'always', name: 'Always allow', kind: 'allow_always' },
          { optionId: 'no', name: 'Reject', kind: 'reject_once' },
        ],
      };
      const answer = await client.request('session/request_permission', request);
      return answer.outcome.outcome === 'selected' && answer.outcome.optionId !== 'no';
    },
    flood: (bytes, to, signal) =>
      flood(bytes, signal, async (text) => {
        if (to === 'messages') await chunk('agent_message_chunk', text);
        else if (!process[to].write(`${text}\n`)) await once(process[to], 'drain', { signal });
      }),
  };
}

const FLOOD_LINE = 'x'.repeat(1000);

async function flood(bytes: number, signal: AbortSignal, write: (text: string) => Promise<void>): Promise<void> {
  for (let sent = 0; sent < bytes && !signal.aborted; sent += FLOOD_LINE.length) await write(FLOOD_LINE).catch(() => {});
}
