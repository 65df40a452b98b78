import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGit } from '#connectors/git/index.ts';
import { PARTS, renderMarkdown, renderTables, runQueueBench, type BenchReport, type QueueBenchDeps } from '#modules/queue-bench/index.ts';
import { createDb, createPool, migrate, startEmbedded } from '#platform/db/index.ts';
import { createLog, type Log } from '#platform/log/index.ts';
import type { QueueBenchRequest, QueueBenchResult } from '#cli/local.ts';
import { MIGRATIONS_DIR } from './paths.ts';

/** Measures the merge queue on repositories of this machine. It reads them and works in temporary folders. */
export async function benchQueue(
  request: QueueBenchRequest,
  surroundings: { env: Readonly<Record<string, string>>; progress(line: string): void },
): Promise<QueueBenchResult> {
  const log = createLog({ level: 'error', format: 'json', destination: process.stderr });
  const deps: QueueBenchDeps = {
    git: createGit({ env: surroundings.env }),
    env: surroundings.env,
    openDatabase: () => openDatabase(log),
    log,
    progress: surroundings.progress,
  };
  const report: BenchReport = await runQueueBench(deps, {
    repositories: request.repositories,
    only: PARTS.filter((part) => request.only === null || request.only.includes(part)),
    seed: request.seed,
    samples: request.samples,
  });
  return { void: report.void, report: { ...report }, text: renderTables(report), markdown: renderMarkdown(report) };
}

/** An embedded server of its own, as durable as the product's: only initdb is spared the disk. */
async function openDatabase(log: Log): ReturnType<QueueBenchDeps['openDatabase']> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'reeve-queue-bench-db-'));
  const server = await startEmbedded({ dataDir, log, disposable: true });
  const pool = createPool({ connection: server.connection, max: 10 }, () => {});
  await migrate(pool, MIGRATIONS_DIR);
  return {
    db: createDb(pool),
    async close() {
      await pool.end();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
