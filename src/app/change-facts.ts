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
 * says of it. Anything that cannot be read leaves the facts out, which the policy takes for a limit that was passed.
 */
export function createChangeFacts(deps: ChangeFactsDeps): (proposal: Proposal) => Promise<Facts> {
  return async (proposal): Promise<Facts> => {
    if (proposal.kind !== 'pr.merge') return {};
    try {
      const change = await changeOfMerge(deps, proposal);
      return change === null ? {} : { change: { ...change, files: change.paths.length } };
    } catch {
      return {};
    }
  };
}

async function changeOfMerge(deps: ChangeFactsDeps, { target, preconditions }: Proposal): Promise<{ paths: string[]; bytes: number } | null> {
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
  const changed = await mirror.diffStat(base, head);
  const paths = [...new Set(changed.flatMap(({ path, from }) => (from === null ? [path] : [path, from])))];
  return { paths, bytes: await mirror.changedBytes(base, head) };
}
