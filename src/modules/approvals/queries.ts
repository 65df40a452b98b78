import type { Db } from '#platform/db/index.ts';
import type { Actions } from '#modules/actions/index.ts';
import { isRubberStamping } from './decide.asked.ts';
import type { Approval, Approvals } from './model.ts';
import { createStandings, type StandingDeps } from './queries.standing.ts';
import { listApprovals } from './store.list.ts';
import { insertLook, notesOf } from './store.notes.ts';
import { countByApprover } from './store.report.ts';
import { countPending, findApproval, type ApprovalRow } from './store.ts';

export interface QueryDeps extends Omit<StandingDeps, 'actions'> {
  db: Db;
  actions: Pick<Actions, 'many' | 'guardRefusals' | 'headline'>;
  issuesOf?(workItemIds: readonly string[]): Promise<ReadonlyMap<string, { title: string }>>;
}

/** Reads for API and console: an approval together with its action. */
export function createQueries(deps: QueryDeps): Pick<Approvals, 'get' | 'looked' | 'list' | 'countPending' | 'counts' | 'standings' | 'report'> {
  const { db } = deps;
  const standings = createStandings(deps);
  return {
    standings: standings.of,
    counts: standings.counts,
    async get(id) {
      const row = await findApproval(db, id);
      return row === null ? null : ((await withActions(deps, [row])).at(0) ?? null);
    },
    async looked(id, { kind, personId }) {
      if (kind === 'person' && personId !== null) await insertLook(db, id, personId);
    },
    countPending: () => countPending(db),
    async report(days, projectId = null) {
      const rows = await countByApprover(db, days, projectId);
      return rows.map(({ personId, subject, decisions, approved, hasty, medianSeconds }) => ({
        personId,
        subject,
        decisions,
        approvedShare: approved / decisions,
        hastyShare: hasty / decisions,
        medianSeconds,
        flagged: isRubberStamping(decisions, hasty),
      }));
    },
    async list({ mine, ...filter }) {
      const { rows, more } = mine === undefined ? await pageOf(db, filter) : await standings.pageOfMine(mine, filter);
      return { items: await withActions(deps, rows), nextCursor: more ? (rows.at(-1)?.id ?? null) : null };
    },
  };
}

async function pageOf(db: Db, filter: Parameters<typeof listApprovals>[1]): Promise<{ rows: ApprovalRow[]; more: boolean }> {
  const rows = await listApprovals(db, filter);
  return { rows: rows.slice(0, filter.limit), more: rows.length > filter.limit };
}

/** A page in five statements, however many rows it has. */
async function withActions({ db, actions, issuesOf }: QueryDeps, rows: readonly ApprovalRow[]): Promise<Approval[]> {
  const ids = rows.map(({ id }) => id);
  const waiting = rows.filter(({ status }) => status === 'pending').map(({ id }) => id);
  const [found, warnings, notes] = await Promise.all([actions.many(ids), actions.guardRefusals(waiting), notesOf(db, ids)]);
  const issues = await issuesOf?.(found.flatMap(({ workItemId }) => workItemId ?? []));
  const byId = new Map(found.map((action) => [action.id as string, action]));
  return rows.map((row) => {
    const action = byId.get(row.id);
    if (action === undefined) throw new Error(`approval ${row.id} has no action`);
    return {
      id: row.id,
      action,
      headline: actions.headline(action),
      issueTitle: issues?.get(action.workItemId ?? '')?.title ?? null,
      status: row.status,
      decidedBy: row.decidedBy,
      decidedAt: row.decidedAt,
      reason: row.reason,
      votes: { yes: row.yesBy.length, needed: row.needed },
      selfApproved: row.selfApproved,
      asked: row.asked,
      warning: warnings.get(row.id) ?? null,
      approvers: row.approvers,
      yesBy: row.yesBy,
      expiresAt: row.expiresAt,
      notes: notes.filter(({ approvalId }) => approvalId === row.id).map(({ kind, by, text, at }) => ({ kind, by, text, at })),
    };
  });
}
