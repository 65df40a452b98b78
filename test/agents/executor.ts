/**
 * Another Reeve process, as far as agent runs are concerned: executes one run (or runs checks) and prints what came of it as
 * one line of JSON.
 *
 *     node executor.ts FILE     FILE: { shared, installed, request | checks, crashAt? }
 */
import { readFileSync } from 'node:fs';
import { armCrashpoint } from '#platform/workflow/index.ts';
import type { CheckInput, RunRequest } from '#modules/agents/index.ts';
import { createDb } from '#platform/db/index.ts';
import { openAgents, openPool, type Installed, type Shared } from './installation.ts';

interface Orders {
  shared: Shared;
  installed: Installed;
  request?: RunRequest;
  checks?: CheckInput;
  crashAt?: string;
}

const { shared, installed, request, checks, crashAt } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Orders;
armCrashpoint(crashAt);
const pool = openPool(shared);
const opened = await openAgents(shared, createDb(pool), installed);
const controller = new AbortController();
process.once('SIGTERM', () => controller.abort());
try {
  const found = [];
  if (request !== undefined) found.push(await opened.agents.execute(request, controller.signal));
  if (checks !== undefined) found.push(await opened.checks({ ...checks, signal: controller.signal }));
  process.stdout.write(`${JSON.stringify(found[0])}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ thrown: (error as { code?: string }).code ?? String(error) })}\n`);
} finally {
  await pool.end();
}
