import { z } from 'zod';
import type { Actor } from '#kernel/actor.ts';
import { actorOf, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Connections, ConnectionStatus, Reread } from './model.ts';

const AppView = z.object({ id: z.string(), slug: z.string(), name: z.string(), url: z.string(), owner: z.string() });

const StatusView = z.object({
  forge: z.literal('github'),
  source: z
    .enum(['none', 'app_settings', 'app_kept', 'token_settings'])
    .describe('Where the credential comes from: settings, or an App that was made here and is kept in the data directory.'),
  login: z.string().nullable(),
  app: AppView.nullable(),
  waiting: AppView.nullable().describe('An App that was made and is not used: an admin has to confirm whose it is.'),
  install_url: z.string().nullable(),
  installations: z
    .array(
      z.object({
        id: z.string(),
        account: z.string(),
        suspended: z.boolean(),
        all: z.boolean(),
        lacks: z.array(z.string()),
        beyond: z.array(z.string()),
        repositories: z.array(z.object({ name: z.string(), allowed: z.boolean() })).nullable(),
      }),
    )
    .nullable(),
  webhooks: z.object({ url: z.string(), accepted: z.boolean() }),
  problem: z.string().nullable(),
});

const TokenView = z.object({
  login: z.string(),
  kind: z.enum(['fine_grained', 'classic', 'other']),
  expires_at: z.string().nullable(),
  repositories: z.array(z.object({ name: z.string(), lacks: z.array(z.string()), beyond: z.array(z.string()) })),
  warnings: z.array(z.string()),
});

const RereadView = z.object({
  repository: z.string(),
  looked: z.object({ issues: z.number(), pulls: z.number() }),
  repaired: z.array(z.object({ kind: z.enum(['issue', 'pull']), number: z.number(), what: z.string() })),
  problem: z.string().nullable(),
});

const path = '/v1/connections/github';
const tag = 'connections';

interface ConnectionRouteDeps {
  connections: Connections;
  /** What is done each night, now: open issues and pull requests are read, and what differs is repaired. */
  reread(): Promise<Reread[]>;
  /** Lets Reeve work in a repository of GitHub, in a project of its own where it has none. */
  take(name: string, by: Actor): Promise<{ id: string; projectId: string }>;
}

/** `/v1/connections`: by whom Reeve is known at GitHub. */
export function connectionRoutes(deps: ConnectionRouteDeps): RouteDefinition[] {
  return [...connecting(deps), taking(deps), ...looking(deps)];
}

function connecting({ connections }: ConnectionRouteDeps): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path,
      summary: 'Begin to connect GitHub: answers the page that a browser opens, good once and for half an hour',
      tag,
      access: 'admin',
      secretResponse: true,
      body: z.strictObject({
        organization: z.string().min(1).max(100).nullable().default(null).describe('Account that is to own the App; left out: your own.'),
        name: z.string().min(1).max(34).nullable().default(null),
        replace: z.boolean().default(false).describe('Give up an App that was made before.'),
      }),
      response: {
        status: 201,
        schema: z.object({ url: z.string(), post_to: z.string(), manifest: z.record(z.string(), z.unknown()), expires_at: z.string() }),
      },
      async handle({ body, ...request }) {
        const { url, postTo: post_to, manifest, expiresAt } = await connections.begin(body, actorOf(request));
        return { url, post_to, manifest, expires_at: expiresAt.toISOString() };
      },
    }),
    route({
      method: 'POST',
      path: `${path}/confirm`,
      summary: 'Say whose App the one is that was made and waits: Reeve works as it from then on',
      tag,
      access: 'admin',
      body: z.strictObject({
        owner: z.string().min(1).max(100).describe('Account that owns it at GitHub.'),
        slug: z.string().min(1).max(100),
        replace: z.boolean().default(false).describe('Give up an App that was made before.'),
      }),
      response: { status: 200, schema: AppView },
      handle: async ({ body, ...request }) => connections.confirm(body, actorOf(request)),
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Forget the App that was made here; at GitHub it stays until somebody deletes it',
      tag,
      access: 'admin',
      response: { status: 200, schema: z.object({ forgotten: z.boolean() }) },
      handle: async (request) => ({ forgotten: await connections.forget(actorOf(request)) }),
    }),
  ];
}

function taking({ take }: ConnectionRouteDeps): RouteDefinition {
  return route({
    method: 'POST',
    path: `${path}/repositories`,
    summary: 'Let Reeve work in a repository of GitHub: registered with the default branch it has there, in a project of its own where it has none',
    tag,
    access: 'admin',
    body: z.strictObject({ name: z.string().min(3).max(250).describe('owner/name') }),
    response: { status: 200, schema: z.object({ repository_id: z.string(), project_id: z.string() }) },
    async handle({ body, ...request }) {
      const { id: repository_id, projectId: project_id } = await take(body.name, actorOf(request));
      return { repository_id, project_id };
    },
  });
}

function looking({ connections, reread }: ConnectionRouteDeps): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path,
      summary: 'As whom Reeve works on GitHub, and which repositories it reaches',
      tag,
      access: 'admin',
      response: { status: 200, schema: StatusView },
      handle: async () => present(await connections.status()),
    }),
    route({
      method: 'POST',
      path: `${path}/reread`,
      summary: 'Hold open issues and pull requests against what GitHub shows, and repair what differs: what is done each night',
      tag,
      access: 'admin',
      response: { status: 200, schema: z.object({ items: z.array(RereadView) }) },
      handle: async () => ({ items: await reread() }),
    }),
    route({
      method: 'POST',
      path: `${path}/examine-token`,
      summary: 'Look at a token without keeping it: what it may not but should, what it may but never needs',
      tag,
      access: 'admin',
      secretResponse: true,
      body: z.strictObject({ token: z.string().min(1).max(1000), repositories: z.array(z.string().min(3).max(250)).max(20).default([]) }),
      response: { status: 200, schema: TokenView },
      async handle({ body }) {
        const { expiresAt: expires_at, ...same } = await connections.examineToken(body.token, body.repositories);
        return { ...same, expires_at };
      },
    }),
  ];
}

function present({ installUrl: install_url, ...same }: ConnectionStatus): z.input<typeof StatusView> {
  return { ...same, install_url };
}
