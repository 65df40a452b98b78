import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { localConnector } from './index.ts';

it('declares exactly the ports it has files for', () => {
  const files = readdirSync(import.meta.dirname);
  const ports = ['forge-read', 'forge-write', 'tracker-read', 'tracker-write'].filter((port) => files.includes(`${port}.ts`));
  expect([...localConnector.ports]).toEqual(ports);
  expect(files).toContain('readme.md');
});
