import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ownProgram, spawnGroup } from '#platform/process/index.ts';
import type { SpawnedProcess } from '#ports/harness.ts';
import type { SandboxSpec } from '#ports/sandbox.ts';
import { sandboxEnvironment } from './environment.ts';

export interface PlainStart {
  node: string;
  path: readonly string[];
  spec: SandboxSpec;
  program: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** Starts a program with a clean environment and a process group of its own, and no boundary at all. */
export async function startPlain(start: PlainStart): Promise<SpawnedProcess> {
  const tmp = join(start.spec.home, 'tmp');
  mkdirSync(tmp, { recursive: true, mode: 0o700 });
  const inner = [start.program, ...start.args];
  const { gatewaySocket } = start.spec;
  const loopback = ownProgram(import.meta.url, './loopback');
  const [command = '', ...args] = gatewaySocket === null ? inner : [start.node, loopback, '--socket', gatewaySocket, '--', ...inner];
  return spawnGroup({
    command,
    args,
    cwd: start.spec.worktree,
    env: sandboxEnvironment({ home: start.spec.home, tmp, path: start.path, passed: start.env }),
  });
}
