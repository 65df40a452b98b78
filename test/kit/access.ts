import { mkdtempSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createManualClock } from '#kernel/clock.ts';
import { accessRoutes, createAccess, type AccessDeps } from '#modules/access/index.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createPeople } from '#modules/people/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createHttpServer, createIdempotencyStore } from '#platform/http/index.ts';
import { createOutbox } from '#platform/outbox/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { createTestDatabase } from './database.ts';
import { createMemoryLog } from './log.ts';

export const ADMIN = 'the-admin-token-of-the-test';
export const ISSUER = 'https://reeve.test';

type SignIn = Omit<NonNullable<AccessDeps['signIn']>, 'people'>;

/** A port that was free a moment ago, for servers whose address must be known before they start. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** A server with the routes of access alone, a person `ann` (developer), and a clock of its own. */
export async function startAccessServer(signInOf?: (publicUrl: string) => Promise<SignIn>) {
  const port = await freePort();
  const database = await createTestDatabase();
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-access-'));
  const { db } = database;
  const clock = createManualClock(new Date());
  const ids = createIds(systemClock);
  const { log, lines } = createMemoryLog();
  const ledger = createLedger({ db });
  const outbox = createOutbox({ db, log, clock: systemClock, ids });
  const people = createPeople({ db, clock: systemClock, ids, ledger, outbox, work: { wip: async () => new Map(), isAssigned: async () => false } });
  const keyFile = path.join(folder, 'access-key');
  const jwt = { issuer: ISSUER, keyFile };
  const own = await signInOf?.(`http://127.0.0.1:${port}`);
  const signIn = own === undefined ? {} : { signIn: Object.assign(own, { people }) };
  const access = createAccess({ db, clock, ids, ledger, people, adminToken: ADMIN, jwt, registerSecret: () => {}, ...signIn });
  const ann = await people.ensure({ handle: 'ann', name: 'Ann', email: 'ann@example.com' }, SYSTEM_ACTOR);
  const server = await createHttpServer({
    routes: accessRoutes({ access, people, publicUrl: null, consoleUrl: () => `http://127.0.0.1:${port}` }),
    authenticate: access.authenticate,
    config: { host: '127.0.0.1', port, publicUrl: null, trustProxy: false, bodyLimitBytes: 100_000, rateLimitPerSecond: 0 },
    log,
    metrics: createMetrics({ processMetrics: false }),
    clock: systemClock,
    version: '1',
    ready: async () => ({ ready: true, parts: {} }),
    status: async () => ({}),
    idempotency: createIdempotencyStore(db),
    redact: (text) => text,
    checkResponses: true,
  });
  const { url } = await server.listen();
  /** Asks the server; `body` is sent as JSON. */
  async function call(method: string, at: string, options: { token?: string; body?: unknown; headers?: Record<string, string> } = {}) {
    const response = await fetch(url + at, {
      method,
      redirect: 'manual',
      headers: {
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as Record<string, unknown> };
  }
  return {
    database,
    db,
    clock,
    ids,
    ledger,
    people,
    access,
    ann,
    keyFile,
    url,
    call,
    server,
    /** What the server has logged. */
    lines,
    async close() {
      await server.stop(0);
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
