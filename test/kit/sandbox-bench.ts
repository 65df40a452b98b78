import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createSandbox } from '#connectors/sandbox/index.ts';
import type { SpawnedProcess } from '#ports/harness.ts';
import type { Sandbox, SandboxSpec } from '#ports/sandbox.ts';

/** What a script runs in: changes to the bench's own spec, environment, another sandbox. */
export interface ScriptIn {
  spec?: Partial<SandboxSpec>;
  env?: Record<string, string>;
  sandbox?: Sandbox;
}

/** A worktree and a home in a temporary folder, and shell scripts in a sandbox on them. Open before, close after each test. */
export interface SandboxBench {
  sandbox: Sandbox;
  folder(): string;
  spec(): SandboxSpec;
  start(script: string, where?: ScriptIn): Promise<SpawnedProcess>;
  /** Runs to the end. */
  run(script: string, where?: ScriptIn): Promise<{ out: string; err: string; exitCode: number | null }>;
  /** A stand-in for the model gateway on a unix socket (or a TCP port: 0), which repeats what it is asked. */
  listen(address: string | number): Promise<Server>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export function createSandboxBench(): SandboxBench {
  const sandbox = createSandbox();
  let folder = '';
  let processes: SpawnedProcess[] = [];
  let servers: Server[] = [];
  const spec = (): SandboxSpec => ({
    level: 'bwrap',
    worktree: join(folder, 'worktree'),
    home: join(folder, 'home'),
    readOnly: [],
    masked: [],
    gatewaySocket: null,
    network: 'none',
  });
  const start = async (script: string, where: ScriptIn = {}): Promise<SpawnedProcess> => {
    const started = await (where.sandbox ?? sandbox).open({ ...spec(), ...where.spec })(['/bin/sh', '-c', script], where.env ?? {});
    processes.push(started);
    return started;
  };
  return {
    sandbox,
    folder: () => folder,
    spec,
    start,
    async run(script, where) {
      const started = await start(script, where);
      const [out, err, { exitCode }] = await Promise.all([text(started.stdout), text(started.stderr), started.exited]);
      return { out, err, exitCode };
    },
    async listen(address) {
      const server = createServer((request, response) => response.end(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`));
      servers.push(server);
      const options = typeof address === 'string' ? { path: address } : { host: '127.0.0.1', port: address };
      await new Promise<void>((done) => server.listen(options, done));
      return server;
    },
    async open() {
      folder = await realpath(await mkdtemp(join(tmpdir(), 'reeve-sandbox-')));
      [processes, servers] = [[], []];
      await mkdir(spec().worktree);
    },
    async close() {
      await Promise.all(processes.map((one) => one.kill(0)));
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One line of JavaScript as a shell command. */
export const inNode = (script: string): string => `node -e '${script}'`;
