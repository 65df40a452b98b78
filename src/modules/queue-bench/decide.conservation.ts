/**
 * An independent judge of a merged file: it knows no syntax and shares no code with what merged. For each word of a file,
 * what either side added must be in the result and what either side took away must be gone: the result holds
 * `base + (ours - base) + (theirs - base)` of it. Where both sides made the same change once is enough, so between once and
 * twice is right.
 */
export interface MergedFile {
  base: string;
  ours: string;
  theirs: string;
  result: string;
}

export type Conservation = { kind: 'conserved' } | { kind: 'violated'; word: string; detail: string };

export function judgeConservation(file: MergedFile): Conservation {
  const [base, ours, theirs, result] = [countWords(file.base), countWords(file.ours), countWords(file.theirs), countWords(file.result)];
  const words = new Set([...base.keys(), ...ours.keys(), ...theirs.keys(), ...result.keys()]);
  for (const word of words) {
    const [had, here, there, got] = [base, ours, theirs, result].map((counts) => counts.get(word) ?? 0) as [number, number, number, number];
    const { least, most } = expectedCount(had, here - had, there - had);
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

/** Runs of letters, digits and underscores; punctuation and layout may differ between right answers. */
function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}_$]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
