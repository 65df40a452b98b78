import { diffItems, type Hunk } from './decide.diff.ts';
import { duplicatesIn, undeclaredNames } from './decide.duplicates.ts';
import { findDeclarations, writeDeclaration, type ImportName } from './decide.imports.ts';
import { languageOf } from './decide.language.ts';
import { listsOf } from './decide.siblings.ts';
import { parseScript } from './decide.syntax.ts';
import { textOf } from './decide.text.ts';
import { linesOf } from './decide.tokens.ts';

/** A file that ours took apart: it is gone there, and its parts stand in files that ours created since the base. */
export interface SplitVersions {
  path: string;
  base: Uint8Array;
  theirs: Uint8Array;
  created: ReadonlyArray<{ path: string; content: Uint8Array }>;
}

export type SplitMerge = { kind: 'merged'; files: Array<{ path: string; content: Uint8Array }> } | { kind: 'refused'; reason: string };

/**
 * Theirs' changes of a file that ours took apart, each put where its surroundings stand now: the lines around it, which are
 * found once in the base, must stand together in exactly one of the new files (moved to the right or left alike, at most).
 * Names that theirs imports besides are imported where they are used. One change without a place refuses the file.
 */
export function mergeSplit({ path, base, theirs, created }: SplitVersions): SplitMerge {
  const [before, after] = [textOf(base), textOf(theirs)];
  if (before === null || after === null) return refused('The file is not text.');
  const parts = partsOf(path, created);
  const isScript = languageOf(path) === 'script';
  const old = isScript ? takeImports(path, before) : { rest: linesOf(before), names: [] };
  const now = isScript ? takeImports(path, after) : { rest: linesOf(after), names: [] };
  if (old === null || now === null) return refused('One of the versions does not parse.');
  const added = now.names.filter(({ key }) => !old.names.some((name) => name.key === key));
  if (old.names.some(({ key }) => !now.names.some((name) => name.key === key)))
    return refused('The file was taken apart on one side, and the other imports less than before.');
  const places = placeHunks({ base: old.rest, theirs: now.rest }, parts);
  if (places === null) return refused('The file was taken apart on one side, and a change of the other has no one place in its parts.');
  return writeParts(path, { places, added, imported: now.names, theirs: after });
}

const refused = (reason: string): { kind: 'refused'; reason: string } => ({ kind: 'refused', reason });

interface Part {
  path: string;
  text: string;
  lines: string[];
}

/** Lines of a part that a change replaces. */
interface Place {
  part: Part;
  start: number;
  end: number;
  lines: readonly string[];
}

/** Parts are of the kind of the whole. */
function partsOf(path: string, created: SplitVersions['created']): Part[] {
  const kind = extensionOf(path);
  return created.flatMap((file) => {
    const text = extensionOf(file.path) === kind ? textOf(file.content) : null;
    return text === null ? [] : [{ path: file.path, text, lines: linesOf(text) }];
  });
}

const extensionOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** Lines with something on them that must be around a change: before and after it together; for an insertion, else on one side. */
const [LEAST_AROUND, LEAST_ABOVE] = [3, 5];
const MOST_CONTEXT = 60;

function placeHunks({ base, theirs }: { base: readonly string[]; theirs: readonly string[] }, parts: readonly Part[]): Place[] | null {
  const hunks = diffItems(base, theirs);
  const places = hunks.flatMap((hunk) => placeOf({ base, theirs }, hunk, parts) ?? []);
  return places.length === hunks.length && places.length > 0 ? places : null;
}

/** The one place in all parts whose surroundings, as far as they are those of the change, are found once in the base. */
function placeOf({ base, theirs }: { base: readonly string[]; theirs: readonly string[] }, hunk: Hunk, parts: readonly Part[]): Place | null {
  const removed = base.slice(hunk.start, hunk.end);
  const found: Place[] = [];
  for (const part of parts) {
    for (let start = 0; start + removed.length <= part.lines.length; start += 1) {
      const end = start + removed.length;
      for (const shift of shiftsAt(base, hunk, part.lines, { start, end })) {
        if (!removed.every((line, at) => isSameAt(line, part.lines[start + at], shift))) continue;
        const before = countShared((at) => isSameAt(base[hunk.start - 1 - at], part.lines[start - 1 - at], shift));
        const after = countShared((at) => isSameAt(base[hunk.end + at], part.lines[end + at], shift));
        if (!isEnough(base, hunk, { before, after })) continue;
        const lines = shiftedAll(theirs.slice(hunk.otherStart, hunk.otherEnd), shift);
        if (lines === null) return null;
        found.push({ part, start, end, lines });
      }
    }
  }
  const [place] = found;
  return place === undefined || found.length > 1 ? null : place;
}

