import path from 'node:path';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { EmbeddedPostgres } from '#platform/db/index.ts';
import { createHttpServer, createIdempotencyStore, tryPort, type HttpServer } from '#platform/http/index.ts';
import { withoutPersonalLine } from '#platform/log/index.ts';
import { startTelemetry } from '#platform/telemetry/index.ts';
import { armCrashpoint } from '#platform/workflow/index.ts';
import { bootstrapAdminToken, limitRoute } from '#modules/access/index.ts';
import { registerActionMetrics } from '#modules/actions/index.ts';
import { registerApprovalMetrics } from '#modules/approvals/index.ts';
import { registerBudgetMetrics } from '#modules/budget/index.ts';
import { registerInsightMetrics, registerOperationsMetrics } from '#modules/insights/index.ts';
import { registerQueueMetrics } from '#modules/merge-queue/index.ts';
import { harnessOf, type AppConfig } from './config.ts';
import { openContext, type Context } from './context.ts';
import { prepareDataDir } from './data-dir.ts';
import { followAddedAgents } from './modules.console.ts';
import { createModules, type Modules } from './modules.ts';
import { CONSOLE_DIR, readVersion } from './paths.ts';
import { projectIdBy, withNamedProject } from './project-names.ts';
import { REACH } from './reach.ts';
import { allRoutes } from './routes.ts';
import { listServers, writeServerFile, type ServerRecord } from './server-files.ts';
import { applyConfiguration, OWNER } from './startup.ts';
import { subscribe } from './subscriptions.ts';
import { startWatching } from './watching.ts';
import { defineWorkflows, startSweeps } from './workflows.ts';

export type ServerRole = 'all' | 'api' | 'worker';

export interface RunningServer {
  /** Null for the role worker. */
  url: string | null;
  modules: Modules;
  http: HttpServer | null;
  stop(): Promise<void>;
}

/**
 * Starts one server process: database, modules, workflows, HTTP. Several may share a database; `worker` takes work and answers
 * no requests, `api` the other way round. `embedded` is the database when it was set going before.
 */
export async function startServer(config: AppConfig, role: ServerRole, embedded?: Promise<EmbeddedPostgres | null>): Promise<RunningServer> {
  prepareDataDir(config.dataDir);
  if (config.crashAt !== null) armCrashpoint(config.crashAt);
  // Known before any work is taken: a start that fails afterwards would have to hand it back.
  if (role !== 'worker') await tryOwnPort(config);
  const context = await openContext(config, embedded);
  const begun: Array<() => Promise<void>> = [() => context.close(), () => context.workflow.stop(0)];
  try {
    const adminToken = bootstrapAdminToken(config.adminToken, path.join(config.dataDir, 'admin-token'));
    const telemetry = await startTelemetry({
      endpoint: config.otlpEndpoint,
      serviceName: 'reeve',
      serviceVersion: readVersion(),
      log: context.log,
      redact: (text) => context.redactor.redact(text),
    });
    begun.push(() => telemetry.stop());
    const modules = await createModules(context, adminToken);
    await applyConfiguration(config, modules);
    await modules.access.ensureLocalToken({ person: OWNER, file: path.join(config.dataDir, 'cli-token') });
    subscribe(context, modules);
    await defineWorkflows(context, modules);
    // Before any work is taken: a run that goes on may be of an agent that was added.
    const stopFollowing = await followAddedAgents(context, modules);
    begun.push(async () => stopFollowing());
    await context.workflow.launch({ worker: role !== 'api' });
    begun.push(() => modules.queue.stop(0));
    // A stream's reader has set the outbox listening in a process that delivers nothing, too; its session would hold the pool open for ever.
    const stopWork = role === 'api' ? () => context.outbox.stop() : await startWork(context, modules);
    begun.push(stopWork);
    const http = role === 'worker' ? null : await startHttp(context, modules);
    const stopAll = (): Promise<void> => {
      stopFollowing();
      return stopWork();
    };
    return assemble(context, modules, { http, stopWork: stopAll, stopTelemetry: () => telemetry.stop() });
  } catch (error) {
    // All of it, or what still runs would keep a process alive that serves nobody.
    for (const undo of begun.toReversed()) await undo().catch(() => {});
    throw error;
  }
}

/** A port that a server on this very data directory holds is not just taken: the person has started Reeve twice. */
async function tryOwnPort(config: AppConfig): Promise<void> {
  try {
    await tryPort(config);
  } catch (error) {
    const holder = isAppError(error, 'unavailable') && error.code === 'port_taken' ? listServers(config.dataDir).find(isAt(config.port)) : undefined;
    if (holder === undefined) throw error;
    const { pid, written_at: since, public_url: url } = holder;
    throw new AppError('unavailable', `The data directory ${config.dataDir} is served already, by process ${pid} since ${since} at ${url}.`, {
      code: 'already_served',
      hint: `Use that one, end it first (kill ${pid}), or start another beside it on a port of its own (--port).`,
      detail: { pid, since, url },
      cause: error,
    });
  }
}

