/**
 * Which rows of others' a request names, and which parts of an answer a caller who is limited to some projects may read. The
 * one place where membership is decided; what belongs to which project comes from `project_of` (queries.reach.ts).
 */

/** Kinds of ids whose rows belong to a project; `project_of` knows each of them (a test compares). */
export const PROJECT_KINDS = [
  'proj',
  'repo',
  'iss',
  'plan',
  'task',
  'run',
  'que',
  'act',
  'cr',
  'rb',
  'pull',
  'ci',
  'call',
  'comp',
  'rev',
  'fix',
] as const;

const ROW_ID = new RegExp(`^(?:${PROJECT_KINDS.join('|')})_[0-9A-HJKMNP-TV-Z]{26}$`);
/** An id in any spelling a lenient reader could still take for one: it must not slip by because of its case or blanks. */
const LOOKS_LIKE_ROW = new RegExp(`^\\s*(?:${PROJECT_KINDS.join('|')})_[0-9a-z]{26}\\s*$`, 'i');

/** Members of a request that hold the name of a repository (or its id). */
const REPOSITORY_KEYS = new Set(['repo', 'repository']);
/** Members that hold a project: its id, or its key. */
const PROJECT_KEYS = new Set(['project', 'project_id']);

export interface Named {
  ids: Set<string>;
  repositories: Set<string>;
  projects: Set<string>;
}

/** Every row, repository and project that the parts of a request name, however deep. */
export function namesOf(parts: { params?: unknown; query?: unknown; body?: unknown }): Named {
  const named: Named = { ids: new Set(), repositories: new Set(), projects: new Set() };
  const { params } = parts;
  if (isRecord(params) && typeof params['owner'] === 'string' && typeof params['name'] === 'string')
    named.repositories.add(`${params['owner']}/${params['name']}`);
  // Where a list goes on is no row that is asked for; it may stand behind rows of others.
  const query = isRecord(parts.query) ? { ...parts.query, cursor: undefined } : parts.query;
  for (const part of [params, query, parts.body]) collect(part, null, named);
  return named;
}

function collect(value: unknown, key: string | null, into: Named): void {
  if (typeof value === 'string') {
    if (LOOKS_LIKE_ROW.test(value)) into.ids.add(value);
    else if (key !== null && value !== '' && REPOSITORY_KEYS.has(key)) into.repositories.add(value);
    else if (key !== null && value !== '' && PROJECT_KEYS.has(key)) into.projects.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, key, into);
  } else if (isRecord(value)) {
    for (const [name, item] of Object.entries(value)) {
      // A member's name may be an id as well (maps by id).
      collect(name, null, into);
      collect(item, name, into);
    }
  }
}

/** Project of each id; an id that is missing belongs to none, and nobody who is limited sees it. */
export type ProjectOf = ReadonlyMap<string, string>;

/** Ids by which an answer says whose it is. */
export function idsIn(answer: unknown): Set<string> {
  const ids = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      if (ROW_ID.test(value)) ids.add(value);
    } else if (Array.isArray(value)) for (const item of value) visit(item);
    else if (isRecord(value)) for (const item of Object.values(value)) visit(item);
  };
  visit(answer);
  return ids;
}

const hidden = Symbol('hidden');

/** `list`: items of others are left out of every array. `row`: the answer as a whole is one row; null when it is another's. */
export function visiblePart(answer: unknown, projectOf: ProjectOf, projects: readonly string[]): unknown {
  const mayRead = (id: string): boolean => projects.includes(projectOf.get(id) ?? '');
  const prune = (value: unknown): unknown => {
    if (typeof value === 'string') return ROW_ID.test(value) && !mayRead(value) ? hidden : value;
    if (Array.isArray(value)) return value.map(prune).filter((item) => item !== hidden);
    if (!isRecord(value)) return value;
    if (!isOurs(value, mayRead)) return hidden;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        // A bare id tells nothing and may be required by the shape; what stands behind it is asked for separately.
        const pruned = typeof item === 'string' ? item : prune(item);
        return [key, pruned === hidden ? null : pruned];
      }),
    );
  };
  const pruned = prune(answer);
  return pruned === hidden ? null : pruned;
}

/** By its project, else by its own id, else by the rows it belongs to; what names none (a count) is nobody's. */
function isOurs(row: Record<string, unknown>, mayRead: (id: string) => boolean): boolean {
  const project = row['project_id'];
  if (typeof project === 'string') return mayRead(project);
  const own = row['id'];
  if (typeof own === 'string' && ROW_ID.test(own)) return mayRead(own);
  return Object.entries(row).every(([key, value]) => !key.endsWith('_id') || typeof value !== 'string' || !ROW_ID.test(value) || mayRead(value));
}

/** A row of a list must say whose it is; this one does not, so nobody who is limited sees it. */
export function saysWhose(row: unknown): boolean {
  if (!isRecord(row)) return false;
  return (
    typeof row['project_id'] === 'string' ||
    Object.entries(row).some(([key, value]) => (key === 'id' || key.endsWith('_id')) && typeof value === 'string' && ROW_ID.test(value))
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
