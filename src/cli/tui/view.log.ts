import type { LogLineBody } from './bodies.ts';
import { remembered } from './remembered.ts';
import { ACCENT, BAD, GOOD, PLAIN, QUIET, STRONG, WARN, type Style } from './style.ts';
import { row, span, wrap, type Line } from './text.ts';

/** One thing an agent said or did, as text in a style. */
interface Said {
  text: string;
  style: Style;
  /** Goes on in the piece before it, where that is of the same kind. */
  joins: 'text' | 'thought' | null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const said = (words: string, style: Style = PLAIN, joins: Said['joins'] = null): Said => ({ text: words, style, joins });

/** A log as rows for people: pieces of one message together, the oldest first. */
export const logRows = remembered((lines: readonly LogLineBody[], width: number): Line[] => {
  const pieces: Said[] = [];
  for (const piece of lines.flatMap(sayings)) {
    const last = pieces.at(-1);
    if (last !== undefined && piece.joins !== null && last.joins === piece.joins)
      pieces[pieces.length - 1] = { ...last, text: last.text + piece.text };
    else pieces.push(piece);
  }
  return pieces.flatMap((piece) => pieceRows(piece, width));
});

/** While an agent talks, a line or two are new and thousands are as they were. */
const MOST_LETTERS = 4_000_000;
const known = new Map<string, Line[]>();
let letters = 0;

function pieceRows({ text: words, style }: Said, width: number): Line[] {
  const key = `${width} ${style} ${words}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const rows = wrap(words.trimEnd(), width - 1).map((part) => row(' ', span(part, style)));
  letters += key.length;
  if (letters > MOST_LETTERS) {
    known.clear();
    letters = key.length;
  }
  known.set(key, rows);
  return rows;
}

function sayings(line: LogLineBody): Said[] {
  switch (line.kind) {
    case 'agent':
      return agentSaid(asObject(line['event']));
    case 'state':
      return [said(`── ${text(line['state'])} ${line.at.slice(11, 19)} UTC`, STRONG)];
    case 'setup':
      return [said(`▸ setup ${text(line['state'])}`, QUIET)];
    case 'check':
      return checkSaid(line);
    case 'note':
      return [said(text(line['text']), QUIET)];
    case 'outcome':
      return [said(`── ${text(line['outcome']).replace('_', ' ')}${line['detail'] ? `: ${text(line['detail'])}` : ''}`, STRONG)];
    case 'question':
      return [said(`? ${text(line['question']) || `question ${text(line['state'])}`}${line['answer'] ? ` → ${text(line['answer'])}` : ''}`, WARN)];
    case 'progress':
      return [said(`▪ ${text(line['message'])}${typeof line['fraction'] === 'number' ? ` (${Math.round(line['fraction'] * 100)} %)` : ''}`, ACCENT)];
    default:
      return [];
  }
}

function checkSaid(line: LogLineBody): Said[] {
  const passed = line['exit_code'] === 0;
  const head = said(`${passed ? '✓' : '✗'} check ${text(line['name'])} ${passed ? 'passed' : 'failed'}`, passed ? GOOD : BAD);
  return passed ? [head] : [head, said(text(line['output']), QUIET)];
}

function agentSaid(event: Record<string, unknown>): Said[] {
  switch (event['kind']) {
    case 'text':
      return [said(text(event['text']), PLAIN, 'text')];
    case 'thought':
      return [said(text(event['text']), QUIET, 'thought')];
    case 'tool':
      return toolSaid(event);
    case 'plan':
      return asList(event['entries']).map((entry) => said(`${PLAN_SIGNS[text(entry['status'])] ?? '○'} ${text(entry['text'])}`, QUIET));
    case 'permission':
      return [said(`${event['allowed'] === true ? '✓ allowed' : '✗ refused'}: ${text(event['title'])}`, event['allowed'] === true ? QUIET : WARN)];
    case 'output':
      return [said(text(event['text']), QUIET)];
    case 'ended':
      return [said(`── the agent ended: ${text(event['reason'])}${event['detail'] ? `, ${text(event['detail'])}` : ''}`, STRONG)];
    default:
      return [];
  }
}

const PLAN_SIGNS: Readonly<Record<string, string>> = { completed: '✓', in_progress: '●' };

function toolSaid(event: Record<string, unknown>): Said[] {
  const status = text(event['status']);
  const style = status === 'failed' ? BAD : ACCENT;
  const edits = asList(event['edits']).flatMap(editSaid);
  const output = text(event['output']);
  return [said(`▸ ${text(event['title'])}${status === '' ? '' : ` (${status})`}`, style), ...edits, ...(output === '' ? [] : [said(output, QUIET)])];
}

/** What a tool call changed of a file: what went, what came, a few lines of each. */
function editSaid(edit: Record<string, unknown>): Said[] {
  const MOST = 8;
  const part = (value: unknown, sign: string, style: Style): Said[] => {
    const lines = text(value).split('\n');
    const shown = lines.slice(0, MOST).map((line) => `  ${sign} ${line}`);
    return text(value) === ''
      ? []
      : [said([...shown, ...(lines.length > MOST ? [`  ${sign} … ${lines.length - MOST} more`] : [])].join('\n'), style)];
  };
  return [said(`  ${text(edit['path'])}`, QUIET), ...part(edit['before'], '-', BAD), ...part(edit['after'], '+', GOOD)];
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const asList = (value: unknown): Array<Record<string, unknown>> => (Array.isArray(value) ? value.map(asObject) : []);
