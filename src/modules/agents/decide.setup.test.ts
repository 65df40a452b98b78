import { expect, test } from 'vitest';
import type { TreeEntry } from '#ports/git.ts';
import { maskedPaths } from './decide.masks.ts';
import { isQueueOwned, outOfScope } from './decide.scope.ts';
import { isInfrastructureTrouble, setupKey } from './decide.setup.ts';

const file = (path: string, blob = '1'): TreeEntry => ({ path, blob, mode: '100644' });

test('the key of a setup follows lockfiles and commands, and nothing else', () => {
  const key = (entries: TreeEntry[], commands = ['npm ci'], platform = 'linux-x64') => JSON.stringify(setupKey(entries, commands, platform));
  const base = [file('package.json'), file('package-lock.json'), file('src/a.ts')];
  expect(key(base)).toBe(key([file('src/a.ts', '2'), file('package.json', '2'), file('package-lock.json')]));
  expect(key(base)).not.toBe(key([...base.slice(0, 1), file('package-lock.json', '2')]));
  expect(key(base)).not.toBe(key(base, ['npm ci --ignore-scripts']));
  expect(key(base)).not.toBe(key(base, ['npm ci'], 'linux-arm64'));
});

test.each([
  'requirements.txt',
  'requirements-dev.txt',
  'requirements/test.txt',
  'sub/poetry.lock',
  'go.sum',
  'Cargo.lock',
  'pnpm-lock.yaml',
  'yarn.lock',
])('%s counts as a lockfile', (path) => {
  expect(setupKey([file(path), file('package.json')], [], 'p').files).toEqual([`${path} 1`]);
});

test('without a lockfile the manifests decide', () => {
  expect(setupKey([file('package.json', '9'), file('src/a.ts')], [], 'p').files).toEqual(['package.json 9']);
});

test.each([
  ['npm error code ENOTFOUND registry.npmjs.org', true],
  ['curl: (6) Could not resolve host: pypi.org', true],
  ['tar: write error: No space left on device', true],
  ['npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync', false],
  ['make: *** No rule to make target', false],
])('%j is trouble of the machine: %s', (output, expected) => {
  expect(isInfrastructureTrouble(output)).toBe(expected);
});

test('lockfiles anywhere and regenerated paths belong to the queue and are never out of scope', () => {
  const regenerate = { 'docs/cli.md': 'make docs' };
  expect(isQueueOwned('packages/a/package-lock.json', regenerate)).toBe(true);
  expect(isQueueOwned('docs/cli.md', regenerate)).toBe(true);
  expect(isQueueOwned('docs/other.md', regenerate)).toBe(false);
  expect(outOfScope(['src/a', 'docs/cli.md', 'yarn.lock', 'b', 'a'], ['src/**'], regenerate)).toEqual(['a', 'b']);
});

test('agent configuration is hidden where it is not what the default branch has', () => {
  const trusted = [file('.mcp.json'), file('.claude/settings.json'), file('.claude/hooks/a.sh')];
  expect(maskedPaths(trusted, trusted)).toEqual([]);
  expect(maskedPaths([file('.mcp.json', '2'), ...trusted.slice(1)], trusted)).toEqual(['.mcp.json']);
  expect(maskedPaths([...trusted, file('.claude/hooks/b.sh')], trusted)).toEqual(['.claude']);
  expect(maskedPaths([file('.codex/config.toml'), file('src/.mcp.json')], trusted)).toEqual(['.codex']);
  expect(maskedPaths([], trusted)).toEqual([]);
});
