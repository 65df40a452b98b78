import { hiddenAt } from '#kernel/hidden-characters.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import { INVERSES } from './decide.inverse.ts';
import type { Action, ActionKind, ActionRecord } from './model.ts';
import { isInternal } from './model.args.ts';
import { NESTED_MEMBERS, TEXT_MEMBERS } from './model.text.ts';

/**
 * How one member of the arguments is to be shown. `markdown`: rendered at its destination · `text`: several lines · `line`: one line ·
 * `list`: one per line · `commit`, `branch`: a name of git · `json`: anything else, as it is stored.
 */
export type PartForm = 'markdown' | 'text' | 'line' | 'list' | 'commit' | 'branch' | 'json';

/** One thing an action would send or do, exactly as it is stored: nothing is escaped and nothing is cut. */
export interface DescribedPart {
  /** `args.body`, `args.comments[0].body`. */
  path: string;
  label: string;
  form: PartForm;
  text: string;
  /** Of a `list`; else empty. */
  items: string[];
  /** Shown to whoever decides, and sent nowhere. */
  only_shown: boolean;
  /** Characters in it that nobody can see. */
  hidden: number;
}

/** How what is done could be taken back. `now`: the inverse can be proposed at this moment. */
export interface DescribedUndo {
  by: 'action' | 'command' | 'irreversible';
  /** Kind of the inverse action, or the command. */
  what: string;
  sentence: string;
  /** The sentence for who reads it in the console: without a command. */
  told: string;
  now: boolean;
}

type Describe = (record: ActionRecord) => string;

const numbered =
  (what: string) =>
  ({ target }: ActionRecord) =>
    `${what} #${target.number ?? '?'} of ${target.repo}`;
const at = ({ target }: ActionRecord): string => `#${target.number ?? '?'} of ${target.repo}`;
const short = (value: JsonValue | undefined): string => (typeof value === 'string' ? value.slice(0, 10) : 'a commit');
const said = (value: JsonValue | undefined, otherwise: string): string => (typeof value === 'string' && value !== '' ? value : otherwise);
const dollars = (value: JsonValue | undefined): string => (typeof value === 'number' ? `$${(value / 1_000_000).toFixed(2)}` : 'another amount');
const listed = (value: JsonValue | undefined): string => (Array.isArray(value) && value.length > 0 ? value.map(plain).join(', ') : 'nobody');
const plain = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : value === undefined ? '?' : JSON.stringify(value));

