import type { DiffViewFile } from './diff-view.tsx';

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * Cuts what `git diff` writes into its files; what is no diff gives no files. `truncated`: the text ends somewhere within it, so the last file that it
 * reaches is not whole.
 */
export function parsePatch(text: string, truncated = false): DiffViewFile[] {
  const files: DiffViewFile[] = [];
  // Lines of the present hunk that are still to come: among them nothing is a head, whatever it looks like.
  let [before, after] = [0, 0];
  for (const line of text.split('\n')) {
    const file = files.at(-1);
    const within = before > 0 || after > 0;
    const hunk = within ? null : HUNK.exec(line);
    if (!within && line.startsWith('diff --git ')) files.push(emptyFile(line));
    else if (file === undefined) continue;
    else if (hunk !== null) {
      [before, after] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
      file.hunks += `${line}\n`;
    } else if (within) {
      file.hunks += `${line}\n`;
      if (line.startsWith('\\')) continue;
      if (line.startsWith('+')) [file.added, after] = [(file.added ?? 0) + 1, after - 1];
      else if (line.startsWith('-')) [file.deleted, before] = [(file.deleted ?? 0) + 1, before - 1];
      else [before, after] = [before - 1, after - 1];
    } else if (line.startsWith('\\') && file.hunks !== '') file.hunks += `${line}\n`;
    else readHead(file, line);
  }
  const last = files.at(-1);
  if (last !== undefined) last.cut = truncated;
  return files;
}

function emptyFile(line: string): DiffViewFile {
  const rest = line.slice('diff --git '.length);
  // Both names are the same here: where they are not, lines below say so.
  const path = unquoted(rest.slice(0, Math.floor(rest.length / 2))).replace(/^a\//, '');
  return { path, from: null, status: 'M', added: 0, deleted: 0, hunks: '', cut: false };
}

function readHead(file: DiffViewFile, line: string): void {
  if (line.startsWith('new file mode ')) file.status = 'A';
  else if (line.startsWith('deleted file mode ')) file.status = 'D';
  else if (line.startsWith('rename from ')) [file.status, file.from] = ['R', unquoted(line.slice('rename from '.length))];
  else if (line.startsWith('rename to ')) file.path = unquoted(line.slice('rename to '.length));
  else if (/^\+\+\+ "?b\//.test(line)) file.path = nameIn(line);
  else if (/^--- "?a\//.test(line) && file.status === 'D') file.path = nameIn(line);
  else if (line.startsWith('Binary files ') || line.startsWith('GIT binary patch')) [file.added, file.deleted] = [null, null];
}

/** The name in `+++ b/name`; after one with blanks git writes a tab. */
const nameIn = (line: string): string => unquoted(line.slice('+++ '.length).replace(/\t$/, '')).slice('b/'.length);

const ESCAPES: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

/** A name as git quotes it where it has quotes, backslashes or control characters: as in C, other bytes in octal. */
function unquoted(name: string): string {
  if (!/^".*"$/.test(name)) return name;
  const bytes = Array.from(name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs), ([, octal, escape, plain]) => {
    if (octal !== undefined) return [Number.parseInt(octal, 8)];
    return [...new TextEncoder().encode(plain ?? ESCAPES[escape ?? ''] ?? escape ?? '')];
  });
  return new TextDecoder().decode(new Uint8Array(bytes.flat()));
}
