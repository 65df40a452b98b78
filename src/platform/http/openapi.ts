import type { z } from 'zod';
import { createSchemaBook, type JsonSchema, type SchemaBook } from './openapi.schema.ts';
import { Problem } from './problem.ts';
import { knownParameters } from './query.ts';
import type { RouteDefinition } from './route.ts';

export interface OpenApiInfo {
  title: string;
  version: string;
  description: string;
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: OpenApiInfo;
  tags: { name: string }[];
  paths: Record<string, Record<string, unknown>>;
  components: Record<string, unknown>;
}

/** The document of `/openapi.json`, from the routes alone: no server is needed. Throws when two operations share an id. */
export function renderOpenApi(routes: readonly RouteDefinition[], info: OpenApiInfo): OpenApiDocument {
  const book = createSchemaBook();
  const problem = book.add(Problem, 'output', 'Problem');
  const paths: OpenApiDocument['paths'] = {};
  refuseSharedIds(routes);
  const shown = routes.filter((route) => route.hidden !== true).toSorted((a, b) => a.path.localeCompare(b.path));
  for (const route of shown) {
    const id = operationId(route);
    const path = route.path.replaceAll(/:([A-Za-z_][A-Za-z0-9_]*)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation({ route, id, book, problem }) };
  }
  return {
    openapi: '3.1.0',
    info,
    tags: [...new Set(shown.map((route) => route.tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: book.components(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token made by `POST /v1/tokens`, or the admin token of the installation.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'reeve_session',
          description:
            'A session of the console, made by `POST /v1/sessions`. Its name ends with the port of the address (`reeve_session_4400`), where there is one, and begins with `__Host-` with TLS.',
        },
      },
    },
  };
}

/** Throws when two of the operations that are described share an id: a generated client would have room for one. */
export function refuseSharedIds(routes: readonly RouteDefinition[]): void {
  const ids = new Set<string>();
  for (const route of routes.filter((one) => one.hidden !== true)) {
    const id = operationId(route);
    if (ids.has(id)) throw new Error(`two routes share the operation id ${id}: ${route.method} ${route.path}`);
    ids.add(id);
  }
}

/** `GET /v1/jobs/:id/log` is `getV1JobsByIdLog`: follows from the route, so it is as stable as the address. */
export function operationId(route: Pick<RouteDefinition, 'method' | 'path'>): string {
  const words = route.path.split(/[/\-_.]/).filter((word) => word !== '');
  const name = words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)));
  return `${route.method.toLowerCase()}${name.join('')}`;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

interface Part {
  route: RouteDefinition;
  id: string;
  book: SchemaBook;
  problem: JsonSchema;
}

function operation(part: Part): JsonSchema {
  const { route, id } = part;
  const parameters = [...parametersOf(part, 'path', route.params), ...parametersOf(part, 'query', route.query), ...keyHeader(route)];
  return {
    operationId: id,
    summary: route.summary,
    tags: [route.tag],
    'x-reeve-access': route.access,
    security: route.access === 'public' ? [] : [{ bearer: [] }, { session: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    // OpenAPI 3.1 has no place to say it of query parameters; JSON Schema's word for it is used.
    ...(isStrict(route) ? { 'x-reeve-query': { additionalProperties: false } } : {}),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: !route.body.safeParse({}).success,
            content: { 'application/json': { schema: part.book.add(route.body, 'input', `${capital(id)}Body`) } },
          },
        }),
    responses: responsesOf(part),
  };
}

/** True when a query parameter that is not described is refused. */
const isStrict = (route: RouteDefinition): boolean => knownParameters(route) !== null;

function parametersOf({ route, id, book }: Part, where: 'path' | 'query', schema: z.ZodType | undefined): JsonSchema[] {
  const described = schema === undefined ? {} : book.add(schema, 'input', `${capital(id)}${capital(where)}`);
  const properties = (described.properties ?? {}) as Record<string, JsonSchema>;
  const required = (described.required ?? []) as string[];
  // OpenAPI wants every part of the path described, also where the route takes it as plain text.
  const inPath = where === 'path' ? [...route.path.matchAll(/:([A-Za-z_][A-Za-z0-9_]*)/g)].map((match) => match[1] ?? '') : Object.keys(properties);
  return inPath.map((name) => {
    const { description, ...rest } = properties[name] ?? { type: 'string' };
    return {
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function keyHeader(route: RouteDefinition): JsonSchema[] {
  if (route.method === 'GET' || route.access === 'public') return [];
  const description =
    'The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`).';
  return [{ name: 'Idempotency-Key', in: 'header', required: false, description, schema: { type: 'string', minLength: 1, maxLength: 255 } }];
}

const REASONS: Record<number, string> = {
  401: 'No valid token',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict with what is there',
  413: 'Body too large',
  422: 'The request does not fit, or a rule says no',
  429: 'Too many requests',
};

function responsesOf({ route, id, book, problem }: Part): JsonSchema {
  const { status, schema, contentType } = route.response;
  const type = contentType ?? 'application/json';
  const content =
    schema === null
      ? { [type]: { schema: type === 'application/json' ? {} : { type: 'string' } } }
      : { [type]: { schema: book.add(schema, 'output', `${capital(id)}Answer`) } };
  const failures = [
    ...(route.access === 'public' ? [] : [401, 403]),
    ...(route.path.includes(':') ? [404] : []),
    ...(route.method === 'GET' ? [] : [409, 413]),
    ...(route.body !== undefined || route.query !== undefined || isStrict(route) ? [422] : []),
    429,
  ];
  const failed = { content: { 'application/problem+json': { schema: problem } } };
  return {
    [status]: { description: 'Done', ...(status === 204 ? {} : { content }) },
    ...Object.fromEntries(failures.map((failure) => [failure, { description: REASONS[failure], ...failed }])),
    default: { description: 'Any other failure', ...failed },
  };
}