/** One sentence per kind: what will happen, where. Names in it are untrusted text. */
const HEADLINES: Readonly<Record<ActionKind, Describe>> = {
  'plan.approve': ({ target }) => `Start work on ${target.number === null ? target.repo : `#${target.number} of ${target.repo}`} by this plan`,
  'branch.create': ({ target, args }) => `Create the branch ${target.branch ?? '?'} in ${target.repo} at ${short(args['sha'])}`,
  'branch.push': ({ target, args }) =>
    `Push ${args['sha'] === null ? 'the verified commit' : short(args['sha'])} to the branch ${target.branch ?? '?'} of ${target.repo}`,
  'branch.delete': ({ target }) => `Delete the branch ${target.branch ?? '?'} of ${target.repo}`,
  'pr.create': ({ target, args }) =>
    `Open a pull request in ${target.repo} from ${said(args['head_branch'], '?')} into ${said(args['base_branch'], '?')}`,
  'pr.update': numbered('Change pull request'),
  'pr.label': numbered('Label pull request'),
  'pr.comment.summary': numbered('Comment on pull request'),
  'pr.comment.answer': numbered('Answer on pull request'),
  'pr.comment.output': numbered('Comment on pull request'),
  'pr.review': numbered('Review pull request'),
  'pr.reviewers': (record) => `Ask ${listed(record.args['reviewers'])} to review ${at(record)}`,
  'pr.thread.reply': numbered('Answer in a conversation of pull request'),
  'pr.thread.resolve': numbered('End a conversation of pull request'),
  'pr.check': ({ target, args }) => `Write the check ${said(args['name'], '?')} in ${target.repo}`,
  'pr.merge': (record) =>
    `Merge pull request ${at(record)}${record.target.branch === null ? '' : ` into ${record.target.branch}`} at ${short(record.preconditions.head_sha ?? undefined)}`,
  'pr.close': (record) => `Close pull request ${at(record)} without merging it`,
  'pr.revert': (record) => `Open a pull request that takes back ${at(record)}`,
  'pr.assign': (record) => `Assign ${listed(record.args['assignees'])} to pull request ${at(record)}`,
  'issue.comment.triage': numbered('Comment on issue'),
  'issue.comment.plan': numbered('Comment on issue'),
  'issue.comment.questions': numbered('Ask questions on issue'),
  'issue.label': numbered('Label issue'),
  'issue.assign': (record) => `Assign ${listed(record.args['assignees'])} to issue ${at(record)}`,
  'issue.close': (record) => `Close issue ${at(record)} as ${said(record.args['reason'], 'done').replaceAll('_', ' ')}`,
  'issue.transition': (record) =>
    `${record.args['state'] === 'open' ? 'Open issue' : 'Close issue'} ${at(record)}${record.args['state'] === 'open' ? ' again' : ''}`,
  'issue.tick': (record) => `${record.args['done'] === false ? 'Untick' : 'Tick'} #${plain(record.args['item'])} in the list of ${at(record)}`,
  'issue.create.low': ({ target }) => `Open an issue in ${target.repo}`,
  'agent.dispatch': ({ args, target }) => `Send an agent to: ${said(args['title'], target.repo)}`,
  'ci.retry': (record) => `Let an agent try once more to make the checks of ${at(record)} green`,
  'ci.rerun': ({ args, target }) => `Run the check ${said(args['name'], '?')} of ${target.repo} again`,
  'release.draft': ({ args, target }) => `Write a draft of the release ${said(args['tag'], '?')} of ${target.repo}`,
  'release.changelog': ({ target }) => `Open a pull request with the changelog of ${target.repo}`,
  'policy.update': () => 'Put another policy in force',
  'budget.raise': ({ args }) => `Raise a spending cap from ${dollars(args['from_micros'])} to ${dollars(args['to_micros'])}`,
  'rollout.advance': ({ args }) => `Let the project go on from the stage ${said(args['from'], '?')} to ${said(args['to'], '?')}`,
  'approval.notify': () => 'Write about an approval in the chat',
};

/** What will happen, in one sentence. Untrusted names are in it as they are. */
export const headlineOf = (record: ActionRecord): string => HEADLINES[record.kind](record);

const LABELS: Readonly<Record<string, string>> = {
  body: 'Text',
  comment: 'Comment',
  message: 'Commit message',
  title: 'Title',
  labels: 'Labels',
  add: 'Labels to add',
  remove: 'Labels to take off',
  head_branch: 'From branch',
  base_branch: 'Into branch',
  sha: 'Commit',
  expected: 'Only if the branch is at',
  merge_sha: 'Merge commit',
  head_sha: 'Head commit',
  duplicate_of: 'Duplicate of issue',
  tasks: 'Tasks',
  risks: 'Risks',
  story: 'Story',
  text: 'Policy',
  why: 'Reason given',
};

const COMMITS: ReadonlySet<string> = new Set(['sha', 'expected', 'merge_sha', 'head_sha']);
const BRANCHES: ReadonlySet<string> = new Set(['head_branch', 'base_branch']);
const ONLY_SHOWN: ReadonlySet<string> = new Set(['evidence', 'files', 'change_request']);
/** What people read first. */
const FIRST = ['title', 'name', 'message', 'body', 'comment', 'summary', 'story', 'tasks', 'risks', 'text'];

