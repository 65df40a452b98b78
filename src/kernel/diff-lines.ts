/**
 * Lines that a unified diff of git shows on the side of the new file (added ones and those around them), by path. Forges take remarks beside such
 * lines only. A diff that was cut off tells of what is there.
 */
export function shownLines(diff: string): Map<string, Set<number>> {
  return newSide(diff, () => true);
}

/** Only the lines that the diff adds or changes, as they are numbered afterwards. */
export function addedLines(diff: string): Map<string, Set<number>> {
  return newSide(diff, (text) => text.startsWith('+'));
}

function newSide(diff: string, isWanted: (text: string) => boolean): Map<string, Set<number>> {
  const shown = new Map<string, Set<number>>();
  let lines: Set<number> | null = null;
  let at = 0;
  let left = 0;
  for (const text of diff.split('\n')) {
    if (left > 0) {
      if (text.startsWith('-') || text.startsWith('\\')) continue;
      if (isWanted(text)) lines?.add(at);
      at += 1;
      left -= 1;
      continue;
    }
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(text);
    if (hunk !== null) {
      at = Number(hunk[1]);
      left = Number(hunk[2] ?? 1);
    } else if (text.startsWith('diff --git ')) lines = null;
    else if (text.startsWith('+++ ')) {
      const path = pathOf(text.slice(4));
      lines = path === null ? null : (shown.get(path) ?? new Set());
      if (path !== null && lines !== null) shown.set(path, lines);
    }
  }
  return shown;
}

/** `b/src/a.ts`, in quotes where it has characters that git escapes; `/dev/null`: the file is gone. */
function pathOf(name: string): string | null {
  const plain = name.startsWith('"') ? unquoted(name.slice(1, name.lastIndexOf('"'))) : name.replace(/\t$/, '');
  return plain.startsWith('b/') ? plain.slice(2) : null;
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath: escapes as in C, bytes in octal. */
function unquoted(text: string): string {
  const bytes: number[] = [];
  for (const part of text.matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu)) {
    const [, octal, escaped, plain] = part;
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (escaped !== undefined) bytes.push(ESCAPES[escaped] ?? escaped.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(plain ?? ''));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
