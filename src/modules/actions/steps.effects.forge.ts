import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Effect } from './model.ts';
import { contextText, effectOf, type EffectPorts, type Subject } from './steps.effects.ts';
import { createLandedEffects } from './steps.effects.landed.ts';
import { createPullEffects } from './steps.effects.pull.ts';
import { createTrackerEffects } from './steps.effects.tracker.ts';

/** An effect for every action kind that reaches a forge or a tracker. */
export function createForgeEffects(ports: EffectPorts): Effect[] {
  return [...createBranchEffects(ports), ...createPullEffects(ports), ...createLandedEffects(ports), ...createTrackerEffects(ports)];
}

function createBranchEffects(ports: EffectPorts): Effect[] {
  const { forge, mirrorDir } = ports;
  const headOf = ({ repo, branch }: Pick<Subject<'branch.push'>, 'repo' | 'branch'>) => forge(repo.forge).read.branchHead(repo, branch);
  return [
    createDeleteEffect(ports),
    effectOf('branch.create', {
      async check({ repo, branch, args }) {
        const head = await headOf({ repo, branch });
        return head === null || head === args.sha ? null : `The branch ${branch} is there already, at ${head}.`;
      },
      async probe({ repo, branch, args }) {
        return (await headOf({ repo, branch })) === args.sha ? { branch, sha: args.sha } : null;
      },
      async run({ repo, branch, args }) {
        await forge(repo.forge).write.createBranch(repo, branch, args.sha);
        return { branch, sha: args.sha };
      },
    }),
    effectOf('branch.push', {
      async check({ repo, branch, args }) {
        // Without a commit of its own the caller of `execute` verified one; only the forge's own swap can compare it.
        if (args.sha === null) return null;
        // A folder's owner pushes to their own; on a forge this branch moves by merges that people approved.
        if (repo.forge !== 'path' && (await forge(repo.forge).read.defaultBranch(repo)) === branch)
          return `${branch} is the default branch: it moves by merges alone.`;
        const head = await headOf({ repo, branch });
        return head === args.sha || head === args.expected
          ? null
          : `The branch ${branch} moved: it is at ${head ?? 'no commit'}, not at ${args.expected ?? 'no commit'}.`;
      },
      async probe(subject, context) {
        const { sha } = pushed(subject, context);
        return (await headOf(subject)) === sha ? { branch: subject.branch, sha } : null;
      },
      async run(subject, context) {
        const { repo, branch } = subject;
        const { sha, expected } = pushed(subject, context);
        await forge(repo.forge).write.pushBranch(repo, { mirrorDir: await mirrorDir(repo), sha, branch, expected });
        return { branch, sha };
      },
    }),
  ];
}

/** Only what is nowhere else: a branch that moved, that a pull request is open from, the default one and a protected one stay. */
function createDeleteEffect({ forge, mirrorDir }: EffectPorts): Effect {
  return effectOf('branch.delete', {
    async check({ repo, branch, args }) {
      const { read } = forge(repo.forge);
      const head = await read.branchHead(repo, branch);
      if (head === null) return null;
      if (head !== args.sha) return `The branch ${branch} moved: it is at ${head}, not at ${args.sha}.`;
      if ((await read.defaultBranch(repo)) === branch) return `${branch} is the default branch.`;
      if ((await read.branchGuard?.(repo, branch))?.isProtected === true) return `The branch ${branch} is protected.`;
      const pull = await read.pullByHead(repo, branch);
      return pull?.state === 'open' ? `Pull request #${pull.number} is open from ${branch}.` : null;
    },
    async probe({ repo, branch, args }) {
      return (await forge(repo.forge).read.branchHead(repo, branch)) === null ? { branch, sha: args.sha } : null;
    },
    async run({ repo, branch, args }) {
      await forge(repo.forge).write.deleteBranch(repo, { mirrorDir: await mirrorDir(repo), branch, sha: args.sha });
      return { branch, sha: args.sha };
    },
  });
}

/** What is pushed and what it replaces: as approved, or (where the approval named no commit) as verified now. */
function pushed({ args }: Subject<'branch.push'>, context: JsonObject): { sha: string; expected: string | null } {
  const verified = contextText(context, 'sha', 'sha');
  if (args.sha === null) {
    if (verified === null) throw new AppError('invalid', 'The push names no commit: pass the verified one as context.sha.', { code: 'sha_missing' });
    return { sha: verified, expected: contextText(context, 'expected', 'expected') };
  }
  if (verified !== null && verified !== args.sha)
    throw new AppError('refused', `The verified commit ${verified} is not the approved one.`, { code: 'sha_mismatch' });
  return { sha: args.sha, expected: args.expected };
}
