import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GITHUB_PAYLOADS } from '../test/kit/github-payloads.ts';
import { quantile, until, type Result } from './samples.ts';
import { endReeve, plainEnvironment, startReeve, temporaryFolder, whereReady } from './server.ts';

const SECRET = 'secret-of-the-bench';
const ROUNDS = 3;
const DELIVERIES = 2000;
const CONNECTIONS = 32;
const STEADY_PER_SECOND = 300;
const STEADY_SECONDS = 5;

/**
 * Webhooks over HTTP: how many a second when 32 connections send as fast as they can, and how long each waits when 300 a second
 * arrive evenly. Beside it the same bytes to a bare server on the same framework, which checks and stores nothing.
 */
export async function benchWebhooks(): Promise<Result[]> {
  const folder = temporaryFolder();
  const product = startReeve(['serve'], folder, 'ignore', { REEVE_GITHUB_WEBHOOK_SECRET: SECRET, REEVE_RATE_LIMIT_PER_SECOND: '0' });
  const echo = spawn(process.execPath, [path.join(import.meta.dirname, 'echo.ts')], {
    env: plainEnvironment({}),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const reeve = await until(() => whereReady(product, path.join(folder, 'data')), 60_000, 'the server to be ready');
    return await compare({ reeve, bare: await firstLine(echo) });
  } finally {
    echo.kill();
    await endReeve(product);
    rmSync(folder, { recursive: true, force: true });
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the bare server ended with ${code}`)));
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
}

async function compare(servers: { reeve: string; bare: string }): Promise<Result[]> {
  const results: Result[] = [];
  const add = (name: string, unit: string, value: number): void => {
    const known = results.find((result) => result.name === name);
    if (known === undefined) results.push({ name, unit, samples: [value] });
    else known.samples.push(value);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, url] of Object.entries(servers)) {
      const who = name === 'reeve' ? 'webhooks' : 'webhooks, bare server';
      const flat = await flatOut(url);
      add(`${who}: as fast as ${CONNECTIONS} connections go`, 'per s', flat.perSecond);
      add(`${who}: of it, p99`, 'ms', quantile(flat.waits, 0.99));
      const steady = await steadily(url);
      add(`${who}: ${STEADY_PER_SECOND}/s for ${STEADY_SECONDS} s, p50`, 'ms', quantile(steady, 0.5));
      add(`${who}: ${STEADY_PER_SECOND}/s for ${STEADY_SECONDS} s, p99`, 'ms', quantile(steady, 0.99));
    }
  }
  return results;
}

async function flatOut(url: string): Promise<{ perSecond: number; waits: number[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const waits: number[] = [];
  const begun = performance.now();
  let left = DELIVERIES;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      waits.push(await send(url, agent));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  agent.destroy();
  return { perSecond: DELIVERIES / ((performance.now() - begun) / 1000), waits };
}

/** One after the other at even distances, whether or not the earlier ones were answered: a slow server is not spared. */
async function steadily(url: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const begun = performance.now();
  const sent: Array<Promise<number>> = [];
  for (let n = 0; n < STEADY_PER_SECOND * STEADY_SECONDS; n += 1) {
    const early = begun + (n * 1000) / STEADY_PER_SECOND - performance.now();
    if (early > 1) await delay(early);
    sent.push(send(url, agent));
  }
  const waits = await Promise.all(sent);
  agent.destroy();
  return waits;
}

const example = GITHUB_PAYLOADS.find(({ name }) => name === 'issues')?.examples.at(0);
let sent = 0;

/** A new delivery each time: the recorded one of an issue, with another title. Answers the milliseconds until it was acknowledged. */
function send(url: string, agent: Agent): Promise<number> {
  sent += 1;
  const body = JSON.stringify({ ...example, issue: { ...(example?.['issue'] as object), title: `delivery ${sent}` } });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-github-event': 'issues',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
  };
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL('/webhooks/github', url), { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', () => {
        if (answer.statusCode === 202) resolve(performance.now() - begun);
        else reject(new Error(`answered ${answer.statusCode}`));
      });
    });
    outgoing.once('error', reject).end(body);
  });
}
