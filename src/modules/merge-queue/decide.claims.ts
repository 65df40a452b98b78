import { matchesAnyGlob } from '#kernel/glob.ts';
import type { OwnedPath } from '#modules/change-requests/index.ts';

/** A living lease of a task on a file scope. */
export interface ScopeClaim {
  taskId: string;
  globs: readonly string[];
}

/** Which of the paths other tasks hold: what admission refuses. The first holder is named. */
export function ownedByOthers(paths: readonly string[], taskId: string, claims: readonly ScopeClaim[]): OwnedPath[] {
  const others = claims.filter((claim) => claim.taskId !== taskId);
  return [...new Set(paths)].flatMap((path): OwnedPath[] => {
    const holder = others.find((claim) => matchesAnyGlob(path, claim.globs));
    return holder === undefined ? [] : [{ path, ownerTaskId: holder.taskId }];
  });
}

/** Claims that the wanted scope may overlap. */
export function overlappingClaims(globs: readonly string[], taskId: string, claims: readonly ScopeClaim[]): ScopeClaim[] {
  return claims.filter((claim) => claim.taskId !== taskId && claim.globs.some((held) => globs.some((wanted) => mayOverlap(held, wanted))));
}

/**
 * Whether some path may match both globs. Errs towards yes: names are compared segment by segment, and a segment with a
 * wildcard matches any that shares its literal beginning or end. Wrongly yes makes a task wait; wrongly no would let two write one file.
 */
export function mayOverlap(a: string, b: string): boolean {
  return segmentsOverlap(segmentsOf(a), segmentsOf(b));
}

function segmentsOf(glob: string): string[] {
  const clean = glob.replace(/^\.\//, '');
  if (clean.endsWith('/')) return [...clean.slice(0, -1).split('/'), '**'];
  // Alternatives may hold slashes: from the first one on anything goes.
  const alternatives = clean.split('/').findIndex((segment) => segment.includes('{'));
  if (alternatives >= 0) return [...clean.split('/').slice(0, alternatives), '**'];
  // A name without wildcards is that file or everything below that folder.
  return /[*?]/.test(clean) ? clean.split('/') : [...clean.split('/'), '**'];
}

function segmentsOverlap(a: readonly string[], b: readonly string[]): boolean {
  const [first, ...restA] = a;
  const [second, ...restB] = b;
  if (first === undefined && second === undefined) return true;
  if (first?.includes('**')) return segmentsOverlap(restA, b) || (b.length > 0 && segmentsOverlap(a, restB));
  if (second?.includes('**')) return segmentsOverlap(b, a);
  if (first === undefined || second === undefined) return false;
  return namesOverlap(first, second) && segmentsOverlap(restA, restB);
}

const WILD = /[*?]/;

function namesOverlap(a: string, b: string): boolean {
  if (!WILD.test(a) && !WILD.test(b)) return a === b;
  const before = (name: string): string => name.slice(0, WILD.test(name) ? name.search(WILD) : name.length);
  const after = (name: string): string => (WILD.test(name) ? name.slice(Math.max(name.lastIndexOf('*'), name.lastIndexOf('?')) + 1) : name);
  const begins = before(a).startsWith(before(b)) || before(b).startsWith(before(a));
  return begins && (after(a).endsWith(after(b)) || after(b).endsWith(after(a)));
}
