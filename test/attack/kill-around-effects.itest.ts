import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACTION_KINDS, type ActionKind } from '#modules/actions/index.ts';
import { LONG } from '../kit/long.ts';
import { openKillable, POINTS, type Json, type Killable, type Point } from './killed.ts';

/*
 * kill -9 around the effect of every kind that reaches a forge. What the forge's journal then shows must be what it shows after the same
 * action when nothing dies: no effect lost, none twice. The kinds inside Reeve: kill-around-inside.itest.ts; the whole story:
 * test/chaos/kill.itest.ts.
 */
const REPO = 'sample/shop';
const INSIDE = new Set<ActionKind>([
  'plan.approve',
  'agent.dispatch',
  'ci.retry',
  'policy.update',
  'budget.raise',
  'rollout.advance',
  'approval.notify',
]);
/** What the embedded forge does not have. */
const LACKING = new Set<ActionKind>(['pr.revert', 'ci.rerun', 'release.draft']);
const KINDS = ACTION_KINDS.filter((kind) => !INSIDE.has(kind) && !LACKING.has(kind));
/** What a forge would do twice when it is asked twice. */
const SHORT: ReadonlyArray<[ActionKind, Point]> = [
  ['issue.create.low', 'action.effect.after'],
  ['pr.comment.summary', 'action.effect.after'],
  ['pr.merge', 'action.effect.after'],
  ['branch.push', 'action.effect.before'],
];

/** An issue, a pull request and a branch that one case alone works on. */
interface Place {
  issue: number;
  pull: number;
  branch: string;
  head: string;
  /** A conversation beside a line of the pull request. */
  thread: string;
  /** Later deliveries and numbers are this case's. */
  since: number;
  numbers: number;
}

let on: Killable;
let main = '';

beforeAll(async () => {
  on = await openKillable();
  const rules = KINDS.map((kind) => `  ${kind}: { risk: low, mode: auto }`).join('\n');
  on.configure('policy.yaml', `version: 1\ndefaults: { risk: high, mode: require_approval }\nactions:\n${rules}\n`);
  on.configure('reeve.yaml', 'policy: policy.yaml\n');
  await on.start();
  const project = await on.client().post<{ id: string }>('/v1/projects', { key: 'shop', name: 'Shop' });
  await on.client().post('/v1/local/repositories', { project_id: project.id, name: REPO, files: { 'a.js': '1\n' } });
  main = git('rev-parse', 'main');
}, 180_000);
afterAll(() => on.close(), 60_000);

const git = (...args: string[]): string =>
  execFileSync('git', ['--git-dir', path.join(on.dataDir, 'repositories', `${REPO}.git`), ...args], {
    encoding: 'utf8',
    env: { ...process.env, GIT_AUTHOR_NAME: 'D', GIT_AUTHOR_EMAIL: 'd@e.test', GIT_COMMITTER_NAME: 'D', GIT_COMMITTER_EMAIL: 'd@e.test' },
  }).trim();

const propose = (kind: ActionKind, target: Json, args: Json, more: Json = {}): Promise<{ action_id: string; status: string }> =>
  on.client().post('/v1/actions/propose', { kind, target: { forge: 'local', repo: REPO, ...target }, args, ...more });

let places = 0;
async function makePlace(): Promise<Place> {
  places += 1;
  const branch = `ai-${1000 + places}`;
  const head = git('commit-tree', `${main}^{tree}`, '-p', main, '-m', `Case ${places}`);
  git('update-ref', `refs/heads/${branch}`, head);
  const { number: issue } = await on
    .client()
    .post<{ number: number }>('/v1/local/issues', { repository: REPO, title: `Case ${places}`, body: '- [ ] #99' });
  const made = await propose('pr.create', { branch }, { title: 'T', body: 'b', head_branch: branch, base_branch: 'main', draft: false });
  expect(await on.ended(made.action_id)).toBe('executed');
  const [row] = await on.query<{ pull: number; since: number; numbers: number }>(
    `select (select number from local_items where head_branch = $1) as pull, (select max(seq)::int from local_deliveries) as since,
       (select max(number) from local_items) as numbers`,
    [branch],
  );
  if (row === undefined) throw new Error('There is no pull request.');
  const thread = `cmt_${places}`;
  await on.query(
    `insert into local_review_comments (id, repository, number, author, path, line, body, head_sha) values ($1, $2, $3, 'mia', 'a.js', 1, 'Why?', $4)`,
    [thread, REPO, row.pull, head],
  );
  return { issue, branch, head, thread, ...row };
}

