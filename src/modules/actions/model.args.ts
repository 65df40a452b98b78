import { z } from 'zod';
import { isBranchName } from '#kernel/branch-name.ts';
import { AppError } from '#kernel/errors.ts';
import { hasHiddenCharacters } from '#kernel/sanitize.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ActionKind, Proposal } from './model.ts';

/**
 * What each kind takes in `args` (snake_case), checked when it is proposed. Unknown members are refused: what is approved is exactly
 * what is shown. `number`, `branch` and `mirror_dir` may be repeated in args by callers; they are checked against the target (or, the
 * mirror, looked up by the executor itself) and left out of what is stored.
 */
const Commit = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full commit id');
const Title = z.string().min(1).max(256);
// GitHub refuses longer bodies; https://github.com/orgs/community/discussions/27190
const Body = z.string().max(65_536);
const Label = z.string().min(1).max(100);
const Labels = z.array(Label).max(50);
const Assignees = z.array(z.string().min(1).max(100)).max(20);
/** Goes into an HTML comment: must not be able to end it. */
const Marker = z
  .string()
  .regex(/^[a-z0-9]+([:._-][a-z0-9_]+)*$/i)
  .max(80);

export const BranchName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => isBranchName(name), 'not a name git allows for a branch');

/** git's rules for a tag are those for a branch. */
const TagName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => isBranchName(name), 'not a name git allows for a tag');

const repeated = {
  number: z.number().int().min(1).nullable().optional(),
  branch: BranchName.nullable().optional(),
  mirror_dir: z.string().max(4096).optional(),
};
const args = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ ...repeated, ...shape });
const ThreadId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w=:.-]+$/, 'an id of a conversation as the forge gave it');
/** A file in the repository: nothing in it that hides or ends a line. */
const RepositoryPath = z
  .string()
  .min(1)
  .max(1000)
  .refine((path) => !hasHiddenCharacters(path) && !/\p{Cc}/u.test(path), 'a path without hidden characters');
const comment = args({ body: Body.min(1), marker: Marker.optional() });

/** Effects inside Reeve; their meaning belongs to the module that registers them. */
const internal = z.record(z.string(), z.json());

export const ACTION_ARGS = {
  'plan.approve': internal,
  'agent.dispatch': internal,
  'ci.retry': internal,
  'policy.update': internal,
  'budget.raise': internal,
  'rollout.advance': internal,
  'approval.notify': internal,
  'branch.create': args({ sha: Commit }),
  /** `sha` null: the caller of `execute` names the commit it verified (`context.sha`, `context.expected`). */
  'branch.push': args({
    sha: Commit.nullable().default(null),
    expected: Commit.nullable().default(null),
    change_request: z.string().max(100).optional(),
    /** What it changes, for whoever decides; one that leaves a file out is denied. */
    files: z.array(z.string().max(4096)).max(5000).optional(),
  }),
  /** Only while it stands at `sha`, which has landed. */
  'branch.delete': args({ sha: Commit }),
  'pr.create': args({
    title: Title,
    body: Body,
    head_branch: BranchName,
    base_branch: BranchName,
    draft: z.boolean().default(false),
    labels: Labels.default([]),
  }),
  'pr.update': args({ title: Title.optional(), body: Body.optional(), draft: z.boolean().optional(), labels: Labels.optional() }),
  'pr.label': args({ add: Labels.default([]), remove: Labels.default([]) }),
  'pr.comment.summary': comment,
  /** Reeve's own words to somebody who said something on a pull request. */
  'pr.comment.answer': comment,
  /** Takes no side; one per marker, edited in place. `comments`: remarks beside lines of the diff, each made once per marker. */
  'pr.review': args({
    head_sha: Commit,
    body: Body.min(1),
    marker: Marker.default('reeve:review'),
    comments: z
      .array(z.strictObject({ path: RepositoryPath, line: z.number().int().min(1).max(10_000_000), body: Body.min(1), marker: Marker }))
      .max(50)
      .default([]),
  }),
  /** Logins on the forge that are asked for a review; nobody is taken off. */
  'pr.reviewers': args({ reviewers: Assignees.min(1) }),
  'pr.thread.reply': args({ thread_id: ThreadId, body: Body.min(1), marker: Marker.optional() }),
  'pr.thread.resolve': args({ thread_id: ThreadId }),
  /** What Reeve itself tells of the agents' work: their runs, its own checks, where the logs are. Nothing that an agent wrote. */
  'pr.comment.output': comment,
  'pr.check': args({
    name: z.string().min(1).max(200),
    head_sha: Commit,
    conclusion: z.enum(['success', 'failure', 'cancelled', 'neutral', 'pending']),
    url: z.string().max(2000).nullable().default(null),
    summary: z.string().max(60_000).default(''),
  }),
  /** Merges exactly `preconditions.head_sha`; the verified base comes with `execute` (`context.base_sha`). */
  'pr.merge': args({
    title: z.string().max(500).optional(),
    message: z.string().min(1).max(20_000),
    head_branch: BranchName.optional(),
    base_branch: BranchName.optional(),
  }),
  'pr.close': args({ comment: Body.optional() }),
  /** Opens a pull request that takes back what landed as `merge_sha`; merging it is another action. `evidence` is for whoever decides. */
  'pr.revert': args({ title: Title, body: Body.min(1), merge_sha: Commit, evidence: z.record(z.string(), z.json()).optional() }),
  'pr.assign': args({ assignees: Assignees }),
  'issue.comment.triage': comment,
  'issue.comment.plan': comment,
  'issue.comment.questions': comment,
  'issue.label': args({ add: Labels.default([]), remove: Labels.default([]) }),
  'issue.assign': args({ assignees: Assignees }),
  'issue.close': args({
    reason: z.enum(['completed', 'not_planned', 'duplicate']),
    duplicate_of: z.number().int().min(1).nullable().optional(),
    comment: Body.optional(),
    /** Why, for the person who decides; shown on the card, not sent. */
    evidence: z.json().optional(),
  }),
  'issue.transition': args({ state: z.enum(['open', 'closed']), reason: z.enum(['completed', 'not_planned', 'duplicate']).default('completed') }),
  'issue.create.low': args({ title: Title, body: Body, labels: Labels.default([]) }),
  /** Sets the box of the item that names issue `item` in a task list; nothing else of the text changes. */
  'issue.tick': args({ item: z.number().int().min(1), done: z.boolean().default(true) }),
  /** Runs the failed jobs of a check again, on the same commit. */
  'ci.rerun': args({ check_id: z.string().min(1).max(100), name: z.string().min(1).max(200), head_sha: Commit }),
  /** A draft that its people publish; one that is published, or that they wrote, is left alone. */
  /** Pushes one commit to a branch of its own and opens the pull request for it. */
  'release.changelog': args({ sha: Commit, title: Title, body: Body, base_branch: BranchName }),
  'release.draft': args({ tag: TagName, name: z.string().min(1).max(200), body: Body.min(1), marker: Marker }),
} as const satisfies Record<ActionKind, z.ZodType>;