/** How far to the right the line before the change, or the one after it, stands in the part: none where neither stands there. */
function shiftsAt(base: readonly string[], hunk: Hunk, lines: readonly string[], at: { start: number; end: number }): Set<number> {
  const pairs: Array<[string | undefined, string | undefined]> = [
    [base[hunk.start - 1], lines[at.start - 1]],
    [base[hunk.end], lines[at.end]],
  ];
  return new Set(
    pairs.flatMap(([line, other]) =>
      line === undefined || other === undefined || line.trim() !== other.trim() ? [] : line.trim() === '' ? [0] : [marginOf(other) - marginOf(line)],
    ),
  );
}

const marginOf = (line: string): number => line.length - line.trimStart().length;

function shifted(line: string, by: number): string {
  if (by === 0 || line.trim() === '') return line;
  return by > 0 ? (line.startsWith('\t') ? '\t' : ' ').repeat(by) + line : line.slice(Math.min(-by, marginOf(line)));
}

/** Null where white space may be part of a text that goes over several lines. */
function shiftedAll(lines: readonly string[], by: number): string[] | null {
  if (by !== 0 && lines.some((line) => line.split('`').length % 2 === 0)) return null;
  return lines.map((line) => shifted(line, by));
}

const isSameAt = (line: string | undefined, other: string | undefined, shift: number): boolean =>
  line !== undefined && other !== undefined && shifted(line, shift) === other;

function countShared(isSame: (at: number) => boolean): number {
  let shared = 0;
  while (shared < MOST_CONTEXT && isSame(shared)) shared += 1;
  return shared;
}

/** Enough of what stood around the change stands there, and it stands nowhere else in the base. */
function isEnough(base: readonly string[], hunk: Hunk, { before, after }: { before: number; after: number }): boolean {
  const written = (lines: readonly string[]): number => lines.filter((line) => line.trim() !== '').length;
  const [above, below] = [written(base.slice(hunk.start - before, hunk.start)), written(base.slice(hunk.end, hunk.end + after))];
  const around = above > 0 && below > 0 && above + below >= LEAST_AROUND;
  const beside = hunk.start === hunk.end && above >= LEAST_ABOVE;
  return (around || beside) && countIn(base, base.slice(hunk.start - before, hunk.end + after)) === 1;
}

function countIn(lines: readonly string[], block: readonly string[]): number {
  let found = 0;
  for (let at = 0; at + block.length <= lines.length; at += 1) if (block.every((line, index) => lines[at + index] === line)) found += 1;
  return found;
}

/** A name that the file imports; `key` tells it from every other. */
interface Imported {
  key: string;
  module: string;
  isType: boolean;
  name: ImportName;
  /** How the declaration is written: its quotation mark, and what follows the module. */
  quote: string;
  tail: string;
}

/** A file without its import lists, and the names in them. */
function takeImports(path: string, text: string): { rest: string[]; names: Imported[] } | null {
  const syntax = parseScript(path, text);
  if (syntax === null) return null;
  const names: Imported[] = [];
  let rest = '';
  let at = 0;
  for (const { start, end, declaration } of findDeclarations(text, syntax)) {
    if (declaration.verb === 'export' || declaration.source === null) continue;
    const { source, isType, tail } = declaration;
    const module = moduleFrom(path, source.slice(1, -1));
    for (const name of declaration.names)
      names.push({ key: `${module} ${name.kind} ${name.text}`, module, isType, name, quote: source.slice(0, 1), tail });
    rest += text.slice(at, start);
    at = end;
  }
  return { rest: linesOf(rest + text.slice(at)), names };
}

/** A relative module as a path from the root, so that files of different folders can be compared. */
function moduleFrom(path: string, module: string): string {
  if (!module.startsWith('.')) return module;
  const at = path.split('/').slice(0, -1);
  for (const step of module.split('/')) {
    if (step === '..') at.pop();
    else if (step !== '.') at.push(step);
  }
  return `/${at.join('/')}`;
}

