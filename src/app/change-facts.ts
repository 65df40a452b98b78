import type { Proposal } from '#modules/actions/index.ts';
import type { Facts } from '#modules/policy/index.ts';
import type { ForgeRead } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';

export interface ChangeFactsDeps {
  forge(name: string): ForgeRead;
  repository(repo: { forge: string; name: string }): Promise<{ id: string } | null>;
  mirror(repositoryId: string): Promise<Mirror>;
}

/**
 * `change.paths`, `change.files` and `change.bytes` of a merge: what its very commit would bring to the base, read from the repository, whatever anybody
 * says of it. Of a push of a commit to a branch that is not Reeve's own: what it changes there and the base does not have already. Nothing
 * on Reeve's own branches: that counts when it is merged; nor of what the queue pushes or a story brings to a folder, which the same limits
 * admitted. Anything that cannot be read leaves the facts out, which the policy takes for a limit that was passed.
 */
export function createChangeFacts(deps: ChangeFactsDeps): (proposal: Proposal) => Promise<Facts> {
  return async (proposal): Promise<Facts> => {
    if (proposal.kind !== 'pr.merge' && proposal.kind !== 'branch.push') return {};
    try {
      const change = await (proposal.kind === 'pr.merge' ? changeOfMerge : changeOfPush)(deps, proposal);
      if (change === 'hidden') return { change: { paths: false } };
      return change === null ? {} : { change: { ...change, files: change.paths.length } };
    } catch {
      return {};
    }
  };
}

const OWN_BRANCH = /^(?:ai-[^/]*|epic\/[^/]*|reeve\/.*)$/;

interface ObservedChange {
  paths: string[];
  bytes: number;
}

const NOTHING: ObservedChange = { paths: [], bytes: 0 };

async function changeOfPush(deps: ChangeFactsDeps, { target, args }: Proposal): Promise<ObservedChange | 'hidden' | null> {
  const { sha, expected, files } = args;
  if (typeof sha !== 'string' || target.forge === 'path' || OWN_BRANCH.test(target.branch ?? '')) return NOTHING;
  const repo = { forge: target.forge, name: target.repo };
  const known = await deps.repository(repo);
  if (known === null) return null;
  const forge = deps.forge(repo.forge);
  const pull = target.number ? await forge.pullByNumber(repo, target.number) : null;
  const mirror = await deps.mirror(known.id);
  const baseRef = `refs/remotes/source/${pull?.baseBranch ?? (await forge.defaultBranch(repo))}`;
  if ((await mirror.resolve(sha)) === null || (await mirror.resolve(baseRef)) === null) await mirror.fetch();
  const onto = await mirror.resolve(baseRef);
  const base = onto === null ? null : await mirror.mergeBase(sha, onto);
  if (base === null) return null;
  const since = typeof expected === 'string' ? expected : base;
  const news = new Set(await pathsBetween(mirror, base, sha));
  const paths = (await pathsBetween(mirror, since, sha)).filter((path) => news.has(path));
  // Whoever names the files of a push names all of them: else people would decide about another one. A fact of the wrong type denies.
  if (Array.isArray(files) && paths.some((path) => !files.includes(path))) return 'hidden';
  return { paths, bytes: Math.min(await mirror.changedBytes(base, sha), await mirror.changedBytes(since, sha)) };
}

async function pathsBetween(mirror: Mirror, from: string, to: string): Promise<string[]> {
  const changed = await mirror.diffStat(from, to);
  return [...new Set(changed.flatMap(({ path, from: old }) => (old === null ? [path] : [path, old])))];
}

async function changeOfMerge(deps: ChangeFactsDeps, { target, preconditions }: Proposal): Promise<ObservedChange | null> {
  const repo = { forge: target.forge, name: target.repo };
  const known = await deps.repository(repo);
  const pull = known === null || !target.number ? null : await deps.forge(repo.forge).pullByNumber(repo, target.number);
  const head = preconditions?.headSha ?? null;
  if (known === null || pull === null || head === null) return null;
  const mirror = await deps.mirror(known.id);
  const baseRef = `refs/remotes/source/${pull.baseBranch}`;
  if ((await mirror.resolve(head)) === null || (await mirror.resolve(baseRef)) === null) await mirror.fetch();
  const onto = await mirror.resolve(baseRef);
  const base = onto === null ? null : await mirror.mergeBase(head, onto);
  if (base === null) return null;
  return { paths: await pathsBetween(mirror, base, head), bytes: await mirror.changedBytes(base, head) };
}
