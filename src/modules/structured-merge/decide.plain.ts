import { parseDocument } from 'yaml';
import { refuseBlocks } from './decide.blocks.ts';
import { compareThree, slice, type Three } from './decide.diff3.ts';
import { isChangelog, type Language } from './decide.language.ts';
import { refuseMarkdown } from './decide.markdown.ts';
import { compose, type Joint, type Piece } from './decide.pieces.ts';
import { mergeNeighbours, mergeWords } from './decide.regions.ts';
import { linesOf } from './decide.tokens.ts';
import type { TextMerge, TextVersions } from './model.ts';

/**
 * Files that no parser here reads as code: whole lines, and in prose words. What both sides inserted at one place stays only
 * where the language's own rule says that both may stand there, ours first.
 */
export function mergePlain(versions: TextVersions, language: Language): TextMerge {
  const three: Three = { base: linesOf(versions.base), ours: linesOf(versions.ours), theirs: linesOf(versions.theirs) };
  const rules = new Set<string>();
  const pieces: Piece[] = [];
  for (const stretch of compareThree(three)) {
    if (stretch.kind !== 'conflict') {
      const from = stretch.kind === 'theirs' ? slice(three.theirs, stretch.theirs) : slice(three.ours, stretch.ours);
      pieces.push({ text: from.join(''), by: stretch.kind === 'same' ? 'nobody' : stretch.kind });
      continue;
    }
    const merged = mergeNeighbours(three, stretch) ?? (language === 'markdown' || language === 'text' ? mergeWords(three, stretch) : null);
    if (merged === null) return { kind: 'refused', reason: 'Both sides changed the same place in different ways.' };
    pieces.push(...merged.pieces);
    for (const rule of merged.rules) rules.add(rule);
  }
  const { text, joints } = compose(pieces);
  for (const joint of joints) {
    const refusal = refuseJointIn(language, versions.path, text, joint);
    if (refusal !== null) return { kind: 'refused', reason: refusal };
  }
  const refusal = refuseResult(language, versions, text);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  return { kind: 'merged', text, rules: [...rules].map((rule) => (rule === 'siblings' ? (SIBLINGS[language] ?? rule) : rule)) };
}

/** How the journal names both sides' insertions at one place. */
const SIBLINGS: Partial<Record<Language, string>> = {
  list: 'list',
  markdown: 'markdown',
  yaml: 'yaml',
  style: 'style',
  braces: 'declarations',
  indented: 'declarations',
};

const AMBIGUOUS = 'Both sides inserted lines at the same place; nothing says which come first.';

function refuseJointIn(language: Language, path: string, text: string, joint: Joint): string | null {
  const ours = linesOf(text.slice(joint.start, joint.middle));
  const theirs = linesOf(text.slice(joint.middle, joint.end));
  switch (language) {
    case 'list':
      return refuseEntries(ours, theirs);
    case 'markdown':
      return isChangelog(path) ? null : refuseMarkdown(ours, theirs);
    case 'style':
    case 'braces':
    case 'indented':
      return refuseBlocks(language, ours, theirs);
    case 'yaml':
      // The parsed result is compared as a whole.
      return null;
    default:
      return isChangelog(path) ? null : AMBIGUOUS;
  }
}

/** `!` takes back what a line before it excluded: there the order counts. */
function refuseEntries(ours: readonly string[], theirs: readonly string[]): string | null {
  return [...ours, ...theirs].some((line) => line.startsWith('!')) ? AMBIGUOUS : null;
}

function refuseResult(language: Language, versions: TextVersions, text: string): string | null {
  if (language === 'yaml') return refuseYaml(versions, text);
  if (language === 'style' || language === 'braces') return refuseBrackets(versions, text);
  if (language === 'markdown')
    return isFenced(versions.ours) && isFenced(versions.theirs) && !isFenced(text) ? 'The merged file has an open code fence.' : null;
  return null;
}

/** Every code fence is closed. */
const isFenced = (text: string): boolean => (text.match(/^ {0,3}(```|~~~)/gm)?.length ?? 0) % 2 === 0;

/** The brackets of the result close as those of both sides do; strings and comments are counted alike on all sides. */
function refuseBrackets(versions: TextVersions, text: string): string | null {
  const depth = (of: string): string =>
    ['{}', '()', '[]'].map(([open, close]) => of.split(open ?? '').length - of.split(close ?? '').length).join(' ');
  return depth(versions.ours) === depth(versions.theirs) && depth(text) !== depth(versions.ours)
    ? 'The brackets of the merged file do not close.'
    : null;
}

/** The result must be what merging the values gives: every key that a side added, changed or removed, and nothing else. */
function refuseYaml(versions: TextVersions, text: string): string | null {
  const [base, ours, theirs, merged] = [versions.base, versions.ours, versions.theirs, text].map(toLeaves);
  if (base === undefined || ours === undefined || theirs === undefined || merged === undefined) return AMBIGUOUS;
  if (base === null || ours === null || theirs === null || merged === null) return 'A version or the merged file is not YAML, or names a key twice.';
  for (const key of new Set([...base.keys(), ...ours.keys(), ...theirs.keys(), ...merged.keys()])) {
    const [before, mine, others] = [base.get(key), ours.get(key), theirs.get(key)];
    const expected = mine === before ? others : mine;
    if (mine !== before && others !== before && mine !== others) return `Both sides give ${key} another value.`;
    if (merged.get(key) !== expected) return `The merged file would not have what both sides want at ${key}.`;
  }
  return null;
}

/** Path to value; entries of lists are told apart by what they are, not by where they stand. Null: not YAML. */
function toLeaves(text: string): Map<string, string> | null {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return null;
  const leaves = new Map<string, string>();
  const visit = (value: unknown, at: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) {
        const key = `${at}/[${JSON.stringify(item)}]`;
        leaves.set(key, String(Number(leaves.get(key) ?? 0) + 1));
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(inner, `${at}/${key}`);
    } else leaves.set(at, JSON.stringify(value) ?? 'undefined');
  };
  visit(document.toJS({ maxAliasCount: 100 }), '');
  return leaves;
}
