import { createSession, type Parsed } from './client.session.ts';
import type { GitClient } from './client.ts';

export interface ObjectRead {
  id: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  data: Buffer;
}

/** One long-lived `git cat-file --batch`: about a hundred times faster than a process per object. */
export interface ObjectReader {
  /** Reads an object by id or `treeish:path`; null when there is none. */
  read(name: string | Buffer): Promise<ObjectRead | null>;
}

/** What may not be on the disk yet, and how to get it there. */
export interface Unwritten {
  peek(id: string): ObjectRead | null;
  flush(): Promise<void>;
}

const NOT_OURS = /^([0-9a-f]{40}|[0-9a-f]{64}|refs\/.*)$/s;

/** Objects of `unwritten` are answered from memory by their id; before git is asked about expressions they are written. */
export function createObjectReader(client: GitClient, gitDir: string, unwritten: Unwritten): ObjectReader {
  const session = createSession<Buffer, ObjectRead | null>(client, {
    args: ['cat-file', '--batch', '-z'],
    where: { gitDir },
    toBytes: (name) => Buffer.concat([name, Buffer.from([0])]),
    parse: parseAnswer,
    needsObjects: false,
  });
  return {
    async read(name) {
      if (typeof name === 'string') {
        const known = unwritten.peek(name);
        if (known !== null) return known;
        // A bare id that is not in memory is on the disk or nowhere, and what a ref names was written before the ref moved.
        if (!NOT_OURS.test(name)) await unwritten.flush();
      } else await unwritten.flush();
      return session.ask(typeof name === 'string' ? Buffer.from(name, 'utf8') : name);
    },
  };
}

/** `<id> <type> <size>\n<bytes>\n`, or `<name as asked> missing\n` (the name may itself hold line feeds). */
function parseAnswer(buffer: Buffer, name: Buffer): Parsed<ObjectRead | null> {
  const end = buffer.indexOf(10);
  const head = end < 0 ? null : /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(buffer.toString('latin1', 0, end));
  if (head === null) return parseAbsent(buffer, name);
  const size = Number(head[3]);
  const used = end + 1 + size + 1;
  if (buffer.length < used) return { kind: 'more', bytes: used };
  const data = Buffer.from(buffer.subarray(end + 1, end + 1 + size));
  return { kind: 'done', used, answer: { id: head[1] ?? '', type: head[2] as ObjectRead['type'], data } };
}

function parseAbsent(buffer: Buffer, name: Buffer): Parsed<null> {
  for (const word of [' missing\n', ' ambiguous\n']) {
    const absent = Buffer.concat([name, Buffer.from(word)]);
    if (buffer.subarray(0, absent.length).equals(absent)) return { kind: 'done', used: absent.length, answer: null };
  }
  return { kind: 'more', bytes: buffer.length + 1 };
}
