/** Folder of a path; '' is the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `relative` as seen from the folder `dir`, as a path of the tree; null when it leaves the repository. */
export function toPath(dir: string, relative: string): string | null {
  const parts = relative.startsWith('/') || dir === '' ? [] : dir.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The path and the folders above it, nearest first, the root last: `a/b` -> `a/b`, `a`, ''. */
export function* upwards(dir: string): Generator<string> {
  for (let at = dir; at !== ''; at = parentOf(at)) yield at;
  yield '';
}
