import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, ERROR_KINDS, isAppError, type ErrorKind } from '#kernel/errors.ts';

/** One server, one token. Every member answers parsed JSON or throws AppError with the problem document's own words. */
export interface ApiClient {
  readonly url: string;
  get<T>(path: string, query?: Record<string, string | number | undefined>): Promise<T>;
  /** `patienceMs`: how long the answer may take; default one minute. */
  post<T>(path: string, body?: unknown, headers?: Record<string, string>, patienceMs?: number): Promise<T>;
  /** Posts what must not be made twice: under a key of its own, and again under the same one where the answer was lost. */
  make<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  delete(path: string): Promise<void>;
  /** Text as it comes (logs). */
  text(path: string): Promise<string>;
  /** Lines of text as they come, however many. */
  lines(path: string, query?: Record<string, string | number | undefined>): AsyncIterable<string>;
  /** Follows a list over its pages. */
  all<T>(path: string, query?: Record<string, string | number | undefined>, most?: number): Promise<T[]>;
  /** The same server; whatever is asked of it breaks off when `signal` aborts. */
  until(signal: AbortSignal): ApiClient;
  /** Server-sent events until `signal` aborts. */
  stream(path: string, signal: AbortSignal): AsyncIterable<{ event: string; data: string; id: string | null }>;
}

interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  kind?: string;
  hint?: string;
}

const KIND_OF_STATUS: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  422: 'invalid',
  429: 'rate_limited',
  503: 'unavailable',
};

/** A server that does not answer in this time does not answer. */
const PATIENCE_MS = 60_000;

/** Together longer than a server that died in mid work holds a key (ten seconds). */
const PAUSES_MS = [500, 2000, 4000, 8000];

/** Nothing was sent: nobody listens there. */
const NOT_REACHED = 'not_reached';
const NOT_REACHED_CODES: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Codes of failures after which nobody knows whether a thing was made. */
const NO_ANSWER = 'no_answer';
const UNDECIDED: ReadonlySet<string> = new Set([NO_ANSWER, 'idempotency_in_progress', 'idempotency_key_lost']);

