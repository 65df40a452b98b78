import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#kernel/actor.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import type { Log } from '#platform/log/index.ts';
import { withServerSpan } from '#platform/telemetry/index.ts';
import { toAnswer, type Answer } from './outgoing.ts';
import { parseBody, parsePart } from './body.ts';
import { idempotencyKeyOf, keepWith, once, type HeldKey, type IdempotencyStore, type KeptAnswer } from './idempotency.ts';
import { toProblem } from './problem.ts';
import { refuseUnknownParameters } from './query.ts';
import type { Keep, RequestOf, RouteDefinition } from './route.ts';

/** Who sent a request: settled before its body is read. */
export interface CallerState {
  actor: Actor | null;
  /** Hash of the credential, or null without one. */
  scope: string | null;
  /** Whether the credential still stands for the same caller with the same limits: asked while an answer goes on for long. */
  unchanged(): Promise<boolean>;
}

export interface HandlerOptions {
  log: Log;
  redact: (text: string) => string;
  idempotency: IdempotencyStore | null;
  checkResponses: boolean;
  /** Aborts when the server stops. */
  closing: AbortSignal;
  callerOf(request: FastifyRequest): CallerState;
}

/** Parse, run, present: what every route does around its own code. */
export function createHandler(
  route: RouteDefinition,
  options: HandlerOptions,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const { actor, scope, unchanged } = options.callerOf(request);
    const attributes = { 'http.request.method': request.method, 'http.route': route.path, 'reeve.request_id': request.id };
    const answer = await withServerSpan(`${route.method} ${route.path}`, headerOf(request, 'traceparent'), attributes, async (span) => {
      const log = options.log.child({ request_id: request.id });
      const given = await answerOrProblem({ route, options, log, requestId: request.id }, async () =>
        respond({ route, options, request, actor, scope, unchanged, log }),
      );
      span.setAttribute('http.response.status_code', given.status);
      return given;
    });
    return send(request, reply, answer);
  };
}

interface Work {
  route: RouteDefinition;
  options: HandlerOptions;
  request: FastifyRequest;
  actor: Actor | null;
  scope: string | null;
  unchanged: CallerState['unchanged'];
  log: Log;
}

async function respond(work: Work): Promise<Answer> {
  const { route, options, request, actor, scope, log } = work;
  const bytes = Buffer.isBuffer(request.body) ? request.body : null;
  await route.before?.({ actor, params: request.params, query: request.query });
  const params = parsePart('params', route.params, request.params);
  refuseUnknownParameters(route, request.query);
  const query = parsePart('query', route.query, request.query);
  const body = parsePart('body', route.body, parseBody(route, bytes, request.headers['content-type']));
  const idempotencyKey = request.method === 'GET' || request.method === 'HEAD' ? null : idempotencyKeyOf(request.headers['idempotency-key']);
  const { idempotency } = options;
  const keyed = idempotencyKey === null || scope === null || idempotency === null ? null : { store: idempotency, id: { scope, key: idempotencyKey } };
  const answerOf = (value: unknown): Answer =>
    toAnswer(route, value, {
      closing: options.closing,
      unchanged: work.unchanged,
      checkResponses: options.checkResponses,
      onStreamError: (error) => log.warn({ err: error }, 'a stream broke'),
    });
  const run = async (held: HeldKey | null): Promise<Answer> => {
    const keep: Keep<unknown> = async (tx, value) => {
      if (keyed !== null && held !== null) await keepWith(keyed.store, tx, held, keepable(route, answerOf(value)));
    };
    const parsed = {
      params,
      query,
      body,
      raw: route.rawBody === true ? (bytes ?? Buffer.alloc(0)) : null,
      headers: request.headers,
      actor,
      requestId: request.id,
      log,
      idempotencyKey,
      keep,
    } as unknown as RequestOf<never, never, never>;
    return answerOf(await route.handle(parsed));
  };
  if (keyed === null) return run(null);
  await route.beforeAgain?.({ actor, params, query, body });
  const requestHash = sha256Hex(canonicalJson([request.method, request.url, body ?? null]));
  return once(keyed.store, keyed.id, requestHash, async (held) =>
    keepable(route, await answerOrProblem({ route, options, log, requestId: request.id }, () => run(held))),
  );
}

/** A stream cannot be given twice: its route is treated like one whose answer is secret. */
function keepable(route: RouteDefinition, answer: Answer): KeptAnswer {
  const secret = route.secretResponse === true && answer.status < 300;
  if (answer.body instanceof Readable) throw new TypeError(`${route.method} ${route.path} streams and takes no Idempotency-Key`);
  return { status: answer.status, headers: answer.headers, body: answer.body, secret };
}

interface Guarded {
  route: RouteDefinition;
  options: HandlerOptions;
  log: Log;
  requestId: string;
}

async function answerOrProblem(guarded: Guarded, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    const { status, headers, problem, unexpected } = toProblem(error, guarded.requestId);
    if (unexpected) guarded.log.error({ err: error, method: guarded.route.method, route: guarded.route.path }, 'a request failed');
    return { status, headers, body: guarded.options.redact(JSON.stringify(problem)) };
  }
}

function send(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status).headers(answer.headers);
  if (request.method === 'HEAD' && answer.body instanceof Readable) {
    answer.body.destroy();
    return reply.send('');
  }
  return reply.send(answer.body ?? undefined);
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
