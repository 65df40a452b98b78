import type { JsonObject } from '#kernel/json.ts';
import { mergeFile } from '#modules/structured-merge/index.ts';
import type { FileChange, MergeConflict, Mirror } from '#ports/git.ts';
import { isTakenApart, planLadder } from './decide.ladder.ts';
import type { LadderRecord, LadderRules } from './model.ladder.ts';
import type { QueueEntry } from './model.ts';
import { changesOf, mergeTakenApart, type SolvedSplit } from './steps.split.ts';
import { submittedCommit } from './steps.submitted.ts';
import { findNameConflicts, makeSwap, planSwap } from './steps.swap.ts';
import { readFiles } from './steps.view.ts';

/** A change on a head, as far as the rungs without a command, an agent or a person bring it. Objects only. */
export type Climbed =
  | {
      kind: 'clean';
      tree: string;
      record: LadderRecord;
      /** By file that R3 merged: what of the change was there already. */
      absorbed: Map<string, readonly string[]>;
      /** Files that the head took apart, and where R3 put the changes of each. */
      moved: Map<string, readonly string[]>;
      /** Files in conflict that R2 must write; the tree has the head's version of them. */
      toRegenerate: string[];
    }
  | { kind: 'conflict'; conflicts: MergeConflict[]; /** Why no rung settled it. */ because: JsonObject[] };

/** R0 a swap, R1 git's merge, then for each file in conflict R2 (left to the project's command) or R3 (a structured merge). */
export async function climb(mirror: Mirror, entry: QueueEntry, head: string, rules: LadderRules): Promise<Climbed> {
  const plan = await planSwap(mirror, entry, head);
  const plain = { absorbed: new Map<string, readonly string[]>(), moved: new Map<string, readonly string[]>(), toRegenerate: [] };
  if (plan.kind === 'conflict') return { ...plan, because: [] };
  if (plan.kind === 'swap') return { kind: 'clean', tree: await makeSwap(mirror, entry, head), record: recordOf('R0'), ...plain };
  const merged = await mirror.merge({ base: entry.document.base, ours: head, theirs: await submittedCommit(mirror, entry) });
  if (merged.kind === 'clean') return withoutCollisions(mirror, head, { kind: 'clean', tree: merged.tree, record: recordOf('R1'), ...plain });
  const { conflicts } = merged;
  const ladder = planLadder(conflicts, rules, entry.publish);
  if (ladder.kind === 'give_up') return { kind: 'conflict', conflicts, because: ladder.because.map((one) => ({ ...one })) };
  if (merged.tree === undefined) return { kind: 'conflict', conflicts, because: [] };
  const on = { base: entry.document.base, head };
  const structured = ladder.structured.filter((conflict) => !isTakenApart(conflict)).map(mergeConflict);
  const apart = await mergeTakenApart(mirror, ladder.structured.filter(isTakenApart), on);
  const all: Array<SolvedConflict | SolvedSplit> = [...structured, ...apart];
  if (all.some((one) => one.kind === 'refused')) return { kind: 'conflict', conflicts, because: all.map(toJson) };
  const solved = structured.filter((one) => one.kind === 'merged');
  const split = apart.filter((one) => one.kind === 'merged');
  const kept = await Promise.all(ladder.regenerated.map(({ path }) => headVersion(mirror, head, path)));
  const tree = await mirror.writeTree(merged.tree, [...solved.map(({ path, content }) => ({ path, content })), ...split.flatMap(changesOf), ...kept]);
  const named = [...solved.map(({ path, rule }) => ({ path, rule })), ...split.map(({ path }) => ({ path, rule: SPLIT }))];
  return withoutCollisions(mirror, head, {
    kind: 'clean',
    tree,
    record: { ...recordOf('R1', ...(named.length > 0 ? (['R3'] as const) : [])), structured: named },
    absorbed: new Map(solved.map(({ path, absorbed }) => [path, absorbed])),
    moved: new Map(split.map(({ path, files }) => [path, files.map((file) => file.path)])),
    toRegenerate: ladder.regenerated.map(({ path }) => path),
  });
}

export function recordOf(...rungs: LadderRecord['rungs']): LadderRecord {
  return { rungs, structured: [], regenerated: [] };
}

/** One conflicted file by the structured merge. */
export type SolvedConflict =
  | { kind: 'merged'; path: string; content: Uint8Array; rule: string; absorbed: readonly string[] }
  | { kind: 'refused'; path: string; reason: string };

export function mergeConflict({ path, base, ours, theirs }: Pick<MergeConflict, 'path' | 'base' | 'ours' | 'theirs'>): SolvedConflict {
  const bytes = (text: string | null): Uint8Array | null => (text === null ? null : new TextEncoder().encode(text));
  return { path, ...mergeFile({ path, base: bytes(base), ours: bytes(ours), theirs: bytes(theirs) }) };
}

/** The rule's name in the journal for a file that the head took apart. */
const SPLIT = 'split';

/** As it stands in the journal. */
function toJson(solved: SolvedConflict | SolvedSplit): JsonObject {
  return solved.kind === 'refused'
    ? { path: solved.path.toWellFormed(), reason: solved.reason.toWellFormed() }
    : { path: solved.path.toWellFormed(), rule: 'rule' in solved ? solved.rule : SPLIT };
}

async function headVersion(mirror: Mirror, head: string, path: string): Promise<FileChange> {
  const file = (await readFiles(mirror, await mirror.treeOf(head), [path])).get(path);
  return file?.mode === '100644' || file?.mode === '100755'
    ? { path, content: await mirror.readBlob(file.blob), mode: file.mode }
    : { path, content: null };
}

async function withoutCollisions(mirror: Mirror, head: string, clean: Extract<Climbed, { kind: 'clean' }>): Promise<Climbed> {
  const conflicts = await findNameConflicts(mirror, head, clean.tree);
  return conflicts.length > 0 ? { kind: 'conflict', conflicts, because: [] } : clean;
}
