import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '#kernel/clock.ts';
import { publicUrlOf, type Config } from '#platform/config/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Metrics } from '#platform/telemetry/index.ts';
import { builtInRoutes, openApiRoute, type Readiness } from './built-in.ts';
import { addConsole } from './console.ts';
import { addDocs } from './docs.ts';
import { trackUnused } from './connections.ts';
import { createGuard, type Authenticate } from './guard.ts';
import { createHandler, type CallerState, type HandlerOptions } from './handle.ts';
import { securityHeaders } from './headers.ts';
import type { IdempotencyStore } from './idempotency.ts';
import { cannotListen } from './listen.ts';
import { createNotFound } from './not-found.ts';
import { isHttps } from './own-pages.ts';
import { PROBLEM_TYPE, toProblem } from './problem.ts';
import { createRateLimiter } from './rate-limit.ts';
import type { RouteDefinition } from './route.ts';

export interface HttpServerOptions {
  routes: readonly RouteDefinition[];
  authenticate: Authenticate;
  config: Pick<Config, 'host' | 'port' | 'publicUrl' | 'trustProxy' | 'bodyLimitBytes' | 'rateLimitPerSecond'>;
  log: Log;
  metrics: Metrics;
  clock: Clock;
  version: string;
  ready: () => Promise<Readiness>;
  /** Content of `/status`. */
  status: () => Promise<Record<string, unknown>>;
  /** Null: the `Idempotency-Key` of writes is ignored (servers without a database). */
  idempotency: IdempotencyStore | null;
  /** Applied to every problem document. */
  redact: (text: string) => string;
  /** Compare each answer with its declared schema (tests, development). Default false. */
  checkResponses?: boolean;
  /** Folder of the console's built files; absent: this server has none. */
  console?: string;
  /** Put around every route, the built-in ones too (limits that hold everywhere). */
  around?: (route: RouteDefinition) => RouteDefinition;
}

export interface Listening {
  port: number;
  /** Address of this very process, for programs on this machine. */
  url: string;
  /** Beginning of links for people. */
  publicUrl: string;
}

export interface HttpServer {
  /** Binds and answers where; AppError `unavailable` (code `port_taken`, `port_forbidden`, `host_unknown`) when it cannot. */
  listen(): Promise<Listening>;
  /**
   * Stops: no new connections, streams end, requests in flight may finish within `graceMs`, then connections are cut.
   * Safe to call twice.
   */
  stop(graceMs: number): Promise<void>;
  /** Every route, the built-in ones too: for the table of roles. */
  routes: readonly RouteDefinition[];
}

