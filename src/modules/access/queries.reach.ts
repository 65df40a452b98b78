import type { Db } from '#platform/db/index.ts';
import { idsIn, namesOf, saysWhose, visiblePart, type ProjectOf } from './decide.reach.ts';
import * as store from './store.reach.ts';

export interface Membership {
  /**
   * What a caller limited to `projects` may not name: the first row, repository or project of a request that is another's, or
   * that nobody knows. Null: everything named is theirs. `some`: at least one thing was named.
   */
  refusal(
    parts: { params?: unknown; query?: unknown; body?: unknown },
    projects: readonly string[],
  ): Promise<{ foreign: string | null; some: boolean }>;
  /**
   * The part of an answer they may read; null when nothing of it is theirs. Items that do not say whose they are belong to the whole
   * installation and are left out; `silent`: they are about what was asked for, which was looked at before, and stay.
   */
  visible(answer: unknown, projects: readonly string[], silent?: 'left out' | 'kept'): Promise<unknown>;
  /** For each row of a list what they may read of it, or null: of others, or not saying whose it is. */
  visibleRows(rows: readonly unknown[], projects: readonly string[]): Promise<unknown[]>;
}

/** Membership is asked of the rows themselves, on every request: a row that moved is another's at once. */
export function createMembership(db: Db): Membership {
  return {
    async refusal(parts, projects) {
      const named = namesOf(parts);
      const some = named.ids.size + named.repositories.size + named.projects.size > 0;
      const known = await lookUp(db, named.ids);
      for (const id of named.ids) if (!projects.includes(known.get(id) ?? '')) return { foreign: id, some };
      for (const name of named.repositories) {
        const owners = await store.projectsOfRepository(db, name);
        if (owners.length === 0 || !owners.every((owner) => projects.includes(owner))) return { foreign: name, some };
      }
      for (const text of named.projects) {
        const id = await store.projectByIdOrKey(db, text);
        if (id === null || !projects.includes(id)) return { foreign: text, some };
      }
      return { foreign: null, some };
    },
    async visible(answer, projects, silent = 'left out') {
      const json: unknown = JSON.parse(JSON.stringify(answer));
      const said = silent === 'kept' ? json : dropSilentItems(json);
      return visiblePart(said, await lookUp(db, idsIn(said)), projects);
    },
    async visibleRows(rows, projects) {
      const json = JSON.parse(JSON.stringify(rows)) as unknown[];
      const projectOf = await lookUp(db, idsIn(json));
      return json.map((row) => (saysWhose(row) ? visiblePart(row, projectOf, projects) : null));
    },
  };
}

/** Items of a page that do not say whose they are belong to the whole installation. */
function dropSilentItems(answer: unknown): unknown {
  const items = (answer as { items?: unknown } | null)?.items;
  return Array.isArray(items) ? { ...(answer as object), items: items.filter(saysWhose) } : answer;
}

async function lookUp(db: Db, ids: ReadonlySet<string>): Promise<ProjectOf> {
  return new Map((await store.projectsOf(db, [...ids])).map((row) => [row.id, row.projectId]));
}
