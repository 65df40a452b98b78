import type { FakeGithub } from './index.ts';

export interface Answered {
  status: number;
  headers: Headers;
  /** Parsed JSON, or the text where it is none. */
  body: Record<string, unknown>;
}

/** Ends a fake; what came up inside it fails the test, however green the test itself was. */
export async function endCleanly(fake: FakeGithub): Promise<void> {
  await fake.settled();
  await fake.close();
  if (fake.errors.length > 0) throw new AggregateError(fake.errors, `errors inside the fake: ${fake.errors.map(String).join('; ')}`);
}

/** Asks the fake as one token (or nobody), for tests of the fake itself. */
export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;

export function asker(fake: FakeGithub, token: string | null): Ask {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(fake.apiUrl + path, {
      method,
      redirect: 'manual',
      headers: {
        'user-agent': 'test',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as Answered['body'] };
  };
}
