import { toToken, type AccessDeps } from './commands.ts';
import type { Token } from './model.ts';
import * as store from './store.ts';

/** Newest first, revoked and expired ones too; without the short-lived tokens of runs. */
export async function listTokens(
  deps: Pick<AccessDeps, 'db'>,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ items: Token[]; nextCursor: string | null }> {
  const rows = await store.listTokens(deps.db, { limit: page.limit, before: page.cursor ?? null });
  const items = rows.slice(0, page.limit).map(toToken);
  return { items, nextCursor: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}
