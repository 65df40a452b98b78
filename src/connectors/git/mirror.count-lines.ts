import { countChanges } from './map.lines.ts';
import { nameFromBytes, type LineCounts } from './map.ts';
import { compareTrees, type Difference } from './mirror.compare.ts';
import type { Texts } from './mirror.texts.ts';
import type { Trees } from './mirror.trees.ts';

interface Parts {
  texts: Pick<Texts, 'read'>;
  trees: Pick<Trees, 'raw'>;
}

/**
 * What `git diff-tree -r -M --minimal --numstat` says of two trees; null where git must say: renames are possible, something is no
 * text or no plain file, or it would take long.
 */
export async function countLines({ texts, trees }: Parts, before: string, after: string): Promise<LineCounts[] | null> {
  const differences = await compareTrees(trees, before, after);
  if (differences === null) return null;
  const counts: LineCounts[] = [];
  for (const one of differences) {
    const counted = await countOne(texts, one);
    if (counted === null) return null;
    counts.push({ path: nameFromBytes(Buffer.from(one.path, 'latin1')), from: null, ...counted });
  }
  return counts;
}

async function countOne(texts: Pick<Texts, 'read'>, { before, after }: Difference): Promise<{ added: number; deleted: number } | null> {
  const [old, now] = (await texts.read([before?.id ?? '', after?.id ?? ''])) ?? [];
  return old === undefined || now === undefined ? null : countChanges(old.lines, now.lines);
}
