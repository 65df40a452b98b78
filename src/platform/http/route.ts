import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Actor, Role } from '#kernel/actor.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';

/**
 * Who may call a route: `public` (no token), a role and everything above it, `person` (any token of a person; the command
 * decides the rest), `authenticated` (any valid token, an agent's too), or `agent` (a run's own token). A table test walks
 * every route against every role.
 */
export type Access = 'public' | 'authenticated' | Role | 'person';

export interface RequestOf<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** Bytes as received; present only with `rawBody: true`. */
  raw: Buffer | null;
  headers: IncomingHttpHeaders;
  /** `SYSTEM`-less: for a public route without a token it is null. */
  actor: Actor | null;
  requestId: string;
  log: Log;
  /** Value of the `Idempotency-Key` header, or null. */
  idempotencyKey: string | null;
  /**
   * For what must not be made twice, also when this process dies right after making it: keeps the handler's answer under the caller's
   * key in the transaction that makes the thing. Without a key it does nothing. The answer is kept as it is given here, so it must be
   * about nothing but what the request names: limits to projects look at those names before a repetition is answered.
   * Throws AppError unavailable (`idempotency_key_lost`) where somebody else makes it: the transaction must not commit then.
   */
  keep: Keep<unknown>;
}

/** Keeps what was made, in the transaction that makes it. */
export type Keep<Made> = (tx: Tx, made: Made) => Promise<void>;

/** A handler answers a value (status 200, or 201/202 as declared), or one of these. */
export class Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export interface RouteDefinition {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify syntax: `/v1/jobs/:id`. */
  path: string;
  summary: string;
  tag: string;
  access: Access;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Success status and schema. A `null` schema: no body is described (streams, text). */
  response: { status: 200 | 201 | 202 | 204; schema: z.ZodType | null; contentType?: string };
  /** Keep the received bytes in `request.raw` (webhooks verify signatures over them). */
  rawBody?: boolean;
  /** Largest accepted body in bytes; default 1 MiB. */
  bodyLimit?: number;
  /** Callers on the loopback interface need no token; others need `access`. */
  openOnLoopback?: boolean;
  /** The answer holds a secret that is shown once: it is never kept for an `Idempotency-Key`. */
  secretResponse?: boolean;
  /** Its answer signs a browser in: pages of other addresses may not call it, whatever they bring. */
  opensSession?: boolean;
  /** Left out of the OpenAPI document (pages for browsers). */
  hidden?: boolean;
  /** Asked before anything is parsed, with the parts as they came: throws AppError to turn the request away. */
  before?(request: { actor: Actor | null; params: unknown; query: unknown }): Promise<void>;
  /** Asked of a parsed request with an `Idempotency-Key`, before an answer that was kept for it is given again: throws as `before` does. */
  beforeAgain?(request: { actor: Actor | null; params: unknown; query: unknown; body: unknown }): Promise<void>;
  /** Answers a value (JSON), a `Reply`, a `Readable`, or `sse(…)`. */
  handle(request: RequestOf<never, never, never>): Promise<unknown>;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** Types the handler from the schemas. `export const routes = [route({...})]`. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  definition: Omit<RouteDefinition, 'params' | 'query' | 'body' | 'handle'> & {
    params?: P;
    query?: Q;
    body?: B;
    handle(request: RequestOf<Parsed<P>, Parsed<Q>, Parsed<B>>): Promise<unknown>;
  },
): RouteDefinition {
  return definition as unknown as RouteDefinition;
}
