import type { Mirror } from '#ports/git.ts';
import { textOf } from '#modules/change-requests/index.ts';
import { classifyEffect, compareLines, doubtfulFiles, type EffectClass, type EffectFacts, type FourTexts } from './decide.effect.ts';
import type { RevertedFile, RevertFacts } from './decide.reverts.ts';
import type { FileEffect, QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { loadEntry } from './store.read.ts';

/** A change as it would land, whatever rung brought it there. */
export interface Landing {
  /** The document's base, and a commit or tree of its result. */
  base: string;
  submitted: string;
  effect: readonly FileEffect[];
  head: string;
  tree: string;
  /** Files that R2 writes. */
  regenerated?: ReadonlySet<string>;
  /** By file that R3 merged: what of the change was there already. */
  absorbed?: ReadonlyMap<string, readonly string[]>;
  /** Files that the head took apart, by the name they were submitted under: where R3 put their changes. */
  moved?: ReadonlyMap<string, readonly string[]>;
  reverts?: RevertFacts | null;
}

/**
 * The effect check: first by counting lines; where the counts differ, by comparing the lines themselves. Files that R3 merged are
 * held to what the structured merge says of them, because two changes may share a line there.
 */
export async function checkEffect(mirror: Mirror, landing: Landing): Promise<EffectClass> {
  const { base, head, tree } = landing;
  const facts: EffectFacts = {
    submitted: landing.effect,
    landed: await mirror.diffStat(head, tree),
    reverts: landing.reverts ?? null,
    renamedSince: new Map(),
    ...(landing.regenerated === undefined ? {} : { regenerated: landing.regenerated }),
    ...(landing.absorbed === undefined ? {} : { compared: landing.absorbed }),
    ...(landing.moved === undefined ? {} : { moved: landing.moved }),
  };
  const first = classifyEffect(facts);
  if (first.kind !== 'partially_absorbed') return first;
  const renamedSince = new Map(
    (await mirror.diffNames(base, head)).flatMap(({ from, path }): Array<[string, string]> => (from === null ? [] : [[from, path]])),
  );
  const renamed = { ...facts, renamedSince };
  const compared = new Map(landing.absorbed);
  for (const path of doubtfulFiles(renamed)) {
    const texts = compared.has(path) ? null : await readFour(mirror, landing, { path, renamedSince });
    if (texts !== null) compared.set(path, compareLines(texts));
  }
  return classifyEffect({ ...renamed, compared });
}

/** Null for what is not text. */
async function readFour(
  mirror: Mirror,
  landing: Landing,
  file: { path: string; renamedSince: ReadonlyMap<string, string> },
): Promise<FourTexts | null> {
  const effect = landing.effect.find(({ path }) => path === file.path);
  if (effect === undefined || effect.added === null || effect.deleted === null) return null;
  const before = effect.from ?? file.path;
  const later = (path: string): string => file.renamedSince.get(path) ?? path;
  const [base, submitted, head, merged] = await Promise.all([
    readText(mirror, landing.base, before),
    readText(mirror, landing.submitted, file.path),
    readText(mirror, landing.head, later(before)),
    readText(mirror, landing.tree, effect.from === null ? later(file.path) : file.path),
  ]);
  if (base === undefined || submitted === undefined || head === undefined || merged === undefined) return null;
  return { base, submitted, head, merged };
}

/** Null: no such file. Undefined: not text. */
async function readText(mirror: Mirror, treeish: string, path: string): Promise<string | null | undefined> {
  const bytes = await mirror.readFile(treeish, path);
  return bytes === null ? null : (textOf(bytes) ?? undefined);
}

/** What the effect check of a revert looks at; null for a change that reverts nothing. */
export async function readReverted(
  deps: Pick<MergeQueueDeps, 'db'>,
  mirror: Mirror,
  entry: QueueEntry,
  on: Pick<Landing, 'submitted' | 'head' | 'tree'>,
): Promise<RevertFacts | null> {
  const { reverts } = entry.document.intent;
  if (reverts === null) return null;
  const reverted = await loadEntry(deps.db, reverts);
  const landed = reverted?.landedCommit ?? null;
  const landedInBase = landed !== null && (await mirror.isAncestor(landed, entry.document.base));
  const below = reverted?.candidate?.head ?? null;
  const known = landedInBase && below !== null && (await mirror.resolve(below)) !== null && (await mirror.isAncestor(below, landed));
  if (!known) return { id: reverts, landedInBase };
  const files: RevertedFile[] = [];
  for (const { path, from } of await mirror.diffNames(below, landed)) {
    for (const name of from === null ? [path] : [from, path]) {
      const file = await readRevertedFile(mirror, name, {
        before: below,
        after: landed,
        base: entry.document.base,
        submitted: on.submitted,
        head: on.head,
        merged: on.tree,
      });
      if (file !== null) files.push(file);
    }
  }
  return { id: reverts, landedInBase, files };
}

async function readRevertedFile(
  mirror: Mirror,
  path: string,
  at: Record<'before' | 'after' | 'base' | 'submitted' | 'head' | 'merged', string>,
): Promise<RevertedFile | null> {
  const texts = await Promise.all([at.before, at.after, at.base, at.submitted, at.head, at.merged].map((treeish) => readText(mirror, treeish, path)));
  const [before, after, base, submitted, head, merged] = texts;
  if (before === undefined || after === undefined || base === undefined || submitted === undefined || head === undefined || merged === undefined)
    return null;
  return { path, before, after, base, submitted, head, merged };
}
