/** What of a change request decides about what can be done with it. */
export interface Doable {
  state: string;
  lost: boolean;
  quarantine?: unknown;
  /** Why nobody has to decide about it although it was set aside. */
  closed_reason: string | null;
  account: { rolled_back_by: readonly string[] };
}

export interface Possible {
  resolve: boolean;
  retry: boolean;
  drop: boolean;
  revert: boolean;
  reland: boolean;
}

const DROPPABLE: ReadonlySet<string> = new Set(['queued', 'merging', 'verifying', 'quarantined']);

/** What the server would carry out as things stand; it decides again when asked. */
export function mayDo({ state, lost, quarantine, closed_reason: closed, account }: Doable): Possible {
  const undone = account.rolled_back_by.some((id) => id.startsWith('cr_'));
  return {
    resolve: state === 'quarantined' && closed === null && kindOf(quarantine) === 'conflict',
    retry: state === 'quarantined' && closed === null,
    drop: DROPPABLE.has(state),
    revert: state === 'landed' && !lost && !undone,
    reland: state === 'landed' && (lost || undone),
  };
}

/** Why it was set aside; null: it was not. */
export function kindOf(quarantine: unknown): string | null {
  if (typeof quarantine !== 'object' || quarantine === null || !('kind' in quarantine)) return null;
  return typeof quarantine.kind === 'string' ? quarantine.kind : null;
}

/** Whether it is in a conflict, or was set aside for one before. */
export function wasInConflict(entry: { quarantine?: unknown; journal: ReadonlyArray<{ event: string; detail: Record<string, unknown> }> }): boolean {
  return (
    kindOf(entry.quarantine) === 'conflict' ||
    entry.journal.some(({ event, detail }) => event === 'quarantined' && kindOf(detail['reason']) === 'conflict')
  );
}
