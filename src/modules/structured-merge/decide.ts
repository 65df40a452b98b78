import { mergeJson } from './decide.json.ts';
import { languageOf } from './decide.language.ts';
import { mergePlain } from './decide.plain.ts';
import { mergeScript } from './decide.script.ts';
import { textOf } from './decide.text.ts';
import { effectOfMerge } from './decide.units.ts';
import type { FileMerge, FileVersions, TextMerge, TextVersions } from './model.ts';

/** Larger files are left to people: their comparison would hold up the queue. */
const MOST_BYTES = 1024 * 1024;

/**
 * Three-way merge of one file that git could not merge. Pure. What comes out parses, declares nothing twice, and has both
 * sides' changes; it must still be verified by the project's checks, because no rule here knows what the code means.
 */
export function mergeFile({ path, base, ours, theirs }: FileVersions): FileMerge {
  if (ours === null || theirs === null)
    return ours === theirs ? refused('Neither side has the file.') : refused('One side deleted the file, the other changed it.');
  if (isSame(ours, theirs)) return { kind: 'merged', content: ours, rule: 'same', absorbed: ['all of it'] };
  if (base === null) return refused('Both sides created the file, each with its own content.');
  if (isSame(base, ours)) return { kind: 'merged', content: theirs, rule: 'same', absorbed: [] };
  if (isSame(base, theirs)) return { kind: 'merged', content: ours, rule: 'same', absorbed: [] };
  if (Math.max(base.length, ours.length, theirs.length) > MOST_BYTES) return refused('The file is too large.');
  const [before, mine, others] = [textOf(base), textOf(ours), textOf(theirs)];
  if (before === null || mine === null || others === null) return refused('The file is not text.');
  return mergeText({ path, base: before, ours: mine, theirs: others });
}

function mergeText(versions: TextVersions): FileMerge {
  const windows = [versions.base, versions.ours, versions.theirs].every(isWindows);
  const plain = windows
    ? { path: versions.path, base: toUnix(versions.base), ours: toUnix(versions.ours), theirs: toUnix(versions.theirs) }
    : versions;
  const merged = mergeByLanguage(plain);
  if (merged.kind === 'refused') return merged;
  const effect = effectOfMerge(plain, merged.text);
  const text = windows ? merged.text.replaceAll('\n', '\r\n') : merged.text;
  return {
    kind: 'merged',
    content: new TextEncoder().encode(text),
    rule: merged.rules.length === 0 ? 'lines' : merged.rules.toSorted().join('+'),
    absorbed: effect.kind === 'preserved' ? [] : effect.units,
  };
}

function mergeByLanguage(versions: TextVersions): TextMerge {
  const language = languageOf(versions.path);
  if (language === 'script') return mergeScript(versions);
  return language === 'json' ? mergeJson(versions) : mergePlain(versions, language);
}

const refused = (reason: string): { kind: 'refused'; reason: string } => ({ kind: 'refused', reason });

/** Every line ends in `\r\n`. */
function isWindows(text: string): boolean {
  return text.includes('\r\n') && !/(^|[^\r])\n/.test(text);
}

const toUnix = (text: string): string => text.replaceAll('\r\n', '\n');

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
