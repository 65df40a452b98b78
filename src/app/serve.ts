import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createHttpServer, createIdempotencyStore, type HttpServer } from '#platform/http/index.ts';
import { startTelemetry } from '#platform/telemetry/index.ts';
import { armCrashpoint } from '#platform/workflow/index.ts';
import { bootstrapAdminToken } from '#modules/access/index.ts';
import type { AppConfig } from './config.ts';
import { openContext, type Context } from './context.ts';
import { createModules, type Modules } from './modules.ts';
import { readVersion, serverFile } from './paths.ts';
import { allRoutes } from './routes.ts';
import { applyConfiguration, OWNER, prepareDataDir } from './startup.ts';
import { subscribe } from './subscriptions.ts';
import { defineWorkflows, startSweeps } from './workflows.ts';

export type ServerRole = 'all' | 'api' | 'worker';

export interface RunningServer {
  /** Null for the role worker. */
  url: string | null;
  modules: Modules;
  http: HttpServer | null;
  stop(): Promise<void>;
}

/** Another server on this data directory may have written its own address since: that one stays. */
function removeServerFile(file: string): void {
  if (!existsSync(file)) return;
  const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
  if (pid === process.pid) rmSync(file, { force: true });
}

/**
 * Starts one server process: database, modules, workflows, HTTP. Several may share a database; `worker` takes work and answers
 * no requests, `api` the other way round.
 */
export async function startServer(config: AppConfig, role: ServerRole): Promise<RunningServer> {
  prepareDataDir(config.dataDir);
  if (config.crashAt !== null) armCrashpoint(config.crashAt);
  const context = await openContext(config);
  try {
    const adminToken = bootstrapAdminToken(config.adminToken, path.join(config.dataDir, 'admin-token'));
    const telemetry = await startTelemetry({
      endpoint: config.otlpEndpoint,
      serviceName: 'reeve',
      serviceVersion: readVersion(),
      log: context.log,
      redact: (text) => context.redactor.redact(text),
    });
    const modules = await createModules(context, adminToken);
    await applyConfiguration(config, modules);
    await modules.access.ensureLocalToken({ person: OWNER, file: path.join(config.dataDir, 'cli-token') });
    subscribe(context, modules);
    await defineWorkflows(context, modules);
    await context.workflow.launch({ worker: role !== 'api' });
    const stopWork = role === 'api' ? async () => {} : await startWork(context, modules);
    const http = role === 'worker' ? null : await startHttp(context, modules);
    return assemble(context, modules, { http, stopWork, stopTelemetry: () => telemetry.stop() });
  } catch (error) {
    await context.workflow.stop(0).catch(() => {});
    await context.close();
    throw error;
  }
}

async function startWork(context: Context, modules: Modules): Promise<() => Promise<void>> {
  await context.outbox.start();
  modules.queue.start();
  const stopSweeps = startSweeps(context, modules);
  return async () => {
    await stopSweeps();
    await context.outbox.stop();
  };
}

async function startHttp(context: Context, modules: Modules): Promise<{ server: HttpServer; url: string }> {
  const { config, log, metrics, clock, db, redactor } = context;
  const startedAt = clock.now();
  const server = await createHttpServer({
    routes: allRoutes(context, modules),
    authenticate: (credential) => modules.access.authenticate(credential),
    config,
    log,
    metrics,
    clock,
    version: readVersion(),
    redact: (text) => redactor.redact(text),
    idempotency: createIdempotencyStore(db),
    ready: async () => {
      await db.pool.query('select 1');
      return { ready: true, parts: { database: 'ok' } };
    },
    status: async () => ({
      version: readVersion(),
      started_at: startedAt.toISOString(),
      worker: context.workerId,
      database: context.embedded === null ? 'server' : 'embedded',
      queue: await modules.queue.status(),
      pending_approvals: (await modules.approvals.list({ status: 'pending', limit: 200 })).items.length,
      ledger: await modules.ledger.head(),
      agents: modules.agents.agents().map((agent) => agent.name),
    }),
  });
  const { url, publicUrl } = await server.listen();
  const written = serverFile(config.dataDir);
  // Whole or not at all: the command line may be looking this very moment.
  writeFileSync(`${written}.${process.pid}`, `${JSON.stringify({ url, public_url: publicUrl, pid: process.pid })}\n`, { mode: 0o600 });
  renameSync(`${written}.${process.pid}`, written);
  log.info({ url: publicUrl, data_dir: config.dataDir }, 'Reeve is ready');
  return { server, url };
}

function assemble(
  context: Context,
  modules: Modules,
  parts: { http: { server: HttpServer; url: string } | null; stopWork(): Promise<void>; stopTelemetry(): Promise<void> },
): RunningServer {
  const { config, log } = context;
  let stopping: Promise<void> | null = null;
  async function stop(): Promise<void> {
    log.info({}, 'Reeve is stopping');
    const graceMs = config.shutdownGraceMs;
    // New requests first, then the work: whatever runs is handed back to whoever lives on.
    await Promise.all([parts.http?.server.stop(graceMs), modules.queue.stop(graceMs), context.workflow.stop(graceMs), parts.stopWork()]);
    if (parts.http !== null) removeServerFile(serverFile(config.dataDir));
    await parts.stopTelemetry();
    await context.close();
    log.info({}, 'Reeve has stopped');
  }
  return {
    url: parts.http?.url ?? null,
    modules,
    http: parts.http?.server ?? null,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
