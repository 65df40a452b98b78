import { z } from 'zod';
import type { JsonObject } from '#kernel/json.ts';
import { actorOf } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import type { SavedViews } from './commands.views.ts';
import type { SavedView } from './model.views.ts';
import { Risk, WORK_SORTS } from './model.lists.ts';
import { Priority, Size, WorkState, WorkType } from './model.ts';

const Text = z.string().min(1).max(100);

/** Parameters of `GET /v1/issues` by name. */
const Filters = z
  .strictObject({
    project: Text,
    state: z.array(WorkState).max(20),
    type: z.array(WorkType).max(20),
    priority: z.array(Priority).max(10),
    size: z.array(Size).max(10),
    risk: z.array(Risk).max(5),
    label: z.array(Text).max(20),
    worker: Text,
    requested_by: Text,
    waits_for: z.enum(['person']),
    changed_since: z.iso.datetime(),
    ended_since: z.iso.datetime(),
    open: z.boolean(),
    q: z.string().min(1).max(200),
    sort: z.enum(WORK_SORTS),
    order: z.enum(['newest', 'oldest']),
  })
  .partial();

const Name = z.string().trim().min(1).max(60);
const ViewBody = z.strictObject({ name: Name, shared: z.boolean().default(false), filters: Filters });
const ViewPatch = z.strictObject({ name: Name, shared: z.boolean(), filters: Filters, version: z.number().int().positive() }).partial();

const View = z
  .object({
    id: z.string(),
    name: z.string(),
    shared: z.boolean(),
    owner: z.string(),
    mine: z.boolean(),
    filters: Filters,
    version: z.number().int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'SavedView' });

/** `/v1/views`: the caller's own and those that everybody sees. A viewer keeps views as well: they change nothing of the work. */
export function viewRoutes({ views }: { views: SavedViews }): RouteDefinition[] {
  const tag = 'issues';
  const params = z.object({ id: z.string() });
  return [
    route({
      method: 'GET',
      path: '/v1/views',
      summary: 'Saved views of the list of issues: your own, then those that everybody sees',
      tag,
      access: 'viewer',
      response: { status: 200, schema: z.object({ items: z.array(View) }) },
      handle: async (request) => {
        const by = actorOf(request);
        return { items: (await views.list(by)).map((view) => present(view, by.subject)) };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/views',
      summary: 'Keep a filter of the list of issues by a name; managers may share it with everybody',
      tag,
      access: 'viewer',
      body: ViewBody,
      response: { status: 201, schema: View },
      handle: async ({ body, ...request }) => {
        const by = actorOf(request);
        return present(await views.create({ ...body, filters: body.filters as JsonObject }, by), by.subject);
      },
    }),
    route({
      method: 'PATCH',
      path: '/v1/views/:id',
      summary: 'Rename, refilter, share or unshare a saved view',
      tag,
      access: 'viewer',
      params,
      body: ViewPatch,
      response: { status: 200, schema: View },
      handle: async ({ params: { id }, body, ...request }) => {
        const by = actorOf(request);
        const { filters, ...same } = body;
        const change = filters === undefined ? same : { ...same, filters: filters as JsonObject };
        return present(await views.change(id, change, by), by.subject);
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/views/:id',
      summary: 'Remove a saved view',
      tag,
      access: 'viewer',
      params,
      response: { status: 204, schema: null },
      handle: ({ params: { id }, ...request }) => views.remove(id, actorOf(request)),
    }),
  ];
}

function present(view: SavedView, subject: string): z.input<typeof View> {
  const { id, name, shared, owner, version } = view;
  return {
    id,
    name,
    shared,
    owner,
    version,
    mine: owner === subject,
    filters: view.filters,
    created_at: view.createdAt.toISOString(),
    updated_at: view.updatedAt.toISOString(),
  };
}
