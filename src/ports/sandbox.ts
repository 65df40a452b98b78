import type { SandboxedProcess } from './harness.ts';

/** `bwrap`: own namespaces · `none`: only a scrubbed environment and its own process group. */
export type SandboxLevel = 'bwrap' | 'container' | 'none';

export interface SandboxSpec {
  level: SandboxLevel;
  /** Writable: the working directory of the process. */
  worktree: string;
  /** Writable: HOME of the process; made when missing. */
  home: string;
  /** Readable beside the system folders (the mirror's object store, the agent's tools). */
  readOnly: readonly string[];
  /** Paths inside the worktree that are hidden (agent configuration of untrusted branches). */
  masked: readonly string[];
  /** Unix socket of the model gateway, bind-mounted; null: none. */
  gatewaySocket: string | null;
  /**
   * Unix socket of Reeve's tools, bridged to this port of the loopback interface inside. Only together with `network: none`
   * in a sandbox that has a network of its own: there every port is free.
   */
  toolSocket?: { path: string; port: number } | null;
  /** `none`: only the gateway · `registry`, `open`: the host's network. */
  network: 'none' | 'registry' | 'open';
}

export interface Sandbox {
  /** Whether a level works on this machine, tried by running something in it; the sentence says why not and what to do. */
  probe(level: SandboxLevel): Promise<{ ok: boolean; detail: string }>;
  /**
   * A spawner bound to `spec`. Environment: nothing but what is passed, plus HOME, PATH, TMPDIR, LANG; with a gateway also
   * its address and key under the names the known agents read (`OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL`, …). The spawner
   * rejects with AppError unavailable when there is no such command or the level does not work here.
   */
  open(spec: SandboxSpec): SandboxedProcess;
}
