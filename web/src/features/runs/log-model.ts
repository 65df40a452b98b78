import type { components } from '../../api/schema.gen.ts';

/** One line of an execution log, as the server documents it. */
export type LogLine = components['schemas']['LogLine'];
type AgentEvent = Extract<LogLine, { kind: 'agent' }>['event'];
export type ToolEvent = Extract<AgentEvent, { kind: 'tool' }>;
export type PlanEntry = Extract<AgentEvent, { kind: 'plan' }>['entries'][number];

interface BlockHead {
  /** Number of its first line: stable, and the link to it. */
  line: number;
  at: string;
}

/** What is shown as one thing: pieces that belong together are one block. */
export type Block = BlockHead &
  (
    | { kind: 'message' | 'thought'; text: string }
    | { kind: 'output'; stream: 'stdout' | 'stderr'; text: string }
    | { kind: 'tool'; tool: ToolEvent; endedAt: string | null }
    | { kind: 'plan'; entries: readonly PlanEntry[] }
    | { kind: 'permission'; title: string; allowed: boolean; reason: string }
    | { kind: 'state'; state: string; execution: number }
    | { kind: 'note'; text: string; changes: readonly string[] }
    | { kind: 'setup'; commands: readonly string[]; state: string; cached: boolean; durationMs: number | null; output: string | null }
    | { kind: 'check'; name: string; command: string; exitCode: number | null; durationMs: number; output: string }
    | { kind: 'question'; id: string; question: string; choices: readonly string[]; state: string; answer: string | null; by: string | null }
    | { kind: 'progress'; message: string; fraction: number | null; step: string | null }
    | { kind: 'outcome'; outcome: string; failure: string | null; detail: string | null }
    | { kind: 'ended'; reason: string; detail: string }
  );

/** A log as it is shown; a new object after each change, of which unchanged blocks are the same objects as before. */
export interface LogView {
  blocks: readonly Block[];
  /** Number of the last line taken in; 0: none. */
  last: number;
  /** The agent's plan as it stands. */
  plan: readonly PlanEntry[];
  /** What is counted; the gateway's word wins over the agent's own. */
  usage: { inputTokens: number; outputTokens: number; costMicros: number | null; counted: boolean } | null;
  progress: { message: string; fraction: number | null; step: string | null } | null;
}

export const EMPTY_LOG: LogView = { blocks: [], last: 0, plan: [], usage: null, progress: null };

/** A message longer than this goes on in another block, so that no single row of the log grows without end. */
const MOST_BLOCK_CHARS = 20_000;

const DONE: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** Takes in lines; those that were taken in before are left out, so that a reader that connects again may send them again. */
export function addLines(view: LogView, lines: readonly LogLine[]): LogView {
  const blocks = [...view.blocks];
  let { last, plan, usage, progress } = view;
  for (const line of lines) {
    if (line.line <= last) continue;
    last = line.line;
    if (line.kind === 'usage') {
      usage = { inputTokens: line.input_tokens, outputTokens: line.output_tokens, costMicros: line.cost_micros, counted: true };
    } else if (line.kind === 'agent' && line.event.kind === 'usage') {
      if (usage?.counted !== true)
        usage = { inputTokens: line.event.inputTokens, outputTokens: line.event.outputTokens, costMicros: null, counted: false };
    } else {
      if (line.kind === 'agent' && line.event.kind === 'plan') plan = line.event.entries;
      if (line.kind === 'progress') progress = { message: line.message, fraction: line.fraction, step: line.step };
      // Another execution begins afresh: what the one before planned and reported is over.
      if (line.kind === 'state' && line.state === 'preparing' && line.execution > 1) [plan, progress, usage] = [[], null, null];
      addBlock(blocks, line);
    }
  }
  return last === view.last ? view : { blocks, last, plan, usage, progress };
}

function addBlock(blocks: Block[], line: Exclude<LogLine, { kind: 'usage' }>): void {
  const head = { line: line.line, at: line.at };
  switch (line.kind) {
    case 'agent':
      return addEvent(blocks, head, line.event);
    case 'state':
      return void blocks.push({ ...head, kind: 'state', state: line.state, execution: line.execution });
    case 'note':
      return void blocks.push({ ...head, kind: 'note', text: line.text, changes: line.changes ?? [] });
    case 'check':
      return void blocks.push({
        ...head,
        kind: 'check',
        name: line.name,
        command: line.command,
        exitCode: line.exit_code,
        durationMs: line.duration_ms,
        output: line.output,
      });
    case 'setup':
      return addSetup(blocks, head, line);
    case 'question':
      return addQuestion(blocks, head, line);
    case 'progress':
      return void blocks.push({ ...head, kind: 'progress', message: line.message, fraction: line.fraction, step: line.step });
    case 'outcome':
      return void blocks.push({ ...head, kind: 'outcome', outcome: line.outcome, failure: line.failure ?? null, detail: line.detail ?? null });
  }
}

