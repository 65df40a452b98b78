import type { Clock } from '#kernel/clock.ts';
import { isAppError } from '#kernel/errors.ts';
import { toPage, type Page } from '#kernel/page.ts';
import type { Db } from '#platform/db/index.ts';
import { peopleAskedOn, type AskedPeople, type NamedFinding, type Reviews } from '#modules/reviews/index.ts';
import type { Mirror } from '#ports/git.ts';
import { authorKindOf, decideWaiting } from './decide.waiting.ts';
import type { Pull } from './model.ts';
import type { PullChanges, PullFacts, PullOverview, TimelineEntry, WaitsFor } from './model.pulls.ts';
import { createFetched, type Fetched } from './queries.fetched.ts';
import { complianceRecordOf, pullsWithFacts, pullWithFacts, timelineOf, type PullFilter } from './store.pulls.ts';

export interface PullReadsDeps {
  db: Db;
  clock: Clock;
  mirror(repositoryId: string): Promise<Mirror>;
  reviews: Pick<Reviews, 'last'>;
  /** Takes secrets out of a text that is about to be shown. */
  redact(text: string): string;
}

export interface PullQuery extends Omit<PullFilter, 'after'> {
  cursor?: string | undefined;
  waits?: WaitsFor | undefined;
  /** Handle or login that is waited for by name. */
  waitsOn?: string | undefined;
}

export interface PullDetail extends PullOverview {
  findings: NamedFinding[];
  summary: string | null;
  complianceRecordId: string | null;
}

/** Pull requests where they are looked at: with what all parts of Reeve know of them. */
export interface PullReads {
  /** Newest first. */
  list(query: PullQuery): Promise<Page<PullOverview>>;
  one(id: string): Promise<PullDetail | null>;
  /** Oldest first, the newest `limit`. */
  timeline(id: string, limit: number): Promise<TimelineEntry[]>;
  /** Null: its commits are not here, also not after asking its forge, which is done once a minute. AppError unavailable, rate_limited. */
  changes(pull: Pick<Pull, 'repositoryId' | 'state' | 'headSha' | 'headBranch' | 'baseBranch' | 'mergeSha'>): Promise<PullChanges | null>;
}

/** Rows looked at for one page of a filter that the database cannot ask: who is waited for is decided from all parts. */
const MOST_LOOKED_AT = 2000;
const AT_ONCE = 200;
const MOST_DIFF_BYTES = 2_000_000;

export function createPullReads(deps: PullReadsDeps): PullReads {
  const fetched = createFetched(deps);
  return {
    async list({ cursor, waits, waitsOn, ...filter }) {
      if (waitsOn === undefined && (waits === undefined || waits === 'nobody')) {
        // What is merged or closed waits for nobody, and nothing else does.
        const ended = waits === 'nobody';
        if (ended && filter.state === 'open') return { items: [], next_cursor: null };
        const rows = await overviewsOf(deps.db, await pullsWithFacts(deps.db, { ...filter, ended, after: cursor }));
        return toPage(rows, filter.limit, same, ({ pull }) => pull.id);
      }
      const wanted = ({ waiting }: PullOverview): boolean =>
        (waits === undefined || waiting.for === waits) &&
        (waitsOn === undefined || waiting.names.some((name) => name.toLowerCase() === waitsOn.toLowerCase()));
      if (waits === 'nobody' || (filter.state ?? 'open') !== 'open') return { items: [], next_cursor: null };
      return searched(deps, { ...filter, state: 'open', after: cursor }, wanted);
    },
    async one(id) {
      const facts = await pullWithFacts(deps.db, id);
      if (facts === null) return null;
      const review = facts.review === null ? null : await deps.reviews.last(id);
      return {
        ...overviewOf(facts, await peopleAskedOn(deps.db, [id])),
        findings: review?.findings ?? [],
        summary: review?.summary ?? null,
        complianceRecordId: await complianceRecordOf(deps.db, id),
      };
    },
    timeline: (id, limit) => timelineOf(deps.db, id, limit),
    changes: (pull) => changesOf(deps, fetched, pull),
  };
}

const same = <T>(row: T): T => row;

function overviewOf(facts: PullFacts, asked: ReadonlyMap<string, AskedPeople>): PullOverview {
  return { ...facts, authorKind: authorKindOf(facts), waiting: decideWaiting(facts, asked.get(facts.pull.id) ?? null) };
}

