import type { EntryState } from '#modules/change-requests/index.ts';
import type { RollbackItem, RollbackOutcome } from './model.lists.ts';

/** What became of a rollback: its own state, and that of the change request it was submitted as. */
export function outcomeOf(state: RollbackItem['state'], entry: EntryState | null): RollbackOutcome {
  if (state === 'waiting') return 'awaiting_approval';
  if (state === 'given_up') return 'not_done';
  switch (entry) {
    case 'landed':
    case 'already_landed':
      return 'done';
    case 'quarantined':
      return 'set_aside';
    case 'dropped':
      return 'not_done';
    default:
      return 'under_way';
  }
}

/** A share of a whole; null of nothing, which is no zero. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** What a cursor holds: the values a list is sorted by, joined. */
export function toCursor(...parts: ReadonlyArray<string | number>): string {
  return parts.map(String).join('~');
}

/** The parts of a cursor of exactly that many; null: it is none of ours. */
export function fromCursor(cursor: string | undefined, parts: number): string[] | null {
  if (cursor === undefined) return null;
  const found = cursor.split('~');
  return found.length < parts ? null : [...found.slice(0, parts - 1), found.slice(parts - 1).join('~')];
}

/** A JSON text that is a string, as that string; anything else is the text itself. */
export function plainText(text: string | null): string | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : value === null ? null : text;
  } catch {
    return text;
  }
}
