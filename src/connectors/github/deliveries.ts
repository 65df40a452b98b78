import { isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { GithubAuth } from './client.auth.ts';
import type { GithubClient, Parameters } from './client.ts';
import { readingOn, writingOn } from './client.repository.ts';
import { noWebhook } from './guards.ts';
import { toFailed, type FailedDelivery } from './map.guards.ts';
import { Hook, HookDelivery } from './schema.guards.ts';
import { Anything } from './schema.rest.ts';

/** Where deliveries are listed: the App's one webhook, or with a token the hook of a repository that leads to `url`. */
export interface HookPlace {
  repo: RepoRef;
  /** Address of our own door. */
  url: string;
}

export interface GithubDeliveries {
  /** Deliveries since then (GitHub keeps them for days) of which no attempt arrived, oldest first. */
  failedSince(since: Date, place: HookPlace): Promise<FailedDelivery[]>;
  /** Asks GitHub to send one again, with the delivery id it had: our door takes it once. */
  redeliver(id: string, place: HookPlace): Promise<void>;
}

const MOST_PAGES = 50;

interface Hooked {
  client: GithubClient;
  route: string;
  at: Parameters;
}

export function createDeliveries(auth: GithubAuth): GithubDeliveries {
  async function hookOf(place: HookPlace, writes: boolean): Promise<Hooked> {
    if (auth.app !== null) return { client: auth.app, route: '/app/hook/deliveries', at: {} };
    const { client, name } = await readingOn(auth, place.repo);
    const hooks = await client.list('GET /repos/{owner}/{repo}/hooks', { ...name }, Hook).catch((error: unknown) => {
      throw isAppError(error, 'not_found') || isAppError(error, 'forbidden') ? noWebhook() : error;
    });
    const own = hooks.find(({ config }) => config.url === place.url);
    if (own === undefined) throw noWebhook();
    const at = { ...name, hook_id: own.id };
    return {
      client: writes ? (await writingOn({ auth }, place.repo, 'issues')).write : client,
      route: '/repos/{owner}/{repo}/hooks/{hook_id}/deliveries',
      at,
    };
  }

  return {
    async failedSince(since, place) {
      const { client, route, at } = await hookOf(place, false);
      const found: HookDelivery[] = [];
      let cursor: Record<string, string> = {};
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const { items, next } = await client.page(`GET ${route}`, { ...at, per_page: 100, ...cursor }, HookDelivery);
        found.push(...items);
        // Newest first: an attempt of what was delivered since then is no older.
        if (next === null || items.some(({ delivered_at }) => new Date(delivered_at) < since)) break;
        cursor = Object.fromEntries(new URLSearchParams(next));
      }
      return toFailed(found, since);
    },
    async redeliver(id, place) {
      const { client, route, at } = await hookOf(place, true);
      await client.write(`POST ${route}/{delivery_id}/attempts`, { ...at, delivery_id: id }, Anything);
    },
  };
}