export type ArgsOf<K extends ActionKind> = z.output<(typeof ACTION_ARGS)[K]>;

const NEEDS_NUMBER = new Set<ActionKind>([
  'pr.update',
  'pr.label',
  'pr.comment.summary',
  'pr.comment.answer',
  'pr.review',
  'pr.reviewers',
  'pr.thread.reply',
  'pr.thread.resolve',
  'pr.comment.output',
  'pr.merge',
  'pr.close',
  'pr.revert',
  'pr.assign',
  'issue.comment.triage',
  'issue.comment.plan',
  'issue.comment.questions',
  'issue.label',
  'issue.assign',
  'issue.close',
  'issue.transition',
  'issue.tick',
]);
const NEEDS_BRANCH = new Set<ActionKind>(['branch.create', 'branch.push', 'branch.delete', 'release.changelog']);
const INTERNAL = new Set<ActionKind>([
  'plan.approve',
  'agent.dispatch',
  'ci.retry',
  'policy.update',
  'budget.raise',
  'rollout.advance',
  'approval.notify',
]);

/** True for effects inside Reeve, which reach no forge or tracker themselves. */
export const isInternal = (kind: ActionKind): boolean => INTERNAL.has(kind);

export interface ParsedProposal {
  args: JsonObject;
  number: number | null;
  branch: string | null;
}

/** Checks a proposal's args and target. AppError invalid (422) with `problems`. */
export function parseArgs(proposal: Pick<Proposal, 'kind' | 'target' | 'args' | 'preconditions'>): ParsedProposal {
  const { kind, target } = proposal;
  const parsed = ACTION_ARGS[kind].safeParse(proposal.args);
  if (!parsed.success)
    throw invalid(
      kind,
      parsed.error.issues.map((issue) => `${['args', ...issue.path.map(String)].join('.')}: ${issue.message}`),
    );
  const stored = { ...parsed.data } as JsonObject;
  if (isInternal(kind)) return { args: stored, number: target.number ?? null, branch: target.branch ?? null };
  const number = same(kind, 'number', target.number ?? null, stored['number']);
  const branch = same(kind, 'branch', target.branch ?? null, stored['branch']);
  // Beside the number it only tells people where it goes: it must not tell of another branch.
  if (kind === 'pr.merge' && branch !== null && (stored['base_branch'] ?? branch) !== branch)
    throw invalid(kind, ['args.base_branch: differs from target.branch']);
  const problems = missing(kind, number, branch, proposal.preconditions?.headSha ?? null);
  if (problems.length > 0) throw invalid(kind, problems);
  for (const key of Object.keys(repeated)) delete stored[key];
  return { args: stored, number, branch };
}

function same<T>(kind: ActionKind, name: string, target: T | null, given: unknown): T | null {
  if (given === undefined || given === null) return target;
  if (target !== null && target !== given) throw invalid(kind, [`args.${name}: differs from target.${name}`]);
  return given as T;
}

function missing(kind: ActionKind, number: number | null, branch: string | null, headSha: string | null): string[] {
  const problems: string[] = [];
  if (NEEDS_NUMBER.has(kind) && number === null) problems.push('target.number: is needed');
  if (NEEDS_BRANCH.has(kind) && !BranchName.safeParse(branch).success) problems.push('target.branch: a branch name is needed');
  if (kind === 'pr.merge' && !Commit.safeParse(headSha).success) problems.push('preconditions.head_sha: a full commit id is needed');
  return problems;
}

function invalid(kind: string, problems: string[]): AppError {
  return new AppError('invalid', `The action ${kind} is malformed: ${problems[0] ?? 'unknown'}.`, { code: 'action_malformed', detail: { problems } });
}
