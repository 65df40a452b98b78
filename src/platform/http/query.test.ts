import { expect, test } from 'vitest';
import { z } from 'zod';
import { PageQuery } from '#kernel/page.ts';
import { knownParameters, refuseUnknownParameters } from './query.ts';
import { route, type RouteDefinition } from './route.ts';

const at = (more: Partial<RouteDefinition>): RouteDefinition => ({
  ...route({
    method: 'GET',
    path: '/v1/things',
    summary: 's',
    tag: 't',
    access: 'viewer',
    response: { status: 200, schema: null },
    handle: async () => null,
  }),
  ...more,
});
const refused = (definition: RouteDefinition, query: unknown): { message: string; hint?: string | undefined } | null => {
  try {
    refuseUnknownParameters(definition, query);
    return null;
  } catch (error) {
    expect(error).toMatchObject({ kind: 'invalid', code: 'unknown_parameter' });
    return error as { message: string };
  }
};

test('a parameter that the operation does not read is refused, with the nearest one that it reads', () => {
  const list = at({ query: PageQuery.extend({ project: z.string().optional(), state: z.string().optional() }) });
  expect(refused(list, { project: 'shop', limit: '5' })).toBeNull();
  expect(refused(list, { proejct: 'shop' })).toMatchObject({
    message: 'This operation has no parameter "proejct"; did you mean "project"?',
    hint: expect.stringContaining('cursor, limit, project, state'),
    detail: { errors: [{ path: 'query.proejct', message: 'unknown; did you mean "project"?' }] },
  });
  expect(refused(list, { zzzzzzzzz: '1' })?.message).toBe('This operation has no parameter "zzzzzzzzz".');
  // Names that every object has are no parameters either.
  expect(refused(list, { constructor: '1' })).not.toBeNull();
  expect(refused(list, JSON.parse('{"__proto__":"1"}'))).not.toBeNull();
});

test('an operation without parameters says so, and control characters of a name are shown as escapes', () => {
  expect(refused(at({}), { limit: '5' })).toMatchObject({ message: 'This operation has no parameter "limit".', hint: 'It takes none.' });
  expect(refused(at({}), { 'a\u001b[2J': '' })?.message).toContain('"a\\u001b[2J"');
  expect(refused(at({}), { ['x'.repeat(5000)]: '' })?.message.length).toBeLessThan(200);
});

test.each([
  ['a union', z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]), ['a', 'b']],
  ['an intersection', z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })), ['a', 'b']],
  [
    'a refined and transformed object',
    z
      .object({ a: z.string() })
      .refine(() => true)
      .transform(({ a }) => a),
    ['a'],
  ],
  ['a named object', z.object({ a: z.string() }).meta({ id: 'NamedQuery' }), ['a']],
  ['an open object', z.looseObject({ a: z.string() }), null],
  ['a record', z.record(z.string(), z.string()), null],
])('the parameters of %s are known from its schema', (_, query, names) => {
  expect(knownParameters(at({ query }))).toEqual(names);
});

test('what other programs are sent to with parameters of their own stays open: public and hidden addresses', () => {
  expect(knownParameters(at({ access: 'public', query: z.object({ a: z.string() }) }))).toBeNull();
  expect(knownParameters(at({ hidden: true }))).toBeNull();
  expect(knownParameters(at({}))).toEqual([]);
});
