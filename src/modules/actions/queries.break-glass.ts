import type { Db } from '#platform/db/index.ts';
import { glassStateOf } from './decide.break-glass.ts';
import type { GlassAccount, GlassFilter, GlassUse } from './model.ts';
import { listGlass, type GlassUseRow } from './store.break-glass.ts';

/** Where the emergency exit was opened, the newest action first. */
export async function glassUses(db: Db, filter: GlassFilter): Promise<{ items: GlassUse[]; nextCursor: string | null }> {
  const rows = await listGlass(db, filter);
  const items = rows.slice(0, filter.limit).map(toGlassUse);
  return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.action.id ?? null) : null };
}

/** A use as it stands now. */
function toGlassUse(row: GlassUseRow): GlassUse {
  const { actionId, record, actionStatus, projectId, reason, openedSubject, openedAt, confirmedSubject, confirmedAt, expiresAt } = row;
  return {
    action: { id: actionId as GlassUse['action']['id'], record, status: actionStatus, projectId },
    state: glassStateOf(row),
    reason,
    openedBy: openedSubject,
    openedAt,
    confirmedBy: confirmedSubject,
    confirmedAt,
    expiresAt,
    account: accountOf(row),
  };
}

/** What was written down afterwards; null: nothing was. */
function accountOf({ account, accountSubject, accountAt }: GlassUseRow): GlassAccount | null {
  return account === null || accountSubject === null || accountAt === null ? null : { text: account, by: accountSubject, at: accountAt };
}
