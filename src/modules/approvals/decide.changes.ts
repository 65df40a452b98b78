/** One changed file, before its lines are read. */
export interface ChangedFile {
  path: string;
  /** Former name of a renamed file. */
  from: string | null;
  /** `A` added, `M` modified, `D` removed, `R` renamed, `T` turned into another kind of file (a link). */
  status: 'A' | 'M' | 'D' | 'R' | 'T';
  /** Null: the file is no text. */
  added: number | null;
  deleted: number | null;
}

type Named = Pick<ChangedFile, 'path' | 'from' | 'status'>;
type Counted = Pick<ChangedFile, 'path' | 'from' | 'added' | 'deleted'>;

/** Names and counts of the same two trees, put together, by path. A file that was not counted is no text. */
export function joinFiles(names: readonly Named[], counts: readonly Counted[]): ChangedFile[] {
  const counted = new Map(counts.map((count) => [count.path, count]));
  return names
    .map(({ path, from, status }) => ({ path, from, status, added: counted.get(path)?.added ?? null, deleted: counted.get(path)?.deleted ?? null }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** Files behind `cursor` (the path of the last one seen), one more than `limit`. */
export function filesBehind(files: readonly ChangedFile[], cursor: string | undefined, limit: number): ChangedFile[] {
  const rest = cursor === undefined ? files : files.filter(({ path }) => path > cursor);
  return rest.slice(0, limit + 1);
}

/** A patch without its last line where it was cut in the middle of one. */
export function wholeLines(patch: string, wasCut: boolean): string {
  return wasCut ? patch.slice(0, patch.lastIndexOf('\n') + 1) : patch;
}

/** Only the hunks: the names and ids above them are told apart from the lines. Empty for a file without lines of text. */
export function hunksOf(patch: string): string {
  if (patch.startsWith('@@')) return patch;
  const before = patch.indexOf('\n@@');
  return before < 0 ? '' : patch.slice(before + 1);
}

/** Files that are no text count no lines. */
export function sumOf(files: readonly ChangedFile[]): { files: number; added: number; deleted: number } {
  return files.reduce((sum, { added, deleted }) => ({ files: sum.files, added: sum.added + (added ?? 0), deleted: sum.deleted + (deleted ?? 0) }), {
    files: files.length,
    added: 0,
    deleted: 0,
  });
}
