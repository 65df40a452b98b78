import { SYSTEM_ACTOR, type Actor } from '#kernel/actor.ts';
import { isBranchName } from '#kernel/branch-name.ts';
import { AppError } from '#kernel/errors.ts';
import type { ProjectId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import { refuseMoved } from '#kernel/revision.ts';
import { canonicalJson } from '#platform/crypto/index.ts';
import type { Tx } from '#platform/db/index.ts';
import type { ProjectsDeps } from './commands.ts';
import { toRepositoryName, type AllowlistedBy, type Repository, type RepositoryChange, type RepositoryInput } from './model.ts';
import * as store from './store.ts';

/**
 * Registers a repository. Allowlisting lets Reeve read and write it, and a `path` repository is a folder of this machine, so
 * both need the role admin. AppError conflict `taken`, invalid, forbidden `needs_admin`.
 */
export async function addRepository(deps: ProjectsDeps, input: RepositoryInput, by: Actor): Promise<Repository> {
  if (input.forge === 'path') needsAdmin(by, 'add a repository that is a folder of this machine');
  if (input.allowlisted === true) needsAdmin(by, 'allowlist a repository');
  const name = toRepositoryName(input.forge, input.name);
  if (name === null) {
    const form = input.forge === 'path' ? 'an absolute path without . and .. parts' : 'owner/name';
    throw new AppError('invalid', `name: must be ${form}`, { detail: { field: 'name' } });
  }
  const now = deps.clock.now();
  const allowlisted = input.allowlisted ?? deps.isAllowlisted?.(input.forge, name) ?? false;
  const repository: Repository = {
    id: deps.ids.next('repository'),
    projectId: input.projectId as ProjectId,
    forge: input.forge,
    name,
    defaultBranch: branchOf(input.defaultBranch),
    tier: input.tier ?? 'standard',
    allowlisted,
    // Left open, the operator's list has said it.
    allowlistedBy: allowlisted ? (input.allowlisted === true ? wordOf(by) : 'operator') : null,
    protectionAttested: false,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  return deps.db.tx(async (tx) => {
    await store.insertRepository(tx, repository);
    await record(deps, tx, repository, 'repository.added', by, { after: factsOf(repository) });
    return repository;
  });
}

/** Changes what is named; forge, name and project are its identity and stay. A change that changes nothing writes nothing. */
export async function updateRepository(
  deps: ProjectsDeps,
  id: string,
  change: RepositoryChange,
  { by, ifRevision }: { by: Actor; ifRevision?: number | undefined },
): Promise<Repository> {
  return deps.db.tx(async (tx) => {
    const before = await store.lockRepository(tx, id);
    if (before === undefined) throw noRepository();
    refuseMoved('repository', before.revision, ifRevision);
    if (change.allowlisted === true && !before.allowlisted) needsAdmin(by, 'allowlist a repository');
    if (change.protectionAttested === true && !before.protectionAttested) needsAdmin(by, 'vouch for the protection of a branch');
    const after: Repository = {
      ...before,
      defaultBranch: change.defaultBranch === undefined ? before.defaultBranch : branchOf(change.defaultBranch),
      tier: change.tier ?? before.tier,
      allowlisted: change.allowlisted ?? before.allowlisted,
      allowlistedBy: allowlistedBy(before, change, by),
      // An admin's word is about the branch it was given for.
      protectionAttested: change.protectionAttested ?? (before.protectionAttested && isSameBranch(change, before)),
      revision: before.revision + 1,
      updatedAt: deps.clock.now(),
    };
    if (canonicalJson(factsOf(before)) === canonicalJson(factsOf(after))) return before;
    await store.saveRepository(tx, after);
    await record(deps, tx, after, 'repository.changed', by, { before: factsOf(before), after: factsOf(after) });
    return after;
  });
}

const isSameBranch = (change: RepositoryChange, before: Repository): boolean =>
  change.defaultBranch === undefined || change.defaultBranch === before.defaultBranch;

/** AppError not_found, or conflict `referenced` while issues or other records point at it: take it off the allowlist instead. */
export async function removeRepository(deps: ProjectsDeps, id: string, by: Actor): Promise<void> {
  return deps.db.tx(async (tx) => {
    const before = await store.lockRepository(tx, id);
    if (before === undefined) throw noRepository();
    await store.deleteRepository(tx, id);
    await record(deps, tx, before, 'repository.removed', by, { before: factsOf(before) });
  });
}

const wordOf = (by: Actor): AllowlistedBy => (by.subject === SYSTEM_ACTOR.subject ? 'operator' : 'person');

/** An admin's own word makes what the operator's list had put on theirs; what they said, the list does not make its own. */
function allowlistedBy(before: Repository, change: RepositoryChange, by: Actor): AllowlistedBy | null {
  if (change.allowlisted === undefined) return before.allowlistedBy;
  if (!change.allowlisted) return null;
  const own = wordOf(by) === 'person' && by.role === 'admin';
  return own ? 'person' : (before.allowlistedBy ?? wordOf(by));
}

function needsAdmin(by: Actor, deed: string): void {
  if (by.role !== 'admin') throw new AppError('forbidden', `Only an admin may ${deed}.`, { code: 'needs_admin' });
}

function noRepository(): AppError {
  return new AppError('not_found', 'There is no such repository.');
}

function branchOf(name: string): string {
  if (isBranchName(name)) return name;
  throw new AppError('invalid', 'default_branch: not a name git accepts for a branch', { detail: { field: 'default_branch' } });
}

function factsOf(repository: Repository): JsonObject {
  const { projectId, forge, name, defaultBranch, tier, allowlisted, allowlistedBy: whose, protectionAttested } = repository;
  return {
    project_id: projectId,
    forge,
    name,
    default_branch: defaultBranch,
    tier,
    allowlisted,
    allowlisted_by: whose,
    protection_attested: protectionAttested,
  };
}

async function record(deps: ProjectsDeps, tx: Tx, repository: Repository, kind: string, by: Actor, payload: JsonObject): Promise<void> {
  const { id, projectId } = repository;
  deps.ledger.append(tx, { kind, subject: id, actor: by.subject, projectId, payload });
  await deps.outbox.put(tx, { type: kind, subject: id, projectId, data: factsOf(repository) });
}
