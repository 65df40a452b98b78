import { parseLcov } from './decide.coverage.lcov.ts';
import { parseXmlCoverage } from './decide.coverage.xml.ts';
import type { Coverage, FileLines, ParsedCoverage, RawCoverage, UncoveredChange } from './model.coverage.ts';

/** A report beyond this is not read: the largest of a hundred public projects has about 20 MB. */
export const MOST_REPORT_BYTES = 32 * 1024 * 1024;

/**
 * A coverage report of any of the formats, told apart by its text. It was written by a program of the repository: what it says is believed of
 * lines alone, and a report that is too long, cut or no report is a problem, never a guess.
 */
export function parseCoverage(text: string): ParsedCoverage {
  if (text.length > MOST_REPORT_BYTES) return { ok: false, problem: 'The report is larger than 32 MB.' };
  const begin = text.replace(/^\uFEFF/, '').trimStart();
  if (begin === '') return { ok: false, problem: 'The report is empty.' };
  const parsed = begin.startsWith('<') ? parseXmlCoverage(begin) : parseLcov(begin);
  return parsed.ok && parsed.coverage.files.size === 0 ? { ok: false, problem: 'The report names no file with lines.' } : parsed;
}

/**
 * The report's names as paths of the repository: what a name says below the folder that the checks ran in, below one of the report's own source
 * folders, or the one file of the repository whose path ends in it (JaCoCo names packages, not folders). A name that could be several files
 * is none.
 */
export function toRepositoryPaths(raw: RawCoverage, repository: { paths: readonly string[]; root: string }): Coverage {
  const known = new Set(repository.paths);
  const byName = Map.groupBy(repository.paths, (path) => path.slice(path.lastIndexOf('/') + 1));
  const files = new Map<string, FileLines>();
  let unknownFiles = 0;
  for (const [name, lines] of raw.files) {
    const path = pathOf(name, { known, byName, root: repository.root, sources: raw.sources });
    if (path === null) unknownFiles += 1;
    else files.set(path, joined(files.get(path), lines));
  }
  return { format: raw.format, files, unknownFiles };
}

interface Places {
  known: ReadonlySet<string>;
  byName: ReadonlyMap<string, string[]>;
  root: string;
  sources: readonly string[];
}

function pathOf(name: string, { known, byName, root, sources }: Places): string | null {
  const candidates = [name, ...sources.map((source) => `${source.replace(/[/\\]+$/, '')}/${name}`)].map((path) => below(path, root));
  const direct = candidates.find((path) => path !== null && known.has(path));
  if (direct !== undefined) return direct;
  // A name that climbs out, or one from the root of another machine, is matched by its end like any other.
  const clean = tidy(name);
  if (clean === null) return null;
  const ending = (byName.get(clean.slice(clean.lastIndexOf('/') + 1)) ?? []).filter(
    (path) => path.endsWith(`/${clean}`) || clean.endsWith(`/${path}`),
  );
  const longest = Math.max(0, ...ending.map((path) => path.length));
  const best = clean.startsWith('/') || /^[A-Za-z]:\//.test(clean) ? ending.filter((path) => path.length === longest) : ending;
  return best.length === 1 ? (best[0] ?? null) : null;
}

/** A path of the folder, without it; null: it climbs out. */
function below(path: string, root: string): string | null {
  const clean = tidy(path);
  if (clean === null) return null;
  const folder = root.replace(/\/+$/, '');
  return clean.startsWith(`${folder}/`) ? clean.slice(folder.length + 1) : clean.replace(/^\//, '');
}

/** With slashes, without `.` and `..`; null where `..` leads above its beginning. */
function tidy(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '..') {
      if (parts.length === 0 || parts.at(-1) === '') return null;
      parts.pop();
    } else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  const clean = parts.join('/');
  return clean === '' ? null : clean;
}

/** A line that any part of the report saw running was run. */
function joined(known: FileLines | undefined, lines: FileLines): FileLines {
  if (known === undefined) return lines;
  const covered = new Set([...known.covered, ...lines.covered]);
  const uncovered = new Set([...known.uncovered, ...lines.uncovered].filter((line) => !covered.has(line)));
  return { covered: ascending(covered), uncovered: ascending(uncovered) };
}

const ascending = (lines: Iterable<number>): number[] => [...lines].toSorted((a, b) => a - b);

/** What several reports of one commit say together: a line that one of them saw running was run. */
export function combined(reports: ReadonlyArray<ReadonlyMap<string, FileLines>>): Map<string, FileLines> {
  const files = new Map<string, FileLines>();
  for (const report of reports) for (const [path, lines] of report) files.set(path, joined(files.get(path), lines));
  return files;
}

export function linesFound(files: ReadonlyMap<string, FileLines>): { covered: number; all: number } {
  let covered = 0;
  let all = 0;
  for (const lines of files.values()) {
    covered += lines.covered.length;
    all += lines.covered.length + lines.uncovered.length;
  }
  return { covered, all };
}

/** Changed lines that can be run and that no test ran, by file, most first; files all of whose changed lines ran are left out. */
export function uncoveredChanges(files: ReadonlyMap<string, FileLines>, changed: ReadonlyMap<string, ReadonlySet<number>>): UncoveredChange[] {
  const found: UncoveredChange[] = [];
  for (const [path, wanted] of changed) {
    const coverage = files.get(path);
    if (coverage === undefined) continue;
    const uncovered = coverage.uncovered.filter((line) => wanted.has(line));
    const covered = coverage.covered.filter((line) => wanted.has(line)).length;
    if (uncovered.length > 0) found.push({ path, changed: covered + uncovered.length, uncovered });
  }
  return found.toSorted((a, b) => b.uncovered.length - a.uncovered.length || (a.path < b.path ? -1 : 1));
}

/** `3, 7-9`. */
export function rangesOf(lines: readonly number[]): string {
  const ranges: Array<[number, number]> = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}

/** The same for people and agents, who need no more than the first places. */
export function firstRanges(lines: readonly number[], most = 30): string {
  const ranges = rangesOf(lines).split(', ');
  return ranges.length <= most ? ranges.join(', ') : `${ranges.slice(0, most).join(', ')} and ${ranges.length - most} more places`;
}

/** What `rangesOf` wrote. */
export function linesOf(ranges: string): number[] {
  if (ranges === '') return [];
  return ranges.split(', ').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}
