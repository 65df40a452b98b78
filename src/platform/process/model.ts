/** How to run one program to its end. Nothing is inherited from our environment: `env` is everything it sees. */
export interface CommandSpec {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  stdin?: string | Uint8Array;
  /** Wall clock limit; the whole process group is then killed. */
  timeoutMs: number;
  /** Most bytes kept of each of stdout and stderr (the end is kept; what was cut is counted). */
  maxOutputBytes: number;
  signal?: AbortSignal;
}

export interface CommandResult {
  exitCode: number | null;
  signal: string | null;
  stdout: Buffer;
  stderr: Buffer;
  /** Bytes of both streams that were not kept. */
  droppedBytes: number;
  durationMs: number;
  ended: 'exit' | 'timeout' | 'aborted' | 'spawn_failed';
  /** When `spawn_failed`: the sentence. */
  error: string | null;
}

/** How to start a long-lived program as the leader of its own session and process group. */
export interface GroupSpec {
  command: string;
  args: readonly string[];
  cwd: string;
  /** Everything the program sees (plus the mark by which its descendants are found again). */
  env: Readonly<Record<string, string>>;
  /** Text the program can read on descriptor 3, 4, …; each is closed after its text. */
  inputs?: readonly string[];
  /** Adds one more pipe after `inputs` that the program may write to; its text comes through `ProcessGroup.report`. */
  report?: boolean;
}

/** A running program and all its descendants. */
export interface ProcessGroup {
  pid: number;
  stdin: NodeJS.WritableStream;
  stdout: NodeJS.ReadableStream;
  stderr: NodeJS.ReadableStream;
  /** What the program writes to the report pipe; null when none was asked for. */
  report: NodeJS.ReadableStream | null;
  /** Settles when the leader is gone; descendants may still live. Never rejects. */
  exited: Promise<{ exitCode: number | null; signal: string | null }>;
  /**
   * SIGTERM to everything that descends from the leader, SIGKILL to what is left after `graceMs`. Resolves when none is
   * left. Safe to call twice, and after the exit (then it ends what the leader left behind). `spare`: processes that get
   * no SIGTERM, only SIGKILL: supervisors whose end would take the others with them at once.
   */
  kill(graceMs: number, spare?: readonly number[]): Promise<void>;
}
