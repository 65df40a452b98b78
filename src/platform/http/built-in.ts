import { z } from 'zod';
import type { Metrics } from '#platform/telemetry/index.ts';
import { refuseSharedIds, renderOpenApi, type OpenApiDocument, type OpenApiInfo } from './openapi.ts';
import { Reply, route, type RouteDefinition } from './route.ts';

/** Whether this process can serve, part by part. */
export interface Readiness {
  ready: boolean;
  /** `{ database: 'ok', migrations: 'ok' }`: each part and how it is. */
  parts: Record<string, string>;
}

export interface BuiltInOptions {
  metrics: Metrics;
  /** Asked on each `/ready`; a thrown error counts as not ready. */
  ready: () => Promise<Readiness>;
  /** Content of `/status`. */
  status: () => Promise<Record<string, unknown>>;
  isStopping: () => boolean;
}

const Health = z.object({ status: z.literal('ok') });
const Ready = z.object({ ready: z.boolean(), parts: z.record(z.string(), z.string()) });

/** The routes every server has; exported apart so that documents and the table of roles include them. */
export function builtInRoutes(options: BuiltInOptions): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/health',
      summary: 'Is the process alive?',
      tag: 'operations',
      access: 'public',
      response: { status: 200, schema: Health },
      handle: async () => ({ status: 'ok' }),
    }),
    route({
      method: 'GET',
      path: '/ready',
      summary: 'Can the process serve? 503 when it cannot, or is stopping.',
      tag: 'operations',
      access: 'public',
      response: { status: 200, schema: Ready },
      handle: async () => readiness(options),
    }),
    route({
      method: 'GET',
      path: '/metrics',
      summary: 'Prometheus metrics; no token is needed on the loopback interface',
      tag: 'operations',
      access: 'viewer',
      openOnLoopback: true,
      response: { status: 200, schema: null, contentType: 'text/plain' },
      async handle() {
        const { contentType, text } = await options.metrics.render();
        return new Reply(200, text, { 'content-type': contentType });
      },
    }),
    route({
      method: 'GET',
      path: '/status',
      summary: 'What this server is and does right now',
      tag: 'operations',
      access: 'viewer',
      response: { status: 200, schema: z.looseObject({}) },
      handle: async () => options.status(),
    }),
  ];
}

async function readiness(options: BuiltInOptions): Promise<unknown> {
  if (options.isStopping()) return new Reply(503, { ready: false, parts: { server: 'stopping' } });
  try {
    const state = await options.ready();
    return state.ready ? state : new Reply(503, state);
  } catch {
    return new Reply(503, { ready: false, parts: { server: 'the check failed' } });
  }
}

/** `/openapi.json`, over all other routes and itself. The document is written down when it is first asked for. */
export function openApiRoute(others: readonly RouteDefinition[], info: OpenApiInfo): { route: RouteDefinition; readonly document: OpenApiDocument } {
  const own: RouteDefinition = route({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description of the API (OpenAPI 3.1)',
    tag: 'operations',
    access: 'public',
    response: { status: 200, schema: null },
    handle: async () => described.document,
  });
  const all = [...others, own];
  refuseSharedIds(all);
  let written: OpenApiDocument | null = null;
  const described = {
    route: own,
    get document(): OpenApiDocument {
      return (written ??= renderOpenApi(all, info));
    },
  };
  return described;
}
