import type { Context } from './commands.context.ts';
import { proposalOf } from './commands.record.ts';
import { decideGuard } from './decide.guard.ts';
import type { Proposal } from './model.ts';
import { findAction } from './store.ts';
import { listUnlooked, noteGuard } from './store.guards.ts';

/** Rules change while people think it over: what they are shown is no older. */
const AGAIN_AFTER_S = 600;
const AT_ONCE = 20;

/** Why nothing of high risk is done for it, because Reeve's own account could go around people; null: nothing stands against it. */
export async function unguardedNow(context: Context, proposal: Proposal): Promise<string | null> {
  const found = await context.guard(proposal);
  return found === null ? null : decideGuard(found.guard, found.branch, found.attested);
}

/**
 * Asks how the branches of pending actions of high risk are guarded, outside of any transaction, so that people see before they say yes what
 * would stop the action after it. A forge that cannot be asked keeps nobody from deciding: it is asked again, and at execution in any case.
 */
export async function lookAtGuards(context: Context): Promise<number> {
  let looked = 0;
  for (const id of await listUnlooked(context.db, { againAfterS: AGAIN_AFTER_S, limit: AT_ONCE })) {
    const row = await findAction(context.db, id);
    if (row === null || row.status !== 'pending') continue;
    const refusal = await unguardedNow(context, proposalOf(row)).catch(() => undefined);
    if (refusal === undefined) continue;
    await noteGuard(context.db, id, refusal);
    looked += 1;
  }
  return looked;
}
