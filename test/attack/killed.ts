import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { expect } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { lastWords, startServerProcess, type ServerProcess } from '../chaos/server.ts';
import { createTestDatabase } from '../kit/database.ts';

/** Where an action may die: around its intent, its effect and its receipt. */
export const POINTS = ['action.intent.before', 'action.effect.before', 'action.effect.after', 'action.receipt.after'] as const;
export type Point = (typeof POINTS)[number];

export type Json = Record<string, unknown>;

/** One installation on a database that outlives its servers, one server at a time. */
export interface Killable {
  dataDir: string;
  /** Writes a file beside `reeve.yaml`. */
  configure(name: string, text: string): void;
  /** Servers started from now on are configured by this file; at first `reeve.yaml`. */
  use(name: string): void;
  start(crashAt?: Point): Promise<void>;
  restart(crashAt?: Point): Promise<void>;
  /** Of the command line on that machine, or of whoever holds the token. */
  client(token?: string): ApiClient;
  /** Of the server that runs, with the command line's token. */
  address(): { url: string; token: string };
  /** What the servers have logged. */
  logged(): string;
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  until<T>(look: () => Promise<T | null>, what: string): Promise<T>;
  /** `executed`, or how else the action ended, with its outcome. */
  ended(id: string): Promise<string>;
  /**
   * A server that dies at the point while `act` has its action carried out, and one that starts after it: the action ends executed, with
   * one receipt. `act` answers the action's id, or what finds it once the server is gone.
   */
  killedAt(point: Point, what: string, act: () => Promise<() => Promise<string>>): Promise<string>;
  close(): Promise<void>;
}

export async function openKillable(): Promise<Killable> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'reeve-kill-')));
  const dataDir = path.join(folder, 'data');
  const logFile = path.join(folder, 'log');
  const database = await createTestDatabase({ max: 2 });
  const { pool } = database;
  let server: ServerProcess | null = null;
  let configFile = path.join(folder, 'reeve.yaml');

  async function start(crashAt?: Point): Promise<void> {
    server = await startServerProcess({
      dataDir,
      configFile,
      logFile,
      env: { REEVE_DATABASE_URL: database.url },
      ...(crashAt === undefined ? {} : { crashAt }),
    });
    if (server === null) throw new Error(`It died before it was asked: ${lastWords(logFile)}`);
  }
  function running(): ServerProcess {
    if (server === null) throw new Error('No server runs.');
    return server;
  }
  async function restart(crashAt?: Point): Promise<void> {
    await server?.end('SIGTERM');
    await start(crashAt);
  }
  const query: Killable['query'] = async (text, values = []) => (await pool.query(text, values)).rows as never;
  const until: Killable['until'] = async (look, what) => {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(50)) {
      const seen = await look();
      if (seen !== null) return seen;
    }
    throw new Error(`never: ${what}: ${lastWords(logFile)}`);
  };
  const ended: Killable['ended'] = (id) =>
    until(async () => {
      const [row] = await query<{ status: string; outcome: Json | null }>('select status, outcome from actions where id = $1', [id]);
      if (row === undefined || ['approved', 'executing'].includes(row.status)) return null;
      return row.status === 'executed' ? row.status : `${row.status} ${JSON.stringify(row.outcome)}`;
    }, `${id} ended`);
  return {
    dataDir,
    configure: (file, text) => writeFileSync(path.join(folder, file), text),
    use: (file) => void (configFile = path.join(folder, file)),
    start,
    restart,
    address: running,
    client: (token) => createApiClient(token === undefined ? running() : { url: running().url, token }),
    logged: () => readFileSync(logFile, 'utf8'),
    query,
    until,
    ended,
    async killedAt(point, what, act) {
      await restart(point);
      const find = await act();
      await until(async () => server?.ending() ?? null, `${what} died at ${point}`);
      expect([what, point, server?.ending()]).toEqual([what, point, { code: null, signal: 'SIGKILL' }]);
      const id = await find();
      await start();
      expect([what, point, await ended(id)]).toEqual([what, point, 'executed']);
      const [receipts] = await query<{ n: number }>(`select count(*)::int as n from action_receipts where action_id = $1`, [id]);
      expect([what, point, receipts]).toEqual([what, point, { n: 1 }]);
      return id;
    },
    async close() {
      await server?.end('SIGKILL');
      await database.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
