import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { endReeve, memoryOf, startReeve, temporaryFolder, type Memory } from './server.ts';
import type { Result } from './samples.ts';

const RUNS = 2;
const SETTLE_MS = 5000;
/** What the issue asks for is 90 s; a machine that needs longer than this has hung. */
const DEMO_WAIT_MS = 240_000;

interface DemoSummary {
  issues: { failed: number };
  ledger: { verified: boolean };
  first_merge_ms: number | null;
  elapsed_ms: number;
}

/** The sample estate from end to end, decided by the sample manager; the server is then left alone and looked at. */
export async function benchDemo(): Promise<Result[]> {
  const runs: { summary: DemoSummary; memory: Memory | null }[] = [];
  for (let n = 0; n < RUNS; n += 1) runs.push(await playOnce());
  const memory = runs.flatMap((run) => (run.memory === null ? [] : [run.memory]));
  return [
    { name: 'demo: start to first merge', unit: 'ms', samples: runs.map((run) => run.summary.first_merge_ms ?? Number.NaN) },
    { name: 'demo: start to last issue', unit: 'ms', samples: runs.map((run) => run.summary.elapsed_ms) },
    { name: `server: resident, idle ${SETTLE_MS / 1000} s after the demo`, unit: 'MB', samples: memory.map((sample) => sample.resident) },
    { name: 'server: of it its own, not file-backed', unit: 'MB', samples: memory.map((sample) => sample.own) },
  ];
}

async function playOnce(): Promise<{ summary: DemoSummary; memory: Memory | null }> {
  const folder = temporaryFolder();
  // Without --exit the server stays, so that its memory can be seen.
  const child = startReeve(['demo', '--yes', '--json'], folder, 'pipe');
  try {
    const summary = await Promise.race([summaryOf(child.stdout), tooLong()]);
    if (summary.issues.failed > 0 || !summary.ledger.verified) throw new Error(`The demo did not end well: ${JSON.stringify(summary)}`);
    await delay(SETTLE_MS);
    const server = childrenOf(child.pid ?? 0).find((pid) => commandOf(pid).includes('serve'));
    return { summary, memory: server === undefined ? null : memoryOf(server) };
  } finally {
    await endReeve(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tooLong(): Promise<never> {
  await delay(DEMO_WAIT_MS, undefined, { ref: false });
  throw new Error(`The demo did not end within ${DEMO_WAIT_MS / 1000} s.`);
}

/** The one JSON document on standard output; the process lives on after it. */
async function summaryOf(stdout: AsyncIterable<Buffer> | null): Promise<DemoSummary> {
  let text = '';
  for await (const chunk of stdout ?? []) {
    text += chunk.toString('utf8');
    try {
      return JSON.parse(text) as DemoSummary;
    } catch {
      // more is to come
    }
  }
  throw new Error('The demo ended without a summary.');
}

function childrenOf(parent: number): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => parentOf(pid) === parent);
  } catch {
    return []; // no /proc
  }
}

function parentOf(pid: number): number | null {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return null; // it ended meanwhile
  }
}

function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
