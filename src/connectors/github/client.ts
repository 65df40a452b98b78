import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import type { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import type { EtagCache } from './client.cache.ts';
import { toFailure, type SentRequest } from './client.failure.ts';
import { createGate, createPace, toGroup, type Gate, type Pace } from './client.pace.ts';
import { REFUSED_CREDENTIAL, toGithubError } from './map.failure.ts';

export type Parameters = Readonly<Record<string, unknown>>;

export interface Page<T> {
  items: T[];
  /** Query of the next page as GitHub names it (`page`, `after`, `cursor`), or null. */
  next: string | null;
}

/**
 * GitHub's API with one credential. Every call throws the AppErrors of `map.failure.ts`, and `unavailable` `github_shape` for an answer
 * that is not what GitHub documents. Reads are repeated after 5xx, lost connections and short rate limits; writes never are.
 */
export interface GithubClient {
  get<S extends z.ZodType>(route: string, parameters: Parameters, schema: S): Promise<z.output<S>>;
  /** All items of a list, page after page; AppError too_large `github_list_too_long` after `mostPages` of 100. */
  list<S extends z.ZodType>(route: string, parameters: Parameters, schema: S, mostPages?: number): Promise<z.output<S>[]>;
  /** One page of a list; `key`: where the answer holds it, when it is not the answer itself. */
  page<S extends z.ZodType>(route: string, parameters: Parameters, schema: S, key?: string): Promise<Page<z.output<S>>>;
  write<S extends z.ZodType>(route: string, parameters: Parameters, schema: S): Promise<z.output<S>>;
  mutate<S extends z.ZodType>(query: string, variables: Parameters, schema: S): Promise<z.output<S>>;
  /** Reads by GraphQL, with the tries of a read after a 5xx. */
  query<S extends z.ZodType>(query: string, variables: Parameters, schema: S): Promise<z.output<S>>;
  /** Where a redirect leads, which is not followed. AppError not_found when there is nothing. */
  location(route: string, parameters: Parameters): Promise<string>;
  /** What GitHub says about a credential beside an answer; names in lower case. */
  headers(route: string, parameters: Parameters): Promise<Answered['headers']>;
}

export interface ClientSettings {
  apiUrl: string;
  clock: Clock;
  /** Between two writes; 0: none. */
  writeIntervalMs: number;
  /** One request, its answer included. */
  timeoutMs: number;
  /** Longest rate limit that a read waits for. */
  mostWaitMs: number;
  /** Between tries after a 5xx: this, then four times this. */
  retryBaseMs: number;
  /** Lets so many milliseconds go by. */
  pause(ms: number): Promise<void>;
  /** One for all clients. */
  cache: EtagCache;
  /** Told what GitHub says of a limit beside each answer. */
  onLimit?: ((limit: RateLimit) => void) | undefined;
  /** Told how each call ended; `trouble` null: GitHub answered, whatever it answered. */
  onCall?: ((outcome: { call: string; trouble: string | null }) => void) | undefined;
}

/** What one credential has left of one kind of calls. */
export interface RateLimit {
  /** `token`, `app <number>`, `installation <number>`. */
  credential: string;
  /** In GitHub's words: `core`, `graphql`, `search`. */
  resource: string;
  limit: number;
  remaining: number;
  resetsAt: Date;
}

/** What all clients of one credential share. */
export interface Allowance {
  id: string;
  pace: Pace;
  gate: Gate;
}

export function createAllowance(id: string, settings: ClientSettings): Allowance {
  return { id, pace: createPace(settings.writeIntervalMs, settings.pause), gate: createGate() };
}

export interface Authorization {
  /** Under which answers are remembered: what one may read, another perhaps may not. */
  scope: string;
  /** Value of the header; null: none is shown. `fresh`: the last one was refused. */
  header(fresh: boolean): Promise<string | null>;
  /** Whether asking again with a fresh one makes sense. */
  renewable: boolean;
}

// https://docs.github.com/en/rest/about-the-rest-api/api-versions
const API_VERSION = '2022-11-28';
const MOST_PAGES = 50;
const MOST_TRIES = 3;

const GithubOctokit = Octokit.plugin(throttling, retry, paginateRest);
type Api = InstanceType<typeof GithubOctokit>;

/** The library's own lines may carry what a call carried, so it has none. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

export function createGithubClient(settings: ClientSettings, allowance: Allowance, authorization: Authorization): GithubClient {
  const api = new GithubOctokit({
    baseUrl: settings.apiUrl,
    userAgent: 'reeve',
    log: SILENT,
    request: { fetch: timed(settings.timeoutMs), log: SILENT, redirect: 'manual' },
    // The plugin queues and paces; whether a limit is waited for is decided below, for all kinds of limits alike.
    throttle: {
      id: allowance.id,
      write: toGroup(allowance.pace) as never,
      notifications: toGroup({ turn: () => Promise.resolve() }) as never,
      onRateLimit: () => undefined,
      onSecondaryRateLimit: () => undefined,
    },
    retry: { doNotRetry: [304, 400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 451], retries: 2, retryAfterBaseValue: settings.retryBaseMs },
  });
  const on = { api, settings, allowance, authorization };
  api.hook.wrap('request', (send, given) =>
    told(
      settings,
      given,
      exchange(on, async () => send(given), given as unknown as Sent),
    ),
  );
  return clientOf(api);
}

/** The route as it is written here: what stands in its places is nobody's business. */
async function told<T>({ onCall }: ClientSettings, { method, url }: { method?: string; url: string }, answer: Promise<T>): Promise<T> {
  const call = `${method ?? 'GET'} ${/^https?:/i.test(url) ? new URL(url).pathname : url}`;
  try {
    const answered = await answer;
    onCall?.({ call, trouble: null });
    return answered;
  } catch (error) {
    const troubled = !isAppError(error) || error.kind === 'unavailable' || error.kind === 'rate_limited';
    onCall?.({ call, trouble: troubled ? messageOf(error) : null });
    throw error;
  }
}

/** A `fetch` that ends. Redirects are not followed: see `moved` in `map.failure.ts`. */
function timed(timeoutMs: number): typeof fetch {
  return (target, init) => fetch(target, { ...init, signal: AbortSignal.timeout(timeoutMs) });
}

interface Exchange {
  api: Api;
  settings: ClientSettings;
  allowance: Allowance;
  authorization: Authorization;
}

interface Sent extends SentRequest {
  headers: Record<string, string | number | undefined>;
  request: { takesRedirect?: boolean };
}

type Send = () => Promise<unknown>;
type Answered = { status: number; url: string; headers: Record<string, string | number | undefined>; data: unknown };

/** One request of ours as GitHub sees it, with everything that happens before and after: limits, credentials, ETags, errors. */
async function exchange(on: Exchange, send: Send, sent: Sent): Promise<never> {
  const isRead = sent.method === 'GET';
  sent.url = toOwnOrigin(sent.url, on.settings.apiUrl);
  let refused = false;
  for (let tries = 1; ; tries += 1) {
    try {
      await waitForGate(on, isRead);
      const header = await on.authorization.header(refused);
      if (header !== null) sent.headers['authorization'] = header;
      sent.headers['x-github-api-version'] = API_VERSION;
      return (await sendOnce(on, send, sent)) as never;
    } catch (error) {
      if (!isAppError(error)) throw error;
      if (tries >= MOST_TRIES || !mayAskAgain(on, error, isRead)) throw error;
      refused = error.code === REFUSED_CREDENTIAL;
    }
  }
}

/** The next page of a list comes as a whole address: it is asked where everything is asked, and no other server is shown the credential. */
function toOwnOrigin(address: string, apiUrl: string): string {
  if (!/^https?:/i.test(address)) return address;
  const { pathname, search } = new URL(address);
  return `${new URL(apiUrl).origin}${pathname}${search}`;
}

/** A refused credential and a limit mean that nothing was done; only what was refused for its credential is asked again as a write. */
function mayAskAgain(on: Exchange, error: AppError, isRead: boolean): boolean {
  if (error.code === REFUSED_CREDENTIAL) return on.authorization.renewable;
  return isRead && error.kind === 'rate_limited' && on.allowance.gate.closedForMs(nowOf(on)) <= on.settings.mostWaitMs;
}

const nowOf = ({ settings }: Exchange): number => settings.clock.now().getTime();

async function waitForGate(on: Exchange, isRead: boolean): Promise<void> {
  const waitMs = on.allowance.gate.closedForMs(nowOf(on));
  if (waitMs === 0) return;
  if (!isRead || waitMs > on.settings.mostWaitMs) {
    const until = new Date(nowOf(on) + waitMs).toISOString();
    throw new AppError('rate_limited', `GitHub asks to wait until ${until}.`, {
      code: 'github_rate_limited',
      detail: { retry_after_s: Math.ceil(waitMs / 1000), until },
    });
  }
  await on.settings.pause(waitMs);
}

async function sendOnce(on: Exchange, send: Send, sent: Sent): Promise<unknown> {
  const url: string = (on.api.request.endpoint.parse(sent as never) as { url: string }).url;
  const key = sent.method === 'GET' ? `${on.authorization.scope} ${url}` : null;
  const { cache } = on.settings;
  const known = key === null ? null : cache.get(key);
  if (known !== null) sent.headers['if-none-match'] = known.etag;
  try {
    const answer = (await send()) as Answered;
    tellLimit(on, answer.headers);
    if (answer.status >= 300 && sent.request.takesRedirect !== true) throw redirected(answer);
    const etag = answer.headers['etag'];
    if (key !== null && typeof etag === 'string') cache.put(key, { etag, response: answer });
    return answer;
  } catch (error) {
    tellLimit(on, (error as { response?: Partial<Answered> }).response?.headers ?? {});
    if (known !== null && (error as { status?: unknown }).status === 304) return known.response;
    const failure = toGithubError(toFailure(error, { method: sent.method, url }), nowOf(on));
    const until = failure.detail['until'];
    if (failure.kind === 'rate_limited' && typeof until === 'string') on.allowance.gate.closeUntil(Date.parse(until));
    throw failure;
  }
}

function tellLimit({ settings, allowance }: Exchange, headers: Answered['headers']): void {
  const told = ['limit', 'remaining', 'reset'].map((what) => Number(headers[`x-ratelimit-${what}`]));
  const [limit, remaining, resetS] = told;
  if (limit === undefined || remaining === undefined || resetS === undefined || !told.every(Number.isFinite)) return;
  const credential = allowance.id.replace(`${settings.apiUrl} `, '');
  settings.onLimit?.({
    credential,
    resource: String(headers['x-ratelimit-resource'] ?? 'core'),
    limit,
    remaining,
    resetsAt: new Date(resetS * 1000),
  });
}

function redirected(answer: Answered): Error {
  return Object.assign(new Error('Moved'), { status: answer.status, response: { headers: answer.headers, data: answer.data } });
}

function clientOf(api: Api): GithubClient {
  const ask = (route: string, parameters: Parameters, request: Parameters = {}): Promise<Answered> =>
    api.request(route, { ...parameters, request: { ...request } }) as Promise<Answered>;
  return {
    get: async (route, parameters, schema) => parse(schema, (await ask(route, parameters)).data, route),
    async list(route, parameters, schema, mostPages = MOST_PAGES) {
      const found: z.output<typeof schema>[] = [];
      let pages = 0;
      for await (const { data } of api.paginate.iterator(route, { per_page: 100, ...parameters })) {
        for (const item of data as unknown[]) found.push(parse(schema, item, route));
        pages += 1;
        if (pages >= mostPages && (data as unknown[]).length >= 100)
          throw new AppError('too_large', `${route}: more than ${mostPages * 100} items.`, { code: 'github_list_too_long' });
      }
      return found;
    },
    async page(route, parameters, schema, key) {
      const { data: answer, headers } = await ask(route, parameters);
      const data = key === undefined ? answer : (answer as Readonly<Record<string, unknown>> | null)?.[key];
      if (!Array.isArray(data)) throw shapeless(route);
      return { items: data.map((item) => parse(schema, item, route)), next: nextOf(String(headers['link'] ?? '')) };
    },
    write: async (route, parameters, schema) => parse(schema, (await ask(route, parameters, { retries: 0 })).data, route),
    mutate: async (query, variables, schema) =>
      parse(schema, await api.graphql(query, { ...variables, request: { retries: 0 } }).catch(graphqlFailed), 'POST /graphql'),
    query: async (query, variables, schema) => parse(schema, await api.graphql(query, { ...variables }).catch(graphqlFailed), 'POST /graphql'),
    async location(route, parameters) {
      const { status, headers } = await ask(route, parameters, { takesRedirect: true });
      const location = headers['location'];
      if (status < 300 || typeof location !== 'string') throw shapeless(route);
      return location;
    },
    headers: async (route, parameters) => (await ask(route, parameters)).headers,
  };
}

function parse<S extends z.ZodType>(schema: S, data: unknown, route: string): z.output<S> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw shapeless(
    route,
    parsed.error.issues.slice(0, 3).map((issue) => issue.path.map(String).join('.')),
  );
}

