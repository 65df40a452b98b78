import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import type { Gateway } from '#modules/gateway/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { Work } from '#modules/work/index.ts';
import type { PlanFacts, PlanProblem } from './model.ts';

export interface PlanningDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  work: Pick<Work, 'get' | 'getIn'>;
  gateway: Pick<Gateway, 'ask'>;
  /** `rules`, `provider/model` or `agent:<name>`; read at each plan, so that a changed setting counts at once. */
  model: () => string | Promise<string>;
  /** Names of the checks of a work item's project, for plans that people write or change over HTTP. */
  checksOf: (workItemId: string) => Promise<readonly string[]>;
  /** Whether a task can be given to `person:<handle>` or `agent:<name>`, else why not; left out: anybody. */
  refuseAssignee?: (assignee: string) => Promise<string | null>;
  /** Policy `limits.max_files_per_change`; default 40. */
  maxFiles?: number;
  maxContextTokens?: number;
}

export interface Announcement {
  kind: string;
  subject: string;
  actor: string;
  workItemId: string;
  data: JsonObject;
}

/** Ledger entry and event of one change, in its transaction. */
export async function announce(
  { ledger, outbox, work }: Pick<PlanningDeps, 'ledger' | 'outbox' | 'work'>,
  tx: Tx,
  { kind, subject, actor, workItemId, data }: Announcement,
): Promise<void> {
  const projectId = (await work.getIn(tx, workItemId))?.projectId ?? null;
  ledger.append(tx, { kind, subject, actor, projectId, workItemId, payload: data });
  await outbox.put(tx, { type: kind, subject, workItemId, projectId, data });
}

export function existing<T>(value: T | undefined, noun: string, id: string): T {
  if (value === undefined) throw new AppError('not_found', `There is no ${noun} ${id}.`);
  return value;
}

/** All problems in one answer, so that they can be mended in one go. */
export function assertHolds(problems: readonly PlanProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new AppError('invalid', `The plan does not hold: ${first.detail}${problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`}.`, {
    code: 'plan_invalid',
    detail: { problems: problems.map(({ code, path, detail }) => ({ code, path, detail })) },
  });
}

export async function factsOf(deps: PlanningDeps, workItemId: string, limits: { maxFiles: number; maxContextTokens: number }): Promise<PlanFacts> {
  return { checks: await deps.checksOf(workItemId), ...limits };
}
