import type { Clock } from '#kernel/clock.ts';
import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import type { ForgeHistory, HistoryItem, HistoryPage, HistoryPart } from '#ports/forge-history.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { BackfillDeps } from './commands.backfill.ts';
import { storeFacts, type IntakeDeps } from './commands.ts';
import type { BackfillInput, BackfillPart, BackfillStep, BackfillSteps } from './model.backfill.ts';
import * as store from './store.backfill.ts';

export interface BackfillStepDeps extends IntakeDeps {
  db: Db;
  clock: Clock;
  ledger: Pick<Ledger, 'append'>;
  repository: BackfillDeps['repository'];
  /** Null: the forge is not connected. */
  history(forge: string): ForgeHistory | null;
  /** Aborted when this process hands its work back. */
  aborting(): AbortSignal;
}

/** After so long, or so many pages, a step ends and is recorded: what is under way shows, and a pause is soon heard of. */
const STEP_MS = 10_000;
const STEP_PAGES = 25;

export function createBackfillSteps(deps: BackfillStepDeps): BackfillSteps {
  return {
    async pages(input, isLast) {
      const next = await readPages(deps, input);
      if (!isLast || next.kind !== 'wait' || next.untilMs !== null) return next;
      return fail(deps, input, next.problem);
    },
    giveUp: async (input, problem) => void (await fail(deps, input, problem)),
  };
}

async function readPages(deps: BackfillStepDeps, input: BackfillInput): Promise<BackfillStep> {
  const { clock, db } = deps;
  const begun = clock.now().getTime();
  for (let pages = 0; pages < STEP_PAGES && clock.now().getTime() - begun < STEP_MS && !deps.aborting().aborted; pages += 1) {
    const row = await store.backfillById(db, input.id);
    if (row === undefined || row.state !== 'running' || row.generation !== input.generation) return { kind: 'end' };
    const part = (await store.partsOf(db, input.id)).find(({ done, note }) => !done && note === null);
    if (part === undefined) {
      await finish(deps, row, input);
      return { kind: 'end' };
    }
    const rest = await readPage(deps, row, part);
    if (rest !== null) return rest;
  }
  return { kind: 'more' };
}

/** Null: the page is kept, or somebody else kept it. */
async function readPage(deps: BackfillStepDeps, row: store.BackfillRow, part: store.PartRow): Promise<BackfillStep | null> {
  const { id, generation, since, repositoryId } = row;
  const repository = await deps.repository(repositoryId);
  const history = repository === null ? null : deps.history(repository.forge);
  if (repository === null || !repository.reads || history === null) {
    const problem =
      history === null ? 'The forge is not connected.' : 'The repository is not on the allowlist any more, or its project has opted out.';
    return fail(deps, { id, generation }, problem);
  }
  let page: HistoryPage & { note: string | null };
  try {
    page = { ...(await history.page({ forge: repository.forge, name: repository.name }, part.part, { since, cursor: part.cursor })), note: null };
  } catch (error) {
    const rest = toRest(error);
    if (rest !== null) {
      await store.noteRest(deps.db, id, { until: rest.untilMs === null ? null : new Date(rest.untilMs), problem: rest.problem });
      return rest;
    }
    if (isAppError(error, 'not_found') && error.code === 'repository_gone') return fail(deps, { id, generation }, messageOf(error));
    // What may not be read, or is not there, keeps nobody from the rest.
    page = { items: [], seen: 0, next: null, note: messageOf(error).slice(0, 500) };
  }
  await keepPage(deps, { id, generation, part: part.part, from: part.cursor }, page, repository.forge);
  return null;
}

type Rest = Extract<BackfillStep, { kind: 'wait' }>;

/** Null: the forge will answer the same again. */
function toRest(error: unknown): Rest | null {
  const problem = messageOf(error).slice(0, 500);
  if (!(error instanceof AppError) || error.kind === 'unavailable' || error.kind === 'internal') return { kind: 'wait', untilMs: null, problem };
  if (error.kind !== 'rate_limited') return null;
  const until = Date.parse(String(error.detail['until']));
  return { kind: 'wait', untilMs: Number.isNaN(until) ? null : until, problem };
}

interface Place {
  id: string;
  generation: number;
  part: HistoryPart;
  from: string | null;
}

/** The facts of a page and how far it got: both or neither. */
async function keepPage(deps: BackfillStepDeps, place: Place, page: HistoryPage & { note: string | null }, forge: string): Promise<void> {
  await deps.db
    .tx(async (tx) => {
      const stored = await storeFacts(deps, tx, toFacts(page.items, forge));
      const moved = await store.moveOn(tx, { ...place, next: page.next, seen: page.seen, stored, note: page.note });
      // Paused, carried on or kept by another: the same page is read again, and knows all of it.
      if (!moved && stored > 0) throw new NotOurs();
    })
    .catch((error: unknown) => {
      if (!(error instanceof NotOurs)) throw error;
    });
}

class NotOurs extends Error {}

function toFacts(items: readonly HistoryItem[], forge: string): Array<{ source: string; deliveryId: string; fact: HistoryItem['event'] }> {
  // One of a page's things may be listed twice while the list moves.
  const unique = new Map(items.map((item) => [item.key, item.event]));
  return [...unique].map(([key, fact]) => ({ source: forge, deliveryId: `backfilled:${key}`, fact }));
}

async function finish(deps: BackfillStepDeps, row: store.BackfillRow, input: BackfillInput): Promise<void> {
  const how = endingOf(await store.partsOf(deps.db, row.id));
  await deps.db.tx(async (tx) => end(deps, tx, input, how));
}

/** Parts that may not be read are left out; one that stopped after it had begun, or none that could be read, is a failure that can be resumed. */
export function endingOf(parts: ReadonlyArray<Pick<BackfillPart, 'part' | 'done' | 'note'>>): { state: 'done' | 'failed'; problem: string | null } {
  const stopped = parts.find(({ done }) => !done);
  if (stopped !== undefined)
    return { state: 'failed', problem: `${stopped.part.replaceAll('_', ' ')} stopped midway: ${stopped.note ?? 'nobody knows why'}` };
  return parts.every(({ note }) => note !== null) ? { state: 'failed', problem: parts[0]?.note ?? null } : { state: 'done', problem: null };
}

async function fail(deps: BackfillStepDeps, input: BackfillInput, problem: string | null): Promise<{ kind: 'end' }> {
  await deps.db.tx(async (tx) => end(deps, tx, input, { state: 'failed', problem }));
  return { kind: 'end' };
}

async function end(
  deps: BackfillStepDeps,
  tx: Tx,
  { id, generation }: BackfillInput,
  how: { state: 'done' | 'failed'; problem: string | null },
): Promise<void> {
  if (!(await store.endBackfill(tx, id, generation, how))) return;
  const row = await store.backfillById(tx, id);
  const of = row === undefined ? null : await deps.repository(row.repositoryId);
  const parts = Object.fromEntries((await store.partsOf(tx, id)).map(({ part, seen, stored }) => [part, { seen, stored }]));
  const payload = { repository: of?.name ?? '', problem: how.problem, parts };
  deps.ledger.append(tx, { kind: `backfill.${how.state}`, subject: id, actor: 'system', projectId: of?.projectId ?? null, payload });
}
