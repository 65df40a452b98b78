import { z } from 'zod';
import { SEVERITIES, type ChecklistItem, type Finding, type ReviewAnswer, type Severity } from './model.ts';

const MOST_FINDINGS = 50;
const MOST_ITEMS = 30;
const MOST_FILES = 10;
const MOST_SUMMARY = 8000;
const MOST_TEXT = 2000;
const MOST_PATH = 500;

/** Anything at all, also nothing. */
const anything = z.unknown().optional();

/** Any text, cut to a length; anything else is none. */
const text = (most: number) =>
  anything.transform((value) => (typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '').slice(0, most));

/** `src/a.ts`, `./src/a.ts`, `b/src/a.ts:12` as agents write it; null: none. */
const path = anything.transform((value) => {
  if (typeof value !== 'string') return null;
  const plain = value.trim().replace(/^`|`$/g, '').replace(/^\.\//, '');
  return plain === '' || plain.length > MOST_PATH || /\p{Cc}/u.test(plain) ? null : plain;
});

const line = anything.transform((value) => {
  const number = typeof value === 'string' && /^\d{1,7}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number < 10_000_000 ? number : null;
});

/** A word nobody was told is taken for what it most likely means; never for less than a remark. */
const severity = anything.transform((value): Severity => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  const known = SEVERITIES.find((one) => one === word);
  if (known !== undefined) return known;
  if (/^(critical|fatal|error|high)$/.test(word)) return 'major';
  return /^(info|nit|nitpick|remark|low|trivial)$/.test(word) ? 'note' : 'minor';
});

const RawFinding = z.object({
  severity,
  path,
  file: path,
  line,
  what: text(MOST_TEXT),
  why: text(MOST_TEXT),
  text: text(MOST_TEXT),
  message: text(MOST_TEXT),
  suggestion: text(MOST_TEXT),
  stands: text(20),
});
const RawItem = z.object({ item: text(MOST_TEXT), met: anything, evidence: text(MOST_TEXT) });
const RawFile = z.object({ path, file: path, why: text(MOST_TEXT), reason: text(MOST_TEXT) });
const Raw = z.object({
  summary: text(MOST_SUMMARY),
  findings: anything,
  checklist: anything,
  focus: anything,
  files_to_focus: anything,
});

/**
 * Reads a reviewer's answer: an object in JSON, alone or with words around it, strict in what it takes and forgiving in what surrounds it. What is
 * not such an object is kept whole as the summary and marked: nothing an agent said is lost, and none of it decides anything.
 */
export function parseReview(answer: string): ReviewAnswer {
  for (const value of objectsIn(answer.trim().slice(-MOST_ANSWER))) {
    const read = readReview(value);
    if (read !== null) return read;
  }
  return { parsed: false, summary: answer.trim().slice(0, MOST_SUMMARY), findings: [], checklist: [], focus: [], leftOut: 0 };
}

/** Null: the object is not about a review. */
function readReview(value: unknown): ReviewAnswer | null {
  const raw = Raw.safeParse(value);
  if (!raw.success || !isObject(value)) return null;
  if (!('findings' in value) && !('summary' in value)) return null;
  const findings = listOf(raw.data.findings, MOST_FINDINGS, toFinding);
  const checklist = listOf(raw.data.checklist, MOST_ITEMS, toItem);
  const focus = listOf(raw.data.focus ?? raw.data.files_to_focus, MOST_FILES, toFile);
  const sorted = findings.items.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const leftOut = findings.leftOut + checklist.leftOut + focus.leftOut;
  return { parsed: true, summary: raw.data.summary, findings: sorted, checklist: checklist.items, focus: focus.items, leftOut };
}

/** Things of a list that could be read, and how many could not or were too many. Something else than a list is one thing that could not be read. */
function listOf<T>(value: unknown, most: number, read: (item: unknown) => T | null): { items: T[]; leftOut: number } {
  if (value === undefined || value === null) return { items: [], leftOut: 0 };
  if (!Array.isArray(value)) return { items: [], leftOut: 1 };
  const items = value.slice(0, most).flatMap((item: unknown) => {
    const one = read(item);
    return one === null ? [] : [one];
  });
  return { items, leftOut: value.length - items.length };
}

