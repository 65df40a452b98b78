/**
 * An independent judge of a merged file: it knows no syntax and shares no code with what merged. For each word of a file,
 * what either side added must be in the result and what either side took away must be gone: the result holds
 * `base + (ours - base) + (theirs - base)` of it. Where both sides made the same change once is enough, so between once and
 * twice is right. A line that both took away is gone once.
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
  const rest = countWords(withoutLines(file.base, linesTakenByBoth(file)));
  const words = new Set([...base.keys(), ...ours.keys(), ...theirs.keys(), ...result.keys()]);
  for (const word of words) {
    const [had, here, there, got] = [base, ours, theirs, result].map((counts) => counts.get(word) ?? 0) as [number, number, number, number];
    const { least, most } = expectedCount(had, here - had, there - had);
    // Both took the word away in one line and added it in others: the sum took it away twice.
    const left = rest.get(word) ?? 0;
    const twice = here > left && there > left ? had - left : 0;
    if (got < least || got > most + twice)
      return { kind: 'violated', word, detail: `${word}: ${got} found, ${least === most + twice ? least : `${least} to ${most + twice}`} expected` };
  }
  return { kind: 'conserved' };
}

/** Both adding (or both removing) may have been the same change made twice. */
function expectedCount(had: number, ours: number, theirs: number): { least: number; most: number } {
  const both = had + ours + theirs;
  const once = Math.sign(ours) === Math.sign(theirs) ? had + (ours > 0 ? Math.max(ours, theirs) : Math.min(ours, theirs)) : both;
  return { least: Math.max(0, Math.min(both, once)), most: Math.max(0, both, once) };
}

/** How many of each line of the base both sides took away: the sum of both sides' changes takes such a line away twice. */
function linesTakenByBoth({ base, ours, theirs }: MergedFile): Map<string, number> {
  const [had, here, there] = [countLines(base), countLines(ours), countLines(theirs)];
  const taken = new Map<string, number>();
  for (const [line, times] of had) {
    const gone = times - Math.max(here.get(line) ?? 0, there.get(line) ?? 0);
    if (gone > 0) taken.set(line, gone);
  }
  return taken;
}

function withoutLines(text: string, taken: ReadonlyMap<string, number>): string {
  const left = new Map(taken);
  const kept = text.split('\n').filter((line) => {
    const times = left.get(line.trim()) ?? 0;
    if (times > 0) left.set(line.trim(), times - 1);
    return times === 0;
  });
  return kept.join('\n');
}

/** Lines without their margins: code that is put into a block is still there. */
function countLines(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  return counts;
}

/** Runs of letters, digits and underscores; punctuation and layout may differ between right answers. */
function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}_$]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
