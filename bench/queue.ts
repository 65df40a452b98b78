import { CONTEXT, createQueueOn, createRepository, documentOf, openMirrorOf, seed } from '#modules/merge-queue/__fixtures__/estate.ts';
import { DEFAULT_SETTINGS } from '#modules/merge-queue/steps.context.ts';
import type { BenchServer } from './database.ts';
import { until, type Result } from './samples.ts';

const ROUNDS = 3;
const CHANGES = 50;
const FILES = 200;
const TARGET = 'reeve/bench';

/**
 * Fifty change requests from one base onto one branch of a repository of 200 files, each to a file of its own: all of the
 * queue (admission, merge, publication, journal, ledger, events) on real git and PostgreSQL, with checks that pass at once.
 */
export async function benchQueue(server: BenchServer): Promise<Result[]> {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) samples.push(await land(server));
  return [{ name: `merge queue: landings without checks (${CHANGES} on ${FILES} files)`, unit: '1/s', samples }];
}

const fileName = (n: number): string => `src/part-${n % 10}/file-${n}.js`;
const content = (n: number, says: string): string => Array.from({ length: 40 }, (_, line) => `export const v${line} = '${n} ${says}';\n`).join('');

async function land(server: BenchServer): Promise<number> {
  const { db, close } = await server.database();
  await seed(db);
  const source = createRepository();
  try {
    const base = source.commit(Object.fromEntries(Array.from({ length: FILES }, (_, n) => [fileName(n), content(n, 'before')])));
    const mirror = await openMirrorOf(source);
    await mirror.compareAndSwap(`refs/heads/${TARGET}`, null, base);
    const queue = createQueueOn(db, async () => mirror, { settings: DEFAULT_SETTINGS });
    const ids: string[] = [];
    for (let n = 0; n < CHANGES; n += 1) {
      const document = await documentOf(mirror, { [fileName(n)]: content(n, 'after') }, { base, target: TARGET, taskId: `task_${n}` });
      const admitted = await queue.submit(document, CONTEXT);
      if (!admitted.ok) throw new Error(`A change request was refused: ${JSON.stringify(admitted.error)}`);
      ids.push(admitted.value.id);
    }
    const start = performance.now();
    queue.start();
    for (const id of ids) {
      const state = await until(async () => ended((await queue.get(id))?.state), 120_000, 'a change request to end');
      if (state !== 'landed') throw new Error(`A change request ended as ${state}.`);
    }
    const seconds = (performance.now() - start) / 1000;
    await queue.stop(0);
    return CHANGES / seconds;
  } finally {
    source.remove();
    await close();
  }
}

const ENDED = ['landed', 'quarantined', 'dropped', 'already_landed'];

function ended(state: string | undefined): string | null {
  return state !== undefined && ENDED.includes(state) ? state : null;
}
