import { diffItems, type Hunk } from './decide.diff.ts';

/** `[start, end)` of a list. */
export interface Range {
  start: number;
  end: number;
}

/**
 * A stretch of a three-way comparison. `same`: nobody changed it. `ours`, `theirs`: one side did. `both`: both alike.
 * `conflict`: both did, each in its own way; `hunks` are the changes of the two sides within it.
 */
export interface Stretch {
  kind: 'same' | 'ours' | 'theirs' | 'both' | 'conflict';
  base: Range;
  ours: Range;
  theirs: Range;
  hunks: readonly SidedHunk[];
}

export interface SidedHunk {
  side: 'ours' | 'theirs';
  hunk: Hunk;
}

export interface Three {
  base: readonly string[];
  ours: readonly string[];
  theirs: readonly string[];
}

/** Changes the hunks of one side before they are compared, for example to join what only chance holds apart. */
export type Tidy = (hunks: readonly Hunk[], base: readonly string[], other: readonly string[]) => Hunk[];

/** Three-way comparison of lists. Changes of both sides that touch (no unchanged item between them) are one conflict, as in git. */
export function compareThree(three: Three, tidy: Tidy = (hunks) => [...hunks]): Stretch[] {
  const { base, ours, theirs } = three;
  const sided = [
    ...tidy(diffItems(base, ours), base, ours).map((hunk): SidedHunk => ({ side: 'ours', hunk })),
    ...tidy(diffItems(base, theirs), base, theirs).map((hunk): SidedHunk => ({ side: 'theirs', hunk })),
  ].toSorted((a, b) => a.hunk.start - b.hunk.start || a.hunk.end - b.hunk.end);
  const stretches: Stretch[] = [];
  const shift = { ours: 0, theirs: 0 };
  let at = 0;
  const keepTo = (end: number): void => {
    if (end > at)
      stretches.push({ kind: 'same', base: { start: at, end }, ours: moved(at, end, shift.ours), theirs: moved(at, end, shift.theirs), hunks: [] });
    at = end;
  };
  for (let next = 0; next < sided.length;) {
    const group = touching(sided, next);
    next += group.length;
    const start = Math.min(...group.map(({ hunk }) => hunk.start));
    const end = Math.max(...group.map(({ hunk }) => hunk.end));
    keepTo(start);
    const from = { ours: start + shift.ours, theirs: start + shift.theirs };
    for (const { side, hunk } of group) shift[side] += hunk.otherEnd - hunk.otherStart - (hunk.end - hunk.start);
    const ranges = {
      base: { start, end },
      ours: { start: from.ours, end: end + shift.ours },
      theirs: { start: from.theirs, end: end + shift.theirs },
    };
    stretches.push({ kind: kindOf(group, three, ranges), ...ranges, hunks: group });
    at = end;
  }
  keepTo(base.length);
  return stretches;
}

const moved = (start: number, end: number, by: number): Range => ({ start: start + by, end: end + by });

/** Hunks from `from` on that reach into each other. */
function touching(sided: readonly SidedHunk[], from: number): SidedHunk[] {
  const group: SidedHunk[] = [];
  let end = -1;
  for (let at = from; at < sided.length; at += 1) {
    const one = sided[at];
    if (one === undefined || (group.length > 0 && one.hunk.start > end)) break;
    group.push(one);
    end = Math.max(end, one.hunk.end);
  }
  return group;
}

function kindOf(group: readonly SidedHunk[], three: Three, at: Pick<Stretch, 'ours' | 'theirs'>): Stretch['kind'] {
  const sides = new Set(group.map(({ side }) => side));
  if (!sides.has('theirs')) return 'ours';
  if (!sides.has('ours')) return 'theirs';
  const ours = slice(three.ours, at.ours);
  const theirs = slice(three.theirs, at.theirs);
  return ours.length === theirs.length && ours.every((item, index) => item === theirs[index]) ? 'both' : 'conflict';
}

export function slice<T>(items: readonly T[], { start, end }: Range): T[] {
  return items.slice(start, end);
}
