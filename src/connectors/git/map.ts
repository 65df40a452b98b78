import type { MergeConflict, TreeEntry } from '#ports/git.ts';

/**
 * File names are bytes in git. Bytes that are not UTF-8 become lone surrogates U+DC80-U+DCFF and back (PEP 383), so that
 * every name survives a round trip through a string and `isWellFormed()` tells the odd ones.
 */
export function nameFromBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeByParts(bytes);
  }
}

function decodeByParts(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let out = '';
  for (let at = 0; at < bytes.length;) {
    const size = sequenceLength(bytes[at] ?? 0);
    const part = bytes.subarray(at, at + size);
    try {
      out += decoder.decode(part);
      at += part.length;
    } catch {
      out += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
      at += 1;
    }
  }
  return out;
}

function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}

export function nameToBytes(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name, 'utf8');
  const parts: Buffer[] = [];
  for (const char of name) {
    const code = char.codePointAt(0) ?? 0;
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(char, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** Parts of a `-z` output; the final terminator makes no part. */
export function splitNul(output: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = output.indexOf(0); at >= 0; at = output.indexOf(0, start)) {
    parts.push(output.subarray(start, at));
    start = at + 1;
  }
  if (start < output.length) parts.push(output.subarray(start));
  return parts;
}

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** `git ls-tree -r -z`. */
export function parseTree(output: Uint8Array): TreeEntry[] {
  return splitNul(output).map((part) => {
    const tab = part.indexOf(9);
    const [mode, , blob] = ascii(part.subarray(0, tab)).split(' ');
    return { path: nameFromBytes(part.subarray(tab + 1)), mode: knownMode(mode ?? ''), blob: blob ?? '' };
  });
}

/** Old repositories hold modes such as 100664; git itself treats them as 100644 or 100755. */
function knownMode(mode: string): TreeEntry['mode'] {
  if (mode === '120000' || mode === '160000') return mode;
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755';
}

export interface NameChange {
  status: 'A' | 'M' | 'D' | 'R' | 'T';
  path: string;
  from: string | null;
}

/** `git diff-tree --name-status -z`: a rename has two names. */
export function parseNameStatus(output: Uint8Array): NameChange[] {
  const parts = splitNul(output);
  const changes: NameChange[] = [];
  for (let at = 0; at < parts.length;) {
    const status = ascii(parts[at] ?? new Uint8Array()).charAt(0) as NameChange['status'];
    const first = nameFromBytes(parts[at + 1] ?? new Uint8Array());
    if (status === 'R') {
      changes.push({ status, from: first, path: nameFromBytes(parts[at + 2] ?? new Uint8Array()) });
      at += 3;
    } else {
      changes.push({ status, from: null, path: first });
      at += 2;
    }
  }
  return changes;
}

export interface LineCounts {
  path: string;
  from: string | null;
  added: number | null;
  deleted: number | null;
}

/** `git diff-tree --numstat -z -M`: `-` for both counts of a binary file; a rename has its two names in parts of their own. */
export function parseNumstat(output: Uint8Array): LineCounts[] {
  const parts = splitNul(output);
  const counts: LineCounts[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? new Uint8Array();
    const first = part.indexOf(9);
    const second = part.indexOf(9, first + 1);
    const count = (text: string) => (text === '-' ? null : Number(text));
    const lines = { added: count(ascii(part.subarray(0, first))), deleted: count(ascii(part.subarray(first + 1, second))) };
    const name = nameFromBytes(part.subarray(second + 1));
    if (name !== '') counts.push({ path: name, from: null, ...lines });
    else {
      counts.push({ path: nameFromBytes(parts[at + 2] ?? new Uint8Array()), from: nameFromBytes(parts[at + 1] ?? new Uint8Array()), ...lines });
      at += 2;
    }
  }
  return counts;
}

export interface MergeOutput {
  tree: string;
  stages: Array<{ path: string; stage: 1 | 2 | 3; mode: string; blob: string }>;
  messages: Array<{ paths: string[]; kind: string; text: string }>;
}

/**
 * `git merge-tree --write-tree -z --messages`: the tree, the conflicted stages, an empty part, then for each message the
 * number of paths, the paths, its kind and its text.
 */
export function parseMerge(output: Uint8Array): MergeOutput {
  const parts = splitNul(output);
  const merged: MergeOutput = { tree: ascii(parts[0] ?? new Uint8Array()), stages: [], messages: [] };
  let at = 1;
  for (; at < parts.length && (parts[at]?.length ?? 0) > 0; at += 1) {
    const part = parts[at] ?? new Uint8Array();
    const tab = part.indexOf(9);
    const [mode = '', blob = '', stage] = ascii(part.subarray(0, tab)).split(' ');
    merged.stages.push({ path: nameFromBytes(part.subarray(tab + 1)), stage: Number(stage) as 1 | 2 | 3, mode, blob });
  }
  for (at += 1; at < parts.length;) {
    const count = Number(ascii(parts[at] ?? new Uint8Array()));
    const paths = parts.slice(at + 1, at + 1 + count).map(nameFromBytes);
    const kind = ascii(parts[at + 1 + count] ?? new Uint8Array());
    merged.messages.push({ paths, kind, text: nameFromBytes(parts[at + 2 + count] ?? new Uint8Array()).trim() });
    at += count + 3;
  }
  return merged;
}

/** Conflicted paths with git's words, before their contents are read. */
export function conflictsOf(merge: MergeOutput): Array<Pick<MergeConflict, 'path' | 'message'>> {
  const conflicts = new Map<string, string[]>();
  for (const { path } of merge.stages) conflicts.set(path, []);
  for (const { paths, kind, text } of merge.messages) {
    if (!kind.startsWith('CONFLICT')) continue;
    const owner = paths.find((path) => conflicts.has(path)) ?? paths[0];
    if (owner !== undefined) conflicts.set(owner, [...(conflicts.get(owner) ?? []), text]);
  }
  return [...conflicts].map(([path, messages]) => ({ path, message: messages.join('\n') || `CONFLICT: ${path} cannot be merged.` }));
}

/** `git ls-remote --symref <source> HEAD`: the branch HEAD names, when that branch has a commit. */
export function parseSourceHead(output: string): string | null {
  const name = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(output)?.[1];
  return name !== undefined && /^[0-9a-f]{40,64}\tHEAD$/m.test(output) ? name : null;
}

export interface CommitLine {
  commit: string;
  subject: string;
  atUnixS: number;
}

/** A commit object: committer's time and the first paragraph of its message. Null for texts in other encodings, which git converts. */
export function parseCommit({ id, data }: { id: string; data: Uint8Array }): CommitLine | null {
  const text = nameFromBytes(data);
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const at = /^committer .*> (\d+) [+-]\d{4}$/m.exec(head)?.[1];
  if (at === undefined || !text.isWellFormed() || /^encoding /m.test(head)) return null;
  const message = end < 0 ? '' : text.slice(end + 2).replace(/^\s*\n/, '');
  const paragraph = message.split(/\n[ \t]*(?:\n|$)/)[0] ?? '';
  return {
    commit: id,
    atUnixS: Number(at),
    subject: paragraph
      .split('\n')
      .map((line) => line.trimEnd())
      .join(' ')
      .trim(),
  };
}