/** The proposal of each kind, on a place of its own. */
function proposalOf(kind: ActionKind, { issue, pull, branch, head, thread }: Place): Parameters<typeof propose> {
  const onIssue = (args: Json): Parameters<typeof propose> => [kind, { number: issue }, args];
  const onPull = (args: Json, more?: Json): Parameters<typeof propose> => [kind, { number: pull }, args, more];
  const table: Partial<Record<ActionKind, () => Parameters<typeof propose>>> = {
    'branch.create': () => [kind, { branch: `${branch}-new` }, { sha: head }],
    'branch.push': () => [kind, { branch: `${branch}-new` }, { sha: main, expected: null }],
    'branch.delete': () => [kind, { branch: `${branch}-two` }, { sha: head }],
    'issue.tick': () => onIssue({ item: 99 }),
    'release.changelog': () => [kind, { branch: `${branch}-log` }, { sha: head, title: 'Changelog', body: 'b', base_branch: 'main' }],
    'pr.create': () => [kind, { branch: `${branch}-new` }, { title: 'New', body: 'b', head_branch: `${branch}-two`, base_branch: 'main' }],
    'pr.update': () => onPull({ title: 'Other', body: 'other' }),
    'pr.label': () => onPull({ add: ['x'], remove: [] }),
    'pr.comment.summary': () => onPull({ body: 'A summary' }),
    'pr.comment.output': () => onPull({ body: 'What agents did' }),
    'pr.comment.answer': () => onPull({ body: 'An answer' }),
    'pr.review': () => onPull({ head_sha: head, body: 'A review' }),
    'pr.reviewers': () => onPull({ reviewers: ['ann'] }),
    'pr.thread.reply': () => onPull({ thread_id: thread, body: 'Because.' }),
    'pr.thread.resolve': () => onPull({ thread_id: thread }),
    'pr.check': () => onPull({ name: 'reeve/test', head_sha: head, conclusion: 'success' }),
    'pr.merge': () => onPull({ message: 'Merge' }, { preconditions: { head_sha: head } }),
    'pr.close': () => onPull({ comment: 'Closed' }),
    'pr.assign': () => onPull({ assignees: ['ann'] }),
    'issue.comment.triage': () => onIssue({ body: 'Triage' }),
    'issue.comment.plan': () => onIssue({ body: 'Plan' }),
    'issue.comment.questions': () => onIssue({ body: 'Questions' }),
    'issue.label': () => onIssue({ add: ['x'], remove: [] }),
    'issue.assign': () => onIssue({ assignees: ['ann'] }),
    'issue.close': () => onIssue({ reason: 'completed', comment: 'Done' }),
    'issue.transition': () => onIssue({ state: 'closed' }),
    'issue.create.low': () => [kind, {}, { title: 'New', body: 'b', labels: ['x'] }],
  };
  const made = table[kind]?.();
  if (made === undefined) throw new Error(`No proposal for ${kind}: a new kind needs one here.`);
  return made;
}