/** Builds the HTTP server of one process. Nothing listens before `listen`. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const closing = new AbortController();
  const builtIn = builtInRoutes({ ...options, isStopping: () => closing.signal.aborted });
  const description = openApiRoute([...builtIn, ...options.routes], {
    title: 'Reeve',
    version: options.version,
    description: 'The API of Reeve. Errors are problem documents (RFC 9457); lists are paged by cursor.',
  });
  const routes = [...builtIn, description.route, ...options.routes].map((route) => options.around?.(route) ?? route);
  const app = createApp(options);
  const unused = trackUnused(app.server);
  addHeaders(app, options);
  addMeasures(app, options);
  const pages = options.console === undefined ? null : addConsole(app, options.console);
  addAnswers(app, { routes, options, pages });
  addDocs(app, {
    document: () => description.document,
    requestId: requestIdOf,
    prepare(docs) {
      addHeaders(docs, options);
      addAnswers(docs, { routes, options, pages: null });
    },
  });
  addRoutes(app, { routes, options, closing: closing.signal });
  let stopping: Promise<void> | null = null;
  return {
    routes,
    listen: async () => listen(app, options.config),
    stop(graceMs) {
      closing.abort();
      stopping ??= close(app, unused, graceMs);
      return stopping;
    },
  };
}

function createApp(options: HttpServerOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: options.config.bodyLimitBytes,
    trustProxy: options.config.trustProxy,
    // A client may take this long to send a request; slower ones hold a connection for nothing.
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    genReqId: requestIdOf,
    frameworkErrors: (error, request, reply) =>
      void sendProblem(options, error, { request: request as FastifyRequest, reply: reply as FastifyReply }),
    clientErrorHandler(error, socket) {
      if (!socket.writable) return socket.destroy();
      const status = (error as { code?: string }).code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    },
  });
  // Bytes are kept as they came; each route parses its own, so that signatures can be checked over them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  return app;
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : randomUUID();
}

function sendProblem(options: HttpServerOptions, error: unknown, { request, reply }: { request: FastifyRequest; reply: FastifyReply }): FastifyReply {
  const { status, headers, problem, unexpected } = toProblem(error, request.id);
  if (unexpected) options.log.error({ err: error, request_id: request.id, method: request.method, url: request.url }, 'a request failed');
  return reply
    .code(status)
    .headers(headers)
    .type(PROBLEM_TYPE)
    .send(options.redact(JSON.stringify(problem)));
}

function addHeaders(app: FastifyInstance, options: HttpServerOptions): void {
  const https = isHttps(options.config.publicUrl);
  app.addHook('onSend', async (request, reply, payload) => {
    const type = reply.getHeader('content-type');
    const headers = securityHeaders(typeof type === 'string' ? type : undefined, https);
    // A page may have a policy of its own: one whose form goes to another origin.
    const own = reply.getHeader('content-security-policy');
    reply.headers({ 'x-request-id': request.id, ...headers, ...(typeof own === 'string' ? { 'content-security-policy': own } : {}) });
    return payload;
  });
}

function addMeasures(app: FastifyInstance, options: HttpServerOptions): void {
  const seconds = options.metrics.histogram('reeve_http_request_duration_seconds', 'Time to answer a request.', ['method', 'route', 'status']);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    const fields = { request_id: request.id, method: request.method, route, status: reply.statusCode, duration_ms: Math.round(reply.elapsedTime) };
    // Reads are many and rarely of interest; writes are the story. Whoever looks for a read wants to know of what; a query may hold anything.
    if (request.method === 'GET' || request.method === 'HEAD') options.log.debug({ ...fields, path: request.url.split('?', 1)[0] }, 'request');
    else options.log.info(fields, 'request');
  });
}

interface Answers extends Pick<Wiring, 'routes' | 'options'> {
  /** Null: addresses that are no operation are nothing. */
  pages: ReturnType<typeof addConsole> | null;
}

/** Failures and addresses where nothing is, as problem documents; places of the console are its page. */
function addAnswers(app: FastifyInstance, { routes, options, pages }: Answers): void {
  app.setErrorHandler((error, request, reply) => sendProblem(options, error, { request, reply }));
  const nothing = createNotFound(routes, (error, request, reply) => sendProblem(options, error, { request, reply }));
  app.setNotFoundHandler((request, reply) => (pages?.isPage(request) === true ? pages.page(reply) : nothing(request, reply)));
}

interface Wiring {
  routes: readonly RouteDefinition[];
  options: HttpServerOptions;
  closing: AbortSignal;
}

function addRoutes(app: FastifyInstance, { routes, options, closing }: Wiring): void {
  const callers = new WeakMap<FastifyRequest, CallerState>();
  const nobody: CallerState = { actor: null, scope: null, unchanged: () => Promise.resolve(true) };
  const perSecond = options.config.rateLimitPerSecond;
  const limiter = createRateLimiter({ perSecond, burst: perSecond * 4, nowMs: () => options.clock.now().getTime() });
  const handling: HandlerOptions = {
    log: options.log,
    redact: options.redact,
    idempotency: options.idempotency,
    checkResponses: options.checkResponses ?? false,
    closing,
    callerOf: (request) => callers.get(request) ?? nobody,
  };
  const guarding = {
    authenticate: options.authenticate,
    limiter,
    remember: (request: FastifyRequest, state: CallerState) => void callers.set(request, state),
    publicUrl: options.config.publicUrl,
  };
  for (const route of routes) {
    const onRequest = createGuard(route, guarding);
    app.route({
      method: route.method,
      url: route.path,
      onRequest,
      handler: createHandler(route, handling),
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    });
  }
}

async function listen(app: FastifyInstance, config: HttpServerOptions['config']): Promise<Listening> {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    throw cannotListen(error, config);
  }
  const { port } = app.server.address() as AddressInfo;
  return { port, url: publicUrlOf({ host: config.host, publicUrl: null }, port), publicUrl: publicUrlOf(config, port) };
}

const SWEEP_MS = 20;

async function close(app: FastifyInstance, unused: { end(): void }, graceMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  // A connection whose last answer went out after the stop began would otherwise wait for its keep-alive time.
  const sweep = setInterval(() => {
    app.server.closeIdleConnections();
    unused.end();
  }, SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
    clearInterval(sweep);
  }
}
