import { createLedger, isIncluded, SHA256_TREE } from '#modules/ledger/index.ts';
import type { BenchServer } from './database.ts';
import type { Result } from './samples.ts';

const ENTRIES = 5000;
const SLICE = 1000;
const VERIFICATIONS = 5;
const PROOFS = 200;

/** One chain of 5,000 entries: a transaction each, as a busy server would write them; then walked from end to end with its tree, and proved entry by entry. */
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
  const proven: number[] = [];
  for (let run = 0; run < VERIFICATIONS; run += 1) {
    const start = performance.now();
    for (let n = 0; n < PROOFS; n += 1) {
      const seq = 1 + ((n * 7919 + run) % ENTRIES);
      const proof = await ledger.proveInclusion(seq);
      if (!isIncluded({ index: seq - 1, size: proof.treeSize, leafHash: proof.leafHash, path: proof.path, root: proof.root }, SHA256_TREE))
        throw new Error(`The proof of entry ${seq} does not hold.`);
    }
    proven.push(PROOFS / ((performance.now() - start) / 1000));
  }
  await close();
  return [
    { name: `ledger: append, one entry a transaction (${ENTRIES})`, unit: 'rows/s', samples: appended },
    { name: `ledger: verify chain and tree (${ENTRIES})`, unit: 'rows/s', samples: verified },
    { name: 'ledger: read and check an inclusion proof', unit: 'proofs/s', samples: proven },
  ];
}
