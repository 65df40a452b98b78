import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIPv6 } from 'node:net';
import { AppError } from '#kernel/errors.ts';
import { decideDestination, type Destination, type NetGuardOptions } from './guard.ts';

export interface GuardedFetchOptions extends NetGuardOptions {
  /** The whole exchange, redirects included. Default 10 seconds. */
  timeoutMs?: number;
  /** Longest answer that is read. Default 1 MiB. */
  mostBytes?: number;
}

const MOST_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** `fetch` as far as our connectors use it: an address and the usual options, a `Response` with its whole body. */
export type GuardedFetch = (target: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` for addresses that somebody configured or sent: each hop is resolved, judged, and connected to at the very address that
 * was judged. A redirect to another origin loses its credentials; one from https to http is refused.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  return async (target, init = {}) => {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? 10_000);
    const signal = init.signal === null || init.signal === undefined ? timeout : AbortSignal.any([init.signal, timeout]);
    const headers = new Headers(init.headers ?? {});
    let hop: Hop = { target: new URL(String(target)), method: (init.method ?? 'GET').toUpperCase(), headers, body: await bytesOf(init.body) };
    for (let redirects = 0; ; redirects += 1) {
      const destination = await decideDestination(hop.target, options);
      const answer = await exchange(destination, hop, signal, options.mostBytes ?? 1024 * 1024);
      const location = answer.headers.get('location');
      if (!REDIRECTS.has(answer.status) || location === null || init.redirect === 'manual') return answer;
      if (init.redirect === 'error')
        throw new AppError('refused', `${hop.target.host} sends us elsewhere, which is not followed.`, { code: 'redirect_refused' });
      if (redirects >= MOST_REDIRECTS)
        throw new AppError('refused', `${hop.target.host} sends us elsewhere too often.`, { code: 'redirect_refused' });
      hop = follow(hop, answer.status, location);
    }
  };
}

interface Hop {
  target: URL;
  method: string;
  headers: Headers;
  body: Uint8Array | null;
}

async function bytesOf(body: RequestInit['body']): Promise<Uint8Array | null> {
  return body === null || body === undefined ? null : new Uint8Array(await new Response(body).arrayBuffer());
}

function follow(hop: Hop, status: number, location: string): Hop {
  if (!URL.canParse(location, hop.target.href)) throw new AppError('refused', 'A redirect leads to no address.', { code: 'redirect_refused' });
  const target = new URL(location, hop.target);
  if (hop.target.protocol === 'https:' && target.protocol === 'http:')
    throw new AppError('refused', `${hop.target.host} sends us from https to http.`, { code: 'redirect_refused' });
  const headers = new Headers(hop.headers);
  if (target.origin !== hop.target.origin) for (const name of ['authorization', 'cookie', 'proxy-authorization']) headers.delete(name);
  const isGet = status === 303 || ((status === 301 || status === 302) && hop.method === 'POST');
  if (!isGet) return { ...hop, target, headers };
  for (const name of ['content-type', 'content-length']) headers.delete(name);
  return { target, method: 'GET', headers, body: null };
}

function exchange({ url, addresses }: Destination, hop: Hop, signal: AbortSignal, mostBytes: number): Promise<Response> {
  const pinned: LookupFunction = (_host, options, done) => {
    const judged = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    const [first] = judged;
    if (options.all === true) done(null, judged);
    else done(null, first?.address ?? '', first?.family);
  };
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    // A pool of kept connections knows names, not addresses: each exchange has a connection of its own.
    const outgoing = request(
      url,
      { method: hop.method, headers: Object.fromEntries(hop.headers), lookup: pinned, agent: false, signal },
      (incoming) => {
        collect(incoming, mostBytes).then(
          (body) => resolve(toResponse(incoming, body)),
          (error: unknown) => reject(failed(url, error)),
        );
      },
    );
    outgoing.on('error', (error) => reject(failed(url, error)));
    outgoing.end(hop.body ?? undefined);
  });
}

async function collect(incoming: http.IncomingMessage, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > mostBytes) {
      incoming.destroy();
      throw new AppError('too_large', `The answer is longer than ${mostBytes} bytes.`, { code: 'answer_too_large' });
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function toResponse(incoming: http.IncomingMessage, body: Uint8Array<ArrayBuffer>): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) for (const item of [value ?? []].flat()) headers.append(name, item);
  const status = incoming.statusCode ?? 502;
  const hasNone = status === 204 || status === 205 || status === 304;
  return new Response(hasNone ? null : body, { status, statusText: incoming.statusMessage ?? '', headers });
}

function failed(url: URL, error: unknown): unknown {
  if (error instanceof AppError) return error;
  return new AppError('unavailable', `${url.host} does not answer: ${error instanceof Error ? error.message : String(error)}.`, {
    code: 'no_answer',
    cause: error,
  });
}
