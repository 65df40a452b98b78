import { AppError } from '#kernel/errors.ts';
import type { Action } from '#modules/actions/index.ts';
import type { Mirror } from '#ports/git.ts';
import { filesBehind, hunksOf, joinFiles, sumOf, wholeLines, type ChangedFile } from './decide.changes.ts';
import { isProtected, type PolicyPort } from '#modules/policy/index.ts';
import type { ApprovalChanges, Approvals, ChangedFileText, ChangesFilter } from './model.ts';

/** What an action would bring: two commits of a mirror. */
export interface ActionChange {
  mirror: Pick<Mirror, 'diffNames' | 'diffStat' | 'diffText'>;
  from: string;
  to: string;
  /** Where it goes, for people: `main`. */
  onto: string;
}

export interface ChangesDeps {
  approvals: Pick<Approvals, 'get'>;
  policy: Pick<PolicyPort, 'current'>;
  /** Null: the action changes no files. A sentence: it does, and why they cannot be shown. AppError unavailable. */
  change(action: Action): Promise<ActionChange | string | null>;
}

/** What approvals would change in files. */
export interface ChangesReader {
  /** By path, each with its hunks. AppError not_found, unavailable. */
  changes(id: string, filter: ChangesFilter): Promise<ApprovalChanges>;
}

export function createChangesReader(deps: ChangesDeps): ChangesReader {
  return {
    async changes(id, filter) {
      const approval = await deps.approvals.get(id);
      if (approval === null) throw new AppError('not_found', `There is no approval ${id}.`);
      return changesOf(deps, approval.action, filter);
    },
  };
}

/** Of one file in a list. A person reads no more of it at a glance. */
const MOST_PATCH_BYTES = 64 * 1024;
/** Of one file that was asked for by its name. */
const MOST_FILE_BYTES = 2 * 1024 * 1024;
const AT_ONCE = 4;

async function changesOf(deps: ChangesDeps, action: Action, filter: ChangesFilter): Promise<ApprovalChanges> {
  const change = await deps.change(action);
  if (change === null) return nothing('It changes no files.');
  if (typeof change === 'string') return nothing(change);
  const { mirror, from, to } = change;
  const [names, counts] = await Promise.all([mirror.diffNames(from, to), mirror.diffStat(from, to)]);
  const files = joinFiles(names, counts);
  const asked = filter.path === undefined ? filesBehind(files, filter.cursor, filter.limit) : files.filter(({ path }) => path === filter.path);
  if (filter.path !== undefined && asked.length === 0) throw new AppError('not_found', 'It changes no file of this name.');
  const shown = asked.slice(0, filter.limit);
  const guarded = await protectedIn(deps, action.projectId, files);
  const isGuarded = ({ path, from: before }: ChangedFile): boolean => guarded.has(path) || (before !== null && guarded.has(before));
  const most = filter.path === undefined ? MOST_PATCH_BYTES : MOST_FILE_BYTES;
  const items: ChangedFileText[] = [];
  for (let start = 0; start < shown.length; start += AT_ONCE) {
    const texts = shown.slice(start, start + AT_ONCE).map(async (file) => ({
      ...file,
      isProtected: isGuarded(file),
      ...(await textOf(change, file, most)),
    }));
    items.push(...(await Promise.all(texts)));
  }
  return {
    unavailable: null,
    from,
    to,
    onto: change.onto,
    ...sumOf(files),
    protectedFiles: files.filter(isGuarded).length,
    items,
    nextCursor: asked.length > filter.limit ? (shown.at(-1)?.path ?? null) : null,
  };
}

/** Those of the names, former ones included, that the policy in force protects; all where no policy can be read. */
async function protectedIn({ policy }: ChangesDeps, projectId: string | null, files: readonly ChangedFile[]): Promise<ReadonlySet<string>> {
  const paths = files.flatMap(({ path, from }) => (from === null ? [path] : [path, from]));
  const globs = await policy.current(projectId).then(
    ({ limits }) => limits.protected_paths,
    () => null,
  );
  return new Set(globs === null ? paths : paths.filter((path) => isProtected(globs, path)));
}

async function textOf({ mirror, from, to }: ActionChange, file: ChangedFile, most: number): Promise<{ hunks: string; cut: boolean }> {
  // A name that is not text cannot be given to git as one.
  if (file.added === null || !file.path.isWellFormed() || file.from?.isWellFormed() === false) return { hunks: '', cut: false };
  const paths = file.from === null ? [file.path] : [file.from, file.path];
  const patch = await mirror.diffText(from, to, most, paths);
  const cut = Buffer.byteLength(patch) >= most;
  return { hunks: hunksOf(wholeLines(patch, cut)), cut };
}

function nothing(unavailable: string): ApprovalChanges {
  return { unavailable, from: null, to: null, onto: null, files: 0, added: 0, deleted: 0, protectedFiles: 0, items: [], nextCursor: null };
}