export function createApiClient(server: { url: string; token: string }, ended?: AbortSignal, pausesMs: readonly number[] = PAUSES_MS): ApiClient {
  async function request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
    patienceMs = PATIENCE_MS,
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(new URL(path, server.url), {
        method,
        headers: {
          authorization: `Bearer ${server.token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.any([signal ?? AbortSignal.timeout(patienceMs), ...(ended === undefined ? [] : [ended])]),
      });
    } catch (error) {
      if (signal?.aborted === true || ended?.aborted === true) throw error;
      throw new AppError('unavailable', `The server at ${server.url} does not answer.`, {
        code: NOT_REACHED_CODES.has(((error as Error).cause as { code?: unknown } | undefined)?.code) ? NOT_REACHED : NO_ANSWER,
        hint: 'Start it with `reeve serve`, or set REEVE_URL.',
        cause: error,
      });
    }
    if (!response.ok) throw await toError(response, server.url);
    return response;
  }

  async function json<T>(response: Response): Promise<T> {
    if (response.status === 204) return undefined as T;
    const text = await response.text();
    try {
      return JSON.parse(text) as T;
    } catch {
      throw noReeve(server.url);
    }
  }

  const client: ApiClient = {
    url: server.url,
    get: async (path, query) => json(await request('GET', withQuery(path, query))),
    post: async (path, body, headers, patienceMs) => json(await request('POST', path, body ?? {}, headers, undefined, patienceMs)),
    async make<T>(path: string, body: unknown): Promise<T> {
      const headers = { 'idempotency-key': randomUUID() };
      let mayHaveArrived = false;
      for (const pauseMs of pausesMs) {
        try {
          return await client.post<T>(path, body, headers);
        } catch (error) {
          if (ended?.aborted === true || !(isUndecided(error) || (mayHaveArrived && isAppError(error) && error.code === NOT_REACHED))) throw error;
          mayHaveArrived = true;
        }
        await delay(pauseMs, undefined, { signal: ended });
      }
      return client.post<T>(path, body, headers);
    },
    patch: async (path, body) => json(await request('PATCH', path, body)),
    delete: async (path) => {
      await request('DELETE', path);
    },
    text: async (path) => (await request('GET', path, undefined, { accept: '*/*' })).text(),
    async *lines(path, query) {
      const response = await request('GET', withQuery(path, query), undefined, { accept: '*/*' }, new AbortController().signal);
      let rest = '';
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const [...complete] = (rest + piece).split('\n');
        rest = complete.pop() ?? '';
        yield* complete;
      }
      if (rest !== '') yield rest;
    },
    async all<T>(path: string, query: Record<string, string | number | undefined> = {}, most = 1000): Promise<T[]> {
      const items: T[] = [];
      let cursor: string | undefined;
      do {
        const page: { items: T[]; next_cursor: string | null } = await client.get(path, { limit: 200, ...query, cursor });
        items.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined && items.length < most);
      return items.slice(0, most);
    },
    until: (signal) => createApiClient(server, signal, pausesMs),
    async *stream(path, signal) {
      const response = await request('GET', path, undefined, { accept: 'text/event-stream' }, signal);
      if (response.body === null) return;
      yield* parseEvents(response.body);
    },
  };
  return client;
}

function withQuery(path: string, query: Record<string, string | number | undefined> = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) parameters.set(key, String(value));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** What is no AppError broke off in the middle of the answer; a server that broke may have done so after it had made the thing. */
const isUndecided = (error: unknown): boolean => !isAppError(error) || error.kind === 'internal' || UNDECIDED.has(error.code);

/** Something answers at the address that is no Reeve: another program's port, or a proxy that knows of none. */
const noReeve = (url: string): AppError =>
  new AppError('unavailable', `There is no Reeve at ${url}: something else answers there.`, {
    code: NO_REEVE,
    hint: 'Start one with `reeve serve`, or set REEVE_URL to the address of one.',
  });
const NO_REEVE = 'no_reeve';
/** What other programs answer to addresses and methods that only Reeve has; Reeve's own say why, as problem documents. */
const FOREIGN_STATUS: ReadonlySet<number> = new Set([404, 405, 501]);

/** Whoever asked is not let in: the token is not taken, or there is no Reeve to take it. */
export const isShutOut = (error: unknown): error is AppError => isAppError(error) && (error.kind === 'unauthenticated' || error.code === NO_REEVE);

async function toError(response: Response, url: string): Promise<AppError> {
  const text = await response.text();
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    problem = { detail: text.slice(0, 500) };
  }
  if (problem.kind === undefined && FOREIGN_STATUS.has(response.status)) return noReeve(url);
  // A proxy before the server answers in its own words: then the status must do.
  const kind = ERROR_KINDS.find((one) => one === problem.kind) ?? KIND_OF_STATUS[response.status] ?? 'internal';
  return new AppError(kind, problem.detail ?? problem.title ?? `The server answered ${response.status}.`, {
    code: problem.code ?? (response.status >= 500 && problem.kind === undefined ? NO_ANSWER : undefined),
    hint: problem.hint,
    detail: problem as Record<string, unknown>,
  });
}

/** Splits a byte stream into server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
async function* parseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: string; id: string | null }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const block = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const fields = { event: 'message', data: [] as string[], id: null as string | null };
      for (const line of block.split('\n')) {
        if (line.startsWith('event:')) fields.event = line.slice(6).trim();
        else if (line.startsWith('data:')) fields.data.push(line.slice(5).replace(/^ /, ''));
        else if (line.startsWith('id:')) fields.id = line.slice(3).trim();
      }
      if (fields.data.length > 0) yield { event: fields.event, data: fields.data.join('\n'), id: fields.id };
    }
  }
}
