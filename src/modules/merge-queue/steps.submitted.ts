import { fromStoredChange } from '#modules/change-requests/index.ts';
import type { Mirror } from '#ports/git.ts';
import { toFileChanges } from './decide.apply.ts';
import type { QueueEntry } from './model.ts';

/** What of an entry is needed to put it somewhere. */
export type Speculated = Pick<QueueEntry, 'id' | 'document' | 'effect'>;

interface Written {
  tree: string;
  commit: string | null;
}

// Of each a hundred bytes; a queue holds some hundreds.
const MOST_REMEMBERED = 20_000;
const written = new WeakMap<Mirror, Map<string, Written>>();

function remember(mirror: Mirror, id: string, value: Written): Written {
  const known = written.get(mirror) ?? new Map<string, Written>();
  written.set(mirror, known);
  known.set(id, value);
  const [oldest] = known.keys();
  if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
  return value;
}

/** Says that this process has just written the submitted tree and everything in it. */
export function rememberSubmitted(mirror: Mirror, id: string, tree: string): void {
  remember(mirror, id, { tree, commit: null });
}

/**
 * The submitted tree, whose contents are in the mirror. It may have been made anew, or have lost to a power cut what no ref named
 * yet, since the change was submitted: the contents are ours, so each process writes them once before it relies on them.
 */
export async function submittedTree(mirror: Mirror, entry: Speculated): Promise<string> {
  return (await prepare(mirror, entry)).tree;
}

async function prepare(mirror: Mirror, entry: Speculated): Promise<Written> {
  const known = written.get(mirror)?.get(entry.id);
  if (known !== undefined) return known;
  const { base, changes } = entry.document;
  return remember(mirror, entry.id, { tree: await mirror.writeTree(base, toFileChanges(changes.map(fromStoredChange))), commit: null });
}

const SUBMITTER = { name: 'Reeve', email: 'reeve@localhost' };

/** The submitted tree as a commit on its base. */
export async function submittedCommit(mirror: Mirror, entry: Speculated): Promise<string> {
  const { tree, commit: known } = await prepare(mirror, entry);
  if (known !== null) return known;
  const { base } = entry.document;
  // Dated after its parent: git is ten times slower at merging where dates go backwards.
  const atUnixS = ((await mirror.log(null, base, 1))[0]?.atUnixS ?? 0) + 1;
  const commit = await mirror.commit({ tree, parents: [base], message: `Submitted as ${entry.id}`, author: SUBMITTER, atUnixS });
  remember(mirror, entry.id, { tree, commit });
  return commit;
}
