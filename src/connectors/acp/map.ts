import type { AgentEvent, PermissionRequest } from '#ports/harness.ts';
import { mergeTool, newsOf, type ToolView } from './map.tools.ts';
import { ContentUpdate, NoticeUpdate, PlanUpdate, SessionUpdate, ToolFields, UsageUpdate, type PromptAnswer } from './schema.ts';

/** Turns `session/update` notifications into events; remembers tool calls, whose updates name only what changed. */
export interface UpdateMapper {
  /** Never throws: what cannot be read is shown as output. */
  update(params: unknown): AgentEvent[];
  /** The permission request in our words, filled up with what earlier messages said of the same tool call. */
  permission(tool: ToolFields): PermissionRequest;
  /** Steps of the model so far: everything between two rounds of tool results is one. */
  turns(): number;
}

export function createUpdateMapper(worktree: string): UpdateMapper {
  const tools = new Map<string, ToolView>();
  /** As last told; what a permission was asked with is known before it is told. */
  const told = new Map<string, ToolView>();
  let turns = 0;
  let stepIsOpen = false;

  const see = (fields: ToolFields): ToolView => {
    const view = mergeTool(tools.get(fields.toolCallId), fields, worktree);
    tools.set(fields.toolCallId, view);
    return view;
  };
  const step = (): void => {
    if (!stepIsOpen) turns += 1;
    stepIsOpen = true;
  };
  const countTool = (view: ToolView, isNew: boolean): void => {
    if (isNew) step();
    if (view.status === 'completed' || view.status === 'failed') stepIsOpen = false;
  };

  const map = (params: unknown): AgentEvent[] => {
    const { update } = SessionUpdate.parse(params);
    if (update.sessionUpdate !== 'tool_call' && update.sessionUpdate !== 'tool_call_update') {
      const events = mapOther(update.sessionUpdate, update);
      if (events.some((event) => event.kind === 'text' || event.kind === 'thought')) step();
      return events;
    }
    const fields = ToolFields.parse(update);
    const isNew = !tools.has(fields.toolCallId);
    const view = see(fields);
    countTool(view, isNew);
    const news = newsOf(told.get(view.id), view);
    told.set(view.id, view);
    return [{ kind: 'tool', ...news }];
  };

  return {
    update(params) {
      try {
        return map(params);
      } catch {
        return [output(`session/update that cannot be read: ${JSON.stringify(params)?.slice(0, 500)}`)];
      }
    },
    permission(tool) {
      const { toolKind, title, paths, command } = see(tool);
      return { toolKind, title, paths, command };
    },
    turns: () => turns,
  };
}

function mapOther(kind: string, update: unknown): AgentEvent[] {
  switch (kind) {
    case 'agent_message_chunk':
      return [{ kind: 'text', text: contentText(update) }];
    case 'agent_thought_chunk':
      return [{ kind: 'thought', text: contentText(update) }];
    case 'plan':
      return [{ kind: 'plan', entries: PlanUpdate.parse(update).entries.map(({ content, status }) => ({ text: content, status })) }];
    case 'usage_update':
      // Size of the context, the only count v1 promises; what the turn cost comes with its end, the truth from the gateway.
      return [{ kind: 'usage', inputTokens: UsageUpdate.parse(update).used, outputTokens: 0 }];
    case 'notice': {
      const { severity, title, description } = NoticeUpdate.parse(update);
      return [output(`${severity}: ${title}${description === null ? '' : ` ${description}`}`)];
    }
    case 'user_message_chunk': // our own prompt, repeated
    case 'available_commands_update':
    case 'config_option_update':
    case 'session_info_update':
    case 'compaction_summary_chunk':
      return [];
    case 'current_mode_update':
      return [output(`mode: ${String((update as { currentModeId?: unknown }).currentModeId)}`)];
    case 'compaction_update':
      return [output(`context compaction: ${String((update as { status?: unknown }).status)}`)];
    default:
      return [output(`session/update of a kind unknown to us: ${kind.slice(0, 100)}`)];
  }
}

const output = (text: string): AgentEvent => ({ kind: 'output', stream: 'stdout', text });

function contentText(update: unknown): string {
  const { content } = ContentUpdate.parse(update);
  if (content.type === 'text') return content.text ?? '';
  if (content.type === 'resource_link') return `[${content.name ?? 'resource'}](${content.uri ?? ''})`;
  return `[${content.type}]`;
}

/** The agent's own count for the whole turn, when it gives one. */
export function mapUsage(answer: PromptAnswer): AgentEvent[] {
  return answer.usage === null ? [] : [{ kind: 'usage', inputTokens: answer.usage.inputTokens, outputTokens: answer.usage.outputTokens }];
}
