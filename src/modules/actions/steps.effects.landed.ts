import { AppError, isAppError } from '#kernel/errors.ts';
import { namesInTaskList, tickItem } from '#kernel/task-list.ts';
import type { TrackerIssue } from '#ports/tracker-read.ts';
import type { Effect } from './model.ts';
import { PULL_LABELS } from './steps.effects.pull.ts';
import { effectOf, pullResult, type EffectPorts, type Subject } from './steps.effects.ts';

/** What may follow a landing: a parent's list is ticked, a check is run again, a landing is taken back, a release is drafted. */
export function createLandedEffects(ports: EffectPorts): Effect[] {
  const { forge, mirrorDir } = ports;
  return [
    createTickEffect(ports),
    effectOf('ci.rerun', {
      async run({ repo, args }) {
        const { write } = forge(repo.forge);
        if (write.rerunCheck === undefined) throw lacks(repo.forge, 'no checks of others that could be run again');
        await write.rerunCheck(repo, { id: args.check_id, headSha: args.head_sha });
        return { name: args.name, head_sha: args.head_sha };
      },
    }),
    effectOf('pr.revert', {
      async check({ repo, number, args }) {
        const pull = await forge(repo.forge).read.pullByNumber(repo, number);
        if (pull?.state !== 'merged') return `Pull request #${number} is ${pull?.state ?? 'not there'}.`;
        return pull.mergeSha === args.merge_sha
          ? null
          : `Pull request #${number} landed as ${pull.mergeSha ?? 'nobody knows what'}, not as ${args.merge_sha}.`;
      },
      async run({ repo, number, args, marker }) {
        const { write } = forge(repo.forge);
        if (write.revertPull === undefined) throw lacks(repo.forge, 'no reverts: `reeve queue rollback` takes a landing back');
        return pullResult(await write.revertPull(repo, { number, title: args.title, body: args.body, marker }));
      },
    }),
    effectOf('release.changelog', {
      async check({ repo, branch, args }) {
        const head = await forge(repo.forge).read.branchHead(repo, branch);
        return head === null || head === args.sha ? null : `The branch ${branch} is there already, at ${head}.`;
      },
      async probe({ repo, branch, args }) {
        const pull = await forge(repo.forge).read.pullByHead(repo, branch);
        return pull !== null && pull.headSha === args.sha && pull.labels.includes('AI-PR') ? pullResult(pull) : null;
      },
      async run({ repo, branch, args, marker }) {
        const { write } = forge(repo.forge);
        await write.pushBranch(repo, { mirrorDir: await mirrorDir(repo), sha: args.sha, branch, expected: null });
        const { title, body, base_branch: baseBranch } = args;
        return pullResult(
          await write.createPull(repo, { title, body, headBranch: branch, baseBranch, draft: false, labels: [...PULL_LABELS], marker }),
        );
      },
    }),
    effectOf('release.draft', {
      async run({ repo, args }) {
        const { write } = forge(repo.forge);
        if (write.putDraftRelease === undefined) throw lacks(repo.forge, 'no releases');
        const { tag, name, body, marker } = args;
        return { tag, ...(await write.putDraftRelease(repo, { tag, name, body, marker })) };
      },
    }),
  ];
}

const lacks = (forge: string, what: string): AppError => new AppError('refused', `The forge ${forge} has ${what}.`, { code: 'forge_lacks' });

/** While people write; then the action is tried again later. */
const MOST_TRIES = 3;

/** Reads the text as it is now and sets one box in it, so that what people wrote meanwhile stays. */
function createTickEffect({ tracker }: EffectPorts): Effect {
  const issueOf = ({ repo, number }: Pick<Subject<'issue.tick'>, 'repo' | 'number'>): Promise<TrackerIssue | null> =>
    tracker(repo.forge).read.issue(repo, number);
  const boxOf = ({ repo, args }: Pick<Subject<'issue.tick'>, 'repo' | 'args'>) => ({ number: args.item, repo: repo.name, done: args.done });
  return effectOf('issue.tick', {
    async check(subject) {
      const issue = await issueOf(subject);
      if (issue === null) return `There is no issue #${subject.number}.`;
      return namesInTaskList(issue.body, boxOf(subject)) ? null : `No task list of #${subject.number} names #${subject.args.item} any more.`;
    },
    async probe(subject) {
      const issue = await issueOf(subject);
      const stands = issue !== null && namesInTaskList(issue.body, boxOf(subject)) && tickItem(issue.body, boxOf(subject)) === issue.body;
      return stands ? { number: subject.number, item: subject.args.item } : null;
    },
    async run(subject) {
      const { repo, number, args } = subject;
      const { write } = tracker(repo.forge);
      for (let tries = 1; ; tries += 1) {
        const issue = await issueOf(subject);
        if (issue === null) throw new AppError('not_found', `There is no issue #${number}.`);
        try {
          await write.editBody(repo, number, { from: issue.body, to: tickItem(issue.body, boxOf(subject)) });
          return { number, item: args.item };
        } catch (error) {
          if (!isAppError(error, 'conflict') || error.code !== 'body_moved') throw error;
          if (tries >= MOST_TRIES) throw new AppError('unavailable', `People are writing issue #${number}.`, { code: 'body_moves' });
        }
      }
    },
  });
}
