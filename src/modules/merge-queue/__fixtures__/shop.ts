import { createLedger } from '#modules/ledger/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/kit/database.ts';
import type { MergeQueue } from '../commands.ts';
import type { QueueEntry } from '../model.ts';
import type { MergeQueueDeps } from '../steps.context.ts';
import { CONTEXT, createQueueOn, createRepository, documentOf, openMirrorOf, seed, untilEnded, type DocumentParts, type Repository } from './estate.ts';

/** A repository, its mirror with the branch `ai-1`, a database and queues on them; everything goes with `close`. */
export interface Shop {
  database: TestDatabase;
  source: Repository;
  mirror: Mirror;
  base: string;
  queue(more?: Partial<MergeQueueDeps>, start?: boolean): MergeQueue;
  submit(queue: MergeQueue, files: Record<string, string | null>, parts?: Partial<DocumentParts>, context?: Partial<typeof CONTEXT>): Promise<QueueEntry>;
  /** Submits and waits for the end. */
  land(queue: MergeQueue, files: Record<string, string | null>, parts?: Partial<DocumentParts>): Promise<QueueEntry>;
  head(): Promise<string>;
  read(file: string, ref?: string): Promise<string | null>;
  /** A commit somebody else makes on top of `on`, in the mirror. */
  outsider(on: string, files: Record<string, string>): Promise<string>;
  ledgerKinds(subject?: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function openShop(files: Record<string, string>): Promise<Shop> {
  const database = await createTestDatabase();
  await seed(database.db);
  const source = createRepository();
  const base = source.commit(files);
  const mirror = await openMirrorOf(source);
  await mirror.compareAndSwap('refs/heads/ai-1', null, base);
  const started: MergeQueue[] = [];
  const submit: Shop['submit'] = async (queue, changed, parts = {}, context = {}) => {
    const result = await queue.submit(await documentOf(mirror, changed, { base, ...parts }), { ...CONTEXT, ...context });
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    return result.value;
  };
  return {
    database,
    source,
    mirror,
    base,
    queue(more = {}, start = true) {
      const queue = createQueueOn(database.db, async () => mirror, more);
      started.push(queue);
      if (start) queue.start();
      return queue;
    },
    submit,
    land: async (queue, changed, parts) => untilEnded(queue, (await submit(queue, changed, parts)).id),
    head: async () => (await mirror.resolve('refs/heads/ai-1')) ?? '',
    read: async (file, ref = 'refs/heads/ai-1') => (await mirror.readFile(ref, file))?.toString() ?? null,
    async outsider(on, changed) {
      const tree = await mirror.writeTree(
        on,
        Object.entries(changed).map(([path, content]) => ({ path, content: Buffer.from(content) })),
      );
      return mirror.commit({ tree, parents: [on], message: 'From outside', author: { name: 'Eve', email: 'eve@example.test' }, atUnixS: 1_900_000_000 });
    },
    async ledgerKinds(subject) {
      const ledger = createLedger({ db: database.db });
      return (await ledger.list({ limit: 200, ...(subject === undefined ? {} : { subject }) })).items.map(({ kind }) => kind);
    },
    async close() {
      await Promise.all(started.map((queue) => queue.stop(0)));
      source.remove();
      await database.close();
    },
  };
}
