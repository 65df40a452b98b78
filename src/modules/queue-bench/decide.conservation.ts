/**
 * An independent judge of a merged file: it knows no syntax and shares no code with what merged. What either side added must
 * be in the result and what either side took away must be gone: of each line, or else of each word, the result holds
 * `base + (ours - base) + (theirs - base)`. Where both sides made the same change once is enough, so between once and twice is
 * right. Lines are asked first: they are exact where none was rewritten, while words of a line that both sides took away would
 * be missed twice.
 */
export interface MergedFile {
  base: string;
  ours: string;
  theirs: string;
  result: string;
}

export type Conservation = { kind: 'conserved' } | { kind: 'violated'; word: string; detail: string };

export function judgeConservation(file: MergedFile): Conservation {
  return judge(file, linesIn).kind === 'conserved' ? { kind: 'conserved' } : judge(file, wordsIn);
}

function judge(file: MergedFile, split: (text: string) => string[]): Conservation {
  const [base, ours, theirs, result] = [file.base, file.ours, file.theirs, file.result].map((text) => countOf(split(text)));
  const of = (counts: ReadonlyMap<string, number> | undefined, word: string): number => counts?.get(word) ?? 0;
  for (const word of new Set([base, ours, theirs, result].flatMap((counts) => [...(counts?.keys() ?? [])]))) {
    const [had, got] = [of(base, word), of(result, word)];
    const { least, most } = expectedCount(had, of(ours, word) - had, of(theirs, word) - had);
    if (got < least || got > most)
      return { kind: 'violated', word, detail: `${word}: ${got} found, ${least === most ? least : `${least} to ${most}`} expected` };
  }
  return { kind: 'conserved' };
}

/** Both adding (or both removing) may have been the same change made twice. */
function expectedCount(had: number, ours: number, theirs: number): { least: number; most: number } {
  const both = had + ours + theirs;
  const once = Math.sign(ours) === Math.sign(theirs) ? had + (ours > 0 ? Math.max(ours, theirs) : Math.min(ours, theirs)) : both;
  return { least: Math.max(0, Math.min(both, once)), most: Math.max(0, both, once) };
}

/** Lines with something on them, without their margins: code that is put into a block is still there. */
const linesIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Runs of letters, digits and underscores; punctuation and layout may differ between right answers. */
const wordsIn = (text: string): string[] => text.match(/[\p{L}\p{N}_$]+/gu) ?? [];

function countOf(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
