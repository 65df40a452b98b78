import { AppError } from '#kernel/errors.ts';
import type { Mirror } from '#ports/git.ts';
import { planReplay, type ReplayPlan } from './decide.replay.ts';
import type { ReplayDivergence, ReplayReport } from './model.history.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { replayStep, type Rebuild } from './steps.rebuild.ts';
import { listLandings, listMoves } from './store.history.ts';
import { loadEntry } from './store.read.ts';
import type { TargetKey } from './store.targets.ts';

/**
 * Rebuilds a target from the journal and the stored change requests in a scratch repository, and compares the tree with the branch's.
 * The real repository is only read. Throws AppError unavailable `no_scratch` where none can be made.
 */
export async function replayTarget(deps: MergeQueueDeps, key: TargetKey): Promise<ReplayReport> {
  if (deps.scratch === undefined)
    throw new AppError('unavailable', 'This installation has no place for a scratch repository.', { code: 'no_scratch' });
  const mirror = await deps.mirrors(key.repositoryId);
  const [landings, moves] = await Promise.all([listLandings(deps.db, key), listMoves(deps.db, key)]);
  const last = landings.at(-1);
  const published = last === undefined ? null : ((await loadEntry(deps.db, last.changeRequestId))?.publish.kind ?? null);
  const head = await headOf(mirror, key.target, published);
  const plan = planReplay(landings, moves, head);
  const rebuild = plan.start === null ? null : await rebuildAll(deps, mirror, plan, plan.start);
  const headTree = head === null ? null : await mirror.treeOf(head);
  const divergences = [...(rebuild?.divergences ?? []), ...(await compareHeads(mirror, { head, end: plan.end, target: key.target }))];
  const tree = rebuild?.tree ?? null;
  const count = (how: string) => rebuild?.steps.filter((step) => step.how === how).length ?? 0;
  return {
    ...key,
    head,
    headTree,
    tree,
    same: divergences.length === 0 && (tree === null || tree === headTree),
    landed: landings.filter((row) => row.event === 'landed').length,
    rebuilt: count('rebuilt'),
    copied: count('copied'),
    absorbed: count('absorbed') + count('rewritten'),
    takenBack: count('taken_back'),
    divergences,
    steps: rebuild?.steps ?? [],
  };
}

/** A branch the queue moves itself lives in the mirror; one that an action moves is the source's. */
async function headOf(mirror: Mirror, target: string, published: 'mirror' | 'action' | null): Promise<string | null> {
  const source = `refs/remotes/source/${target}`;
  if (published !== 'action') return (await mirror.resolve(`refs/heads/${target}`)) ?? mirror.resolve(source);
  await mirror.fetch();
  return mirror.resolve(source);
}

async function rebuildAll(deps: MergeQueueDeps, mirror: Mirror, plan: ReplayPlan, start: string): Promise<Rebuild> {
  const scratch = await deps.scratch?.(mirror);
  if (scratch === undefined) throw new TypeError('no scratch repository');
  try {
    if ((await scratch.mirror.resolve(start)) === null) {
      throw new AppError('conflict', `The repository does not hold ${start}, on which the first change request landed.`, { code: 'start_missing' });
    }
    const rebuild: Rebuild = {
      scratch: scratch.mirror,
      commit: start,
      tree: await scratch.mirror.treeOf(start),
      known: new Map(),
      steps: [],
      divergences: [],
      load: async (id) => (await loadEntry(deps.db, id)) ?? null,
    };
    for (const instruction of plan.instructions) await replayStep(rebuild, instruction);
    return rebuild;
  } finally {
    await scratch.remove();
  }
}

const MOST_COMMITS = 100;

/** Where the branch is, against where the journal says it is. */
async function compareHeads(mirror: Mirror, where: { head: string | null; end: string | null; target: string }): Promise<ReplayDivergence[]> {
  const { head, end, target } = where;
  if (end === null || head === end) return [];
  const none = { changeRequestId: null, commits: [], files: [] };
  if (head === null) return [{ ...none, kind: 'branch_missing', detail: `There is no branch ${target} any more; it was at ${end}.` }];
  const known = (await mirror.resolve(end)) !== null;
  const ahead = known && (await mirror.isAncestor(end, head));
  const commits = (await mirror.log(known ? end : null, head, MOST_COMMITS)).map(({ commit, subject }) => ({ commit, subject }));
  const files = known ? (await mirror.diffNames(end, head)).map(({ path }) => path) : [];
  if (ahead)
    return [{ ...none, kind: 'branch_ahead', detail: `Somebody pushed to ${target}; the queue takes it in with the next landing.`, commits, files }];
  return [{ ...none, kind: 'branch_elsewhere', detail: `${target} is at ${head}, which does not hold ${end}: somebody rewrote it.`, commits, files }];
}
