import { expect, test } from 'vitest';
import { z } from 'zod';
import { pageSchema } from '#kernel/page.ts';
import { operationId, renderOpenApi } from './openapi.ts';
import { route, type RouteDefinition } from './route.ts';

const info = { title: 'T', version: '1', description: 'd' };
const Thing = z.object({ id: z.string(), made: z.date(), size: z.number().default(1) }).meta({ id: 'Thing' });
interface Tree {
  name: string;
  below: Tree[];
}
const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), below: z.array(Tree) }));

function routes(): RouteDefinition[] {
  const shared = { summary: 's', tag: 'things', handle: async () => null };
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/v1/things/:id/parts',
      access: 'viewer',
      params: z.object({ id: z.string().describe('Which') }),
      query: z.object({ limit: z.coerce.number().default(5), q: z.string() }),
      response: { status: 200, schema: pageSchema(Thing) },
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/v1/things',
      access: 'manager',
      body: z.strictObject({ thing: Thing, tree: Tree }),
      response: { status: 201, schema: Thing },
    }),
    route({ ...shared, method: 'DELETE', path: '/v1/things/:id', access: 'admin', response: { status: 204, schema: null } }),
    route({ ...shared, method: 'GET', path: '/page', access: 'public', hidden: true, response: { status: 200, schema: null } }),
  ];
}
const at = (node: unknown, ...path: string[]): unknown => path.reduce((here, key) => (here as Record<string, unknown> | undefined)?.[key], node);

test('the document is OpenAPI 3.1 with unique operation ids, access and security of each operation', () => {
  const document = renderOpenApi(routes(), info);
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(['/v1/things', '/v1/things/{id}', '/v1/things/{id}/parts']);
  expect(at(document.paths, '/v1/things', 'post')).toMatchObject({
    operationId: 'postV1Things',
    'x-reeve-access': 'manager',
    security: [{ bearer: [] }, { session: [] }],
  });
  expect(at(document.components, 'securitySchemes', 'bearer')).toMatchObject({ type: 'http', scheme: 'bearer' });
});

test('operations that refuse unknown query parameters say so, with the answer they give; public ones do not', () => {
  const [list] = routes();
  if (list === undefined) throw new Error('there is a route');
  const { paths } = renderOpenApi([...routes(), { ...list, path: '/v1/open', access: 'public' }], info);
  expect(at(paths, '/v1/things/{id}/parts', 'get', 'x-reeve-query')).toEqual({ additionalProperties: false });
  expect(at(paths, '/v1/things/{id}', 'delete', 'x-reeve-query')).toEqual({ additionalProperties: false });
  expect(at(paths, '/v1/things/{id}', 'delete', 'responses', '422')).toBeDefined();
  expect(at(paths, '/v1/open', 'get', 'x-reeve-query')).toBeUndefined();
});

test('parameters say where they are and whether they are needed; parts of a path without a schema are text', () => {
  const document = renderOpenApi(routes(), info);
  expect(at(document.paths, '/v1/things/{id}/parts', 'get', 'parameters')).toMatchObject([
    { name: 'id', in: 'path', required: true, description: 'Which', schema: { type: 'string' } },
    { name: 'limit', in: 'query', required: false, schema: { default: 5 } },
    { name: 'q', in: 'query', required: true },
  ]);
  expect(at(document.paths, '/v1/things/{id}', 'delete', 'parameters')).toMatchObject([
    { name: 'id', in: 'path', required: true },
    { name: 'Idempotency-Key', in: 'header' },
  ]);
});

test('every reference of the document resolves, and no definition is left outside components', () => {
  const document = renderOpenApi(routes(), info);
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(references.length).toBeGreaterThan(5);
  expect(references.filter((reference) => at(document, ...reference.replace('#/', '').split('/')) === undefined)).toEqual([]);
  expect(text).not.toContain('$defs');
  expect(text).not.toContain('$schema');
});

test('what is sent and what is received are described apart: a default is optional to send and always received', () => {
  const { components } = renderOpenApi(routes(), info);
  expect(at(components, 'schemas', 'Thing', 'required')).not.toEqual(at(components, 'schemas', 'ThingOutput', 'required'));
  expect(at(components, 'schemas', 'Thing', 'properties', 'made')).toMatchObject({ type: 'string', format: 'date-time' });
});

test('every failure is a problem document', () => {
  const responses = at(renderOpenApi(routes(), info).paths, '/v1/things', 'post', 'responses') as Record<string, unknown>;
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(['201', '401', '403', '409', '413', '422', '429', 'default']));
  expect(at(responses, '422', 'content', 'application/problem+json', 'schema')).toEqual({ $ref: '#/components/schemas/Problem' });
  expect(at(responses, '201', 'content', 'application/json', 'schema')).toBeDefined();
});

test('two routes with one operation id are refused when the document is made', () => {
  const [first] = routes();
  expect(() =>
    renderOpenApi(
      [first, first].filter((one) => one !== undefined),
      info,
    ),
  ).toThrow(/share the operation id/);
});

test.each([
  ['GET', '/v1/jobs/:id/log', 'getV1JobsByIdLog'],
  ['POST', '/start-job', 'postStartJob'],
  ['POST', '/orchestrate/:issue_id', 'postOrchestrateByIssueId'],
] as const)('%s %s is %s', (method, path, id) => {
  expect(operationId({ method, path })).toBe(id);
});
