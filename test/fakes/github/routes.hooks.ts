import { created, listOf, noContent, notFound, ok, Refusal, type Answer } from './answer.ts';
import { apiUrl } from './present.repository.ts';
import { number, repo, text, top, type Call, type RepositoryCall, type Route } from './route.ts';
import type { Json } from './state.ts';
import type { Delivery, Hook } from './webhooks.ts';

const READ = 'repository_hooks:read';
const WRITE = 'repository_hooks:write';
const adminOnly = (method: string, path: string, needs: string, handle: Route['handle']): Route => repo(method, path, needs, handle, 'admin');

/** The code's words; GitHub writes `OK` for all that came with a 2xx. */
function statusOf({ statusCode, state }: Delivery): string {
  if (state === 'dropped') return 'failed to connect to host';
  return statusCode >= 200 && statusCode < 300 ? 'OK' : statusCode === 0 ? 'failed to connect to host' : `Invalid HTTP Response: ${statusCode}`;
}

function showDelivery(delivery: Delivery): Json {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationS,
    status: statusOf(delivery),
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function showWholeDelivery(delivery: Delivery, hook: Hook): Json {
  return {
    ...showDelivery(delivery),
    url: hook.url,
    request: { headers: delivery.headers, payload: delivery.payload },
    response: { headers: {}, payload: delivery.answer },
  };
}

/** Newest first; the `cursor` of the Link header leads on. Deliveries that have not been tried are not listed yet. */
function deliveries({ world, path, query }: Call, hook: Hook): Answer {
  const cursor = query.get('cursor');
  const perPage = Math.min(100, Number(query.get('per_page') ?? 30));
  const all = world.webhooks.deliveries.filter((one) => one.hook === hook.id && one.state !== 'waiting').toReversed();
  const wanted =
    query.get('status') === 'failure'
      ? all.filter((one) => statusOf(one) !== 'OK')
      : query.get('status') === 'success'
        ? all.filter((one) => statusOf(one) === 'OK')
        : all;
  const rest = cursor === null ? wanted : wanted.filter(({ id }) => id < Number(cursor.replace('v1_', '')));
  const page = rest.slice(0, perPage);
  const url = new URL(`${path}?${query.toString()}`, world.origin);
  url.searchParams.set('cursor', `v1_${page.at(-1)?.id}`);
  const link: Record<string, string> = rest.length > perPage ? { link: `<${url.href}>; rel="next"` } : {};
  return { status: 200, headers: link, body: page.map(showDelivery) };
}

function delivery({ world, params }: Call, hook: Hook): Delivery {
  const found = world.webhooks.deliveries.find(({ id, hook: of }) => id === number(params, 'delivery_id') && of === hook.id);
  if (found === undefined) throw notFound();
  return found;
}

function redeliver(call: Call, hook: Hook): Answer {
  const first = delivery(call, hook);
  call.world.webhooks.redeliver(first.id);
  return { status: 202, body: {} };
}

function appHook({ world, who }: Call): Hook {
  const hook = world.webhooks.hooks.find(({ appId }) => who.kind === 'app' && appId === who.app.id);
  if (hook === undefined) throw notFound();
  return hook;
}

const configOf = (hook: Hook): Json => ({
  content_type: 'json',
  insecure_ssl: '0',
  url: hook.url,
  ...(hook.secret === null ? {} : { secret: '********' }),
});

function showHook(call: RepositoryCall, hook: Hook): Json {
  const url = `${apiUrl(call.world, call.repository)}/hooks/${hook.id}`;
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: configOf(hook),
    updated_at: hook.createdAt,
    created_at: hook.createdAt,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: { code: null, status: 'unused', message: null },
  };
}

function ownHooks({ world, repository }: RepositoryCall): Hook[] {
  return world.webhooks.hooks.filter((hook) => hook.repository === repository.fullName);
}

function theHook(call: RepositoryCall): Hook {
  const hook = ownHooks(call).find(({ id }) => id === number(call.params, 'hook_id'));
  if (hook === undefined) throw notFound();
  return hook;
}

function createHook(call: RepositoryCall): Answer {
  const { world, repository, actor, body } = call;
  const config = (body['config'] ?? {}) as { url?: string; secret?: string };
  const url = config.url ?? '';
  if (!URL.canParse(url))
    throw new Refusal(422, 'Validation Failed', { errors: [{ resource: 'Hook', code: 'custom', field: 'url', message: 'url is invalid' }] });
  const events = (body['events'] as string[] | undefined) ?? ['push'];
  if (ownHooks(call).some((hook) => hook.url === url && hook.events.join() === events.join())) {
    throw new Refusal(422, 'Validation Failed', {
      errors: [{ resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' }],
    });
  }
  const hook: Hook = {
    id: world.nextId(),
    url,
    secret: config.secret ?? null,
    events,
    active: body['active'] !== false,
    repository: repository.fullName,
    appId: null,
    createdAt: world.now(),
  };
  world.webhooks.hooks.push(hook);
  world.did(repository, actor, 'hook.created', url);
  // "GitHub will send a ping event to the URL."
  world.webhooks.send(hook, 'ping', null, { zen: 'Keep it logically awesome.', hook_id: hook.id, hook: showHook(call, hook) }, repository.data.id);
  return created(showHook(call, hook));
}

function updateHook(call: RepositoryCall): Answer {
  const hook = theHook(call);
  const config = (call.body['config'] ?? {}) as { url?: string; secret?: string };
  hook.url = config.url ?? hook.url;
  hook.secret = config.secret ?? hook.secret;
  hook.events = (call.body['events'] as string[] | undefined) ?? hook.events;
  if (typeof call.body['active'] === 'boolean') hook.active = call.body['active'];
  return ok(showHook(call, hook));
}

export const HOOK_ROUTES: Route[] = [
  top('GET', '/app/hook/config', 'app', (call) => ok(configOf(appHook(call)))),
  top('PATCH', '/app/hook/config', 'app', (call) => {
    const hook = appHook(call);
    hook.url = text(call.body, 'url') ?? hook.url;
    hook.secret = text(call.body, 'secret') ?? hook.secret;
    return ok(configOf(hook));
  }),
  top('GET', '/app/hook/deliveries', 'app', (call) => deliveries(call, appHook(call))),
  top('GET', '/app/hook/deliveries/{delivery_id}', 'app', (call) => ok(showWholeDelivery(delivery(call, appHook(call)), appHook(call)))),
  top('POST', '/app/hook/deliveries/{delivery_id}/attempts', 'app', (call) => redeliver(call, appHook(call))),
  adminOnly('GET', '/hooks', READ, (call) => listOf(ownHooks(call), (hook) => showHook(call, hook))),
  adminOnly('POST', '/hooks', WRITE, createHook),
  adminOnly('GET', '/hooks/{hook_id}', READ, (call) => ok(showHook(call, theHook(call)))),
  adminOnly('PATCH', '/hooks/{hook_id}', WRITE, updateHook),
  adminOnly('DELETE', '/hooks/{hook_id}', WRITE, (call) => {
    call.world.webhooks.hooks.splice(call.world.webhooks.hooks.indexOf(theHook(call)), 1);
    return noContent();
  }),
  adminOnly('GET', '/hooks/{hook_id}/deliveries', READ, (call) => deliveries(call, theHook(call))),
  adminOnly('GET', '/hooks/{hook_id}/deliveries/{delivery_id}', READ, (call) => ok(showWholeDelivery(delivery(call, theHook(call)), theHook(call)))),
  adminOnly('POST', '/hooks/{hook_id}/deliveries/{delivery_id}/attempts', WRITE, (call) => redeliver(call, theHook(call))),
];
