import type { Clock } from '#kernel/clock.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Action } from '#modules/actions/index.ts';
import type { ActionChange } from '#modules/approvals/index.ts';
import { fromStoredChange, type ChangeRequestDocument } from '#modules/change-requests/index.ts';
import { toFileChanges, type MergeQueue } from '#modules/merge-queue/index.ts';
import type { ForgeRead } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';

export interface ActionChangeDeps {
  clock: Clock;
  forge(name: string): ForgeRead;
  repository(repo: { forge: string; name: string }): Promise<{ id: string; defaultBranch: string } | null>;
  mirror(repositoryId: string): Promise<Mirror>;
  queue: Pick<MergeQueue, 'get' | 'readRollback'>;
}

type Found = ActionChange | string | null;

interface Place {
  repositoryId: string;
  mirror: Mirror;
  defaultBranch: string;
  /** Brings the mirror up to date because `missing` is not in it; not again within a minute for the same. */
  fetch(missing: string): Promise<void>;
  /** Branch a pull request goes into, as it was within the last minute; null: there is no such pull request. */
  baseOf(number: number): Promise<string | null>;
}

type Find = (place: Place, action: Action, deps: ActionChangeDeps) => Promise<Found>;

/** Kinds that change files, and between which commits. */
const FINDERS: Partial<Readonly<Record<Action['record']['kind'], Find>>> = {
  'pr.merge': async (place, { record, outcome }) => {
    const { head_sha: head } = record.preconditions;
    const merged = outcome?.['merge_sha'];
    if (head === null) return 'It names no commit.';
    const base = record.target.number === null ? null : await place.baseOf(record.target.number);
    const onto = base ?? record.target.branch ?? place.defaultBranch;
    return typeof merged === 'string' ? ofCommit(place, merged, onto) : sinceBranch(place, head, onto);
  },
  'branch.push': async (place, action, deps) => {
    const { record } = action;
    const { sha, expected, change_request: request } = record.args;
    const onto = record.target.branch ?? place.defaultBranch;
    // Where a commit is named, that one is pushed, whatever else is named beside it.
    if (typeof sha !== 'string')
      return typeof request === 'string' ? ofQueue(place, deps, action, request) : 'The merge queue names the commit when it has verified it.';
    return typeof expected === 'string' ? between(place, expected, sha, onto) : sinceBranch(place, sha, place.defaultBranch, onto);
  },
  'pr.create': async (place, { record }) => {
    const { head_branch: head, base_branch: base } = record.args;
    if (typeof head !== 'string' || typeof base !== 'string') return 'It names no branches.';
    const commit = await headOf(place, head);
    return commit === null ? `The branch ${head} is not here.` : sinceBranch(place, commit, base);
  },
  'pr.revert': async (place, { record }) => {
    const { merge_sha: merged } = record.args;
    if (typeof merged !== 'string') return 'It names no commit.';
    const landed = await ofCommit(place, merged, place.defaultBranch);
    // What came is taken away.
    return typeof landed === 'string' ? landed : { ...landed, from: landed.to, to: landed.from };
  },
  'release.changelog': async (place, { record }) => {
    const { sha, base_branch: base } = record.args;
    return typeof sha === 'string' && typeof base === 'string' ? sinceBranch(place, sha, base) : 'It names no commit.';
  },
};

/**
 * Between which two commits the change of an action lies, read from the repository whatever anybody says of it. Null: it changes no files.
 * A sentence: it does, and why they cannot be shown. AppError unavailable, rate_limited.
 */
export function createActionChange(deps: ActionChangeDeps): (action: Action) => Promise<Found> {
  const recent = rememberForAMinute(deps.clock);
  return async (action) => {
    const find = FINDERS[action.record.kind];
    if (find === undefined) return null;
    const repo = ofTarget(action.record.target);
    const known = await deps.repository(repo);
    if (known === null) return 'Its repository is not known here any more.';
    try {
      const mirror = await deps.mirror(known.id);
      const place: Place = {
        repositoryId: known.id,
        mirror,
        defaultBranch: known.defaultBranch,
        fetch: (missing) => recent(`fetch:${known.id}:${missing}`, () => mirror.fetch()),
        baseOf: (number) =>
          recent(`base:${known.id}:${number}`, async () => (await deps.forge(repo.forge).pullByNumber(repo, number))?.baseBranch ?? null),
      };
      return await find(place, action, deps);
    } catch (error) {
      if (isAppError(error, 'not_found')) return 'What it would change is not to be found in the repository any more.';
      throw error;
    }
  };
}

