import { z } from 'zod';
import type { AgentEvent } from '#ports/harness.ts';

const Text = z.string().min(1);
const count = z.number().nonnegative();
const Usage = z.object({ input_tokens: count, output_tokens: count });

/** Names under which programs that print JSON lines say the same things. */
const TEXT_TYPES = new Set(['text', 'message', 'assistant', 'agent_message', 'result']);
const THOUGHT_TYPES = new Set(['thought', 'thinking', 'reasoning']);

/** An output line as an event: JSON lines whose meaning is plain become text, thought, tool or usage; the rest is output. */
export function mapLine(stream: 'stdout' | 'stderr', line: string): AgentEvent[] {
  const plain: AgentEvent = { kind: 'output', stream, text: line };
  if (stream === 'stderr' || !line.startsWith('{')) return [plain];
  const record = parse(line);
  if (record === null) return [plain];
  const events: AgentEvent[] = [];
  const type = typeof record['type'] === 'string' ? record['type'] : '';
  const text = Text.safeParse(record['text'] ?? record['content'] ?? record['message'] ?? record['result']);
  if (text.success && TEXT_TYPES.has(type)) events.push({ kind: 'text', text: text.data });
  else if (text.success && THOUGHT_TYPES.has(type)) events.push({ kind: 'thought', text: text.data });
  const usage = Usage.safeParse(record['usage'] ?? record);
  if (usage.success) events.push({ kind: 'usage', inputTokens: usage.data.input_tokens, outputTokens: usage.data.output_tokens });
  return events.length > 0 ? events : [plain];
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
