import { expect } from 'vitest';
import type { Actor, Role } from '#kernel/actor.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { createHttpServer, type RouteDefinition } from '#platform/http/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { silentLog } from '../kit/log.ts';

export interface Answer {
  status: number;

  body: Record<string, unknown>;
}

/** The real server with these routes, on a port of its own. The bearer token is a role. */
export async function serveRoutes(routes: RouteDefinition[]) {
  const server = await createHttpServer({
    routes,
    log: silentLog,
    config: { host: '127.0.0.1', port: 0, publicUrl: null, trustProxy: false, bodyLimitBytes: 1_000_000, rateLimitPerSecond: 0 },
    authenticate: ({ secret }) => Promise.resolve(actorWith(secret as Role)),
    metrics: createMetrics({ processMetrics: false }),
    clock: systemClock,
    version: '0.0.0',
    ready: () => Promise.resolve({ ready: true, parts: {} }),
    status: () => Promise.resolve({}),
    idempotency: null,
    redact: (text) => text,
    checkResponses: true,
  });
  const { url } = await server.listen();
  return {
    stop: () => server.stop(0),
    /** One request as a role; answers status and parsed body. */
    async call(role: Role, method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer> {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${role}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...more },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
    },
    /** Of an answer that is no JSON (a file to download): its text and the name it is saved under. */
    async text(role: Role, path: string): Promise<{ status: number; text: string; disposition: string | null }> {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${role}` } });
      return { status: response.status, text: await response.text(), disposition: response.headers.get('content-disposition') };
    },
    /** The same, and the status must be this one. */
    async ok(role: Role, method: string, path: string, body?: unknown, status = method === 'POST' ? 201 : 200): Promise<Answer['body']> {
      const answer = await this.call(role, method, path, body);
      expect([method, path, answer.status, answer.body]).toEqual([method, path, status, answer.body]);
      return answer.body;
    },
  };
}

export type Api = Awaited<ReturnType<typeof serveRoutes>>;

function actorWith(role: Role): Actor {
  return { kind: 'person', subject: `person:${role}`, role, personId: `pers_${role}` };
}
