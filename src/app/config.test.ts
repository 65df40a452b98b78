import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadAppConfig } from './config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'reeve-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string): ReturnType<typeof loadAppConfig> {
  writeFileSync(path.join(folder, 'reeve.yaml'), text);
  return loadAppConfig({}, folder);
}

test('a person is written with the same kind of keys as everything else in the file', () => {
  const { people } = load(
    'people:\n  - { handle: ada, name: Ada, capacity_hours_per_week: 20, wip_limit: 1 }\n  - { handle: ben, name: Ben }\n',
  ).sections;
  expect(people).toMatchObject([
    { handle: 'ada', capacityHoursPerWeek: 20, wipLimit: 1 },
    { handle: 'ben', capacityHoursPerWeek: 32, wipLimit: 3 },
  ]);
});

test('a key of a person that nobody knows is an error with the nearest known name', () => {
  expect(() => load('people:\n  - { handle: ada, name: Ada, wip_limits: 1 }\n')).toThrow(
    expect.objectContaining({ message: expect.stringContaining('wip_limits'), hint: 'Did you mean "wip_limit"?' }),
  );
});
