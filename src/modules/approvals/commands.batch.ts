import type { Actor } from '#kernel/actor.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { ApprovalsDeps } from './commands.ts';
import type { Approval, BatchItem, BatchRequest, BatchResult, DecisionRequest } from './model.ts';

/** What one person can have looked at. */
const MOST_ITEMS = 100;

type Decide = (id: string, request: DecisionRequest, by: Actor) => Promise<Approval>;

/** Several like actions, each decided by itself in its own transaction: what is refused keeps none of the others. */
export async function decideMany(deps: Pick<ApprovalsDeps, 'actions'>, decide: Decide, request: BatchRequest, by: Actor): Promise<BatchResult[]> {
  const { items } = request;
  if (items.length === 0 || items.length > MOST_ITEMS) throw new AppError('invalid', `A batch has 1 to ${MOST_ITEMS} items.`, { code: 'batch_size' });
  if (new Set(items.map(({ id }) => id)).size < items.length)
    throw new AppError('invalid', 'An action is named twice in one batch.', { code: 'batch_twice' });
  const results: BatchResult[] = [];
  for (const item of items) results.push(await one(deps, decide, request, item, by));
  return results;
}

async function one(deps: Pick<ApprovalsDeps, 'actions'>, decide: Decide, request: BatchRequest, item: BatchItem, by: Actor): Promise<BatchResult> {
  try {
    const action = await deps.actions.get(item.id);
    if (action !== null && action.record.kind !== request.kind)
      throw new AppError('conflict', `It is ${action.record.kind}, not ${request.kind}.`, { code: 'kind_mismatch' });
    const { decision, reason, typed } = request;
    const approval = await decide(item.id, { decision, digest: item.digest, reason, typed, confirm: item.confirm }, by);
    return { id: item.id, ok: true, approval };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { id: item.id, ok: false, error };
  }
}
