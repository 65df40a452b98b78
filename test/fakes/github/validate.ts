import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Route } from './route.ts';
import type { Json } from './state.ts';

export interface Request {
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
}

interface Operation {
  docs?: string;
  path: Json;
  query: Json;
  body?: Json;
  body_required?: boolean;
}

/** GitHub's own description of the requests, cut to the fake's routes by tools/trim-github-api.ts. */
const { operations } = JSON.parse(readFileSync(join(import.meta.dirname, 'openapi.json'), 'utf8')) as { operations: Record<string, Operation> };

/** Paths and queries come as text. */
const ofText = new Ajv({ coerceTypes: 'array', strict: false, validateFormats: false, allErrors: true });
const ofJson = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const compiled = new Map<string, { path: ValidateFunction; query: ValidateFunction; body: ValidateFunction | null }>();

const keyOf = (method: string, path: string): string => `${method} ${path}`;

export function documentationUrl(method: string, path: string): string {
  return operations[keyOf(method, path)]?.docs ?? 'https://docs.github.com/rest';
}

/** What GitHub's description does not allow in a request, one sentence each. Fields that it does not name are among them: GitHub ignores those, so they are mistakes. */
export function violationsOf(route: Route, request: Request): string[] {
  const operation = operations[keyOf(route.method, route.path)];
  if (operation === undefined) return [];
  const { path, query, body } = validators(keyOf(route.method, route.path), operation);
  const given: Json = {};
  for (const name of new Set(request.query.keys())) {
    const values = request.query.getAll(name);
    given[name] = values.length > 1 ? values : values[0];
  }
  const wrong = [...sentences('path', path, { ...request.params }), ...sentences('query', query, given)];
  if (body === null) return request.body === null || isEmpty(request.body) ? wrong : [...wrong, 'a body was sent where none is described'];
  if (request.body === null) return operation.body_required === true ? [...wrong, 'the body is missing'] : wrong;
  // "You can also pass an array of labels directly."
  const sent = Array.isArray(request.body) ? { labels: request.body } : request.body;
  return [...wrong, ...sentences('body', body, sent), ...unknownFields(operation.body ?? {}, sent)];
}

function isEmpty(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 0;
}

function validators(key: string, operation: Operation) {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const body = operation.body === undefined ? null : ofJson.compile(operation.body);
  const made = { path: ofText.compile(operation.path), query: ofText.compile(operation.query), body };
  compiled.set(key, made);
  return made;
}

function sentences(place: string, validate: ValidateFunction, value: unknown): string[] {
  return validate(value)
    ? []
    : (validate.errors ?? []).map((error) => `${place}${error.instancePath} ${error.message ?? 'is not as described'}${detailOf(error)}`);
}

function detailOf({ params }: ErrorObject): string {
  const { additionalProperty, allowedValues } = params as { additionalProperty?: string; allowedValues?: unknown[] };
  if (additionalProperty !== undefined) return ` (${additionalProperty})`;
  return allowedValues === undefined ? '' : ` (${allowedValues.join(', ')})`;
}

function unknownFields(schema: Json, body: unknown): string[] {
  if (typeof body !== 'object' || body === null || schema['additionalProperties'] !== undefined) return [];
  const names = fieldsOf(schema);
  return names.size === 0
    ? []
    : Object.keys(body)
        .filter((name) => !names.has(name))
        .map((name) => `body has a field that GitHub does not know (${name})`);
}

/** All fields that a schema names, its alternatives' included. */
function fieldsOf(schema: Json): Set<string> {
  const own = Object.keys((schema['properties'] as Json | undefined) ?? {});
  const inner = ['oneOf', 'anyOf', 'allOf'].flatMap((word) => ((schema[word] as Json[] | undefined) ?? []).flatMap((one) => [...fieldsOf(one)]));
  return new Set([...own, ...inner]);
}
