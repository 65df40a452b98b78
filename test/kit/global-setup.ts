import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestServer, type EmbeddedConnection, type TestServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Socket of the door below. */
    reeveTestDatabaseDoor: string;
  }
}

/** What a test file asks for, as one line: a server alone, or one with the migrated template database. */
export type DoorRequest = 'server' | 'template';

/** What the door answers, as one line of JSON. */
export type DoorAnswer = { connection: EmbeddedConnection } | { error: string };

let server: Promise<TestServer> | undefined;
let door: net.Server | undefined;
let folder: string | undefined;

/**
 * Opens a door at which test files ask for the database server of this run. The first one to ask has it started, so a run
 * of pure unit tests starts none.
 */
export async function setup(project: TestProject): Promise<void> {
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-door-'));
  const address = path.join(folder, 'door');
  const opened = net.createServer((socket) => {
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.once('data', (line: string) => {
      void answer(line.trim() as DoorRequest).then((given) => socket.end(`${JSON.stringify(given)}\n`));
    });
  });
  await new Promise<void>((resolve) => {
    opened.listen(address, resolve);
  });
  door = opened;
  project.provide('reeveTestDatabaseDoor', address);
}

async function answer(request: DoorRequest): Promise<DoorAnswer> {
  server ??= startTestServer();
  try {
    const started = await server;
    if (request === 'template') await started.template();
    return { connection: started.connection };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

export async function teardown(): Promise<void> {
  door?.close();
  await (await server?.catch(() => undefined))?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
