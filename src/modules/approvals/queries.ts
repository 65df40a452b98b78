import type { Db } from '#platform/db/index.ts';
import type { Actions } from '#modules/actions/index.ts';
import { isRubberStamping } from './decide.asked.ts';
import type { Approval, Approvals } from './model.ts';
import { insertLook, notesOf } from './store.notes.ts';
import { countByApprover } from './store.report.ts';
import { countPending, findApproval, listApprovals, type ApprovalRow } from './store.ts';

/** Reads for API and console: an approval together with its action. */
export function createQueries(deps: {
  db: Db;
  actions: Pick<Actions, 'get' | 'guardRefusal'>;
}): Pick<Approvals, 'get' | 'looked' | 'list' | 'countPending' | 'report'> {
  async function withAction(row: ApprovalRow): Promise<Approval> {
    const action = await deps.actions.get(row.id);
    if (action === null) throw new Error(`approval ${row.id} has no action`);
    return {
      id: row.id,
      action,
      status: row.status,
      decidedBy: row.decidedBy,
      decidedAt: row.decidedAt,
      reason: row.reason,
      votes: { yes: row.yesBy.length, needed: row.needed },
      selfApproved: row.selfApproved,
      asked: row.asked,
      warning: row.status === 'pending' ? await deps.actions.guardRefusal(row.id) : null,
      notes: await notesOf(deps.db, row.id),
    };
  }
  return {
    async get(id) {
      const row = await findApproval(deps.db, id);
      return row === null ? null : withAction(row);
    },
    async looked(id, { kind, personId }) {
      if (kind === 'person' && personId !== null) await insertLook(deps.db, id, personId);
    },
    countPending: () => countPending(deps.db),
    async report(days, projectId = null) {
      const rows = await countByApprover(deps.db, days, projectId);
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
    async list(filter) {
      const rows = await listApprovals(deps.db, filter);
      const items: Approval[] = [];
      for (const row of rows.slice(0, filter.limit)) items.push(await withAction(row));
      return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
    },
  };
}