/** What theirs brings: changes with their places, the names the whole file imports there (those it did not before), and its text. */
interface Brought {
  places: readonly Place[];
  imported: readonly Imported[];
  added: readonly Imported[];
  theirs: string;
}

function writeParts(path: string, given: Brought): SplitMerge {
  const files: Array<{ path: string; content: Uint8Array }> = [];
  const unused = new Set(given.added);
  for (const part of new Set(given.places.map((place) => place.part))) {
    const lines = [...part.lines];
    for (const place of given.places.filter((one) => one.part === part).toSorted((a, b) => b.start - a.start))
      lines.splice(place.start, place.end - place.start, ...place.lines);
    const written = languageOf(path) === 'script' ? withImports(part, lines.join(''), given) : { text: lines.join(''), used: [] };
    if ('reason' in written) return refused(written.reason);
    for (const name of written.used) unused.delete(name);
    files.push({ path: part.path, content: new TextEncoder().encode(written.text) });
  }
  return unused.size > 0 ? refused('The file was taken apart on one side, and nothing uses what the other imports.') : { kind: 'merged', files };
}

/** A part with theirs' changes in it, importing what they use; refused where the part lacks a name that the whole had. */
function withImports(part: Part, text: string, { imported, theirs }: Brought): { text: string; used: Imported[] } | { reason: string } {
  const before = parseScript(part.path, part.text);
  const whole = parseScript(part.path, theirs);
  const without = parseScript(part.path, text);
  if (before === null || whole === null || without === null) return { reason: DOES_NOT_PARSE };
  const missing = undeclaredNames(without).difference(undeclaredNames(before));
  const used = imported.filter(({ name }) => missing.has(name.name));
  const merged = used.reduce<string | null>((so, name) => (so === null ? null : importInto(part.path, so, name)), text);
  const syntax = merged === null ? null : parseScript(part.path, merged);
  if (merged === null || syntax === null)
    return { reason: 'The file was taken apart on one side, and an import of the other has no place in its parts.' };
  const known = new Set([...undeclaredNames(before), ...undeclaredNames(whole)]);
  const lost = [...undeclaredNames(syntax)].find((name) => !known.has(name));
  if (lost !== undefined) return { reason: `One side uses ${lost}, which the other took away.` };
  const times = duplicatesIn(part.text, listsOf(before));
  const twice = [...duplicatesIn(merged, listsOf(syntax))].find(([name, count]) => count > (times.get(name) ?? 0));
  return twice === undefined ? { text: merged, used } : { reason: `The merged file has the same ${twice[0].slice(0, 80)} twice.` };
}

const DOES_NOT_PARSE = 'One of the versions or the merged file does not parse, or declares a name twice.';

/** Adds a name to an import list of the same module, or below the last list of its own; null when nothing is imported yet. */
function importInto(path: string, text: string, { module, isType, name, tail, quote }: Imported): string | null {
  const syntax = parseScript(path, text);
  if (syntax === null) return null;
  const lists = findDeclarations(text, syntax).filter(({ declaration }) => declaration.verb === 'import' && declaration.source !== null);
  const same = lists.find(
    ({ declaration }) => declaration.isType === isType && declaration.source !== null && moduleFrom(path, declaration.source.slice(1, -1)) === module,
  );
  const written = same === undefined ? null : writeDeclaration([...same.declaration.names, name], [same.declaration]);
  if (same !== undefined && written !== null) return text.slice(0, same.start) + written + text.slice(same.end);
  const last = lists.at(-1);
  if (last === undefined) return null;
  const bare = isType ? name.text.replace(/^type /, '') : name.text;
  const clause = name.kind === 'named' ? `{ ${bare} }` : bare;
  const line = `import ${isType ? 'type ' : ''}${clause} from ${quote}${moduleTo(path, module)}${quote}${tail}\n`;
  return text.slice(0, last.end) + line + text.slice(last.end);
}

/** The other way round of `moduleFrom`. */
function moduleTo(path: string, module: string): string {
  if (!module.startsWith('/')) return module;
  const from = path.split('/').slice(0, -1);
  const to = module.slice(1).split('/');
  let shared = 0;
  while (shared < Math.min(from.length, to.length - 1) && from[shared] === to[shared]) shared += 1;
  const up = from.length - shared;
  return [...(up === 0 ? ['.'] : Array.from({ length: up }, () => '..')), ...to.slice(shared)].join('/');
}
