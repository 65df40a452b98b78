import { isBranchName } from '#kernel/branch-name.ts';

/** Why a path may not be written, or null. Paths are repository-relative with `/`; what git would refuse is refused here first. */
export interface PathRefusal {
  code:
    | 'path_absolute'
    | 'path_traversal'
    | 'path_empty_segment'
    | 'path_git'
    | 'path_submodule'
    | 'path_control'
    | 'path_not_unicode'
    | 'path_backslash'
    | 'path_too_long';
  detail: string;
}

// Longest file name of the common file systems, in bytes.
const MOST_SEGMENT_BYTES = 255;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** C0, C1 and delete, and the two line separators that some readers take for a line end. */
export function hasControlCharacter(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029) return true;
  }
  return false;
}

export function refusePath(path: string): PathRefusal | null {
  if (!path.isWellFormed()) return { code: 'path_not_unicode', detail: 'The path is not valid Unicode.' };
  if (hasControlCharacter(path)) return { code: 'path_control', detail: 'The path holds a control character.' };
  if (path.startsWith('/') || /^[a-z]:/i.test(path))
    return { code: 'path_absolute', detail: 'The path is absolute; give it relative to the repository.' };
  if (path.includes('\\')) return { code: 'path_backslash', detail: 'The path holds a backslash; folders are separated by "/".' };
  for (const segment of path.split('/')) {
    const refusal = refuseSegment(segment);
    if (refusal !== null) return refusal;
  }
  if (foldSegment(path) === '.gitmodules') return { code: 'path_submodule', detail: 'Submodules cannot be changed by a change request.' };
  return null;
}

function refuseSegment(segment: string): PathRefusal | null {
  if (segment === '') return { code: 'path_empty_segment', detail: 'The path has an empty segment.' };
  if (segment === '.' || segment === '..') return { code: 'path_traversal', detail: `The path has a "${segment}" segment.` };
  if (isGitFolder(segment)) return { code: 'path_git', detail: `"${segment}" names git's own folder on some file system.` };
  if (bytesOf(segment) > MOST_SEGMENT_BYTES) return { code: 'path_too_long', detail: `A segment is longer than ${MOST_SEGMENT_BYTES} bytes.` };
  return null;
}

// Code points HFS+ ignores in names (git's utf8.c, next_hfs_char): `.g<U+200C>it` is `.git` there.
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** `.git` as HFS+ and NTFS may read it: ignorable characters, any case, trailing dots and spaces, streams, short names. */
function isGitFolder(segment: string): boolean {
  const folded = foldSegment(segment);
  return folded === '.git' || folded === 'git~1';
}

function foldSegment(segment: string): string {
  const visible = segment.replace(HFS_IGNORED, '').toLowerCase();
  return (visible.split(':')[0] ?? '').replace(/[. ]+$/, '');
}

/** A sentence when the name cannot be a branch. */
export const refuseBranchName = (name: string): string | null => (isBranchName(name) ? null : `"${name}" is not a valid branch name.`);
