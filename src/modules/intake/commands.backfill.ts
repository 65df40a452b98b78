import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import { HISTORY_PARTS } from '#ports/forge-history.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { Backfill, BackfillInput, Backfills } from './model.backfill.ts';
import * as store from './store.backfill.ts';
import { BACKFILL_WORKFLOW } from './workflow.backfill.ts';

export interface BackfillDeps {
  db: Db;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  workflow: Pick<WorkflowEngine, 'start' | 'status'>;
  /** `reads`: whether the operator lets Reeve work there, and its project has not opted out. */
  repository(id: string): Promise<{ forge: string; name: string; projectId: string; reads: boolean } | null>;
}

export function createBackfills(deps: BackfillDeps): Backfills {
  const { db } = deps;
  return {
    start: (repositoryId, wish, by) => start(deps, repositoryId, wish, by),
    async pause(repositoryId, by) {
      const row = await lastOf(deps, repositoryId);
      await db.tx(async (tx) => {
        if (await store.pauseBackfill(tx, row.id)) await note(deps, tx, { kind: 'backfill.paused', row, by });
        else if (row.state !== 'paused') throw ended();
      });
      return view(deps, repositoryId);
    },
    async resume(repositoryId, by) {
      const row = await lastOf(deps, repositoryId);
      await revive(deps, row, by);
      await db.tx(async (tx) => {
        const generation = await store.resumeBackfill(tx, row.id);
        if (generation !== undefined) {
          await begin(deps, tx, { id: row.id, generation });
          await note(deps, tx, { kind: 'backfill.resumed', row, by });
        } else if (row.state !== 'running') throw ended();
      });
      return view(deps, repositoryId);
    },
    async of(repositoryId) {
      const row = await store.lastBackfillOf(db, repositoryId);
      return row === undefined ? null : toBackfill(row, await store.partsOf(db, row.id));
    },
  };
}

async function start(deps: BackfillDeps, repositoryId: string, { since }: { since: Date | null }, by: Actor): Promise<Backfill> {
  const repository = await deps.repository(repositoryId);
  if (repository === null) throw new AppError('not_found', 'There is no such repository.');
  if (repository.forge !== 'github')
    throw new AppError('refused', 'Everything of this repository is heard as it happens: there is no history to read.', { code: 'no_history' });
  if (!repository.reads)
    throw new AppError('refused', `${repository.name} is not on the allowlist, or its project has opted out.`, { code: 'not_allowlisted' });
  const row = { id: deps.ids.next('backfill'), repositoryId, since, startedBy: by.subject };
  await deps.db.tx(async (tx) => {
    if (!(await store.insertBackfill(tx, row, HISTORY_PARTS))) return;
    await begin(deps, tx, { id: row.id, generation: 1 });
    await note(deps, tx, { kind: 'backfill.started', row, by });
  });
  const last = await lastOf(deps, repositoryId);
  await revive(deps, last, by);
  const found = await view(deps, repositoryId);
  if (found.since?.getTime() !== since?.getTime())
    throw new AppError('conflict', `A backfill of ${repository.name} is under way, since ${found.since?.toISOString() ?? 'the beginning'}.`, {
      code: 'backfill_under_way',
      hint: 'Let it end, or resume it if it is paused.',
    });
  return found;
}

const workflowIdOf = ({ id, generation }: BackfillInput): string => `${BACKFILL_WORKFLOW}:${id}:${generation}`;

const begin = (deps: BackfillDeps, tx: Tx, input: BackfillInput): Promise<void> =>
  deps.workflow.start(tx, BACKFILL_WORKFLOW, workflowIdOf(input), input);

/** One that runs by its row and whose workflow has ended (it was cancelled, or could not even write that it failed) is carried on by a new one. */
async function revive(deps: BackfillDeps, row: store.BackfillRow, by: Actor): Promise<void> {
  if (row.state !== 'running') return;
  const found = await deps.workflow.status(workflowIdOf(row));
  if (found !== null && (found.status === 'enqueued' || found.status === 'running')) return;
  await deps.db.tx(async (tx) => {
    const generation = await store.reviveBackfill(tx, row.id, row.generation);
    if (generation === undefined) return;
    await begin(deps, tx, { id: row.id, generation });
    await note(deps, tx, { kind: 'backfill.resumed', row, by });
  });
}

async function note(
  { repository, ledger }: BackfillDeps,
  tx: Tx,
  { kind, row, by }: { kind: string; row: { id: string; repositoryId: string; since: Date | null }; by: Actor },
): Promise<void> {
  const of = await repository(row.repositoryId);
  const payload = { repository: of?.name ?? '', since: row.since?.toISOString() ?? null };
  ledger.append(tx, { kind, subject: row.id, actor: by.subject, projectId: of?.projectId ?? null, payload });
}

async function lastOf({ db }: BackfillDeps, repositoryId: string): Promise<store.BackfillRow> {
  const row = await store.lastBackfillOf(db, repositoryId);
  if (row === undefined)
    throw new AppError('not_found', 'The history of this repository was never read.', { hint: 'reeve repository backfill NAME' });
  return row;
}

async function view({ db }: BackfillDeps, repositoryId: string): Promise<Backfill> {
  const row = await lastOf({ db } as BackfillDeps, repositoryId);
  return toBackfill(row, await store.partsOf(db, row.id));
}

const ended = (): AppError =>
  new AppError('conflict', 'It has ended.', { code: 'backfill_ended', hint: 'Begin another one: what is known already is not kept twice.' });

function toBackfill({ generation: _generation, ...row }: store.BackfillRow, parts: readonly store.PartRow[]): Backfill {
  return { ...row, parts: parts.map(({ cursor: _cursor, ...part }) => part) };
}
