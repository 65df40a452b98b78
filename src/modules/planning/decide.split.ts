import { listItemsOf, namedPathsOf, proseOf, sentencesOf, type ListItem } from '#kernel/markdown.ts';
import { orderByOverlap } from './decide.order.ts';
import { namedPaths, scopeOfPaths } from './decide.paths.ts';
import { scopeOfWhole } from './decide.scope.ts';

export interface SplitTask {
  /** `t1`, `t2`, … in the order of the text. */
  key: string;
  title: string;
  /** What is asked, in the author's words. */
  text: string;
  scope: string[];
  depends_on: string[];
}

export interface RequestSplit {
  title: string;
  tasks: SplitTask[];
  /** What the text was divided by. */
  by: 'checklist' | 'numbered' | 'paths' | 'whole';
}

const MOST_TASKS = 50;
const MOST_TITLE = 100;

/**
 * Divides a person's request. A checklist or numbered list of two or more items gives a task each; without a list, sentences
 * (and clauses joined by "and" or ";") that name different paths do. Where an item names paths, they and their tests are its
 * scope; an item that names none may touch anything (`**`) and so takes its turn: it waits for all before it, and all after it
 * wait for it. Items that name the same file wait for each other. Everything else runs at the same time. What is not divided has the
 * scope of the one path it names, or may touch anything (`scopeOfWhole`). Pure.
 */
export function splitRequest(text: string, repoFiles: readonly string[]): RequestSplit {
  const { by, parts } = partsOf(text);
  const pieces = parts.length > MOST_TASKS ? [...parts.slice(0, MOST_TASKS - 1), parts.slice(MOST_TASKS - 1).join('\n')] : parts;
  if (by === 'whole' || pieces.length < 2) {
    const scope = scopeOfWhole(text, ordersIn(text), repoFiles);
    return { title: titleOf(text), by: 'whole', tasks: [{ key: 't1', title: titleOf(text), text: text.trim(), scope, depends_on: [] }] };
  }
  const tasks = pieces.map((part, at) => toTask(part, at, repoFiles));
  return { title: titleOf(introOf(text) || text), by, tasks: orderByOverlap(tasks) };
}

/** The pieces of work in a text, in order. One piece: it is not divided. */
export function partsOf(text: string): { by: RequestSplit['by']; parts: string[] } {
  const items = topItems(text);
  const boxes = items.filter((item) => item.kind === 'checklist' && !item.checked);
  if (boxes.length >= 2) return { by: 'checklist', parts: boxes.map((item) => item.text) };
  const numbered = items.filter((item) => item.kind === 'numbered');
  if (numbered.length >= 2) return { by: 'numbered', parts: numbered.map((item) => item.text) };
  const bullets = items.filter((item) => item.kind === 'bullet');
  if (bullets.length >= 2 && bullets.every((item) => namedPathsOf(item.text).length > 0))
    return { by: 'paths', parts: bullets.map((item) => item.text) };
  const clauses = items.length === 0 ? clausesOf(text) : [];
  return clauses.length >= 2 ? { by: 'paths', parts: clauses } : { by: 'whole', parts: [text.trim()] };
}

/** Items of the outermost level that are work; what is indented below one belongs to it. */
function topItems(text: string): ListItem[] {
  const all = listItemsOf(text).filter((item) => !/reproduc|^steps|environment|versions?$|actual|expected/.test(item.section));
  const outer = Math.min(...all.map((item) => item.indent));
  const tops: ListItem[] = [];
  for (const item of all) {
    const last = tops.at(-1);
    if (item.indent > outer + 1 && last !== undefined) last.text += `\n- ${item.text}`;
    else tops.push({ ...item });
  }
  return tops;
}

const VERBS =
  'add|fix|remove|rename|update|change|make|write|document|create|implement|extract|move|refactor|test|replace|use|delete|improve|support|handle|convert|translate|bump|drop|let|show|hide|allow|sort|validate|round|format|log|export|import|cover|describe|mention|correct|split|merge|simplify|introduce|return|reject|accept|print|set|turn|put|check|cache|escape';
const NEXT_CLAUSE = new RegExp(`\\s*;\\s+|\\s*,?\\s+and\\s+(?:also\\s+)?(?=(?:${VERBS})\\b)|\\s*,\\s+(?:then\\s+|also\\s+)?(?=(?:${VERBS})\\b)`, 'i');
const IMPERATIVE = new RegExp(`^(?:please\\s+|also\\s+|then\\s+|finally\\s+)*(?:${VERBS})\\b`, 'i');

/** Clauses that name paths, when at least two of them do; an order without a path joins as a piece of its own. */
function clausesOf(text: string): string[] {
  const clauses = clausesIn(text);
  const named = clauses.filter((clause) => namedPathsOf(clause).length > 0);
  if (named.length < 2) return [];
  const parts: string[] = [];
  for (const clause of clauses) {
    if (namedPathsOf(clause).length > 0 || IMPERATIVE.test(clause)) parts.push(clause);
    // A remark ("keep the API as it is") belongs to what stands before it.
    else if (parts.length > 0) parts[parts.length - 1] += ` ${clause}`;
  }
  return parts;
}

/** Sentences, cut before each further order. A trailing full stop is no part of a path; list marks were handled before. */
function clausesIn(text: string): string[] {
  return sentencesOf(proseOf(text))
    .flatMap((sentence) => sentence.split(NEXT_CLAUSE))
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');
}

/** Pieces of work in a text that is not divided: the items of its list, or the clauses that order something. */
function ordersIn(text: string): string[] {
  const items = topItems(text);
  return items.length >= 2 ? items.map((item) => item.text) : clausesIn(text).filter((clause) => IMPERATIVE.test(clause));
}

function toTask(part: string, at: number, repoFiles: readonly string[]): SplitTask {
  const globs = namedPaths(part, repoFiles).map(({ glob }) => glob);
  // "Then …" means what it says: the item before it comes first, even where no file is shared.
  const follows = at > 0 && /^(?:then|after that|afterwards|next|finally)\b/i.test(part);
  return {
    key: `t${at + 1}`,
    title: titleOf(part),
    text: part.trim(),
    scope: globs.length === 0 ? ['**'] : scopeOfPaths(globs, repoFiles),
    depends_on: follows ? [`t${at}`] : [],
  };
}

/** What stands before the list. */
function introOf(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => /^\s*(?:[-*+•]|\d{1,3}[.)])\s/.test(line));
  return first <= 0 ? '' : lines.slice(0, first).join('\n').trim();
}

/** The first sentence on one line, without marks, at most 100 characters. */
export function titleOf(text: string): string {
  const first = sentencesOf(proseOf(text))[0] ?? text;
  const line = first
    .replace(/^(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?/, '')
    .replace(/\s+/g, ' ')
    .replace(/[.:;,]+$/, '')
    .trim();
  if (line === '') return 'Request';
  return line.length > MOST_TITLE ? `${line.slice(0, MOST_TITLE - 1).replace(/\s+\S*$/, '')}…` : line;
}
