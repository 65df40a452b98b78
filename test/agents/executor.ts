/**
 * Another Reeve process, as far as agent runs are concerned: executes one run and prints its outcome as one line of JSON.
 *
 *     node executor.ts FILE     FILE: { shared, installed, request, crashAt? }
 */
import { readFileSync } from 'node:fs';
import { armCrashpoint } from '#platform/workflow/index.ts';
import type { RunRequest } from '#modules/agents/index.ts';
import { createDb } from '#platform/db/index.ts';
import { openAgents, openPool, type Installed, type Shared } from './installation.ts';

interface Orders {
  shared: Shared;
  installed: Installed;
  request: RunRequest;
  crashAt?: string;
}

const { shared, installed, request, crashAt } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Orders;
armCrashpoint(crashAt);
const pool = openPool(shared);
const { agents } = await openAgents(shared, createDb(pool), installed);
const controller = new AbortController();
process.once('SIGTERM', () => controller.abort());
try {
  const outcome = await agents.execute(request, controller.signal);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ thrown: (error as { code?: string }).code ?? String(error) })}\n`);
} finally {
  await pool.end();
}
