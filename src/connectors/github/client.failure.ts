import type { Failure } from './map.failure.ts';

export interface SentRequest {
  method: string;
  url: string;
}

/** What the library threw, without the request it keeps with it: that has headers and a body. */
export function toFailure(error: unknown, sent: SentRequest): Failure {
  const { status, response, message } = error as { status?: number; response?: Answer; message?: string };
  const data = response?.data;
  const said = isObject(data) && typeof data['message'] === 'string' ? data['message'] : (message ?? '');
  return {
    request: `${sent.method} ${sent.url.replace(/[?#{].*$/, '').replace(/^https?:\/\/[^/]*/, '')}`,
    // Without a response nobody answered, whatever the library made of it.
    status: response === undefined ? 0 : (response.status ?? status ?? 0),
    message: response === undefined ? (message ?? '') : said,
    headers: response?.headers ?? {},
    errors: isObject(data) && Array.isArray(data['errors']) ? data['errors'] : [],
  };
}

interface Answer {
  status?: number;
  headers?: Record<string, string | number | undefined>;
  data?: unknown;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
