import { AppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';

export interface RepoName {
  owner: string;
  repo: string;
}

/**
 * Owner and name of a repository on GitHub; anything that is no such name is refused before it can become part of a path.
 * AppError invalid `bad_repository_name`; refused `not_supported` for another forge.
 */
export function parseRepo(ref: RepoRef): RepoName {
  if (ref.forge !== 'github') throw new AppError('refused', `A repository of the kind ${ref.forge} is not on GitHub.`, { code: 'not_supported' });
  const match = /^([A-Za-z0-9][A-Za-z0-9_-]{0,99})\/([A-Za-z0-9._-]{1,100})$/.exec(ref.name);
  const [, owner = '', repo = ''] = match ?? [];
  if (match === null || /^\.{1,2}$/.test(repo) || repo.endsWith('.git'))
    throw new AppError('invalid', `${ref.name} is not of the form owner/name.`, { code: 'bad_repository_name' });
  return { owner, repo };
}

/** The remote of a repository, from the configured template. */
export function toRemote(template: string, { owner, repo }: RepoName): string {
  return template.replaceAll('{owner}', owner).replaceAll('{repo}', repo);
}

/**
 * A branch as a part of an address: `git/ref/heads/{+branch}` takes several segments, and a `#`, `?` or `%` in a name must not end them.
 * AppError invalid `bad_branch_name` for what git itself would refuse.
 */
export function toRefPath(branch: string): string {
  if (!isBranchName(branch)) throw new AppError('invalid', `${branch} is not the name of a branch.`, { code: 'bad_branch_name' });
  return branch.split('/').map(encodeURIComponent).join('/');
}

/** The rules of git-check-ref-format(1) for what stands after `refs/heads/`. */
export function isBranchName(branch: string): boolean {
  if (branch === '' || branch === '@' || branch.length > 250 || branch.startsWith('-')) return false;
  // oxlint-disable-next-line no-control-regex -- git refuses them in names
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{/.test(branch)) return false;
  return branch.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.') && !part.endsWith('.lock'));
}