/** What the forge shows of a place, in words that do not name it: rows, what it told, branches. */
async function journalOf(place: Place): Promise<string[]> {
  const items = await on.query<Json>(
    `select number, kind, state, close_reason, title, body, labels, assignees, draft, head_branch, ended_by from local_items
     where number in ($1, $2) or number > $3 order by number`,
    [place.issue, place.pull, place.numbers],
  );
  const comments = await on.query<Json>(
    `select number, author, body from local_comments where number in ($1, $2) or number > $3 order by number, id`,
    [place.issue, place.pull, place.numbers],
  );
  const reviews = await on.query<Json>('select author, verdict, body from local_reviews where number = $1 order by id', [place.pull]);
  const remarks = await on.query<Json>('select author, body, resolved_by from local_review_comments where number = $1 order by created_at, id', [
    place.pull,
  ]);
  const asked = await on.query<Json>('select login from local_review_requests where number = $1 order by login', [place.pull]);
  const checks = await on.query<Json>('select name, conclusion from local_checks where head_sha = $1', [place.head]);
  const told = await on.query<{ type: string }>('select type from local_deliveries where seq > $1 order by seq', [place.since]);
  const refs = git('for-each-ref', '--format=%(refname) %(tree)', `refs/heads/${place.branch}*`).split('\n');
  const merges = git('rev-list', '--count', '--merges', '--ancestry-path', `${place.head}..main`);
  const lines = [
    ...[...items, ...comments, ...reviews, ...remarks, ...asked, ...checks].map((row) => JSON.stringify(row)),
    ...told.map(({ type }) => `told ${type}`),
    ...refs,
    `merges ${merges}`,
  ];
  return lines.map((line) =>
    line
      .replaceAll(place.branch, 'BRANCH')
      .replaceAll(place.head, 'HEAD')
      .replaceAll(/"number":(\d+)/g, (_, number: string) => `"number":"${nameOf(Number(number), place)}"`)
      .replaceAll(/Case \d+/g, 'Case')
      .replaceAll(/act_[0-9A-Z]{26}/g, 'ACT'),
  );
}

function nameOf(number: number, place: Place): string {
  if (number === place.issue) return 'issue';
  return number === place.pull ? 'pull' : `new ${number - place.numbers}`;
}

async function prepared(kind: ActionKind): Promise<Place> {
  const place = await makePlace();
  if (kind === 'pr.create' || kind === 'branch.delete') git('update-ref', `refs/heads/${place.branch}-two`, place.head);
  return place;
}

/** The server may die before it has answered; the row is there all the same. */
async function proposeAndLose(kind: ActionKind, place: Place): Promise<() => Promise<string>> {
  const answered = await propose(...proposalOf(kind, place)).catch(() => null);
  return async () => {
    if (answered !== null) return answered.action_id;
    const [row] = await on.query<{ id: string }>('select id from actions where kind = $1 order by created_at desc limit 1', [kind]);
    return row?.id ?? '';
  };
}

const cases = LONG ? KINDS.flatMap((kind) => POINTS.map((point): [ActionKind, Point] => [kind, point])) : SHORT;

it('kill -9 around the effect of every kind: the forge shows each once, as if nothing had died', { timeout: 1_800_000 }, async () => {
  const undisturbed = new Map<ActionKind, string[]>();
  for (const kind of new Set(cases.map(([of]) => of))) {
    const place = await prepared(kind);
    const before = await journalOf(place);
    const { action_id: id } = await propose(...proposalOf(kind, place));
    expect([kind, await on.ended(id)]).toEqual([kind, 'executed']);
    const after = await journalOf(place);
    expect([kind, after]).not.toEqual([kind, before]);
    undisturbed.set(kind, after);
  }
  for (const [kind, point] of cases) {
    const place = await prepared(kind);
    await on.killedAt(point, kind, () => proposeAndLose(kind, place));
    expect([kind, point, await journalOf(place)]).toEqual([kind, point, undisturbed.get(kind)]);
  }
  expect(await on.client().get('/v1/ledger/verify')).toMatchObject({ verified: true });
  console.log(`attack: killed ${cases.length} times around the effects of ${undisturbed.size} kinds of action, 0 effects lost, 0 twice`);
});
