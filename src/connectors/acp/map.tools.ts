import type { ToolFields } from './schema.ts';

/** What we know of one tool call, put together from all messages about it. */
export interface ToolView {
  id: string;
  toolKind: string;
  title: string;
  status: string;
  paths: string[];
  command: string | null;
  /** The end of what it printed. */
  output?: string;
  /** What it changed, as the agent tells it. */
  edits?: ToolEdit[];
}

interface ToolEdit {
  path: string;
  before: string | null;
  after: string | null;
}

/** A log is for reading: of a larger file the beginning is shown, of a longer output the end. */
const MOST_EDITS = 20;
const MOST_EDIT_CHARS = 16_000;
const MOST_OUTPUT_CHARS = 8000;

/** The kinds of ACP v1; what else an agent says becomes `other`, so that a policy never meets a kind it does not know. */
const KINDS = new Set(['read', 'edit', 'delete', 'move', 'search', 'execute', 'think', 'fetch', 'switch_mode']);
const PATH_KEYS = [
  'path',
  'file_path',
  'filePath',
  'abs_path',
  'absolute_path',
  'filename',
  'file',
  'notebook_path',
  'target_file',
  'source',
  'destination',
  'old_path',
  'new_path',
];
const COMMAND_KEYS = ['command', 'cmd', 'script', 'shell_command'];

/** Merges what `update` says into `known`; what it does not say stays. */
export function mergeTool(known: ToolView | undefined, update: ToolFields, worktree: string): ToolView {
  const input = asRecord(update.rawInput);
  const paths = [...locationPaths(update), ...inputPaths(input), ...diffPaths(update)].map((path) => shorten(path, worktree));
  const output = outputOf(update) ?? known?.output;
  const edits = editsOf(update, worktree) ?? known?.edits;
  return {
    ...(output === undefined ? {} : { output }),
    ...(edits === undefined ? {} : { edits }),
    id: update.toolCallId,
    toolKind: kindOf(update) ?? known?.toolKind ?? 'other',
    title: update.title ?? known?.title ?? '',
    status: update.status ?? known?.status ?? 'pending',
    paths: [...new Set([...(known?.paths ?? []), ...paths])],
    command: commandOf(input) ?? known?.command ?? null,
  };
}

/** What is told of a call after an update: what it printed and changed, which may be long, only where that is not as `told` before. */
export function newsOf(told: ToolView | undefined, { output, edits, ...view }: ToolView): ToolView {
  const isSame = edits === told?.edits || JSON.stringify(edits) === JSON.stringify(told?.edits);
  return {
    ...view,
    ...(output === undefined || output === told?.output ? {} : { output }),
    ...(edits === undefined || isSame ? {} : { edits }),
  };
}

function kindOf({ kind }: ToolFields): string | null {
  if (kind === null) return null;
  return KINDS.has(kind) ? kind : 'other';
}

function locationPaths(update: ToolFields): string[] {
  return (update.locations ?? []).flatMap((location) => texts(asRecord(location)['path']));
}

function diffPaths(update: ToolFields): string[] {
  return (update.content ?? []).flatMap((part) => {
    const record = asRecord(part);
    return record['type'] === 'diff' ? texts(record['path']) : [];
  });
}

/** A later message about the call replaces what it printed and changed as a whole. */
function outputOf(update: ToolFields): string | undefined {
  const printed = (update.content ?? []).flatMap((part) => {
    const record = asRecord(part);
    return record['type'] === 'content' ? texts(asRecord(record['content'])['text']) : [];
  });
  const text = printed.join('\n');
  return text === '' ? undefined : text.slice(-MOST_OUTPUT_CHARS);
}

function editsOf(update: ToolFields, worktree: string): ToolEdit[] | undefined {
  const edits = (update.content ?? []).flatMap((part): ToolEdit[] => {
    const { type, path, oldText, newText } = asRecord(part);
    if (type !== 'diff' || typeof path !== 'string') return [];
    return [{ path: shorten(path, worktree), before: clipped(oldText), after: clipped(newText) }];
  });
  return edits.length === 0 ? undefined : edits.slice(0, MOST_EDITS);
}

const clipped = (text: unknown): string | null => (typeof text === 'string' ? text.slice(0, MOST_EDIT_CHARS) : null);

function inputPaths(input: Record<string, unknown>): string[] {
  const lists = [input['paths'], input['files']].flatMap((value) => (Array.isArray(value) ? value.flatMap(texts) : []));
  return [...PATH_KEYS.flatMap((key) => texts(input[key])), ...lists];
}

function commandOf(input: Record<string, unknown>): string | null {
  for (const key of COMMAND_KEYS) {
    const value = input[key];
    if (typeof value === 'string' && value !== '') return value;
    if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string')) return value.join(' ');
  }
  return null;
}

const texts = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : []);

/**
 * Paths in the worktree are shown relative to it; others stay as they are, so that a policy sees that they are outside.
 * One with `..` in it is not resolved: it stays absolute, and a policy has to make up its mind about it.
 */
function shorten(path: string, worktree: string): string {
  if (path === worktree) return '.';
  const inside = path.startsWith(`${worktree}/`) ? path.slice(worktree.length + 1) : null;
  return inside === null || inside.split('/').includes('..') ? path : inside;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
