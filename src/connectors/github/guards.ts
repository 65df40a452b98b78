import { AppError, isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { GithubAuth } from './client.auth.ts';
import { branchHeadOf } from './heads.ts';
import { orNull, readingOn, type On } from './client.repository.ts';
import { refusedClassic, toProtection, type BranchProtection, type KnownOfBranch } from './map.guards.ts';
import { toRefPath } from './map.repo.ts';
import { Branch, BranchRule, ClassicProtection, Ruleset } from './schema.guards.ts';

/**
 * What keeps a branch, asked with our own credential: a rule that this very credential may go around keeps nothing from it. AppError
 * not_found for a repository or branch that is not there; a ruleset that cannot be read counts as one whose bypass is unknown.
 */
export async function protectionOf(auth: GithubAuth, repo: RepoRef, branch: string): Promise<BranchProtection> {
  const path = toRefPath(branch);
  const on = await readingOn(auth, repo);
  const isProtected = await isProtectedNow(on, branch, path);
  const told = await rulesIfAny(on, path);
  const rules = told ?? [];
  const ids = [...new Set(rules.map(({ ruleset_id }) => ruleset_id ?? null))];
  const [rulesets, classic, login] = await Promise.all([
    Promise.all(ids.map(async (id) => (id === null ? NAMELESS : rulesetOf(on, id)))),
    classicOf(on, path, { isProtected, hasRules: told !== null }),
    auth.ownLogin(),
  ]);
  return toProtection({ rules, rulesets, classic, login });
}

/** Null: the server does not say. Of those that speak GitHub's API some know refs and no branches. */
async function isProtectedNow(on: On, branch: string, path: string): Promise<boolean | null> {
  const asked = on.client.get('GET /repos/{owner}/{repo}/branches/{+path}', { ...on.name, path }, Branch);
  const found = await orNull(on, asked);
  if (found !== null) return found.protected ?? null;
  if ((await branchHeadOf(on, branch)) === null) throw new AppError('not_found', `There is no branch ${branch}.`, { code: 'github_not_found' });
  return null;
}

/** A rule that does not say of which ruleset it is: who gets around it is not known. */
const NAMELESS: Ruleset = { id: 0, name: 'a ruleset that is not named' };

/** AppError as of any read; none where there are none, or nothing that could tell of them. */
export async function rulesOf(on: On, path: string): Promise<BranchRule[]> {
  return (await rulesIfAny(on, path)) ?? [];
}

/**
 * Null: the server has no such address, as an Enterprise Server from before rulesets. A private repository in a plan without them has no
 * such rules, and GitHub answers 403 and says which plan has them.
 */
async function rulesIfAny(on: On, path: string): Promise<BranchRule[] | null> {
  const asked = on.client.list('GET /repos/{owner}/{repo}/rules/branches/{+path}', { ...on.name, path }, BranchRule);
  return orNull(on, asked).catch(notInThePlan);
}

function notInThePlan(error: unknown): BranchRule[] {
  if (isAppError(error, 'forbidden') && /upgrade to github/i.test(String(error.detail['github']))) return [];
  throw error;
}

async function rulesetOf({ client, name }: On, id: number): Promise<Ruleset> {
  try {
    return await client.get('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...name, ruleset_id: id }, Ruleset);
  } catch (error) {
    if (isAppError(error, 'not_found') || isAppError(error, 'forbidden')) return { id, name: `ruleset ${id}` };
    throw error;
  }
}

/** Shown to who administers the repository: an App without that permission is told 403, a person 404 (in the same words as for nothing there). */
async function classicOf({ client, name }: On, path: string, known: KnownOfBranch): Promise<ClassicProtection | 'none' | 'unreadable'> {
  try {
    return await client.get('GET /repos/{owner}/{repo}/branches/{+path}/protection', { ...name, path }, ClassicProtection);
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (error.kind !== 'not_found' && error.kind !== 'forbidden') throw error;
    return refusedClassic(known, { isThere: error.kind === 'forbidden', said: String(error.detail['github']) });
  }
}

/** AppError refused `no_webhook`: neither an App nor a hook of the repository. */
export const noWebhook = (): AppError =>
  new AppError('refused', 'There is no webhook of ours whose deliveries could be asked for.', {
    code: 'no_webhook',
    hint: 'With a token, let it administer the webhooks of the repository; with a GitHub App nothing is needed.',
  });
