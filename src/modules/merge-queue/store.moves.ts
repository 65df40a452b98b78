import type { JsonObject } from '#kernel/json.ts';
import type { EntryState } from '#modules/change-requests/index.ts';
import { sql, type Statement, type Tx } from '#platform/db/index.ts';
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

const jsonText = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

/** `json` rather than `jsonb` for the reason: sides of conflicts may hold what jsonb cannot (NUL, unpaired surrogates). */
function toRow(entry: QueueEntry): Statement<unknown> {
  return sql`(${entry.id}::text, ${entry.version}::int, ${entry.state}::text, ${entry.rung}::text, ${entry.retries}::int, ${entry.baseMoves}::int,
    ${entry.notBefore}::timestamptz, ${entry.lastError}::text, ${jsonText(entry.quarantine)}::json, ${jsonText(entry.candidate)}::jsonb,
    ${entry.verifiedTree}::text, ${jsonText(entry.build)}::jsonb, ${jsonText(entry.provenOn)}::jsonb, ${jsonText(entry.suspicion)}::jsonb,
    ${jsonText(entry.attribution)}::jsonb, ${entry.landedCommit}::text, ${entry.landedTree}::text, ${entry.landedAt}::timestamptz,
    ${entry.updatedAt}::timestamptz)`;
}

/** Answers how many were still at the version before. */
async function updateEntries(tx: Tx, next: readonly QueueEntry[]): Promise<number> {
  return tx.run(sql`
    update change_requests entry set state = moved.state, version = moved.version, rung = moved.rung, retries = moved.retries,
      base_moves = moved.base_moves, not_before = moved.not_before, last_error = moved.last_error, quarantine = moved.quarantine,
      candidate = moved.candidate, verified_tree = moved.verified_tree, build = moved.build, proven_on = moved.proven_on,
      suspicion = moved.suspicion, attribution = moved.attribution, landed_commit = moved.landed_commit,
      landed_tree = moved.landed_tree, landed_at = moved.landed_at, updated_at = moved.updated_at
    from (values ${sql.join(next.map(toRow))}) as moved (id, version, state, rung, retries, base_moves, not_before, last_error, quarantine,
      candidate, verified_tree, build, proven_on, suspicion, attribution, landed_commit, landed_tree, landed_at, updated_at)
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
  const rows = lines.map(
    ({ entry, fromState, row }) =>
      sql`(${entry.id}, ${entry.version}, ${row.at}, ${row.event}, ${fromState}, ${entry.state}, ${row.actor}, ${detailText(row.detail)}::json)`,
  );
  await tx.run(sql`
    insert into change_request_journal (change_request_id, version, at, event, from_state, to_state, actor, detail) values ${sql.join(rows)}`);
}

/** Strings that a reader of the column can take out as text; contents of files in it may hold anything, and be large. */
function detailText(detail: JsonObject): string {
  const text = JSON.stringify(detail);
  // What no column takes as text JSON writes as an escape: without one nothing has to be looked at string by string.
  if (!/\\u(0000|d[89a-f])/i.test(text)) return text;
  return JSON.stringify(detail, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value));
}

/** A text column cannot hold NUL; errors of programs sometimes do. */
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\ufffd').toWellFormed();
}
