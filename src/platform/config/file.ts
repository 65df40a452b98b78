import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, type Document, type Pair, type YAMLMap } from 'yaml';
import { AppError, messageOf } from '#kernel/errors.ts';
import { suggestion } from '#kernel/nearest-name.ts';
import { SECTIONS, SETTINGS, type SectionName } from './settings.ts';

/** One thing that is wrong, with the place and the way out. */
export interface Problem {
  /** File name, or null for a variable. */
  file: string | null;
  line: number | null;
  message: string;
  hint: string;
}

export interface FileContent {
  /** Absolute path. */
  file: string;
  /** By setting key; the value as YAML gave it. */
  values: Map<string, { value: unknown; line: number }>;
  sections: Map<SectionName, unknown>;
  problems: Problem[];
  /** Line of the value at a path inside the document; the nearest existing ancestor when it is missing. */
  lineOf(at: readonly PropertyKey[]): number | null;
}

/** The path of the file to read, or null when there is none and none was named. */
export function findFile(named: string | undefined, cwd: string): string | null {
  if (named === undefined) {
    const usual = path.join(cwd, 'reeve.yaml');
    return existsSync(usual) ? usual : null;
  }
  const file = path.resolve(cwd, named);
  if (!existsSync(file)) {
    throw new AppError('invalid', `REEVE_CONFIG names ${file}, which does not exist.`, {
      code: 'config_missing',
      hint: 'Correct the path, or unset REEVE_CONFIG to do without a file.',
    });
  }
  return file;
}

const KNOWN_KEYS: readonly string[] = Object.values(SETTINGS)
  .filter((setting) => !setting.variableOnly)
  .map((setting) => setting.key);
const KNOWN_NAMES: readonly string[] = [...KNOWN_KEYS, ...SECTIONS];
const isSection = (key: string): key is SectionName => (SECTIONS as readonly string[]).includes(key);

/** Reads reeve.yaml: strict YAML (no duplicate keys, few aliases), settings flattened, sections left as they are. */
export function readConfigFile(file: string): FileContent {
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  } catch (error) {
    throw new AppError('invalid', `${file} cannot be read: ${messageOf(error)}`, { code: 'config_unreadable', cause: error });
  }
  const content: FileContent = { file, values: new Map(), sections: new Map(), problems: [], lineOf: (at) => lineAt(document, lines, at) };
  for (const error of document.errors) {
    content.problems.push({
      file,
      line: lines.linePos(error.pos[0]).line,
      message: `this is not valid YAML: ${error.message}`,
      hint: 'Correct the indentation or the quotes on that line.',
    });
  }
  if (document.errors.length > 0 || document.contents === null) return content;
  if (isMap(document.contents)) collect(document.contents, { content, document, lines, prefix: '' });
  else if (!(isScalar(document.contents) && document.contents.value === null))
    content.problems.push({ file, line: 1, message: 'the file must be a map of settings', hint: 'Write lines like "port: 4400".' });
  return content;
}

interface Walk {
  content: FileContent;
  document: Document.Parsed;
  lines: LineCounter;
  /** `github_` while inside `github:`. */
  prefix: string;
}

/** A nested map is the same as its keys joined: `github: { token: x }` is `github_token: x`. */
function collect(map: YAMLMap, walk: Walk): void {
  for (const pair of map.items as Pair[]) {
    const written = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
    const key =
      walk.prefix + written.replace(/^REEVE_/, (start) => (walk.prefix === '' ? '' : start)).replace(/^[A-Z_]+$/, (upper) => upper.toLowerCase());
    const line = lineOfNode(pair.key, walk.lines) ?? 1;
    if (walk.prefix === '' && isSection(key)) walk.content.sections.set(key, plain(pair.value, walk));
    else if (KNOWN_KEYS.includes(key)) walk.content.values.set(key, { value: plain(pair.value, walk), line });
    else if (isMap(pair.value) && KNOWN_KEYS.some((known) => known.startsWith(`${key}_`))) collect(pair.value, { ...walk, prefix: `${key}_` });
    else {
      walk.content.problems.push({
        file: walk.content.file,
        line,
        message: `unknown setting "${key}"`,
        hint: suggestion(key, KNOWN_NAMES, 'The reference of settings lists every name: docs/reference/config.md.'),
      });
    }
  }
}

function plain(node: unknown, walk: Walk): unknown {
  const holder = node as { toJS?: (document: Document.Parsed, options: { maxAliasCount: number }) => unknown } | null;
  try {
    return holder?.toJS?.(walk.document, { maxAliasCount: 100 }) ?? null;
  } catch (error) {
    walk.content.problems.push({
      file: walk.content.file,
      line: lineOfNode(node, walk.lines),
      message: `this is not valid YAML: ${messageOf(error)}`,
      hint: 'Write the values out instead of repeating aliases.',
    });
    return null;
  }
}

function lineOfNode(node: unknown, lines: LineCounter): number | null {
  const range = (node as { range?: [number, number, number] } | null)?.range;
  return range ? lines.linePos(range[0]).line : null;
}

function lineAt(document: Document.Parsed, lines: LineCounter, at: readonly PropertyKey[]): number | null {
  for (let length = at.length; length > 0; length -= 1) {
    const line = lineOfNode(document.getIn(at.slice(0, length), true), lines);
    if (line !== null) return line;
  }
  return null;
}
