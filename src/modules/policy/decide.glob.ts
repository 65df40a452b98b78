/**
 * Glob without regular expressions: `?` one character and `*` any run of them within a path segment, `**` as a whole segment any number
 * of segments (also none). Time is bounded by the product of the lengths; there is no backtracking to blow up.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const globs = pattern.split('/');
  const segments = text.split('/');
  // reachable[j]: the globs so far match the first j segments.
  let reachable = [true, ...segments.map(() => false)];
  for (const glob of globs) {
    reachable = glob === '**' ? spread(reachable) : step(reachable, glob, segments);
  }
  return reachable[segments.length] === true;
}

function spread(reachable: readonly boolean[]): boolean[] {
  let seen = false;
  return reachable.map((here) => {
    seen ||= here;
    return seen;
  });
}

function step(reachable: readonly boolean[], glob: string, segments: readonly string[]): boolean[] {
  return reachable.map((_, j) => j > 0 && reachable[j - 1] === true && matchesSegment(glob, segments[j - 1] ?? ''));
}

/** The classic two-pointer match: on a mismatch the last `*` takes one character more. */
function matchesSegment(glob: string, text: string): boolean {
  let g = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (glob[g] === '*') {
      star = g;
      mark = t;
      g += 1;
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === text[t])) {
      g += 1;
      t += 1;
    } else if (star >= 0) {
      mark += 1;
      g = star + 1;
      t = mark;
    } else {
      return false;
    }
  }
  while (glob[g] === '*') g += 1;
  return g === glob.length;
}
