import { AppError, isAppError } from '#kernel/errors.ts';
import { isInstant } from '#kernel/instant.ts';
import type { Db } from '#platform/db/index.ts';
import type { OwnLogin } from '#ports/forge-read.ts';
import { toEntry } from './decide.entry.ts';
import { SOURCES, type Entry, type Row, type TimelineFilter } from './model.ts';
import { forgeOf, namesOf, storyRows, type Position } from './store.ts';

/** Reads an issue's story as one list, from the event that brought it to what became of it. */
export interface Timeline {
  /** A page in order of time. AppError not_found, invalid `bad_cursor`. */
  of(filter: TimelineFilter): Promise<{ items: Entry[]; nextCursor: string | null }>;
}

export interface TimelineDeps {
  db: Db;
  /** As whom Reeve writes on a forge; may throw AppError unavailable while the forge is away. */
  ownLogin(forge: string): Promise<OwnLogin>;
}

export function createTimeline(deps: TimelineDeps): Timeline {
  return {
    async of(filter) {
      const after = filter.cursor === undefined ? null : parseCursor(filter.cursor);
      const forge = await forgeOf(deps.db, filter.workItemId);
      if (forge === undefined) throw new AppError('not_found', 'There is no such issue.');
      const rows = await storyRows(deps.db, filter, await ownLogins(deps, forge), after);
      const names = await namesOf(deps.db, filter.workItemId);
      const shown = rows.slice(0, filter.limit);
      const last = shown.at(-1);
      return {
        items: shown.map((row) => toEntry(row, names)),
        nextCursor: rows.length > filter.limit && last !== undefined ? cursorOf(last) : null,
      };
    },
  };
}

/** While the forge is away its own deeds cannot be told from those of people, and show among the others. */
async function ownLogins({ ownLogin }: TimelineDeps, forge: string | null): Promise<string[]> {
  if (forge === null) return [];
  try {
    const { login, exclusive } = await ownLogin(forge);
    return exclusive ? [login] : [];
  } catch (error) {
    if (isAppError(error)) return [];
    throw error;
  }
}

function cursorOf(row: Row): string {
  return Buffer.from(JSON.stringify([row.exact, SOURCES.indexOf(row.source), row.id])).toString('base64url');
}

const isRank = (rank: unknown): rank is number => typeof rank === 'number' && SOURCES[rank] !== undefined;

function parseCursor(cursor: string): Position {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed)) {
      const [exact, rank, id] = parsed as unknown[];
      if (typeof exact === 'string' && isInstant(exact) && isRank(rank) && typeof id === 'string' && /^[!-~]{1,200}$/.test(id))
        return { exact, rank, id };
    }
  } catch {
    // Said below, as for any other text that is no cursor of ours.
  }
  throw new AppError('invalid', 'This is no cursor of a timeline.', { code: 'bad_cursor', hint: 'Take `next_cursor` of the page before.' });
}
