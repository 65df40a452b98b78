import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderAll } from './generate.documents.ts';

const root = path.resolve(import.meta.dirname, '..');
const openapi = (await renderAll(root)).get('docs/reference/openapi.json') ?? '{}';
const { paths } = JSON.parse(openapi) as { paths: Record<string, Record<string, { parameters?: Array<{ name: string; in: string }> }>> };

interface Call {
  file: string;
  method: string;
  path: string;
  query: string[];
}

const METHODS: Readonly<Record<string, string>> = { all: 'get', text: 'get', stream: 'get', make: 'post' };

/** Calls of the client with a literal address: `client.get<T>(`/v1/x/${id}`, { filter })`. */
function callsIn(file: string): Call[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const pattern = /\.(get|post|make|patch|delete|all|text|stream)(?:<[\s\S]{0,400}?>)?\(\s*[`'](\/[^`']+)[`'](?:,\s*\{([^}]*)\})?/g;
  return [...text.matchAll(pattern)].map(([, verb = '', address = '', members = '']) => {
    const method = METHODS[verb] ?? verb;
    const query = method === 'get' ? members.split(',').map((member) => member.split(':')[0]?.trim() ?? '') : [];
    return { file, method, path: (address.split('?')[0] ?? '').replaceAll(/\$\{[^}]+\}/g, '*'), query: query.filter((name) => name !== '') };
  });
}

const operations = Object.entries(paths).flatMap(([at, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ at: at.replaceAll(/\{\w+\}/g, '*'), method, operation })),
);
const sources = globSync('src/cli/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
const calls = sources.flatMap(callsIn);
const matching = (call: Call) =>
  operations.filter(({ at, method }) => method === call.method && new RegExp(`^${call.path.replaceAll('*', '[^/]+')}$`).test(at));

describe('the command line and the API', () => {
  it('are compared at all', () => {
    expect(calls.length).toBeGreaterThan(30);
  });

  it('agree on addresses', () => {
    expect(calls.filter((call) => matching(call).length === 0).map((call) => `${call.file}: ${call.method} ${call.path}`)).toEqual([]);
  });

  it('agree on addresses that are handed around', () => {
    const literals = sources.flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(/'(\/v1\/[^'?]+)'/g)].map((match) => match[1] ?? ''),
    );
    expect(literals.filter((address) => !operations.some(({ at }) => at === address))).toEqual([]);
  });

  it('agree on the names of filters: the server refuses others', () => {
    const unknown = calls.flatMap((call) => {
      const known = matching(call).flatMap(({ operation }) =>
        (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      );
      return matching(call).length === 0
        ? []
        : call.query.filter((name) => !known.includes(name)).map((name) => `${call.file}: ${call.path} has no ?${name}=`);
    });
    expect(unknown).toEqual([]);
  });
});
