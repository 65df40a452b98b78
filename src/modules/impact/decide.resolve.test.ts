import { expect, test } from 'vitest';
import { isConfigPath, parseCompiler, parsePackage } from './decide.config.ts';
import { createResolver } from './decide.resolve.ts';

/** A tree by its paths; configurations by their text. */
function resolverOf(files: readonly string[], configs: Record<string, string> = {}) {
  const all = [...files, ...Object.keys(configs)];
  const entries = Object.entries(configs);
  return createResolver(new Set(all), {
    packages: entries.filter(([path]) => path.endsWith('package.json')).flatMap(([path, text]) => parsePackage(path, text) ?? []),
    compilers: entries.filter(([path]) => /config[^/]*\.json$/.test(path)).flatMap(([path, text]) => parseCompiler(path, text) ?? []),
  });
}

test.each([
  ['src/a.ts', './b.ts', 'src/b.ts'],
  ['src/a.ts', './b', 'src/b.ts'],
  ['src/a.ts', './b.js', 'src/b.ts'],
  ['src/a.ts', './view.jsx', 'src/view.tsx'],
  ['src/a.ts', './real.js', 'src/real.js'],
  ['src/a.ts', '../lib', 'lib/index.ts'],
  ['src/a.ts', '..', 'index.js'],
  ['src/a.ts', './lib/', null],
  ['lib/index.ts', '.', null],
  ['src/b/c.ts', '.', 'src/b/index.ts'],
  ['src/b/c.ts', '../b/', 'src/b/index.ts'],
  ['src/a.ts', './data.json', 'src/data.json'],
  ['src/a.ts', './icon.svg?raw', 'src/icon.svg'],
  ['src/a.ts', './cart.model', 'src/cart.model.ts'],
  ['src/a.ts', '../../outside', null],
  ['src/a.ts', 'node:fs', null],
  ['src/a.ts', 'zod', null],
  ['src/a.ts', 'https://esm.sh/x', null],
  ['src/a.ts', '', null],
])('%s imports %s: %s', (from, specifier, expected) => {
  const files = [
    'src/b.ts',
    'src/b/index.ts',
    'src/view.tsx',
    'src/real.js',
    'src/real.ts',
    'lib/index.ts',
    'index.js',
    'src/data.json',
    'src/icon.svg',
    'src/cart.model.ts',
    'src/a.ts',
  ];
  const found = resolverOf(files)(from, specifier);
  // A folder's own index is itself: no edge, but a path.
  expect(found === from ? null : found).toBe(expected);
});

test('the nearest package.json says what # means, with patterns and conditions', () => {
  const resolve = resolverOf(['src/kernel/ids.ts', 'src/env.node.ts', 'apps/web/src/x.ts'], {
    'package.json': '{"imports": {"#*.ts": "./src/*.ts", "#env": {"node": "./src/env.node.ts", "default": "./src/env.web.ts"}}}',
    'apps/web/package.json': '{"imports": {"#*": "./src/*.ts"}}',
  });
  expect(resolve('src/a.ts', '#kernel/ids.ts')).toBe('src/kernel/ids.ts');
  expect(resolve('src/a.ts', '#env')).toBe('src/env.node.ts');
  expect(resolve('apps/web/main.ts', '#x')).toBe('apps/web/src/x.ts');
  expect(resolve('apps/web/main.ts', '#kernel/ids.ts')).toBeNull();
});

test('the nearest tsconfig maps names, also by what it extends, with comments and trailing commas; a circle of them ends', () => {
  const resolve = resolverOf(['web/src/ui/button.tsx', 'web/src/api.ts', 'shared/money.ts'], {
    'tsconfig.base.json': '{ // the root\n "compilerOptions": { "paths": { "@shared/*": ["./shared/*"], }, }, "extends": "./web/tsconfig.json" }',
    'web/tsconfig.json': '{ "extends": "../tsconfig.base", "compilerOptions": { "baseUrl": "src" } }',
    'web/app/tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./nowhere/*", "../src/*"], "api": ["../src/api"] } } }',
    'broken/tsconfig.json': '{ "compilerOptions": ',
  });
  expect(resolve('web/main.ts', '@shared/money')).toBe('shared/money.ts');
  expect(resolve('web/main.ts', 'ui/button')).toBe('web/src/ui/button.tsx');
  expect(resolve('web/app/page.tsx', '@/ui/button')).toBe('web/src/ui/button.tsx');
  expect(resolve('web/app/page.tsx', 'api')).toBe('web/src/api.ts');
  expect(resolve('other/main.ts', 'ui/button')).toBeNull();
});

test('a package of the same repository is found by its name, from its built file to the source', () => {
  const resolve = resolverOf(
    ['packages/core/src/index.ts', 'packages/core/src/cart/add.ts', 'packages/old/lib.js', 'packages/bare/src/index.ts', 'packages/bare/util.ts'],
    {
      'packages/core/package.json':
        '{"name": "@acme/core", "exports": {".": {"types": "./dist/index.d.ts", "import": "./dist/index.js"}, "./cart/*": "./dist/cart/*.js"}}',
      'packages/old/package.json': '{"name": "old", "main": "lib.js"}',
      'packages/bare/package.json': '{"name": "bare"}',
    },
  );
  expect(resolve('apps/a.ts', '@acme/core')).toBe('packages/core/src/index.ts');
  expect(resolve('apps/a.ts', '@acme/core/cart/add')).toBe('packages/core/src/cart/add.ts');
  expect(resolve('apps/a.ts', 'old')).toBe('packages/old/lib.js');
  expect(resolve('apps/a.ts', 'bare')).toBe('packages/bare/src/index.ts');
  expect(resolve('apps/a.ts', 'bare/util')).toBe('packages/bare/util.ts');
  expect(resolve('apps/a.ts', '@acme/other')).toBeNull();
});

test('configurations are told by their names', () => {
  expect(['package.json', 'a/tsconfig.build.json', 'jsconfig.json'].every(isConfigPath)).toBe(true);
  expect(['package-lock.json', 'mytsconfig.json', 'a/package.json5'].some(isConfigPath)).toBe(false);
});
