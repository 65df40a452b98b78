import { findDeclarations } from './decide.imports.ts';
import { parseJson, type JsonNode } from './decide.json-text.ts';
import { languageOf } from './decide.language.ts';
import { parseScript } from './decide.syntax.ts';
import type { TextVersions } from './model.ts';

/**
 * What a file is made of, counted: tokens of code, names of import lists, leaves of JSON, words of anything else. A merge is
 * held against these rather than against lines, because it may put two sides' changes on one line.
 */
export type Units = ReadonlyMap<string, number>;

export function unitsOf(path: string, text: string): Units {
  const units = new Map<string, number>();
  const add = (unit: string): void => void units.set(unit, (units.get(unit) ?? 0) + 1);
  const language = languageOf(path);
  if (language === 'json' && addLeaves(parseJson(text), '', add)) return units;
  if (language === 'script' && addCode(path, text, add)) return units;
  for (const [word] of text.matchAll(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu)) add(word);
  return units;
}

/** Marks units of which one is as good as two: a name is imported, a key has a value. */
const SET = '\u0000';

function addLeaves(node: JsonNode | null, at: string, add: (unit: string) => void): boolean {
  if (node === null) return false;
  if (node.kind === 'object') for (const { key, value } of node.members) addLeaves(value, `${at}/${key}`, add);
  else if (node.kind === 'array') for (const item of node.items) addLeaves(item, `${at}/-`, add);
  if (node.kind === 'scalar') add(`${at.endsWith('/-') ? '' : SET}${at} ${node.canonical}`);
  return true;
}

function addCode(path: string, text: string, add: (unit: string) => void): boolean {
  const syntax = parseScript(path, text);
  if (syntax === null) return false;
  const lists = findDeclarations(text, syntax);
  for (const { declaration } of lists)
    for (const name of declaration.names) add(`${SET}${declaration.verb} ${name.kind} ${name.text.replace(/^type /, '')}`);
  let next = 0;
  for (const token of syntax.tokens) {
    while (lists[next] !== undefined && (lists[next]?.end ?? 0) <= token.start) next += 1;
    const list = lists[next];
    if (list !== undefined && token.start >= list.start) continue;
    // Commas and semicolons come and go with the layout; within strings and text, words are told apart.
    const words = token.text.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$,;]+/gu) ?? [];
    for (const word of words) add(word);
  }
  for (const comment of syntax.comments) for (const [word] of comment.value.matchAll(/[\p{L}\p{N}_$]+/gu)) add(`// ${word}`);
  return true;
}

/**
 * What the merge did to theirs' change. `preserved`: it adds to ours exactly what theirs added to the base, and takes away
 * what theirs took away. `partially_absorbed`: some of it was in ours already, or something else changed as well; `units`
 * names up to five.
 */
export type FileEffect = { kind: 'preserved' } | { kind: 'partially_absorbed'; units: string[] };

export function effectOfMerge(versions: TextVersions, merged: string): FileEffect {
  const [base, ours, theirs, after] = [versions.base, versions.ours, versions.theirs, merged].map((text) => unitsOf(versions.path, text));
  const of = (units: Units | undefined, unit: string): number => units?.get(unit) ?? 0;
  const names = new Set([base, ours, theirs, after].flatMap((units) => [...(units?.keys() ?? [])]));
  const differing = [...names].filter((unit) => {
    const wanted = of(theirs, unit) - of(base, unit);
    if (of(after, unit) - of(ours, unit) === wanted) return false;
    return !(unit.startsWith(SET) && (wanted > 0 ? of(after, unit) > 0 : wanted < 0 && of(after, unit) === 0));
  });
  return differing.length === 0
    ? { kind: 'preserved' }
    : { kind: 'partially_absorbed', units: differing.slice(0, 5).map((unit) => unit.replace(SET, '')) };
}
