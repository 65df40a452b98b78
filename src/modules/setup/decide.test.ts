import { describe, expect, test } from 'vitest';
import { isComplete, suggestSettings } from './decide.ts';

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
  test('is led by the hand until it has a repository, an agent and work', () => {
    const got = { repository: true, agent: true, work: true, landed: false };
    expect(isComplete(got)).toBe(true);
    for (const missing of ['repository', 'agent', 'work'] as const) expect(isComplete({ ...got, [missing]: false })).toBe(false);
  });

  test('that has landed something needs no leading, whatever was taken away since', () => {
    expect(isComplete({ repository: false, agent: false, work: false, landed: true })).toBe(true);
  });
});
