import { describe, expect, test } from 'vitest';
import { hasAgent, isComplete, suggestSettings } from './decide.ts';

const packageJson = (value: object): string => JSON.stringify(value);

describe('the checks suggested for a repository', () => {
  test('are npm test where package.json has a test script, after npm ci where it has packages and a lock', () => {
    const files = { 'package.json': packageJson({ scripts: { test: 'vitest run' }, devDependencies: { vitest: '1' } }), 'package-lock.json': '{}' };
    expect(suggestSettings(files)).toMatchObject({ setup: ['npm ci'], checks: [{ name: 'test', command: 'npm test' }], network: 'registry' });
  });

  test('need no network where there is nothing to install', () => {
    expect(suggestSettings({ 'package.json': packageJson({ scripts: { test: 'node test.js' } }) })).toMatchObject({ setup: [], network: 'none' });
  });

  test.each([
    ['the script that npm init writes', { 'package.json': packageJson({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) }],
    ['a package.json that is no JSON', { 'package.json': '{' }],
    ['scripts that are a list', { 'package.json': packageJson({ scripts: ['test'] }) }],
    ['a Makefile without that target', { Makefile: 'build:\n\tcc x.c\nlatest: build\n' }],
    ['a pyproject without pytest', { 'pyproject.toml': '[project]\nname = "x"\n' }],
    ['nothing', {}],
  ])('are none for %s', (_name, files) => expect(suggestSettings(files)).toMatchObject({ setup: [], checks: [], because: null }));

  test.each([
    [{ 'Cargo.toml': '[package]' }, 'cargo test'],
    [{ 'go.mod': 'module x' }, 'go test ./...'],
    [{ 'pyproject.toml': '[tool.pytest.ini_options]\n' }, 'python -m pytest'],
    [{ Makefile: 'all:\n\ntest: all\n\tcheck\n' }, 'make test'],
  ])('follow from %o', (files, command) => expect(suggestSettings(files).checks[0]?.command).toBe(command));
});

describe('an installation', () => {
  const got = { repository: true, coder: true, work: true, landed: false, requested: false };

  test('is led by the hand until it has a repository, an agent and work', () => {
    expect(isComplete(got)).toBe(true);
    for (const missing of ['repository', 'coder', 'work'] as const) expect(isComplete({ ...got, [missing]: false })).toBe(false);
  });

  test('in which a first request was typed is led on until a change has landed', () => {
    expect(isComplete({ ...got, requested: true })).toBe(false);
    expect(isComplete({ ...got, requested: true, landed: true })).toBe(true);
  });

  test('that has landed something needs no leading, whatever was taken away since', () => {
    expect(isComplete({ repository: false, coder: false, work: false, landed: true, requested: true })).toBe(true);
  });

  test.each([
    ['answered its test', [['a', { ok: true }]], false, true],
    ['could not start', [['a', { ok: false }]], false, false],
    ['could not start, whatever landed before', [['a', { ok: false }]], true, false],
    ['was never tested', [], false, false],
    ['was never tested, and something has landed', [], true, true],
  ] as Array<[string, Array<[string, { ok: boolean }]>, boolean, boolean]>)('whose coder %s', (_name, tests, landed, expected) =>
    expect(hasAgent(['a'], new Map(tests), landed)).toBe(expected),
  );
});
