import { AppError } from '#kernel/errors.ts';
import type { ObjectReader } from './client.batch.ts';
import type { ObjectStore } from './mirror.store.ts';
import type { Trees } from './mirror.trees.ts';

/** Trees that git made for us without waiting for the disk: most merges are tries that nobody commits. */
export interface Adoption {
  /** Git made the tree. */
  note(tree: string): void;
  isForeign(tree: string): boolean;
  /** Everything of the tree that the tree `over` does not have becomes an object of ours, which `settle` makes durable. */
  adopt(tree: string, over: string): Promise<void>;
}

// What is committed is committed soon after it was merged; the oldest of so many was a try.
const MOST_NOTED = 10_000;

interface Parts {
  reader: ObjectReader;
  store: ObjectStore;
  trees: Trees;
}

export function createAdoption(parts: Parts): Adoption {
  const foreign = new Set<string>();
  return {
    isForeign: (tree) => foreign.has(tree),
    note(tree) {
      foreign.add(tree);
      for (const oldest of foreign) {
        if (foreign.size <= MOST_NOTED) break;
        foreign.delete(oldest);
      }
    },
    async adopt(tree, over) {
      await parts.store.together(() => adoptTree(parts, tree, over));
      foreign.delete(tree);
    },
  };
}

async function adoptTree(parts: Parts, id: string, over: string | null): Promise<void> {
  const { reader, store, trees } = parts;
  if (id === over || store.has(id)) return;
  const format = id.length === 64 ? 'sha256' : 'sha1';
  const [object, before] = [await reader.read(id), over === null ? null : await trees.folder(over)];
  if (object?.type !== 'tree') throw new AppError('not_found', `There is no tree ${id} in the mirror.`, { code: 'unknown_commit' });
  for (const [name, entry] of await trees.folder(id)) {
    const was = before?.get(name);
    if (was?.id === entry.id || entry.mode === '160000') continue;
    if (entry.mode === '40000') await adoptTree(parts, entry.id, was?.mode === '40000' ? was.id : null);
    else if (!store.has(entry.id)) {
      const blob = await reader.read(entry.id);
      if (blob?.type === 'blob') await store.write('blob', blob.data, format);
    }
  }
  await store.write('tree', object.data, format);
}
