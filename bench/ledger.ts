import { createLedger } from '#modules/ledger/index.ts';
import type { BenchServer } from './database.ts';
import type { Result } from './samples.ts';

const ENTRIES = 5000;
const SLICE = 1000;
const VERIFICATIONS = 5;

/** One chain of 5,000 entries: a transaction each, as a busy server would write them; then walked from end to end. */
export async function benchLedger(server: BenchServer): Promise<Result[]> {
  const { db, close } = await server.database();
  const ledger = createLedger({ db });
  const appended: number[] = [];
  const verified: number[] = [];
  for (let from = 0; from < ENTRIES; from += SLICE) {
    const start = performance.now();
    for (let n = from; n < from + SLICE; n += 1) {
      await db.tx(async (tx) =>
        ledger.append(tx, {
          kind: 'bench.entry_written',
          subject: `bench_${n}`,
          actor: 'system',
          payload: { number: n, text: 'A sentence of about the length that a reason has.', paths: ['src/a.ts', 'src/b.ts'] },
        }),
      );
    }
    appended.push(SLICE / ((performance.now() - start) / 1000));
  }
  for (let run = 0; run < VERIFICATIONS; run += 1) {
    const start = performance.now();
    const report = await ledger.verify();
    if (!report.verified || report.entries !== ENTRIES) throw new Error(`The ledger did not verify: ${JSON.stringify(report)}`);
    verified.push(ENTRIES / ((performance.now() - start) / 1000));
  }
  await close();
  return [
    { name: `ledger: append, one entry a transaction (${ENTRIES})`, unit: 'rows/s', samples: appended },
    { name: `ledger: verify the chain (${ENTRIES})`, unit: 'rows/s', samples: verified },
  ];
}
