import { mkdirSync } from 'node:fs';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { SandboxedProcess, SpawnedProcess } from '#ports/harness.ts';
import type { Sandbox, SandboxSpec } from '#ports/sandbox.ts';
import { startInBwrap } from './bwrap.ts';
import { searchPath } from './environment.ts';
import { startPlain } from './none.ts';
import { tryBwrap, type BwrapAbility } from './probe.ts';
import { resolveCommand } from './tools.ts';

export interface SandboxOptions {
  /** Name or path of bubblewrap; default `bwrap`. */
  bwrapPath?: string;
  /** The operator's PATH, in which agents' commands are looked up; default: the system's folders. */
  path?: string;
  /** Folders that no sandbox shows, whatever else is shown: Reeve's data folder. Worktrees and homes below them are still bound. */
  hidden?: readonly string[];
  /** The Node that agents written in JavaScript run on; default: our own. */
  node?: string;
}

/** Sandboxes of this machine: `bwrap` is a boundary, `none` is tidiness. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const node = options.node ?? process.execPath;
  const path = searchPath(node, options.path);
  const bwrapName = options.bwrapPath ?? 'bwrap';
  const bwrapPath = resolveCommand(bwrapName, path, '/');
  let ability: Promise<BwrapAbility> | null = null;

  const inBwrap = (
    spec: SandboxSpec,
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    disableUserNamespaces: boolean,
  ): Promise<SpawnedProcess> =>
    startInBwrap({ bwrapPath: bwrapPath ?? bwrapName, node, hidden: options.hidden ?? [], spec, program, args, env, disableUserNamespaces });
  /** Tried once: kernels do not change their mind, and each run should not pay for it. */
  const ableToBwrap = (): Promise<BwrapAbility> =>
    (ability ??= tryBwrap({
      bwrapPath: bwrapName,
      installed: bwrapPath !== null,
      run: (spec, script, disable) => inBwrap(spec, '/bin/sh', ['-c', script], {}, disable),
    }));

  async function start(spec: SandboxSpec, [name, ...args]: readonly string[], env: Readonly<Record<string, string>>): Promise<SpawnedProcess> {
    if (spec.level === 'container') throw noContainer();
    const program = name === undefined ? null : resolveCommand(name, path, spec.worktree);
    if (program === null)
      throw new AppError('unavailable', `There is no command ${name ?? '(empty)'}: install it, or give its full path.`, { code: 'no_such_command' });
    mkdirSync(spec.home, { recursive: true, mode: 0o700 });
    if (spec.level === 'none') return startPlain({ node, path, spec, program, args, env });
    const able = await ableToBwrap();
    if (!able.ok) throw new AppError('unavailable', able.detail, { code: 'sandbox_missing' });
    return inBwrap(spec, program, args, env, able.disableUserNamespaces);
  }

  return {
    async probe(level) {
      if (level === 'container') return { ok: false, detail: noContainer().message };
      if (level === 'none') return { ok: true, detail: 'No boundary: the agent can read and change whatever this user can.' };
      const { ok, detail } = await ableToBwrap();
      return { ok, detail };
    },
    open(spec): SandboxedProcess {
      return async (command, env) => {
        try {
          return await start(spec, command, env);
        } catch (error) {
          throw error instanceof AppError ? error : new AppError('unavailable', messageOf(error), { code: 'spawn_failed', cause: error });
        }
      };
    },
  };
}

function noContainer(): AppError {
  return new AppError(
    'unavailable',
    'Sandbox level `container` is not part of this version: use `bwrap`, or `none` where runs without a boundary are acceptable.',
    { code: 'sandbox_missing' },
  );
}