/** Every member of the arguments, the texts first. */
export function partsOf({ kind, args }: ActionRecord): DescribedPart[] {
  const rank = (member: string): number => (FIRST.includes(member) ? FIRST.indexOf(member) : FIRST.length);
  return Object.keys(args)
    .toSorted((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1))
    .flatMap((member) => partsOfMember(kind, member, args[member] ?? null));
}

function partsOfMember(kind: ActionKind, member: string, value: JsonValue): DescribedPart[] {
  if (value === null || (Array.isArray(value) && value.length === 0)) return [];
  if (NESTED_MEMBERS.has(member) && Array.isArray(value)) return value.flatMap((item, nr) => remark(`args.${member}[${nr}]`, item));
  const label = LABELS[member] ?? labelFrom(member);
  const only_shown = ONLY_SHOWN.has(member);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return [part(`args.${member}`, { label, form: 'list', text: value.join('\n'), items: value, only_shown })];
  if (typeof value === 'object') return [part(`args.${member}`, { label, form: 'json', text: JSON.stringify(value, null, 2), only_shown })];
  const text = String(value);
  return [part(`args.${member}`, { label, form: formOf(kind, member, text), text, only_shown })];
}

function formOf(kind: ActionKind, member: string, text: string): PartForm {
  if (COMMITS.has(member)) return 'commit';
  if (BRANCHES.has(member)) return 'branch';
  const known = isInternal(kind) ? undefined : TEXT_MEMBERS[member]?.kind;
  if (known === 'markdown') return 'markdown';
  return known === 'plain' || text.includes('\n') ? 'text' : 'line';
}

function remark(path: string, value: JsonValue): DescribedPart[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const label = `Remark on ${plain(value['path'])}, line ${plain(value['line'])}`;
  return [part(`${path}.body`, { label, form: 'markdown', text: said(value['body'], ''), only_shown: false })];
}

function part(path: string, more: Pick<DescribedPart, 'label' | 'form' | 'text' | 'only_shown'> & { items?: string[] }): DescribedPart {
  return { path, items: [], ...more, hidden: hiddenAt(more.text).length };
}

const labelFrom = (member: string): string => {
  const words = member.replaceAll('_', ' ').replace(/\bmicros\b/, '(millionths of a dollar)');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** One line of what the digest covers: its place in the record, and its value as JSON. */
export interface DigestField {
  path: string;
  value: string;
}

/** Every value the digest covers, in the order of the canonical form; each argument is one. */
export function digestFieldsOf(record: ActionRecord): DigestField[] {
  return fieldsIn('', { ...record } as unknown as JsonObject);
}

function fieldsIn(path: string, value: JsonObject): DigestField[] {
  return Object.keys(value)
    .toSorted()
    .flatMap((key) => {
      const own = value[key] ?? null;
      const place = path === '' ? key : `${path}.${key}`;
      const isGroup = path === '' && typeof own === 'object' && own !== null && !Array.isArray(own) && Object.keys(own).length > 0;
      return isGroup ? fieldsIn(place, own) : [{ path: place, value: JSON.stringify(own) }];
    });
}

/** How the action could be taken back once it is done; nothing is promised that the receipt would have to tell first. */
export function undoOf(action: Action): DescribedUndo {
  const inverse = INVERSES[action.record.kind];
  if (inverse.by === 'command') {
    const { command, how = command } = inverse;
    const sentence = (by: string): string => `Once done, a person takes it back: ${by}`;
    return { by: 'command', what: command, sentence: sentence(command), told: `${sentence(how)}.`, now: false };
  }
  if (inverse.by === 'irreversible') {
    const sentence = `Once done it cannot be taken back: ${inverse.why}`;
    return { by: 'irreversible', what: '', sentence, told: sentence, now: false };
  }
  const now = action.status === 'executed' && inverse.propose(action) !== null;
  const sentence = `Once done it can be taken back by another action (${inverse.kind}), which the policy decides about like about any other.`;
  return { by: 'action', what: inverse.kind, sentence, told: sentence, now };
}