function addEvent(blocks: Block[], head: BlockHead, event: AgentEvent): void {
  switch (event.kind) {
    case 'text':
    case 'thought':
      return addText(blocks, { ...head, kind: event.kind === 'text' ? 'message' : 'thought', text: event.text });
    case 'output':
      return addText(blocks, { ...head, kind: 'output', stream: event.stream, text: event.text });
    case 'tool':
      return addTool(blocks, head, event);
    case 'plan':
      return addPlan(blocks, head, event.entries);
    case 'permission':
      return void blocks.push({ ...head, kind: 'permission', title: event.title, allowed: event.allowed, reason: event.reason });
    case 'started':
      return void blocks.push({
        ...head,
        kind: 'note',
        text: `${event.agent}${event.version === null ? '' : ` ${event.version}`} has started.`,
        changes: [],
      });
    case 'ended':
      return void blocks.push({ ...head, kind: 'ended', reason: event.reason, detail: event.detail });
    case 'usage':
  }
}

type TextBlock = Extract<Block, { kind: 'message' | 'thought' | 'output' }>;

/** Pieces that follow each other are one text. */
function addText(blocks: Block[], piece: TextBlock): void {
  const before = blocks.at(-1);
  const continues =
    before !== undefined &&
    before.kind === piece.kind &&
    'text' in before &&
    before.text.length < MOST_BLOCK_CHARS &&
    (before.kind !== 'output' || (piece.kind === 'output' && before.stream === piece.stream));
  if (continues) blocks[blocks.length - 1] = { ...(before as TextBlock), text: (before as TextBlock).text + piece.text };
  else if (piece.text !== '') blocks.push(piece);
}

/** How far back a call's own block is looked for: agents that call many tools at once still report each soon. */
const LOOKED_BACK = 400;

function addTool(blocks: Block[], head: BlockHead, tool: ToolEvent): void {
  const endedAt = DONE.has(tool.status) ? head.at : null;
  for (let at = blocks.length - 1; at >= Math.max(0, blocks.length - LOOKED_BACK); at -= 1) {
    const known = blocks[at];
    // An execution that began afresh counts its calls anew.
    if (known?.kind === 'state' && known.state === 'preparing') break;
    if (known?.kind !== 'tool' || known.tool.id !== tool.id) continue;
    // What it printed and changed is told once.
    blocks[at] = { ...known, tool: { ...known.tool, ...tool }, endedAt: known.endedAt ?? endedAt };
    return;
  }
  blocks.push({ ...head, kind: 'tool', tool, endedAt });
}

/** Of plans that follow each other without anything between only the last is shown. */
function addPlan(blocks: Block[], head: BlockHead, entries: readonly PlanEntry[]): void {
  const before = blocks.at(-1);
  if (before?.kind === 'plan') blocks[blocks.length - 1] = { ...before, entries };
  else blocks.push({ ...head, kind: 'plan', entries });
}

function addSetup(blocks: Block[], head: BlockHead, line: Extract<LogLine, { kind: 'setup' }>): void {
  const before = blocks.at(-1);
  const more = { state: line.state, cached: line.cached ?? false, durationMs: line.duration_ms ?? null, output: line.output ?? null };
  if (before?.kind === 'setup' && before.state === 'started' && line.state !== 'started') blocks[blocks.length - 1] = { ...before, ...more };
  else blocks.push({ ...head, kind: 'setup', commands: line.commands, ...more });
}

function addQuestion(blocks: Block[], head: BlockHead, line: Extract<LogLine, { kind: 'question' }>): void {
  const at = blocks.findLastIndex((block) => block.kind === 'question' && block.id === line.id);
  const known = blocks[at];
  const more = { state: line.state, answer: line.answer ?? null, by: line.by ?? null };
  if (known?.kind === 'question') blocks[at] = { ...known, ...more };
  else blocks.push({ ...head, kind: 'question', id: line.id, question: line.question ?? '', choices: line.choices ?? [], ...more });
}

/** How much of a plan is done. */
export function planProgress(plan: readonly PlanEntry[]): { done: number; all: number; share: number } {
  const done = plan.filter(({ status }) => status === 'completed').length;
  return { done, all: plan.length, share: plan.length === 0 ? 0 : done / plan.length };
}
