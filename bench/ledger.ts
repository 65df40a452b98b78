import { createLedger, isIncluded, SHA256_TREE } from '#modules/ledger/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { BenchServer } from './database.ts';
import { processorMs, type Result } from './samples.ts';

const SINGLE = 1000;
const TOGETHER = 10;
const SLICES = 4;
const ENTRIES = 50_000;
const FILLED_AT_ONCE = 1000;
const VERIFICATIONS = 5;
const PROOFS = 200;

type AppendingLedger = ReturnType<typeof createLedger>;

/**
 * Entries appended one and ten a transaction, each transaction waiting for the disk as a server's does; then a chain of 50,000 walked
 * from end to end with its tree, and proved entry by entry. Verification is also told in rows a second of this process's own processor
 * time: on a busy machine the clock measures the others.
 */
export async function benchLedger(server: BenchServer): Promise<Result[]> {
  const { db, close } = await server.database();
  const ledger = createLedger({ db });
  const single: number[] = [];
  const together: number[] = [];
  for (let slice = 0; slice < SLICES; slice += 1) {
    single.push(await appended(db, ledger, SINGLE / SLICES, 1));
    together.push(await appended(db, ledger, SINGLE / SLICES, TOGETHER));
  }
  await appended(db, ledger, ENTRIES - written, FILLED_AT_ONCE);
  const results = await verified(ledger);
  const proven = await proved(ledger);
  await close();
  return [
    { name: 'ledger: append, one entry a transaction', unit: 'rows/s', samples: single },
    { name: `ledger: append, ${TOGETHER} entries a transaction`, unit: 'rows/s', samples: together },
    ...results,
    { name: 'ledger: read and check an inclusion proof', unit: 'proofs/s', samples: proven },
  ];
}

let written = 0;

/** Appends `count` entries, `each` a transaction; answers rows a second. */
async function appended(db: Db, ledger: AppendingLedger, count: number, each: number): Promise<number> {
  const begun = performance.now();
  for (let left = count; left > 0; left -= each)
    await db.tx(async (tx) => {
      for (let n = 0; n < Math.min(each, left); n += 1) {
        written += 1;
        const payload = { number: written, text: 'A sentence of about the length that a reason has.', paths: ['src/a.ts', 'src/b.ts'] };
        ledger.append(tx, { kind: 'bench.entry_written', subject: `bench_${written}`, actor: 'system', payload });
      }
    });
  return count / ((performance.now() - begun) / 1000);
}

async function verified(ledger: AppendingLedger): Promise<Result[]> {
  const byClock: number[] = [];
  const byProcessor: number[] = [];
  for (let run = 0; run < VERIFICATIONS; run += 1) {
    const [begun, used] = [performance.now(), processorMs()];
    const report = await ledger.verify();
    if (!report.verified || report.entries !== written) throw new Error(`The ledger did not verify: ${JSON.stringify(report)}`);
    byClock.push(written / ((performance.now() - begun) / 1000));
    byProcessor.push(written / ((processorMs() - used) / 1000));
  }
  return [
    { name: `ledger: verify chain and tree (${written})`, unit: 'rows/s', samples: byClock },
    { name: 'ledger: of it, rows a second of processor time', unit: 'rows/s', samples: byProcessor },
  ];
}

async function proved(ledger: AppendingLedger): Promise<number[]> {
  const proven: number[] = [];
  for (let run = 0; run < VERIFICATIONS; run += 1) {
    const begun = performance.now();
    for (let n = 0; n < PROOFS; n += 1) {
      const seq = 1 + ((n * 7919 + run) % written);
      const { treeSize: size, leafHash, path, root } = await ledger.proveInclusion(seq);
      if (!isIncluded({ index: seq - 1, size, leafHash, path, root }, SHA256_TREE)) throw new Error(`The proof of entry ${seq} does not hold.`);
    }
    proven.push(PROOFS / ((performance.now() - begun) / 1000));
  }
  return proven;
}
