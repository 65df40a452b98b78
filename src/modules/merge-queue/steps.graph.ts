import type { Mirror } from '#ports/git.ts';
import { buildGraph, pairsToMerge, type ConflictGraph, type GraphEntry } from '#modules/queue-schedule/index.ts';
import type { QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { submittedCommit } from './steps.submitted.ts';

/** Reads the conflict graph of entries; remembers merges and impacts, which do not depend on where the target is. */
export interface GraphReader {
  read(mirror: Mirror, entries: readonly QueueEntry[]): Promise<ConflictGraph>;
  /** What is known without asking git: a pair whose merge was never tried counts as sharing a file. */
  known(entries: readonly QueueEntry[]): ConflictGraph;
}

/** Every path an entry writes or removes. */
export function filesOf(entry: Pick<QueueEntry, 'effect'>): string[] {
  return [...new Set(entry.effect.flatMap(({ path, from }) => (from === null ? [path] : [path, from])))];
}

// A pair is some hundred bytes; a queue of a hundred entries has five thousand.
const MOST_REMEMBERED = 20_000;

export function createGraphReader(deps: Pick<MergeQueueDeps, 'impact'>): GraphReader {
  const merges = new Map<string, boolean>();
  const impacts = new Map<string, ReadonlySet<string>>();

  async function impactOf(entry: QueueEntry): Promise<ReadonlySet<string>> {
    if (deps.impact === undefined) return NOTHING;
    const known = impacts.get(entry.id);
    if (known !== undefined) return known;
    const found = await deps.impact({ repositoryId: entry.repositoryId, tree: entry.submittedTree, files: filesOf(entry) });
    remember(impacts, entry.id, found);
    return found;
  }

  async function conflicts(mirror: Mirror, a: QueueEntry, b: QueueEntry): Promise<boolean> {
    const key = mergeKey(a, b);
    const known = merges.get(key);
    if (known !== undefined) return known;
    const found = await mergeConflicts(mirror, a, b);
    remember(merges, key, found);
    return found;
  }

  return {
    known(entries) {
      const byId = new Map(entries.map((entry): [string, QueueEntry] => [entry.id, entry]));
      const facts = entries.map((entry) => ({ id: entry.id, files: filesOf(entry), impact: impacts.get(entry.id) ?? NOTHING }));
      return buildGraph(facts, (id, otherId) => {
        const [a, b] = [byId.get(id), byId.get(otherId)];
        return a !== undefined && b !== undefined && merges.get(mergeKey(a, b)) === true;
      });
    },
    async read(mirror, entries) {
      const byId = new Map(entries.map((entry): [string, QueueEntry] => [entry.id, entry]));
      const facts: GraphEntry[] = [];
      for (const entry of entries) facts.push({ id: entry.id, files: filesOf(entry), impact: await impactOf(entry) });
      const conflicting = new Set<string>();
      for (const [{ id }, { id: otherId }] of pairsToMerge(facts)) {
        const [a, b] = [byId.get(id), byId.get(otherId)];
        if (a !== undefined && b !== undefined && (await conflicts(mirror, a, b))) conflicting.add(pair(id, otherId));
      }
      return buildGraph(facts, (a, b) => conflicting.has(pair(a, b)));
    },
  };
}

const NOTHING: ReadonlySet<string> = new Set();

/** A merge is told by the two bases and trees, whatever entries they came with. */
function mergeKey(a: QueueEntry, b: QueueEntry): string {
  return [a, b]
    .map((entry) => `${entry.document.base} ${entry.submittedTree}`)
    .toSorted()
    .join(' ');
}

const pair = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** The real merge of the two submitted trees; where their bases differ, over the older one. */
async function mergeConflicts(mirror: Mirror, a: QueueEntry, b: QueueEntry): Promise<boolean> {
  const [ofA, ofB] = [a.document.base, b.document.base];
  const base = ofA === ofB ? ofA : await mirror.mergeBase(ofA, ofB);
  if (base === null) return true;
  const merged = await mirror.merge({ base, ours: await submittedCommit(mirror, a), theirs: await submittedCommit(mirror, b) });
  return merged.kind === 'conflict';
}

function remember<Value>(known: Map<string, Value>, key: string, value: Value): void {
  const [oldest] = known.keys();
  if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
  known.set(key, value);
}