const isAt =
  (port: number) =>
  (record: ServerRecord): boolean =>
    new URL(record.url).port === String(port);

async function startWork(context: Context, modules: Modules): Promise<() => Promise<void>> {
  await context.outbox.start();
  modules.queue.start();
  const stopSweeps = startSweeps(context, modules);
  const watching = startWatching(context, modules);
  return async () => {
    await Promise.all([watching.stop(), stopSweeps()]);
    await context.outbox.stop();
  };
}

/** The HTTP side of a process; others find it by its file. */
interface Http {
  server: HttpServer;
  url: string;
  removeFile(): void;
}

async function startHttp(context: Context, modules: Modules): Promise<Http> {
  const { config, log, metrics, clock, db, redactor } = context;
  const startedAt = clock.now();
  registerQueueMetrics({ db, metrics });
  registerApprovalMetrics({ db, metrics });
  registerActionMetrics({ db, metrics });
  registerBudgetMetrics({ db, metrics });
  registerInsightMetrics({ db, clock, metrics, harnessOf: (agent) => harnessOf(config, agent) });
  registerOperationsMetrics({ db, clock, metrics, harnessOf: (agent) => harnessOf(config, agent) });
  const server = await createHttpServer({
    routes: allRoutes(context, modules),
    authenticate: (credential) => modules.access.authenticate(credential),
    config,
    log,
    metrics,
    clock,
    version: readVersion(),
    // What went wrong may quote anybody; who asked knows what they sent.
    redact: (problem) => withoutPersonalLine(redactor.redact(problem)),
    idempotency: createIdempotencyStore(db),
    console: CONSOLE_DIR,
    around: (route) => limitRoute(withNamedProject(route, projectIdBy(modules)), REACH, modules.access.membership),
    ready: async () => {
      await db.pool.query('select 1');
      return { ready: true, parts: { database: 'ok' } };
    },
    status: async () => ({
      version: readVersion(),
      started_at: startedAt.toISOString(),
      worker: context.workerId,
      database: context.embedded === null ? 'server' : 'embedded',
      queue: inShort(await modules.queue.status()),
      pending_approvals: await modules.approvals.countPending(),
      ledger: { ...(await modules.ledger.head()), checkpoints: anchorsInShort(await modules.ledger.anchors()) },
      change_notices: noticesInShort(await modules.compliance.deliveries()),
      agents: modules.agents.agents().map((agent) => agent.name),
    }),
  });
  const { url, publicUrl } = await server.listen();
  const removeFile = writeServerFile(config.dataDir, context.workerId, { url, publicUrl }, clock.now());
  log.info({ url: publicUrl, data_dir: config.dataDir }, 'Reeve is ready');
  return { server, url, removeFile };
}

function assemble(
  context: Context,
  modules: Modules,
  parts: { http: Http | null; stopWork(): Promise<void>; stopTelemetry(): Promise<void> },
): RunningServer {
  const { config, log } = context;
  let stopping: Promise<void> | null = null;
  async function stop(): Promise<void> {
    log.info({}, 'Reeve is stopping');
    const graceMs = config.shutdownGraceMs;
    // New requests first, then the work: whatever runs is handed back to whoever lives on.
    await Promise.all([parts.http?.server.stop(graceMs), modules.queue.stop(graceMs), context.workflow.stop(graceMs), parts.stopWork()]);
    parts.http?.removeFile();
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

/** `dead`: given up until somebody sends them again; `GET /v1/compliance/deliveries` names them. */
const noticesInShort = ({ waiting, delivered, dead }: Awaited<ReturnType<Modules['compliance']['deliveries']>>): Record<string, number> => ({
  waiting,
  delivered,
  dead: dead.length,
});

/** How far the places outside have got; `GET /v1/ledger/places` has the rest. */
function anchorsInShort({ last, places, problem }: Awaited<ReturnType<Modules['ledger']['anchors']>>): Record<string, unknown> {
  return {
    last: last === null ? null : { number: last.number, tree_size: last.treeSize, age_seconds: Math.round(last.ageS) },
    problem,
    places: places.map(({ place, published, lastError }) => ({ place, published, last_error: lastError })),
  };
}

/** What fits into a status; `GET /v1/queue` has every entry, with what it waits for. */
function inShort({ counts, alarms, lastDay, targets }: Awaited<ReturnType<Modules['queue']['status']>>): Record<string, unknown> {
  return {
    counts,
    waiting: targets.reduce((sum, target) => sum + target.total, 0),
    paused: targets.filter((target) => target.control !== 'running').map((target) => target.target),
    alarms: alarms.length,
    landed_last_day: lastDay.landed,
  };
}
