import type { Json } from './state.ts';

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** A list to be paged: `show` makes an item's JSON, `wrap` puts the page into GitHub's envelope where it has one. */
  list?: { items: readonly unknown[]; show: (item: never) => unknown; wrap?: (page: unknown[], total: number) => unknown };
}

/** A refusal with GitHub's body: `message`, `documentation_url`, `status`, and `errors` for a 422. */
export class Refusal extends Error {
  readonly status: number;
  readonly more: Json;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, more: Json = {}, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.more = more;
    this.headers = headers;
  }
}

/** `missing`, `missing_field`, `invalid`, `already_exists`, `unprocessable`, `custom`: the codes GitHub documents. */
export function invalid(resource: string, field: string, code: string, message?: string): Refusal {
  return new Refusal(422, 'Validation Failed', { errors: [{ resource, code, field, ...(message === undefined ? {} : { message }) }] });
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found');
export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent = (): Answer => ({ status: 204 });

export function listOf<T>(items: readonly T[], show: (item: T) => unknown, wrap?: (page: unknown[], total: number) => unknown): Answer {
  return { status: 200, list: { items, show, ...(wrap === undefined ? {} : { wrap }) } };
}
/** A list inside `{total_count, [key]: [...]}`. */
export function counted<T>(key: string, items: readonly T[], show: (item: T) => unknown): Answer {
  return listOf(items, show, (page, total) => ({ total_count: total, [key]: page }));
}

export const invalidLabel = (code: string): Refusal => invalid('Label', 'name', code);
