import { expect, it } from 'vitest';
import { isManifest, newInstallScripts } from './decide.install-scripts.ts';

const manifest = (scripts: Record<string, string>): string => JSON.stringify({ scripts });

it('finds scripts that run unasked and are new or other than before', () => {
  expect(newInstallScripts(manifest({ test: 'x' }), manifest({ test: 'y' }))).toEqual([]);
  expect(newInstallScripts(manifest({ prepare: 'husky' }), manifest({ prepare: 'husky' }))).toEqual([]);
  expect(newInstallScripts(manifest({ prepare: 'husky' }), manifest({ prepare: 'evil' }))).toEqual(['prepare']);
  expect(newInstallScripts(manifest({ postinstall: 'x' }), manifest({}))).toEqual([]);
  expect(newInstallScripts(null, manifest({ preinstall: 'x', postinstall: 'y' }))).toEqual(['preinstall', 'postinstall']);
});

it('takes what it cannot read for the worst', () => {
  for (const text of ['{,', '{"scripts":"x"}', '{"scripts":null}']) expect(newInstallScripts(null, text)).toContain('postinstall');
  expect(newInstallScripts('{,', manifest({ install: 'x' }))).toEqual(['install']);
});

it('knows a manifest by its name', () => {
  expect(['package.json', 'a/Package.JSON', 'a/package.json.md', 'package.jsonc'].map(isManifest)).toEqual([true, true, false, false]);
});
