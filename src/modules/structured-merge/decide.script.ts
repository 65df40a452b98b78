import { compareThree, slice, type Stretch, type Three } from './decide.diff3.ts';
import { duplicatesIn, undeclaredNames } from './decide.duplicates.ts';
import { followModules, mergeNames, toItems, writeDeclaration, type ImportDeclaration, type ImportName, type Item } from './decide.imports.ts';
import { compose, type Composed, type Piece } from './decide.pieces.ts';
import { mergeNeighbours, mergeTokens } from './decide.regions.ts';
import { listsOf, refuseJoint } from './decide.siblings.ts';
import { parseScript, type Syntax } from './decide.syntax.ts';
import type { TextMerge, TextVersions } from './model.ts';

/** A piece of the merge before import lists are written again. */
type Part = Piece | { item: Extract<Item, { kind: 'name' }> };

/** TypeScript and JavaScript: lines, import lists, tokens and siblings, each only where the result can be told to be sound. */
export function mergeScript(versions: TextVersions): TextMerge {
  const { path } = versions;
  const syntax = { ours: parseScript(path, versions.ours), theirs: parseScript(path, versions.theirs), base: parseScript(path, versions.base) };
  if (syntax.ours === null || syntax.theirs === null || syntax.base === null)
    return { kind: 'refused', reason: 'One of the versions does not parse.' };
  const items = followModules({
    base: toItems(versions.base, syntax.base),
    ours: toItems(versions.ours, syntax.ours),
    theirs: toItems(versions.theirs, syntax.theirs),
  });
  const merged = mergeItems(items);
  if (merged === null) return { kind: 'refused', reason: 'Both sides changed the same place in different ways.' };
  const pieces = writeParts(merged.parts, items);
  if (pieces === null) return { kind: 'refused', reason: 'Both sides changed an import in ways that cannot be written as one.' };
  const composed = compose(pieces);
  const refusal = refuseResult(versions, composed, { ours: syntax.ours, theirs: syntax.theirs });
  return refusal === null ? { kind: 'merged', text: composed.text, rules: [...merged.rules] } : { kind: 'refused', reason: refusal };
}

interface Items {
  base: Item[];
  ours: Item[];
  theirs: Item[];
}

const textsOf = (items: Items): Three => ({
  base: items.base.map((item) => item.text),
  ours: items.ours.map((item) => item.text),
  theirs: items.theirs.map((item) => item.text),
});

function mergeItems(items: Items): { parts: Part[]; rules: Set<string> } | null {
  const three = textsOf(items);
  const parts: Part[] = [];
  const rules = new Set<string>();
  for (const stretch of compareThree(three)) {
    if (stretch.kind !== 'conflict') {
      const from = stretch.kind === 'theirs' ? slice(items.theirs, stretch.theirs) : slice(items.ours, stretch.ours);
      parts.push(...from.map((item) => toPart(item, stretch.kind === 'same' ? 'nobody' : (stretch.kind as Piece['by']))));
      continue;
    }
    const region = mergeRegion(items, three, stretch);
    if (region === null) return null;
    parts.push(...region.parts);
    for (const rule of region.rules) rules.add(rule);
  }
  return { parts, rules };
}

const toPart = (item: Item, by: Piece['by']): Part => (item.kind === 'name' ? { item } : { text: item.text, by });

function mergeRegion(items: Items, three: Three, stretch: Stretch): { parts: Part[]; rules: string[] } | null {
  const sides = { base: slice(items.base, stretch.base), ours: slice(items.ours, stretch.ours), theirs: slice(items.theirs, stretch.theirs) };
  const all = [...sides.base, ...sides.ours, ...sides.theirs];
  if (!all.some((item) => item.kind === 'name'))
    return mergeNeighbours(three, stretch) === null ? mergePieces(mergeTokens(three, stretch)) : mergePieces(mergeNeighbours(three, stretch));
  const names = mergeNames(onlyNames(sides.base), onlyNames(sides.ours), onlyNames(sides.theirs));
  const rest = mergeItems({ base: onlyLines(sides.base), ours: onlyLines(sides.ours), theirs: onlyLines(sides.theirs) });
  if (rest === null) return null;
  return { parts: [...names.map((item) => toPart(item, 'nobody')), ...rest.parts], rules: ['imports', ...rest.rules] };
}

const mergePieces = (region: { pieces: Piece[]; rules: string[] } | null) => (region === null ? null : { parts: region.pieces, rules: region.rules });
const onlyNames = (items: readonly Item[]): Item[] => items.filter((item) => item.kind === 'name');
const onlyLines = (items: readonly Item[]): Item[] => items.filter((item) => item.kind === 'line');

/** Import and export lists written as declarations again, each where its first name stands. */
function writeParts(parts: readonly Part[], items: Items): Piece[] | null {
  const names = new Map<string, ImportName[]>();
  for (const part of parts) {
    if (!('item' in part)) continue;
    const { key } = part.item.declaration;
    names.set(key, [...(names.get(key) ?? []), part.item.name]);
  }
  const pieces: Piece[] = [];
  const done = new Set<string>();
  for (const part of parts) {
    if (!('item' in part)) pieces.push(part);
    else if (!done.has(part.item.declaration.key)) {
      const { key } = part.item.declaration;
      done.add(key);
      const text = writeDeclaration(names.get(key) ?? [], declarationsOf(items, key));
      if (text === null) return null;
      pieces.push({ text, by: 'nobody' });
    }
  }
  return pieces;
}

function declarationsOf(items: Items, key: string): ImportDeclaration[] {
  return [items.ours, items.theirs, items.base].flatMap((side) => {
    const found = side.find((item) => item.kind === 'name' && item.declaration.key === key);
    return found?.kind === 'name' ? [found.declaration] : [];
  });
}

/** Why the merged text must not be used: a sentence, or null. */
function refuseResult(versions: TextVersions, { text, joints }: Composed, sides: { ours: Syntax; theirs: Syntax }): string | null {
  const syntax = parseScript(versions.path, text);
  if (syntax === null) return 'The merged file does not parse, or declares a name twice.';
  const lists = listsOf(syntax);
  for (const joint of joints) {
    const refusal = refuseJoint(text, joint, syntax, lists);
    if (refusal !== null) return refusal;
  }
  const before = [duplicatesIn(versions.ours, listsOf(sides.ours)), duplicatesIn(versions.theirs, listsOf(sides.theirs))];
  for (const [name, times] of duplicatesIn(text, lists)) {
    if (before.every((known) => times > (known.get(name) ?? 0))) return `The merged file has the same ${name.slice(0, 80)} twice.`;
  }
  const known = new Set([...undeclaredNames(sides.ours), ...undeclaredNames(sides.theirs)]);
  const lost = [...undeclaredNames(syntax)].find((name) => !known.has(name));
  return lost === undefined ? null : `One side uses ${lost}, which the other took away.`;
}
