import { AppError } from '#kernel/errors.ts';
import { slugOf } from './decide.ts';
import type { DeliverySteps } from './steps.ts';
import { branchOf, loadSubject, proposeFor, type DeliveryDeps, type Subject } from './steps.context.ts';

type AsideSteps = Pick<DeliverySteps, 'proposePushAside' | 'pushedAsideSentence'>;

/** How many names are tried before the work stays in the mirror. */
const MOST_NAMES = 20;

/**
 * Publishes a request's work beside the branch it named. Whether that branch's checkout has changes is found out by pushing, never
 * before: `git status` in a stranger's repository runs the filter programs its configuration names.
 */
export function createAsideSteps(deps: DeliveryDeps): AsideSteps {
  const { db, store } = deps;

  async function headOf(subject: Subject): Promise<{ head: string; mirrorDir: string }> {
    const mirror = await deps.mirror(subject.repository.id);
    const head = await mirror.resolve(`refs/heads/${branchOf(subject)}`);
    if (head === null) throw new AppError('conflict', `The branch ${branchOf(subject)} is missing from the mirror.`);
    return { head, mirrorDir: mirror.dir };
  }

  /** The first of `reeve/<slug>`, `reeve/<slug>-2`, … that is nobody's: not there, and not where another story will land. */
  async function freeName(subject: Subject, head: string): Promise<{ branch: string; expected: string | null } | null> {
    const first = `reeve/${slugOf(subject.item.title)}`;
    for (let n = 1; n <= MOST_NAMES; n += 1) {
      const branch = n === 1 ? first : `${first}-${n}`;
      if (branch === branchOf(subject)) continue;
      const there = await subject.forge.branchHead(subject.repo, branch);
      if (there === head) return { branch, expected: there };
      const target = { repositoryId: subject.repository.id, branch, workItemId: subject.item.id };
      if (there === null && !(await store.isTargetInUse(db, target))) return { branch, expected: null };
    }
    return null;
  }

  return {
    async proposePushAside(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const { head, mirrorDir } = await headOf(subject);
      const free = await freeName(subject, head);
      if (free === null) return null;
      const { branch, expected } = free;
      return proposeFor(deps, subject, {
        kind: 'branch.push',
        key: `aside:${head}`,
        branch,
        headSha: head,
        args: { branch, sha: head, expected, mirror_dir: mirrorDir },
      });
    },

    async pushedAsideSentence(workItemId, actionId, why) {
      const subject = await loadSubject(deps, workItemId);
      const action = await deps.actions.get(actionId);
      const branch = action?.record.target.branch ?? null;
      if (branch === null) throw new AppError('internal', `The push ${actionId} names no branch.`);
      await db.tx((tx) => store.setPublishedBranch(tx, subject.story.workflowId, branch));
      const { head } = await headOf(subject);
      const named = branchOf(subject);
      return `The work is on ${branch} as ${head.slice(0, 10)}, not on ${named}: ${why} Nothing was touched there. To take the work over, commit or stash what is open on ${named}, then run there: git merge ${branch}`;
    },
  };
}
