import { createPool } from '#platform/db/index.ts';
import { createWorkflowEngine, migrateWorkflowSchema } from '#platform/workflow/index.ts';
import { quiet, type BenchServer } from './database.ts';
import { quantile, until, type Result } from './samples.ts';

const WAITING = 50;
const ROUNDS = 3;
const LONGEST_MS = 30_000;

/**
 * From the commit of a decision to the first step of the workflow that waited for it: the decision's transaction sends the message, as
 * a decision about an action does, and fifty workflows wait at once. One decision after another, as people make them.
 */
export async function benchWakeUp(server: BenchServer): Promise<Result[]> {
  const { db, connection, close } = await server.database();
  const schema = createPool({ connection, max: 1 }, () => {});
  await migrateWorkflowSchema(schema, quiet);
  await schema.end();
  const engine = createWorkflowEngine({ connection, log: quiet, executorId: 'bench', version: 'bench' });
  const begun = new Set<string>();
  const woken = new Map<string, number>();
  engine.defineQueue({ name: 'bench', pollingIntervalMs: 50 });
  engine.define<{ id: string }>({
    name: 'bench.wait',
    queue: 'bench',
    async run(context, { id }) {
      await context.step('begin', async () => void begun.add(id));
      await context.receive('decision', 10 * 60_000);
      await context.step('next', async () => void woken.set(id, performance.now()));
    },
  });
  await engine.launch({ worker: true });
  const [p50, p95]: [number[], number[]] = [[], []];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = Array.from({ length: WAITING }, (_, n) => `bench:${round}:${n}`);
      await db.tx(async (tx) => {
        for (const id of ids) await engine.start(tx, 'bench.wait', id, { id });
      });
      await until(() => (ids.every((id) => begun.has(id)) ? true : null), LONGEST_MS, 'the workflows to wait');
      const waits: number[] = [];
      for (const id of ids) {
        await db.tx((tx) => engine.send(tx, id, 'decision', { status: 'approved' }, id));
        const committed = performance.now();
        waits.push((await until(() => woken.get(id) ?? null, LONGEST_MS, 'the workflow to go on')) - committed);
      }
      p50.push(quantile(waits, 0.5));
      p95.push(quantile(waits, 0.95));
    }
  } finally {
    await engine.stop(0);
    await close();
  }
  return [
    { name: `approval: decision to the workflow's next step, p50 (of ${WAITING})`, unit: 'ms', samples: p50 },
    { name: `approval: decision to the workflow's next step, p95 (of ${WAITING})`, unit: 'ms', samples: p95 },
  ];
}