/** A sentence alone is a finding about the whole. */
function toFinding(item: unknown): Finding | null {
  if (typeof item === 'string') return item.trim() === '' ? null : { ...WHOLE, what: item.trim().slice(0, MOST_TEXT) };
  const raw = RawFinding.safeParse(item);
  if (!raw.success) return null;
  const what = [raw.data.what, raw.data.text, raw.data.message, raw.data.why].find((words) => words !== '');
  if (what === undefined) return null;
  const named = raw.data.path ?? raw.data.file;
  const place = /^(.+?):(\d{1,7})(?:-\d+)?$/.exec(named ?? '');
  return {
    severity: raw.data.severity,
    path: place?.[1] ?? named,
    line: named === null ? null : (raw.data.line ?? (place === null ? null : Number(place[2]))),
    what,
    why: raw.data.why === what ? '' : raw.data.why,
    suggestion: raw.data.suggestion === '' ? null : raw.data.suggestion,
    stands: /^F\d{1,5}$/i.test(raw.data.stands) ? raw.data.stands.toUpperCase() : null,
  };
}

const WHOLE: Omit<Finding, 'what'> = { severity: 'minor', path: null, line: null, why: '', suggestion: null, stands: null };

function toItem(item: unknown): ChecklistItem | null {
  const raw = RawItem.safeParse(item);
  if (!raw.success || raw.data.item === '') return null;
  const { met } = raw.data;
  const word = typeof met === 'string' ? met.trim().toLowerCase() : met;
  // Whatever is neither a plain yes nor a plain no is for a person to find out.
  const plain = word === 'yes' || word === true ? 'yes' : word === 'no' || word === false ? 'no' : 'unclear';
  return { item: raw.data.item, met: plain, evidence: raw.data.evidence };
}

function toFile(item: unknown): { path: string; why: string } | null {
  if (typeof item === 'string') return toFile({ path: item });
  const raw = RawFile.safeParse(item);
  const named = raw.success ? (raw.data.path ?? raw.data.file) : null;
  return raw.success && named !== null ? { path: named, why: raw.data.why === '' ? raw.data.reason : raw.data.why } : null;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of the characters of an answer, its last ones; several times what the longest review has. An agent may write without end. */
const MOST_ANSWER = 1_000_000;
const MOST_STARTS = 20;

/**
 * Where an object of JSON may lie in a text: the whole, a fenced block (the last one first: it is the answer), from a brace that begins a line to the
 * last one (agents think aloud before they answer), from the first brace to the last.
 */
function* objectsIn(answer: string): Generator<unknown> {
  const lines = answer.split('\n');
  const fenced = fencedIn(lines).slice(-MOST_STARTS);
  const end = answer.lastIndexOf('}') + 1;
  const starts = startsIn(lines).slice(0, MOST_STARTS);
  const braced = [...starts, answer.indexOf('{')].map((start) => answer.slice(start, end));
  for (const candidate of [answer, ...fenced.toReversed(), ...braced]) {
    const value = jsonOf(candidate);
    if (isObject(value)) yield value;
  }
}

/** What stands between fences, each line looked at once. */
function fencedIn(lines: readonly string[]): string[] {
  const blocks: string[] = [];
  let from: number | null = null;
  for (const [at, raw] of lines.entries()) {
    const words = raw.trim();
    if (from !== null && words.startsWith('```')) {
      blocks.push(lines.slice(from, at).join('\n'));
      from = null;
    } else if (from === null && (words.endsWith('```json') || (words.startsWith('```') && !words.includes('```', 3)))) from = at + 1;
  }
  return blocks;
}

/** Where a line begins with a brace, whatever blanks stand before it. */
function startsIn(lines: readonly string[]): number[] {
  const starts: number[] = [];
  let offset = 0;
  for (const words of lines) {
    if (words.trimStart().startsWith('{')) starts.push(offset);
    offset += words.length + 1;
  }
  return starts;
}

function jsonOf(candidate: string): unknown {
  try {
    return JSON.parse(candidate.trim());
  } catch {
    return null;
  }
}
