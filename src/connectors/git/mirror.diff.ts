import { createSession, type Parsed, type Session } from './client.session.ts';
import type { GitClient } from './client.ts';
import { parseNameStatus, parseNumstat, type LineCounts, type NameChange } from './map.ts';

// Plain diffs: no external program, no text conversion, whatever attributes or configuration say.
export const PLAIN: readonly string[] = ['--no-ext-diff', '--no-textconv', '--ignore-submodules=none'];

/** Differences between two trees (ids of trees), by long-lived `git diff-tree --stdin` processes; renames are found. */
export interface Differ {
  names(from: string, to: string): Promise<NameChange[]>;
  lines(from: string, to: string): Promise<LineCounts[]>;
}

export function createDiffer(client: GitClient, gitDir: string): Differ {
  const open = (flags: readonly string[]): Session<Pair, Buffer> =>
    createSession<Pair, Buffer>(client, {
      args: ['diff-tree', '--stdin', '-r', '-z', '-M', ...flags, ...PLAIN],
      where: { gitDir },
      toBytes: ({ from, to, mark }) => Buffer.concat([Buffer.from(`${from} ${to}\n`), mark]),
      parse: parseAnswer,
    });
  const names = open(['--name-status']);
  // `minimal`: counts that depend on where a heuristic stopped would differ between two places of the same change.
  const lines = open(['--numstat', '--diff-algorithm=minimal']);
  let asked = 0;
  const pair = (from: string, to: string): Pair => {
    asked += 1;
    return { from, to, mark: Buffer.from(`reeve-end-${asked}\n`) };
  };
  return {
    names: async (from, to) => parseNameStatus(await names.ask(pair(from, to))),
    lines: async (from, to) => parseNumstat(await lines.ask(pair(from, to))),
  };
}

interface Pair {
  from: string;
  to: string;
  /** The line git gives back when it has answered: it is no object id, so git echoes it. */
  mark: Buffer;
}

/** `<from> <to>\n`, the `-z` output, then the mark. */
function parseAnswer(buffer: Buffer, { from, to, mark }: Pair): Parsed<Buffer> {
  const head = from.length + to.length + 2;
  for (let at = buffer.indexOf(mark, head); at >= 0; at = buffer.indexOf(mark, at + 1)) {
    // Within the output the mark could only be (the end of) a file's name, which no zero byte precedes.
    if (at === head || buffer[at - 1] === 0) return { kind: 'done', used: at + mark.length, answer: buffer.subarray(head, at) };
  }
  return { kind: 'more', bytes: buffer.length + 1 };
}
