import { err, ok, type Result } from '#kernel/result.ts';

interface Hunk {
  /** First line it replaces, counted from 1; with `oldCount` 0 the line it comes after. */
  oldStart: number;
  oldLines: string[];
  newLines: string[];
}

/**
 * Applies a unified diff of one file strictly: every hunk at exactly the line it names, every context and removed line equal
 * to what is there, line ends and a missing final newline included. No fuzz, no offset: a diff that does not fit the named
 * base is refused, because "close enough" is how edits land in the wrong place.
 */
export function applyUnifiedDiff(before: string, diff: string): Result<string, string> {
  const parsed = parseHunks(diff);
  if (!parsed.ok) return parsed;
  const lines = toLines(before);
  const out: string[] = [];
  let at = 0;
  for (const hunk of parsed.value) {
    const start = hunk.oldLines.length === 0 ? hunk.oldStart : hunk.oldStart - 1;
    if (start < at || start > lines.length)
      return err(`The hunk at line ${hunk.oldStart} overlaps the one before it or lies behind the end of the file.`);
    out.push(...lines.slice(at, start));
    const wrong = hunk.oldLines.findIndex((line, offset) => lines[start + offset] !== line);
    if (wrong >= 0) return err(`Line ${start + wrong + 1} of the base is not what the diff says.`);
    out.push(...hunk.newLines);
    at = start + hunk.oldLines.length;
  }
  out.push(...lines.slice(at));
  const open = out.slice(0, -1).findIndex((line) => !line.endsWith('\n'));
  return open >= 0 ? err(`Line ${open + 1} of the result would have no line end although another follows.`) : ok(out.join(''));
}

/** Lines with their line ends; the last may have none. */
function toLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function parseHunks(diff: string): Result<Hunk[], string> {
  const lines = toLines(diff);
  const first = lines.findIndex((line) => line.startsWith('@@ '));
  if (first < 0) return err('The diff has no hunk ("@@ -a,b +c,d @@").');
  const preamble = lines.slice(0, first).find((line) => !isHeader(line));
  if (preamble !== undefined) return err(`"${preamble.trimEnd()}" is not part of a unified diff.`);
  const hunks: Hunk[] = [];
  for (let at = first; at < lines.length;) {
    const parsed = parseHunk(lines, at);
    if (!parsed.ok) return parsed;
    hunks.push(parsed.value.hunk);
    at = parsed.value.next;
  }
  return ok(hunks);
}

function isHeader(line: string): boolean {
  return /^(diff --git |index |--- |\+\+\+ |old mode |new mode |similarity index |dissimilarity index )/.test(line) || line.trim() === '';
}

function parseHunk(lines: readonly string[], start: number): Result<{ hunk: Hunk; next: number }, string> {
  const header = lines[start] ?? '';
  const found = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(header);
  if (found === null) return err(`"${header.trimEnd()}" is neither a hunk header nor a line of a hunk; a diff holds one file.`);
  const hunk: Hunk = { oldStart: Number(found[1]), oldLines: [], newLines: [] };
  const oldCount = Number(found[2] ?? 1);
  const newCount = Number(found[4] ?? 1);
  let at = start + 1;
  while (at < lines.length && (hunk.oldLines.length < oldCount || hunk.newLines.length < newCount || isNoNewline(lines[at]))) {
    const failure = takeLine(hunk, lines[at] ?? '', lines[at - 1] ?? '');
    if (failure !== null) return err(failure);
    at += 1;
  }
  if (hunk.oldLines.length !== oldCount || hunk.newLines.length !== newCount)
    return err(`The hunk "${header.trimEnd()}" does not hold as many lines as it says.`);
  return ok({ hunk, next: at });
}

const isNoNewline = (line: string | undefined): boolean => line?.startsWith('\\') === true;

function takeLine(hunk: Hunk, line: string, before: string): string | null {
  const sign = line.charAt(0);
  if (sign === '\\') {
    stripEnd(hunk, before.charAt(0));
    return null;
  }
  // Some editors strip the blank from an empty context line.
  const text = line === '\n' || line === '\r\n' ? line : line.slice(1);
  const ended = text.endsWith('\n') ? text : `${text}\n`;
  if (sign === ' ' || sign === '\n' || sign === '\r') {
    hunk.oldLines.push(ended);
    hunk.newLines.push(ended);
  } else if (sign === '-') hunk.oldLines.push(ended);
  else if (sign === '+') hunk.newLines.push(ended);
  else return `"${line.trimEnd()}" is not a line of a hunk.`;
  return null;
}

/** `\ No newline at end of file` speaks of the line before it, on the side that line is on. */
function stripEnd(hunk: Hunk, sign: string): void {
  for (const [lines, concerned] of [
    [hunk.oldLines, sign !== '+'],
    [hunk.newLines, sign !== '-'],
  ] as const) {
    const last = lines.at(-1);
    if (concerned && last !== undefined) lines[lines.length - 1] = last.replace(/\n$/, '');
  }
}
