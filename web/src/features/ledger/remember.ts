import type { RememberedHead } from './verdict.ts';

/** Heads of ledgers that this browser saw and verified, by the ledger's own name: what shows it a history that was rewritten. */
const KEY = 'reeve.ledger.seen';

function readAll(): Record<string, RememberedHead> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, RememberedHead>) : {};
  } catch {
    // A browser that keeps nothing remembers nothing.
    return {};
  }
}

export function recall(origin: string): RememberedHead | null {
  const head = readAll()[origin];
  return head !== undefined && Number.isSafeInteger(head.tree_size) && typeof head.root === 'string' ? head : null;
}

/** Only what was found good may be kept: a forged head would make the true one look wrong. */
export function remember(head: RememberedHead): void {
  const { origin, tree_size, root, key_id, at } = head;
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readAll(), [origin]: { origin, tree_size, root, key_id, at } }));
  } catch {
    // As above.
  }
}
