import path from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { PolicyText } from '#modules/policy/index.ts';
import type { Git, Mirror } from '#ports/git.ts';

export interface PolicyRepositoryDeps {
  git: Git;
  /** Where to fetch a repository from: of the embedded forge (`owner/name`), or a path. */
  cloneUrl(name: string): Promise<string>;
  dataDir: string;
  /** Milliseconds, only for telling how long ago something was. */
  now(): number;
}

/** So long one reading counts: a burst of questions is one fetch. */
const FRESH_MS = 1000;

/**
 * The policy at the head of a repository's default branch. A mirror of our own is fetched and the branch is named by the
 * configuration: what is checked out there, and what a pull request proposes, is never looked at. A repository that cannot be read
 * rejects, so that nothing is allowed.
 */
export function createPolicyRepository(
  deps: PolicyRepositoryDeps,
  wanted: { baseDir: string; repository: string; policyBranch: string; policyPath: string },
): () => Promise<PolicyText> {
  const name = wanted.repository.startsWith('.') ? path.resolve(wanted.baseDir, wanted.repository) : wanted.repository;
  let mirror: Promise<Mirror> | null = null;
  let last: { at: number; text: Promise<PolicyText> } | null = null;

  async function open(): Promise<Mirror> {
    mirror ??= deps.cloneUrl(name).then((source) => deps.git.mirror({ dir: path.join(deps.dataDir, 'mirrors', 'policy.git'), source }));
    // A failed opening is not kept: the repository may be there the next time.
    mirror.catch(() => (mirror = null));
    return mirror;
  }

  async function readHead(): Promise<PolicyText> {
    const from = await open();
    await from.fetch();
    const commit = await from.resolve(`refs/remotes/source/${wanted.policyBranch}`);
    if (commit === null) throw new Error(`${name} has no branch ${wanted.policyBranch}`);
    const content = await from.readFile(commit, wanted.policyPath);
    if (content === null) throw new Error(`${wanted.policyPath} is not on ${wanted.policyBranch} of ${name}`);
    return { text: content.toString('utf8'), source: `${name}@${commit.slice(0, 12)}:${wanted.policyPath}` };
  }

  return async () => {
    const now = deps.now();
    if (last === null || now - last.at >= FRESH_MS || now < last.at) {
      const text = readHead();
      last = { at: now, text };
      text.catch(() => (last = null));
    }
    return last.text.catch((error: unknown) => {
      throw new AppError('unavailable', `The policy cannot be read from its repository: ${messageOf(error)}`, {
        code: 'policy_unreadable',
        hint: 'Nothing is allowed until it can be. See policy_repository, policy_branch and policy_path.',
        cause: error,
      });
    });
  };
}
