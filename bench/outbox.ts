import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createOutbox } from '#platform/outbox/index.ts';
import { quiet, type BenchServer } from './database.ts';
import { quantile, type Result } from './samples.ts';

const ROUNDS = 5;
const EVENTS = 100;

/** From the commit that published an event to the subscriber that handles it, one event after the other. */
export async function benchOutbox(server: BenchServer): Promise<Result[]> {
  const { db, close } = await server.database();
  const outbox = createOutbox({ db, log: quiet, clock: systemClock, ids: createIds(systemClock) });
  let heard: (at: number) => void = () => {};
  outbox.subscribe('bench', ['bench.happened'], async () => heard(performance.now()));
  await outbox.start();
  const deliver = async (n: number): Promise<number> => {
    const handled = new Promise<number>((resolve) => {
      heard = resolve;
    });
    await db.tx((tx) => outbox.put(tx, { type: 'bench.happened', subject: `bench_${n}`, data: { n } }));
    const committed = performance.now();
    // The subscriber may be quicker than the answer to the commit.
    return Math.max(0, (await handled) - committed);
  };
  for (let n = 0; n < 20; n += 1) await deliver(n);
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const times: number[] = [];
    for (let n = 0; n < EVENTS; n += 1) times.push(await deliver(n));
    samples.push(quantile(times, 0.5));
  }
  await outbox.stop();
  await close();
  return [{ name: `outbox: commit to delivery p50 (of ${EVENTS})`, unit: 'ms', samples }];
}