async function overviewsOf(db: Db, rows: readonly PullFacts[]): Promise<PullOverview[]> {
  const open = rows.filter(({ pull }) => pull.state === 'open').map(({ pull }) => pull.id);
  const asked = await peopleAskedOn(db, open);
  return rows.map((facts) => overviewOf(facts, asked));
}

async function searched(deps: PullReadsDeps, filter: PullFilter, wanted: (row: PullOverview) => boolean): Promise<Page<PullOverview>> {
  const found: PullOverview[] = [];
  let { after } = filter;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += AT_ONCE) {
    const rows = await pullsWithFacts(deps.db, { ...filter, after, limit: AT_ONCE });
    const shown = await overviewsOf(deps.db, rows.slice(0, AT_ONCE));
    for (const row of shown) {
      if (!wanted(row)) continue;
      // Only one more says that there is a next page.
      if (found.length === filter.limit) return { items: found, next_cursor: found.at(-1)?.pull.id ?? null };
      found.push(row);
    }
    if (rows.length <= AT_ONCE) return { items: found, next_cursor: null };
    after = shown.at(-1)?.pull.id;
  }
  return { items: found, next_cursor: after ?? null };
}

type Subject = Parameters<PullReads['changes']>[0];

interface Place {
  mirror: Mirror;
  repositoryId: string;
  fetched: Fetched;
}

async function changesOf(deps: PullReadsDeps, fetched: Fetched, pull: Subject): Promise<PullChanges | null> {
  const mirror = await deps.mirror(pull.repositoryId);
  const place = { mirror, repositoryId: pull.repositoryId, fetched };
  const ends = pull.state === 'merged' ? await mergedEnds(place, pull) : await openEnds(place, pull);
  if (ends === null) return null;
  const { base, head, target } = ends;
  const patch = await mirror.diffText(base, head, MOST_DIFF_BYTES);
  return {
    base,
    head,
    files: await mirror.diffStat(base, head),
    patch: deps.redact(patch),
    truncated: Buffer.byteLength(patch) >= MOST_DIFF_BYTES,
    onto: target,
    merge: target === null ? null : mergeOf(await mirror.merge({ base, ours: target, theirs: head })),
  };
}

function mergeOf(result: Awaited<ReturnType<Mirror['merge']>>): NonNullable<PullChanges['merge']> {
  return result.kind === 'clean' ? { state: 'clean' } : { state: 'conflict', files: [...new Set(result.conflicts.map(({ path }) => path))] };
}

interface Ends {
  base: string;
  head: string;
  /** The base branch now; null: nothing is to be merged any more. */
  target: string | null;
}

/** The very commit that is known as its head: a branch of that name may stand elsewhere, or be somebody else's. */
async function openEnds(on: Place, pull: Subject): Promise<Ends | null> {
  const { mirror } = on;
  const head = await here(on, pull.headSha);
  if (head !== null && pull.state === 'open') await refresh(on);
  const target = await mirror.resolve(`refs/remotes/source/${pull.baseBranch}`);
  if (head === null || target === null) return null;
  const base = await mirror.mergeBase(head, target);
  return base === null ? null : { base, head, target: pull.state === 'open' ? target : null };
}

/** What the merge brought: against the commit before it, however it was merged. */
async function mergedEnds(on: Place, pull: Subject): Promise<Ends | null> {
  if (pull.mergeSha === null) return openEnds(on, pull);
  const head = await here(on, pull.mergeSha);
  const base = head === null ? null : await on.mirror.resolve(`${pull.mergeSha}^1`);
  return head === null || base === null ? openEnds(on, pull) : { base, head, target: null };
}

/** A commit, fetched where it is not here yet. */
async function here({ mirror, repositoryId, fetched }: Place, commit: string): Promise<string | null> {
  const known = await mirror.resolve(commit);
  if (known !== null) return known;
  await fetched.fetch(repositoryId, mirror, commit);
  return mirror.resolve(commit);
}

/** A forge that is away is no reason to show nothing: the answer names what was compared. */
async function refresh({ mirror, repositoryId, fetched }: Place): Promise<void> {
  try {
    await fetched.fetch(repositoryId, mirror, null);
  } catch (error) {
    if (!isAppError(error)) throw error;
  }
}
