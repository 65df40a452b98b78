import { z } from 'zod';
import { actorOf, ifRevisionOf, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Settings } from './commands.ts';
import type { SettingsView } from './model.ts';

const Value = z.union([z.string(), z.number(), z.boolean()]);

const ConfigView = z
  .object({
    revision: z.number().int(),
    values: z.record(z.string(), Value),
    settings: z.array(
      z.object({
        key: z.string(),
        value: Value,
        default: Value,
        source: z.enum(['default', 'set']),
        type: z.string(),
        input: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('integer'), min: z.number().int(), max: z.number().int() }),
          z.object({ kind: z.literal('flag') }),
          z.object({ kind: z.literal('choice'), choices: z.array(z.string()) }),
        ]),
        description: z.string(),
        updated_at: z.iso.datetime().nullable(),
        updated_by: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'SystemConfig' });

const ConfigPatch = z
  .record(z.string(), Value.nullable())
  .describe('Setting to value; null sets back to the default. With If-Match, only when the revision is still that one.');

/** `GET` and `PATCH /v1/config`. */
export function settingsRoutes({ settings }: { settings: Settings }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/config',
      summary: 'Settings that may change while Reeve runs, with their values',
      tag: 'config',
      access: 'viewer',
      response: { status: 200, schema: ConfigView },
      handle: async () => reply(await settings.view()),
    }),
    route({
      method: 'PATCH',
      path: '/v1/config',
      summary: 'Change settings, all or none; each change is in the ledger',
      tag: 'config',
      access: 'manager',
      body: ConfigPatch,
      response: { status: 200, schema: ConfigView },
      handle: async ({ body, ...request }) => reply(await settings.change(body, actorOf(request), ifRevisionOf(request))),
    }),
  ];
}

function reply(view: SettingsView): Reply {
  const settings = view.settings.map(({ updatedAt, updatedBy, ...same }) => ({
    ...same,
    updated_at: updatedAt?.toISOString() ?? null,
    updated_by: updatedBy,
  }));
  const values = Object.fromEntries(view.settings.map(({ key, value }) => [key, value]));
  return new Reply(200, { revision: view.revision, values, settings }, { etag: `"${view.revision}"` });
}
