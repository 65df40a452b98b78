import createClient, { type Middleware } from 'openapi-fetch';
import { ApiProblem } from './problem.ts';
import type { paths } from './schema.gen.ts';

let tellSignedOut: () => void = () => {};

/** Calls back when something was to be done and the server knew no session any more; wherever it was sent from. */
export function whenSignedOut(tell: () => void): void {
  tellSignedOut = tell;
}

/** A refusal becomes a thrown ApiProblem, so that queries and mutations have one kind of failure. */
const refusals: Middleware = {
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    const body: unknown = await response.json().catch(() => null);
    const problem = new ApiProblem(response.status, body);
    if (problem.isSignedOut && request.method !== 'GET') tellSignedOut();
    throw problem;
  },
  onError({ error }) {
    if (error instanceof ApiProblem || (error instanceof DOMException && error.name === 'AbortError')) return undefined;
    return new ApiProblem(0, null);
  },
};

/** The API, typed by its own description. The session cookie travels by itself; writes count only from our own origin. */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin' });
api.use(refusals);

/**
 * The body of an answer: `await read(api.GET('/v1/issues', { params: { query }, signal }))`. Failures were thrown before as ApiProblem.
 */
export async function read<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await answer;
  if (data === undefined && response.status !== 204) throw new ApiProblem(response.status, { detail: 'The server answered without a body.' });
  return data as T;
}

/** Body of a successful JSON answer of an operation: `Answer<'/v1/issues', 'get'>`. */
export type Answer<P extends keyof paths, M extends 'get' | 'post' | 'put' | 'patch' | 'delete'> =
  paths[P] extends Record<M, infer Operation>
    ? Operation extends { responses: infer R }
      ? { [S in keyof R]: S extends 200 | 201 | 202 ? (R[S] extends { content: { 'application/json': infer B } } ? B : never) : never }[keyof R]
      : never
    : never;

/** One row of a paged list: `Item<'/v1/issues'>`. */
export type Item<P extends keyof paths> = Answer<P, 'get'> extends { readonly items: readonly (infer I)[] } ? I : never;

/** The JSON body an operation takes. */
export type Body<P extends keyof paths, M extends 'post' | 'put' | 'patch'> =
  paths[P] extends Record<M, infer Operation>
    ? Operation extends { requestBody?: { content: { 'application/json': infer B } } }
      ? B
      : Operation extends { requestBody: { content: { 'application/json': infer B } } }
        ? B
        : never
    : never;
