import { overlappingClaims, ownedByOthers, type ScopeClaim } from './decide.claims.ts';
import type { OwnedPath } from '#modules/change-requests/index.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { knownOf } from './steps.known.ts';
import { deleteClaim, listClaims, lockClaims, renewClaim, saveClaim, type ClaimRow } from './store.claims.ts';
import type { TargetKey } from './store.targets.ts';

/** A task that wants files of a target for itself. */
export interface ScopeRequest extends TargetKey {
  taskId: string;
  globs: readonly string[];
  /** The claim ends by itself unless `renewScope` is called before; on the database's clock. */
  ttlMs: number;
}

export type ScopeAnswer = { kind: 'claimed'; expiresAt: Date } | { kind: 'held'; by: ScopeClaim[] };

/**
 * Leases a file scope to a task, unless another task's living lease may overlap it: then the answer names who holds what, and
 * nothing changes. The same task again renews and may change its scope. An empty scope claims nothing and is always granted.
 */
export function claimScope(deps: Pick<MergeQueueDeps, 'db'>, request: ScopeRequest): Promise<ScopeAnswer> {
  return deps.db.tx(async (tx) => {
    await lockClaims(tx, request);
    const by = overlappingClaims(request.globs, request.taskId, await listClaims(tx, request));
    if (by.length > 0) return { kind: 'held', by: by.map(({ taskId, globs }) => ({ taskId, globs })) };
    return { kind: 'claimed', expiresAt: await saveClaim(tx, request, request) };
  });
}

/** The heartbeat of a claim; false when it has run out: claim again, somebody else may hold it now. */
export function renewScope(deps: Pick<MergeQueueDeps, 'db'>, claim: Omit<ScopeRequest, 'globs'>): Promise<boolean> {
  return renewClaim(deps.db, claim, claim.taskId, claim.ttlMs);
}

/** Gives a claim back; again is no error. */
export async function releaseScope(deps: Pick<MergeQueueDeps, 'db'>, claim: TargetKey & { taskId: string }): Promise<void> {
  await deleteClaim(deps.db, claim, claim.taskId);
}

/** Claims that live now, oldest first. */
export function livingClaims(deps: Pick<MergeQueueDeps, 'db'>, key: TargetKey): Promise<ClaimRow[]> {
  return listClaims(deps.db, key);
}

/** Which paths of a submission other tasks hold. */
export async function ownedPaths(
  deps: Pick<MergeQueueDeps, 'db'>,
  subject: TargetKey & { taskId: string },
  paths: readonly string[],
): Promise<OwnedPath[]> {
  return ownedByOthers(paths, subject.taskId, await knownOf(deps).claims(subject));
}