function shapeless(route: string, fields: string[] = []): AppError {
  return new AppError('unavailable', `${route}: GitHub's answer has not the documented shape.`, { code: 'github_shape', detail: { fields } });
}

/** GraphQL answers 200 and says in `errors` what went wrong. */
function graphqlFailed(error: unknown): never {
  if (isAppError(error)) throw error;
  const errors = (error as { errors?: Array<{ type?: string; message?: string }> }).errors ?? [];
  const words = errors
    .map(({ message }) => message ?? '')
    .join(' ')
    .slice(0, 300);
  const types = errors.map(({ type }) => type);
  if (types.includes('NOT_FOUND')) throw new AppError('not_found', `POST /graphql: ${words}`, { code: 'github_not_found' });
  if (types.includes('FORBIDDEN')) throw new AppError('forbidden', `POST /graphql: ${words}`, { code: 'github_forbidden' });
  throw new AppError('conflict', `POST /graphql: ${words}`, { code: 'github_graphql', detail: { types } });
}

/** The query of `rel="next"` in a Link header. https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function nextOf(link: string): string | null {
  const target = /<([^<>]+)>;\s*rel="next"/.exec(link)?.[1];
  if (target === undefined || !URL.canParse(target)) return null;
  const query = new URL(target).searchParams;
  const kept = new URLSearchParams();
  for (const name of ['page', 'after', 'cursor']) if (query.has(name)) kept.set(name, query.get(name) ?? '');
  return kept.size === 0 ? null : kept.toString();
}
