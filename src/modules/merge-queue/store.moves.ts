import type { JsonObject } from '#kernel/json.ts';
import type { EntryState } from '#modules/change-requests/index.ts';
import { sql, type Tx } from '#platform/db/index.ts';
import type { QueueEntry } from './model.ts';

/** What a transition may change; the rest of a row is fixed at submission. */
export type EntryChange = Partial<
  Pick<
    QueueEntry,
    | 'rung'
    | 'retries'
    | 'baseMoves'
    | 'notBefore'
    | 'lastError'
    | 'quarantine'
    | 'candidate'
    | 'verifiedTree'
    | 'landedCommit'
    | 'landedTree'
    | 'landedAt'
    | 'build'
    | 'provenOn'
    | 'suspicion'
    | 'attribution'
  >
>;

export interface Transition {
  to: EntryState;
  /** Name in the journal. */
  event: string;
  actor: string;
  detail: JsonObject;
  change: EntryChange;
  at: Date;
}

/**
 * Moves an entry on, if it still is at the version that was read, and writes the journal row in the same transaction.
 * Undefined when somebody else moved it first.
 */
export async function transitionEntry(tx: Tx, entry: QueueEntry, move: Transition): Promise<QueueEntry | undefined> {
  return (await transitionEntries(tx, [{ entry, move }]))?.[0];
}

/**
 * Several entries by two statements, whatever their number: each compares and swaps on its own version and gets its own journal row,
 * in the given order. Undefined when one of them was moved first; the transaction must not be committed then.
 */
export async function transitionEntries(tx: Tx, moves: ReadonlyArray<{ entry: QueueEntry; move: Transition }>): Promise<QueueEntry[] | undefined> {
  const next = moves.map(({ entry, move }): QueueEntry => ({
    ...entry,
    ...move.change,
    lastError: storable('lastError' in move.change ? (move.change.lastError ?? null) : entry.lastError),
    state: move.to,
    version: entry.version + 1,
    updatedAt: move.at,
  }));
  if ((await updateEntries(tx, next)) !== next.length) return undefined;
  await appendJournal(
    tx,
    next.map((entry, at) => ({ entry, fromState: moves[at]?.entry.state ?? null, row: moves[at]?.move ?? NO_MOVE })),
  );
  return next;
}

const NO_MOVE: JournalText = { event: '', actor: '', detail: {}, at: new Date(0) };

const texts = (entries: readonly QueueEntry[], pick: (entry: QueueEntry) => unknown): Array<string | null> =>
  entries.map((entry) => {
    const value = pick(entry);
    return value === null || value === undefined
      ? null
      : value instanceof Date
        ? value.toISOString()
        : typeof value === 'string'
          ? value
          : JSON.stringify(value);
  });

/** Answers how many were still at the version before. */
async function updateEntries(tx: Tx, next: readonly QueueEntry[]): Promise<number> {
  return tx.run(sql`
    update change_requests entry set state = moved.state, version = moved.version, rung = moved.rung, retries = moved.retries,
      base_moves = moved.base_moves, not_before = moved.not_before::timestamptz, last_error = moved.last_error,
      quarantine = moved.quarantine::json, candidate = moved.candidate::jsonb, verified_tree = moved.verified_tree,
      build = moved.build::jsonb, proven_on = moved.proven_on::jsonb, suspicion = moved.suspicion::jsonb,
      attribution = moved.attribution::jsonb, landed_commit = moved.landed_commit, landed_tree = moved.landed_tree,
      landed_at = moved.landed_at::timestamptz, updated_at = moved.updated_at::timestamptz
    from unnest(${texts(next, ({ id }) => id)}::text[], ${next.map(({ version }) => version)}::int[], ${texts(next, ({ state }) => state)}::text[],
      ${texts(next, ({ rung }) => rung)}::text[], ${next.map(({ retries }) => retries)}::int[], ${next.map(({ baseMoves }) => baseMoves)}::int[],
      ${texts(next, ({ notBefore }) => notBefore)}::text[], ${texts(next, ({ lastError }) => lastError)}::text[],
      ${texts(next, ({ quarantine }) => quarantine)}::text[], ${texts(next, ({ candidate }) => candidate)}::text[],
      ${texts(next, ({ verifiedTree }) => verifiedTree)}::text[], ${texts(next, ({ build }) => build)}::text[],
      ${texts(next, ({ provenOn }) => provenOn)}::text[], ${texts(next, ({ suspicion }) => suspicion)}::text[],
      ${texts(next, ({ attribution }) => attribution)}::text[], ${texts(next, ({ landedCommit }) => landedCommit)}::text[],
      ${texts(next, ({ landedTree }) => landedTree)}::text[], ${texts(next, ({ landedAt }) => landedAt)}::text[],
      ${texts(next, ({ updatedAt }) => updatedAt)}::text[])
      as moved (id, version, state, rung, retries, base_moves, not_before, last_error, quarantine, candidate, verified_tree, build,
        proven_on, suspicion, attribution, landed_commit, landed_tree, landed_at, updated_at)
    where entry.id = moved.id and entry.version = moved.version - 1`);
}

type JournalText = Pick<Transition, 'event' | 'actor' | 'detail' | 'at'>;

export interface JournalLine {
  /** As it is after the transition. */
  entry: QueueEntry;
  fromState: EntryState | null;
  row: JournalText;
}

/** Journal rows in the given order. */
export async function appendJournal(tx: Tx, lines: readonly JournalLine[]): Promise<void> {
  await tx.run(sql`
    insert into change_request_journal (change_request_id, version, at, event, from_state, to_state, actor, detail)
    select id, version, at::timestamptz, event, from_state, to_state, actor, detail::json
    from unnest(${lines.map(({ entry }) => entry.id)}::text[], ${lines.map(({ entry }) => entry.version)}::int[],
      ${lines.map(({ row }) => row.at.toISOString())}::text[], ${lines.map(({ row }) => row.event)}::text[],
      ${lines.map(({ fromState }) => fromState)}::text[], ${lines.map(({ entry }) => entry.state)}::text[],
      ${lines.map(({ row }) => row.actor)}::text[], ${lines.map(({ row }) => JSON.stringify(row.detail))}::text[])
      with ordinality as line (id, version, at, event, from_state, to_state, actor, detail, place)
    order by place`);
}

/** A text column cannot hold NUL; errors of programs sometimes do. */
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\ufffd').toWellFormed();
}
