import type { DiffViewFile } from './diff-view.tsx';

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** Cuts what `git diff` writes into its files. A text that was cut gives what is there; what is no diff gives no files. */
export function parsePatch(text: string): DiffViewFile[] {
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
  return files;
}

function emptyFile(line: string): DiffViewFile {
  const rest = line.slice('diff --git '.length);
  const path = rest.slice(0, Math.floor(rest.length / 2)).replace(/^"?a\//, '');
  return { path, from: null, status: 'M', added: 0, deleted: 0, hunks: '', cut: false };
}

function readHead(file: DiffViewFile, line: string): void {
  if (line.startsWith('new file mode ')) file.status = 'A';
  else if (line.startsWith('deleted file mode ')) file.status = 'D';
  else if (line.startsWith('rename from ')) [file.status, file.from] = ['R', line.slice('rename from '.length)];
  else if (line.startsWith('rename to ')) file.path = line.slice('rename to '.length);
  else if (line.startsWith('+++ b/')) file.path = line.slice('+++ b/'.length).replace(/\t$/, '');
  else if (line.startsWith('--- a/') && file.status === 'D') file.path = line.slice('--- a/'.length).replace(/\t$/, '');
  else if (line.startsWith('Binary files ') || line.startsWith('GIT binary patch')) [file.added, file.deleted] = [null, null];
}
