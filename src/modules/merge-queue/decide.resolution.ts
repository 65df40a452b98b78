import { err, ok, type Result } from '#kernel/result.ts';
import type { FileChange, MergeConflict } from '#ports/git.ts';
import type { FileChoice, Resolution } from './model.history.ts';
import type { AdmissionRefusal } from '#modules/change-requests/index.ts';
import type { QuarantineReason, QueueEntry } from './model.ts';

/** What a person says about a conflict. `drop` is the command of that name and never comes here. */
export interface Choice {
  /** For the conflicting files that `files` does not name; `edit`: `files` names them all. */
  choice: 'ours' | 'theirs' | 'edit';
  files: ReadonlyArray<{ path: string; choice: FileChoice }>;
}

/** The sides of one file: what the target has and what was submitted; null: no file. */
export interface Sides {
  ours: { content: Uint8Array; mode: '100644' | '100755' } | null;
  theirs: { content: Uint8Array; mode: '100644' | '100755' } | null;
}

/** The conflict an entry was set aside for, as stored: null when it was something else. */
export function conflictOf(quarantine: QuarantineReason | null): { conflicts: MergeConflict[]; head: string } | null {
  return quarantine?.kind === 'conflict' ? { conflicts: quarantine.conflicts, head: quarantine.head } : null;
}

/** Every reason why these choices cannot be carried out, at once. */
export function refuseChoice(choice: Choice, conflicts: readonly string[]): AdmissionRefusal[] {
  const named = new Set(choice.files.map(({ path }) => path));
  const twice = choice.files.filter(({ path }, at) => choice.files.findIndex((other) => other.path === path) !== at);
  const missing = choice.choice === 'edit' ? conflicts.filter((path) => !named.has(path)) : [];
  const refusals = [
    ...twice.map(({ path }) => refusal('path_twice', path, 'The file is named twice.')),
    ...missing.map((path) => refusal('choice_missing', path, 'The conflict in this file is not decided.')),
  ];
  for (const { path, choice: one } of choice.files) {
    if ('choice' in one && !conflicts.includes(path)) refusals.push(refusal('not_in_conflict', path, 'There is no conflict in this file.'));
    if ('content' in one && hasMarkers(one.content)) refusals.push(refusal('markers_left', path, 'The content still holds conflict markers.'));
  }
  return refusals;
}

const refusal = (code: string, path: string, detail: string): AdmissionRefusal => ({ code, path, detail });

/** Lines as git writes them around the two sides: an opening one, the line between them and a closing one. */
function hasMarkers(content: string): boolean {
  return /^<{7} /m.test(content) && /^={7}\r?$/m.test(content) && /^>{7} /m.test(content);
}

/** The files of the resolved tree that differ from git's half-merged one. */
export function resolveFiles(
  choice: Choice,
  conflicts: readonly string[],
  sides: ReadonlyMap<string, Sides>,
): Result<FileChange[], AdmissionRefusal[]> {
  const byPath = new Map(choice.files.map((file) => [file.path, file.choice]));
  const paths = [...new Set([...conflicts, ...byPath.keys()])];
  const changes: FileChange[] = [];
  const refusals: AdmissionRefusal[] = [];
  for (const path of paths) {
    const given = byPath.get(path) ?? (choice.choice === 'edit' ? null : { choice: choice.choice });
    if (given === null) continue;
    const side = sides.get(path) ?? { ours: null, theirs: null };
    const content = contentOf(given, side);
    if (content === undefined) refusals.push(refusal('content_encoding', path, 'The content is not valid.'));
    else changes.push({ path, ...content });
  }
  return refusals.length > 0 ? err(refusals) : ok(changes);
}

type Content = { content: Uint8Array | null; mode?: '100644' | '100755' };

function contentOf(given: FileChoice, { ours, theirs }: Sides): Content | undefined {
  const mode = theirs?.mode ?? ours?.mode;
  const edited = mode === undefined ? {} : { mode };
  if ('content' in given) return given.content.isWellFormed() ? { content: new TextEncoder().encode(given.content), ...edited } : undefined;
  if ('contentBase64' in given) return { content: new Uint8Array(Buffer.from(given.contentBase64, 'base64')), ...edited };
  if (given.choice === 'delete') return { content: null };
  return (given.choice === 'ours' ? ours : theirs) ?? { content: null };
}

/** What is stored of a choice: the contents are in the new attempt. */
export function toResolution(
  of: Pick<QueueEntry, 'id'>,
  choice: Choice,
  conflicts: readonly string[],
  told: { by: string; reason: string },
): Resolution {
  const named = new Map(choice.files.map(({ path, choice: one }) => [path, 'choice' in one ? one.choice : ('edit' as const)]));
  const paths = [...new Set([...conflicts, ...named.keys()])];
  const files = paths.map((path) => ({ path, choice: named.get(path) ?? (choice.choice === 'edit' ? ('edit' as const) : choice.choice) }));
  return { of: of.id, choice: choice.choice, files, ...told };
}
