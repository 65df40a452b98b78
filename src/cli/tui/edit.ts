import type { ApprovalBody, PreviewBody } from './bodies.ts';
import type { Edited } from './model.ts';

/** What nobody sees in an editor either, and what could drive one: all but the ends of lines. */
const UNSEEN = /(?!\n)[\p{C}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\p{Zl}\ufe00-\ufe0f\p{Zp}\u{e0100}-\u{e01ef}]/gu;

/** By which a file sets its editor: the colon of lines that vi, Vim and ex read, and of a list of Emacs; the star of its first line. */
const SETTINGS = /(?<=(?<![\p{L}\p{N}_])(?:vi|ex|vim[<=>]?-?\d*)|local\s+variables):|(?<=-)\*(?=-)/giu;

/** Arguments as a text to write in: JSON, in which all that is not seen or drives an editor is an escape. It reads as the same value. */
export function toWritten(args: Record<string, unknown>): string {
  const text = JSON.stringify(args, null, 2)
    .replaceAll(UNSEEN, (letter) => letter.split('').map(escaped).join(''))
    .replaceAll(SETTINGS, escaped);
  return `${text}\n`;
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** What somebody wrote, as arguments; a sentence: what is wrong with it. */
export function parseWritten(written: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(written);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return 'It is no JSON object.';
  } catch (error) {
    return `It is no JSON: ${(error as Error).message}`;
  }
}

const isSame = (one: unknown, other: unknown): boolean => toSorted(one) === toSorted(other);

/** Keys in one order, for comparing. */
function toSorted(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).toSorted(byKey)) : item,
  );
}

const byKey = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);

/** What came of somebody's writing; `preview` asks the server, and changes nothing. */
export async function toEdited(
  { record }: ApprovalBody,
  written: string,
  preview: (args: Record<string, unknown>) => Promise<PreviewBody>,
): Promise<Edited> {
  const args = parseWritten(written);
  if (typeof args === 'string') return { kind: 'unfit', written, problem: args };
  if (isSame(args, record.args)) return { kind: 'same' };
  const { ok, problems, args: leaving, decision } = await preview(args);
  if (!ok || leaving === null)
    return { kind: 'unfit', written, problem: problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join(' ') };
  return { kind: 'ready', change: { args, leaving, verdict: verdictOf(decision), written } };
}

function verdictOf(decision: PreviewBody['decision']): string {
  if (decision === null) return 'It would be decided anew.';
  const first = { auto: 'It would be done without a question', approval: 'It would be decided anew', deny: 'It would be refused' }[decision.kind];
  return `${first}, ${decision.risk} risk. ${decision.reason}`;
}

/** The arguments that are not as they were, as text. Null: there was none, or there is none any more. */
export function changedArgs(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Array<{ name: string; before: string | null; after: string | null }> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => !isSame(before[name], after[name]))
    .map((name) => ({ name, before: textOf(before[name]), after: textOf(after[name]) }));
}

const textOf = (value: unknown): string | null => (value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value, null, 2));
