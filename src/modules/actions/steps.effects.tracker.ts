import type { TrackerIssue } from '#ports/tracker-read.ts';
import type { ActionKind, Effect } from './model.ts';
import { effectOf, type EffectPorts, type Subject } from './steps.effects.ts';

/** One comment of each sort per issue, edited in place; a proposal may name another marker. */
const MARKERS = { 'issue.comment.triage': 'reeve:triage', 'issue.comment.plan': 'reeve:plan', 'issue.comment.questions': 'reeve:questions' } as const;
type CommentKind = keyof typeof MARKERS;

type OnIssue = Pick<Subject<ActionKind>, 'repo' | 'number' | 'action'>;

/** Issues: comments, labels, people, states. */
export function createTrackerEffects({ tracker }: EffectPorts): Effect[] {
  const issueOf = ({ repo, number }: Pick<OnIssue, 'repo' | 'number'>) => tracker(repo.forge).read.issue(repo, number);
  const check = async (subject: OnIssue) => staleness(await issueOf(subject), subject);
  return [
    ...(Object.keys(MARKERS) as CommentKind[]).map((kind) =>
      effectOf(kind, {
        check,
        async run({ repo, number, args }) {
          const { id } = await tracker(repo.forge).write.putComment(repo, number, { body: args.body, marker: args.marker ?? MARKERS[kind] });
          return { comment_id: id };
        },
      }),
    ),
    effectOf('issue.label', {
      check,
      async run({ repo, number, args }) {
        await tracker(repo.forge).write.setLabels(repo, number, { add: args.add, remove: args.remove });
        return { added: args.add, removed: args.remove };
      },
    }),
    effectOf('issue.assign', {
      check,
      async run({ repo, number, args }) {
        const was = await issueOf({ repo, number });
        await tracker(repo.forge).write.setAssignees(repo, number, args.assignees);
        return { assignees: args.assignees, ...(was === null ? {} : { before: { assignees: was.assignees } }) };
      },
    }),
    createCloseEffect({ tracker, issueOf, check }),
    effectOf('issue.transition', {
      check,
      async probe(subject) {
        const issue = await issueOf(subject);
        return issue?.state === subject.args.state ? { number: subject.number, state: issue.state } : null;
      },
      async run({ repo, number, args }) {
        const { write } = tracker(repo.forge);
        await (args.state === 'open' ? write.reopen(repo, number) : write.close(repo, number, args.reason));
        return { number, state: args.state };
      },
    }),
    effectOf('issue.create.low', {
      async run({ repo, args, marker }) {
        const { number } = await tracker(repo.forge).write.createIssue(repo, { title: args.title, body: args.body, labels: args.labels, marker });
        return { number };
      },
    }),
  ];
}

interface CloseParts extends Pick<EffectPorts, 'tracker'> {
  issueOf(subject: Pick<OnIssue, 'repo' | 'number'>): Promise<TrackerIssue | null>;
  check(subject: OnIssue): Promise<string | null>;
}

/** The comment goes first: an issue that is closed has its comment, so a retry has nothing left to do. */
function createCloseEffect({ tracker, issueOf, check }: CloseParts): Effect {
  return effectOf('issue.close', {
    check,
    async probe(subject) {
      const issue = await issueOf(subject);
      return issue?.state === 'closed' && issue.closeReason === subject.args.reason ? { number: subject.number, reason: subject.args.reason } : null;
    },
    async run({ repo, number, args }) {
      const { write } = tracker(repo.forge);
      const body = args.comment ?? (args.duplicate_of ? `Closed as a duplicate of #${args.duplicate_of}.` : '');
      if (body !== '') await write.putComment(repo, number, { body, marker: 'reeve:close' });
      await write.close(repo, number, args.reason);
      return { number, reason: args.reason, duplicate_of: args.duplicate_of ?? null };
    },
  });
}

/** Whether the issue is still the one the proposal was about. */
function staleness(issue: TrackerIssue | null, { number, action }: OnIssue): string | null {
  if (issue === null) return `There is no issue #${number}.`;
  const assumed = action.record.preconditions.issue_updated_at;
  if (assumed === null || issue.updatedAt.getTime() === Date.parse(assumed)) return null;
  return `Issue #${number} was changed since this was proposed.`;
}
