import { matchesAnyGlob } from '#kernel/glob.ts';
import { scopesOverlap } from '#kernel/glob-overlap.ts';
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
  return claims.filter((claim) => claim.taskId !== taskId && scopesOverlap(claim.globs, globs));
}