const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 1000;

/** Does work at most once a minute for each key; whoever asks meanwhile gets the same answer, a failure included. Readers must not be able to keep a forge busy. */
function rememberForAMinute(clock: Clock): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const known = new Map<string, { until: number; answer: Promise<unknown> }>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const now = clock.now().getTime();
    const before = known.get(key);
    if (before !== undefined && before.until > now) return before.answer as Promise<T>;
    const answer = work();
    known.delete(key);
    known.set(key, { until: now + REMEMBERED_MS, answer });
    const [oldest] = known.keys();
    if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
    return answer;
  };
}

const ofTarget = ({ forge, repo }: Action['record']['target']) => ({ forge, name: repo });
const GONE = 'The commits are not in the repository any more.';

/** Of a branch of ours, or of one at the forge, which may be newer than what was fetched. */
async function headOf({ mirror, fetch }: Place, branch: string): Promise<string | null> {
  const own = await mirror.resolve(`refs/heads/${branch}`);
  if (own !== null) return own;
  await fetch(branch);
  return mirror.resolve(`refs/remotes/source/${branch}`);
}

/** What a commit brings that a branch does not have. */
async function sinceBranch({ mirror, fetch }: Place, head: string, base: string, onto = base): Promise<ActionChange | string> {
  const ref = `refs/remotes/source/${base}`;
  if ((await mirror.resolve(head)) === null || (await mirror.resolve(ref)) === null) await fetch(`${head} ${base}`);
  const tip = await mirror.resolve(ref);
  if (tip === null || (await mirror.resolve(head)) === null) return GONE;
  const from = await mirror.mergeBase(head, tip);
  if (from === null) return `It shares no history with ${base}.`;
  return from === head ? `It is in ${base} already.` : { mirror, from, to: head, onto };
}

async function between({ mirror, fetch }: Place, from: string, to: string, onto: string): Promise<ActionChange | string> {
  if ((await mirror.resolve(from)) === null || (await mirror.resolve(to)) === null) await fetch(`${from} ${to}`);
  return (await mirror.resolve(from)) === null || (await mirror.resolve(to)) === null ? GONE : { mirror, from, to, onto };
}

/** What one commit brought to the line it stands on. */
async function ofCommit({ mirror, fetch }: Place, commit: string, onto: string): Promise<ActionChange | string> {
  if ((await mirror.resolve(commit)) === null) await fetch(commit);
  const before = await mirror.resolve(`${commit}^1`);
  return before === null ? GONE : { mirror, from: before, to: commit, onto };
}

/** How the queue names what it asks to push: what was confirmed, and the hash of its document. */
const CONFIRMED = /^([^:]+):([0-9a-f]{64})$/;
const ELSEWHERE = 'The change request it names is not for this branch.';

/** What the queue will push once it has verified it. Only what belongs to this very action or place is shown: its name is anybody's to write. */
async function ofQueue(place: Place, { queue }: ActionChangeDeps, { id, record }: Action, named: string): Promise<ActionChange | string> {
  const target = record.target.branch ?? place.defaultBranch;
  const isHere = (of: { repositoryId: string; target: string }): boolean => of.repositoryId === place.repositoryId && of.target === target;
  const [, rollback, hash] = CONFIRMED.exec(named) ?? [];
  if (rollback === undefined) {
    const entry = await queue.get(named);
    if (entry === null) return `The change request ${named} is not there any more.`;
    return isHere(entry) ? ofDocument(place, entry.document) : ELSEWHERE;
  }
  const { row } = await queue.readRollback(rollback);
  return row.actionId === id && row.documentSha256 === hash && isHere(row) ? ofDocument(place, row.document) : ELSEWHERE;
}

async function ofDocument({ mirror, fetch }: Place, { base, changes, target }: ChangeRequestDocument): Promise<ActionChange | string> {
  if ((await mirror.resolve(base)) === null) await fetch(base);
  if ((await mirror.resolve(base)) === null) return GONE;
  const to = await mirror.writeTree(base, toFileChanges(changes.map(fromStoredChange)));
  return { mirror, from: base, to, onto: target };
}
